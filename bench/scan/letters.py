"""Mail that came in, for the scan: one in its case, and one that waits to be sorted."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from followups import reading
from followups.enums import Came, MailKind, ReceivedState
from followups.services import conversations, incoming, receiving
from outbox.enums import State
from outbox.models import OutboundMessage


def letter(cast: Any) -> Any:
    """A customer's mail in a conversation, laid out."""
    read = reading.Read(
        headers={}, sender="ann@customer.example", text="Still late", html="<p>Still late</p>"
    )
    now = timezone.now()
    return incoming.keep(case=cast.case(), read=read, kind=MailKind.HUMAN, at=now, now=now)


def doubt(cast: Any) -> Any:
    """A mail of ours of which nobody knows whether it arrived."""
    case = cast.case()
    mail = conversations.post(
        case=case, mail="case_reply", subject="Hello", text="I am sorry.", context={},
        dedupe_key=f"scan-doubt:{case.pk}", now=timezone.now(),
    )  # fmt: skip
    OutboundMessage.objects.of(case.workspace_id).filter(pk=mail.message_id).update(
        state=State.UNKNOWN, next_at=None
    )
    return mail


def received(cast: Any) -> Any:
    """A stranger's mail in the tray."""
    case, now = cast.case(), timezone.now()
    raw = f"From: x@stranger.example\r\nMessage-ID: <{case.pk}@stranger.example>\r\n\r\nHello".encode()
    row = receiving.store(raw=raw, came=Came.IMAP, now=now, workspace=case.workspace)
    assert row is not None
    row.state, row.next_at, row.case, row.from_address = ReceivedState.TRAY, None, case, "x@stranger.example"
    row.save()
    return row
