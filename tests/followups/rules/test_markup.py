import pytest

from followups.rules import markup


@pytest.mark.parametrize(
    "plain",
    [
        "Dear Ines,\n\nthank you. We are sorry.\n\nKind regards\nBob",
        "#1 of what went wrong: the parcel.",
        "-5 °C is too cold, +49 30 123456 is our number, 5*3*2 = 30 and 2 * 3 * 4 = 24",
        "Liebe Kund*innen und Mitarbeiter*innen",
        "order_no_7 and file_name_of_mine, snake_case_",
        "    four spaces are no code",
        "<b>not bold</b> & <script>alert(1)</script> &amp;",
        "C:\\*temp\\server and \\_/",
        "Title\n=====\nmore\n---\nend",
        "`code` and ~~this~~ ![alt] [brackets] alone",
        "In 2026\n2. April was a holiday",
        "* alone, and **",
        "The price*\n\n* until 1 May\n\n24. Dezember: closed\n\n- Bob",
        "> " * 5_000,
    ],
)
def test_plain_words_stay_as_they_were_typed(plain: str) -> None:
    assert markup.shown(plain) == markup.Shown(plain, "")


@pytest.mark.parametrize(
    ("source", "text", "html"),
    [
        ("We are **sorry**.", "We are *sorry*.", "<p>We are <strong>sorry</strong>.</p>"),
        ("It *is* so, _truly_.", "It _is_ so, _truly_.", "<p>It <em>is</em> so, <em>truly</em>.</p>"),
        ("これは**大事**です", "これは*大事*です", "<p>これは<strong>大事</strong>です</p>"),
        (
            "Two things:\n- a new parcel\n- *no* costs\nKind regards",
            "Two things:\n\n- a new parcel\n- _no_ costs\n\nKind regards",
            "<p>Two things:</p>\n<ul>\n<li>a new parcel</li>\n<li><em>no</em> costs</li>\n</ul>\n<p>Kind regards</p>",
        ),
        (
            "3. third\n4. fourth",
            "3. third\n4. fourth",
            '<ol start="3">\n<li>third</li>\n<li>fourth</li>\n</ol>',
        ),
        (
            "> it was late\nWe know.",
            "> it was late\n\nWe know.",
            "<blockquote>\n<p>it was late</p>\n</blockquote>\n<p>We know.</p>",
        ),
        (
            "- one\n  - within\n\n  and more",
            "- one\n\n  - within\n\n  and more",
            "<ul>\n<li>\n<p>one</p>\n<ul>\n<li>within</li>\n</ul>\n<p>and more</p>\n</li>\n</ul>",
        ),
        ("**a**\nb", "*a*\nb", "<p><strong>a</strong><br>\nb</p>"),
    ],
)
def test_marks_make_both_parts_of_the_mail(source: str, text: str, html: str) -> None:
    assert markup.shown(source) == markup.Shown(text, html)


def test_a_link_shows_its_address_in_the_text_part_and_opens_apart() -> None:
    made = markup.shown(
        "See [your parcel](https://track.example/a?b=1&c=2) or [a@b.example](mailto:a@b.example)."
    )
    assert made.text == "See your parcel <https://track.example/a?b=1&c=2> or a@b.example."
    assert made.html.startswith(
        '<p>See <a href="https://track.example/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer nofollow">your parcel</a>'
    )


@pytest.mark.parametrize(
    "source",
    [
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHN2Zz4=)",
        "**a** <img src=x onerror=alert(1)> [x](vbscript:x)",
        '[a](https://x.example" onclick="alert(1))',
        "**a** [x](/w/acme/cases/1/)",
    ],
)
def test_nothing_that_runs_comes_through(source: str) -> None:
    made = markup.shown(source).html
    assert not any(f"<{tag}" in made for tag in ("script", "img"))
    assert "javascript:" not in made
    assert 'onclick="' not in made
    assert 'href="data' not in made
    assert 'href="vbscript' not in made


def test_what_a_field_stands_for_is_never_read_as_markup() -> None:
    name = markup.shielded("*Ines* [here](https://evil.example) <b>\n1. x")
    made = markup.shown(f"Dear {name}, **hello**")
    assert made.text == "Dear *Ines* [here](https://evil.example) <b>\n1. x, *hello*"
    assert made.html == (
        "<p>Dear *Ines* [here](https://evil.example) &lt;b&gt;<br>\n1. x, <strong>hello</strong></p>"
    )
    linked = markup.shown(f"[it](https://track.example/{markup.shielded('a-1.b')})")
    assert 'href="https://track.example/a-1.b"' in linked.html
    assert linked.text == "it <https://track.example/a-1.b>"


def test_a_long_hostile_text_is_read_in_time() -> None:
    for source in ("*" * 10_000, "[" * 10_000, "> " * 5_000, "- " * 5_000, "**a " * 2_500, "_*" * 5_000):
        assert markup.shown(source).text
