"""Whatever is sent to us, reading it neither fails nor hangs, and what comes of it can be stored and shown."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from followups import reading
from followups.reading import Read


def storable(read: Read) -> bool:
    """PostgreSQL and HTML take it: no NUL, no half characters, nothing longer than its column."""
    texts = [
        read.sender,
        read.sender_name,
        read.subject,
        read.message_id,
        read.text,
        read.quoted,
        read.html,
        read.returned,
    ]
    texts += [read.report, *read.answers, *read.receivers, *(part.name for part in read.parts)]
    is_text = all("\x00" not in text and text.encode("utf-8") is not None for text in texts)
    return is_text and len(read.sender) <= 320 and len(read.subject) <= 300 and len(read.message_id) <= 255


def broken() -> dict[str, bytes]:
    nested = b"From: a@b.c\r\nSubject: end\r\n\r\nhi"
    for level in range(60):
        nested = b"Content-Type: message/rfc822\r\nSubject: %d\r\n\r\n" % level + nested
    deep = b"x"
    for level in range(120):
        deep = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n%s\r\n--b%d--" % (
            level,
            level,
            deep,
            level,
        )
    return {
        "empty": b"",
        "nul": b"From: a@b.c\r\nSubject: a\x00b\r\n\r\nc\x00d",
        "no such charset": b"From: a@b.c\r\nSubject: =?x-no-such?q?hi?=\r\nContent-Type: text/plain; charset=x-no-such\r\n\r\ncaf\xe9",
        "wrong charset": b"From: a@b.c\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGr\xfc\xdfe",
        "thousand headers": b"".join(b"X-%d: y\r\n" % n for n in range(1000)) + b"From: a@b.c\r\n\r\nhi",
        "thousand from": b"From: a@b.c\r\n" * 1000 + b"\r\nhi",
        "long header": b"From: a@b.c\r\nSubject: " + b"y" * 2_000_000 + b"\r\n\r\nhi",
        "garbage base64": b"From: a@b.c\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!not base64====\xff\xfe",
        "no end": b"From: a@b.c\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nhi",
        "no boundary": b"From: a@b.c\r\nContent-Type: multipart/mixed\r\n\r\n--x\r\n\r\nhi",
        "nested mails": nested,
        "deep parts": deep,
        "headers alone": b"From: a@b.c\r\nSubject: hi",
        "odd from": b"From: \"a\" <b@c> <d@e>, <>\r\nTo: undisclosed\r\n\r\nhi",
        "bad disposition": b"From: a@b.c\r\nContent-Disposition: attachment; filename*=utf-8'''%ff\r\n\r\nhi",
        "html that turns": "From: a@b.c\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>a\u202eb<svg onload=x><a href='javascript:1'>c".encode(),
        "deep html": b"From: a@b.c\r\nContent-Type: text/html\r\n\r\n" + b"<div>" * 20_000,
        "wide html": b"From: a@b.c\r\nContent-Type: text/html\r\n\r\n" + b"<p>a<br>" * 20_000,
        "html without end": b"From: a@b.c\r\nContent-Type: text/html\r\n\r\n" + b"<a " * 40_000,
        "many quotes": b"From: a@b.c\r\n\r\n" + b"> " * 40_000,
        "many lines": b"From: a@b.c\r\n\r\n" + b"On a b c wrote\n" * 20_000,
        "nul in a charset": b"From: a@b.c\r\nContent-Type: text/plain; charset=\"ut\x00f-8\"\r\n\r\ncaf\xc3\xa9",
        "nul in a report": b"From: a@b.c\r\nContent-Type: multipart/report; boundary=x; report-type=\"deli\x00very\"\r\n\r\n--x\r\n\r\nhi\r\n--x--",
        "mac lines": b"From: a@b.c\rSubject: hi\r\rbody\r",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(broken()))
def test_a_mail_that_is_broken_is_read_as_far_as_it_goes(name: str) -> None:
    started = time.monotonic()
    read = reading.read(broken()[name])
    assert (storable(read), time.monotonic() - started < 5) == (True, True)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["From", "To", "Subject", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "References", "Return-Path", "Message-ID", "MIME-Version"]),
            st.one_of(st.binary(max_size=60), st.sampled_from([b"multipart/mixed; boundary=x", b"message/rfc822", b"base64", b"text/html; charset=utf-16", b"=?utf-8?b?!!?=", b"attachment; filename*0=a; filename*1=b", b"quoted-printable", b"multipart/report; report-type=x"])),
        ),
        max_size=14,
    ),
    st.one_of(st.binary(max_size=400), st.lists(st.sampled_from([b"--x\r\n", b"--x--\r\n", b"Content-Type: text/plain\r\n\r\n", b"hi\r\n", b"> hi\r\n", b"\x00", b"<p>", b"=\xff"]), max_size=20).map(b"".join)),
)  # fmt: skip
def test_any_bytes_are_read(headers: list[tuple[str, bytes]], body: bytes) -> None:
    raw = b"".join(name.encode() + b": " + value + b"\r\n" for name, value in headers) + b"\r\n" + body
    assert storable(reading.read(raw))


def test_a_mail_of_forty_megabytes_is_read_within_seconds() -> None:
    head = (
        b"From: a@b.c\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nLook at this.\r\n--x\r\n"
        b"Content-Disposition: attachment; filename=big.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    raw = head + (b"A" * 76 + b"\r\n") * 520_000 + b"--x--\r\n"
    started = time.monotonic()
    read = reading.read(raw)
    assert (len(raw) > 40_000_000, read.text, len(read.parts[0].content)) == (
        True,
        "Look at this.",
        29_640_000,
    )
    assert time.monotonic() - started < 15


@pytest.mark.parametrize(
    ("words", "written", "said"),
    [
        ("Ça ne va pas, größer", "utf-8", "iso-8859-15"), ("Ça ne va pas, größer", "iso-8859-1", "iso-8859-1"),
        ("Посылка не пришла", "koi8-r", "koi8-r"), ("Посылка не пришла", "utf-8", "windows-1251"),
        ("まだ届いていません", "iso-2022-jp", "iso-2022-jp"), ("まだ届いていません", "shift_jis", "shift_jis"),
        ("Grüße", "cp1252", "utf-8"), ("Grüße", "cp1252", "no-such"), ("لم يصل", "iso-8859-6", "iso-8859-6"),
    ],
)  # fmt: skip
def test_words_are_read_in_the_charset_they_were_written_in(words: str, written: str, said: str) -> None:
    head = f"From: a@b.example\r\nContent-Type: text/plain; charset={said}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    assert reading.read(head.encode() + words.encode(written)).text == words


def test_new_words_and_old_ones_are_all_there_was() -> None:
    text = "Yes please.\n\nOn Mon, 2 Mar 2026 at 09:05, Bob · Acme wrote:\n> Shall we?\n> Bob"
    assert reading.fold(text) == (
        "Yes please.",
        "On Mon, 2 Mar 2026 at 09:05, Bob · Acme wrote:\n> Shall we?\n> Bob",
    )


@pytest.mark.parametrize(
    "html",
    [
        '<script>x</script><p onclick="x">a</p>', '<img src="https://track.example/a.png">', '<a href="javascript:x">a</a>',
        '<form action="https://x"><input></form>', '<div style="position:fixed">a</div>', '<iframe src="https://x"></iframe>',
        '<svg><a xlink:href="javascript:x">a</a></svg>', '<p hx-get="/x">a</p>', '<img src="data:image/svg+xml;base64,x">',
        '<base href="https://x">', '<meta http-equiv="refresh" content="0;url=https://x">', '<link rel="stylesheet" href="https://x">',
    ],
)  # fmt: skip
def test_nothing_in_the_html_of_a_mail_acts_or_calls(html: str) -> None:
    cleaned = reading.clean_html(html)
    assert not any(
        word in cleaned for word in ("script", "onclick", "https://", "javascript", "form", "style", "hx-", "data:", "base", "meta", "link", "iframe", "svg")
    )  # fmt: skip


def test_of_a_forged_date_id_and_sender_only_what_is_one_is_kept() -> None:
    read = reading.read(
        b"From: Ines <ines@customer.example> <x@y>\r\nMessage-ID: none\r\nIn-Reply-To: <a@b> junk <c@d>\r\n\r\nhi"
    )
    assert (read.sender, read.message_id, read.answers) == ("ines@customer.example", "", ("<a@b>", "<c@d>"))
