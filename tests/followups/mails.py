"""Mails as they come in, written for tests."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from typing import Any

from accounts.models import Workspace
from followups.enums import Came
from followups.models import ReceivedMail
from followups.services import placing, receiving

INES = "ines@customer.example"
TINY_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000154a24f5d0000000049454e44ae426082"
)


def letter(
    text: str = "It has still not arrived.",
    *,
    to: str,
    sender: str = f"Ines Iglesias <{INES}>",
    subject: str = "Re: Your parcel",
    html: str = "",
    message_id: str = "<one@customer.example>",
    **headers: str,
) -> EmailMessage:
    """A mail; `headers` with underscores for hyphens."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = message_id
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail


def come(mail: Any, *, now: datetime, workspace: Workspace | None = None, **given: Any) -> ReceivedMail:
    """The mail comes in and is placed; its row as it is then."""
    raw = mail if isinstance(mail, bytes) else mail.as_bytes()
    row = receiving.store(raw=raw, came=Came.WEBHOOK, now=now, workspace=workspace, **given)
    assert row is not None
    placing.place_due(now=now)
    return ReceivedMail.objects.across_workspaces().get(pk=row.pk)
