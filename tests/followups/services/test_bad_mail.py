"""Whatever is sent to us: nothing breaks, nothing is lost, and the mail behind it is in its case.

AMENDS_MUTATED_MAILS=2000 mutates as many (`make prove-mail`); without it a few. AMENDS_MAIL_REPORT names a file for the figures.
"""

from __future__ import annotations

import os
import platform
import random  # seeded: the same mails each time
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User, Workspace
from detractors.models import Attachment, Case
from followups.enums import Came, Direction, MailKind, ReceivedState
from followups.models import Mail, ReceivedMail
from followups.services import placing, receiving, replies
from tests.conftest import signed_in
from tests.followups.conftest import LATER
from tests.followups.mails import TINY_PNG, come, letter
from tests.followups.test_reading import broken

pytestmark = pytest.mark.django_db
SOON = LATER + timedelta(hours=1)
MANY = int(os.environ.get("AMENDS_MUTATED_MAILS", "60"))
NOISE = [
    b"\x00", b"\xff\xfe", b"\r", b"\n", b"\r\n\r\n", b"=?utf-8?b?!!!?=", b"--", b"; charset=x-none", b"\xe2\x80\xae", b"<" * 400,
    b"Content-Type: multipart/mixed; boundary=\r\n", b"Content-Transfer-Encoding: base64\r\n", b"boundary=\"", b"\xd8\x00\xdc",
    b"From: <>\r\n", b"References: " + b"<a@b> " * 400 + b"\r\n", b"> " * 200, b"%s%n{}", b"X-A: b\r\n" * 1000,
]  # fmt: skip


@pytest.fixture
def address(case: Case, bob: User, settings: Any) -> str:
    """Where Ines answers to."""
    settings.INBOUND_DOMAIN = "reply.amends.example"
    mail = replies.send(case=case, by=bob, subject="Yours", body="Sorry.", now=LATER, submission="1")
    assert mail.message is not None
    return str(mail.message.reply_to)


def whole(address: str) -> list[bytes]:
    """Mails as programs write them."""
    plain = letter("It is late.\n\nOn Monday, Bob wrote:\n> Sorry.", to=address)
    html = letter("It is late.", to=address, html='<p>It is <b>late</b><img src="cid:a"></p>')
    files = letter("The bills.", to=address)
    files.add_attachment(
        b"%PDF-1.4\n" + bytes(900), maintype="application", subtype="pdf", filename="bill.pdf"
    )
    files.add_attachment(TINY_PNG, maintype="image", subtype="png", filename="Größe.png")
    nested = letter("See below.", to=address)
    nested.add_attachment(letter("The first mail.", to=address))
    away = letter("I am away.", to=address, Auto_Submitted="auto-replied")
    report = letter("Not delivered.", to=address, sender="MAILER-DAEMON@mx.example")
    report.replace_header("Content-Type", 'multipart/report; report-type=delivery-status; boundary="b"')
    latin = f"From: ines@customer.example\r\nTo: {address}\r\nSubject: =?iso-8859-1?q?Gr=FC=DFe?=\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\nGr\xfc\xdfe".encode(
        "latin-1"
    )
    return [*(mail.as_bytes() for mail in (plain, html, files, nested, away, report)), latin]


def mutated(raw: bytes, chance: random.Random) -> bytes:
    """The mail with a few accidents."""
    for _accident in range(chance.randint(1, 5)):
        at = chance.randrange(len(raw) + 1)
        kind = chance.randrange(7)
        if kind == 0:
            raw = raw[:at]
        elif kind == 1:
            raw = raw[:at] + bytes(chance.randrange(256) for _ in range(chance.randint(1, 40))) + raw[at:]
        elif kind == 2:
            raw = raw[:at] + chance.choice(NOISE) + raw[at:]
        elif kind == 3:
            lines = raw.split(b"\n")
            chance.shuffle(lines)
            raw = b"\n".join(lines)
        elif kind == 4:
            raw = raw[:at] + raw[at + chance.randint(1, 200) :]
        elif kind == 5:
            raw = raw + raw[at:]
        else:
            raw = raw.replace(b"\r\n", chance.choice([b"\n", b"\r", b"\r\n "])).replace(
                b"utf-8", chance.choice([b"utf-16", b"x", b"utf-7"])
            )
    return raw or b"\x00"


def kept(raws: list[bytes]) -> Counter[str]:
    """Store all, place all; what became of them. Each is here as it came, and none waits."""
    rows = {}
    for number, raw in enumerate(raws):
        row = receiving.store(raw=raw, came=Came.IMAP, now=SOON, envelope_from="ines@customer.example")
        if row is not None:  # the very same mail was here already
            rows[row.pk] = raw
        if number % 100 == 99:
            placing.place_due(now=SOON)
    for _turn in range(40):
        if not placing.place_due(now=SOON):
            break
    stored = ReceivedMail.objects.across_workspaces().filter(pk__in=rows)
    assert all(receiving.raw_of(row) == rows[row.pk] for row in stored.iterator())
    stuck = stored.filter(state=ReceivedState.WAITING) | stored.filter(reason="UNREADABLE")
    assert [(row.state, rows[row.pk][:300]) for row in stuck[:3]] == []
    return Counter(stored.values_list("state", flat=True))


