"""The demo's mail in both directions: a conversation with two sides, an absence beside it, and a mail nobody could place."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User, Workspace
from detractors.models import Case
from followups.enums import Came, MailKind
from followups.reading import Read
from followups.services import incoming, placing, receiving, replies

HOUR = timedelta(hours=1)
FIRST = (
    "Dear {{ first_name }},\n\nthank you for writing so openly, and I am sorry that the battery cover was missing again. I "
    "have asked our depot for one and will tell you tomorrow by noon when it leaves.\n\nCould you send me a photo of the "
    "rail, so that we send the right one?\n\n{{ agent_name }}"
)
ANSWER = (
    "Hello,\n\nthank you for the quick answer, that is the first one in three weeks! The rail is the old one with two "
    "screws, I cannot take a photo at the moment. The frame number is LP-4471.\n\nClara"
)
QUOTED = "On Monday you wrote:\n> Could you send me a photo of the rail, so that we send the right one?"
STRANGE = (
    b"From: Clara Winter <clara.w@private-mail.example>\r\nTo: feedback@amends.example\r\nSubject: The photo of the rail\r\n"
    b"Message-ID: <photo-1@private-mail.example>\r\nDate: Mon, 2 Mar 2026 18:20:00 +0000\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nHere from my private address: two screws, 40 mm apart. Photo follows "
    b"tonight.\r\n\r\nClara\r\n"
)


def furnish(*, workspace: Workspace, owner: User, now: datetime) -> None:
    """Write to Clara, let her answer, and leave something to sort."""
    case = (
        Case.objects.of(workspace)
        .open()
        .filter(contact__name="Clara Winter")
        .select_related("contact", "owner", "workspace", "survey")
        .first()
    )
    if case is None or case.contact is None:
        return
    by = case.owner or owner
    replies.send(
        case=case,
        by=by,
        subject="Your cargo bike",
        body=FIRST,
        now=now - 5 * HOUR,
        submission="demo-1",
        anyway=True,
    )
    away = _read(case, "I am at the workshop today and read my mail again in the evening.", "", "away")
    incoming.keep(case=case, read=away, kind=MailKind.ABSENCE, at=now - 5 * HOUR, now=now - 5 * HOUR)
    incoming.customer_wrote(
        case=case, read=_read(case, ANSWER, QUOTED, "answer"), at=now - 2 * HOUR, now=now - 2 * HOUR
    )
    receiving.store(raw=STRANGE, came=Came.IMAP, now=now - HOUR, workspace=workspace)
    placing.place_due(now=now)


def _read(case: Case, text: str, quoted: str, word: str) -> Read:
    assert case.contact is not None
    return Read(
        headers={}, sender=case.contact.email, sender_name=case.contact.name, subject="Re: Your cargo bike",
        message_id=f"<demo-{word}@customer.example>", text=text, quoted=quoted,
    )  # fmt: skip