def test_mails_with_accidents_are_kept_and_stop_no_other(
    case: Case, bob: User, acme: Workspace, address: str
) -> None:
    chance, began = random.Random(6), time.monotonic()
    sources = whole(address)
    raws = [mutated(chance.choice(sources), chance) for _ in range(MANY)]
    states = kept(raws)
    assert come(letter("The mail behind it.", to=address, message_id="<last@x>"), now=SOON).state == "PLACED"
    agent = signed_in(bob)
    assert agent.get(f"/w/acme/cases/{case.number}/conversation/").status_code == 200
    assert agent.get("/w/acme/incoming/").status_code == 200
    for row in ReceivedMail.objects.of(acme).order_by("pk")[:10]:
        assert agent.get(f"/w/acme/incoming/{row.public_id}/").status_code == 200
    if report := os.environ.get("AMENDS_MAIL_REPORT"):
        Path(report).write_text(_said(states, time.monotonic() - began), encoding="utf-8")


def test_every_known_kind_of_broken_mail_is_kept(case: Case, address: str) -> None:
    states = kept([f"To: {address}\r\n".encode() + raw for raw in broken().values()])
    assert sum(states.values()) == len(broken())
    assert come(letter("The mail behind it.", to=address, message_id="<last@x>"), now=SOON).state == "PLACED"


def test_forty_megabytes_reach_the_case_as_words_and_stay_whole_beside_it(case: Case, address: str) -> None:
    mail = letter("Look at this film.", to=address)
    mail.add_attachment(bytes(30_000_000), maintype="video", subtype="mp4", filename="film.mp4")
    raw = mail.as_bytes()
    assert len(raw) > 40_000_000
    row = come(raw, now=SOON)
    [said] = Mail.objects.of(case.workspace_id).filter(direction=Direction.IN)
    assert (row.state, row.is_cut, receiving.raw_of(row) == raw) == ("PLACED", False, True)
    assert (said.body, said.parts[0]["name"], "why" in said.parts[0]) == (
        "Look at this film.",
        "film.mp4",
        True,
    )
    assert not Attachment.objects.of(case.workspace_id).exists()


def test_a_forged_sender_of_ours_never_speaks_as_the_customer(case: Case, bob: User, address: str) -> None:
    """Whoever writes as one of us, as the machine or as nobody, moves nothing."""
    before = (
        Case.objects.of(case.workspace_id).values("version", "customer_wrote_at", "category").get(pk=case.pk)
    )
    for number, sender in enumerate(
        (bob.email, address, "feedback@localhost", "<>", "MAILER-DAEMON@mx.example", "")
    ):
        mail = letter("Pay me.", to=address, sender="x@y.example", message_id=f"<forged-{number}@x>")
        mail.replace_header("From", "placeholder@x.example")
        raw = mail.as_bytes().replace(b"placeholder@x.example", sender.encode())
        assert come(raw, now=SOON).state in ("TRAY", "FILED"), sender
    after = (
        Case.objects.of(case.workspace_id).values("version", "customer_wrote_at", "category").get(pk=case.pk)
    )
    assert after == before
    assert not Mail.objects.of(case.workspace_id).filter(direction=Direction.IN, kind=MailKind.HUMAN).exists()


def _said(states: Counter[str], seconds: float) -> str:
    rows = "\n".join(f"| {state} | {n:,} |" for state, n in sorted(states.items()))
    return f"""# Mails with accidents

`make prove-mail` takes seven mails as programs write them (plain, HTML with a picture in it, files, a mail within a mail, an absence,
a report, Latin-1) to the reply address of a case, and gives each copy up to five accidents by chance, seeded: cut off, bytes
of chance, NULs and halves of characters put in, lines shuffled, parts lost or doubled, other line ends, wrong charsets, a
thousand headers. Every one is stored and placed by the product's own services; then a sound mail comes behind them. Each is kept
byte by byte (the very same mail once), none fails, the sound one is in its case, and the pages of the case and of the tray open;
OPENING are complaints whose case the next sweep of decisions opens. A few of them
belong to `make test`, as do mails of 40 MB and {len(broken())} kinds of broken mail by name.

    make prove-mail

Run of {datetime.now(UTC):%Y-%m-%d} on {platform.machine()} with {os.cpu_count()} processors, load {os.getloadavg()[2]:.0f} from other work: {sum(states.values()):,} mails in {seconds:.0f} s. What became of them:

| state | mails |
|---|---|
{rows}
"""
