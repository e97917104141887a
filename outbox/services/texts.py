"""Putting text messages into the outbox: like mail (services/messages.py), with one body and a number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Workspace
from core.tokens import new_nonce, new_public_id
from outbox import rules, text_rules
from outbox.enums import Channel, Kind
from outbox.models import OutboundMessage
from outbox.rendering import one_line, person_name
from outbox.services.messages import put


@dataclass(frozen=True, kw_only=True)
class TextRequest:
    """One text to be queued. `to` is the number in E.164; `subject` is shown to staff alone, and names nobody.

    It leaves at `send_at` (default: now), not after `expires_at` (default: by its kind, see rules.LIFE).
    """

    to: str
    text: str
    subject: str
    dedupe_key: str
    kind: Kind
    workspace: Workspace
    mail: str = "text"
    to_name: str = ""
    about: str = ""
    expires_at: datetime | None = None
    send_at: datetime | None = None


def queue_texts(items: Iterable[TextRequest], *, now: datetime) -> list[OutboundMessage]:
    """Queue many texts, all or none; the rows come back in the order of `items`, known ones as they are."""

    def make(fresh: list[TextRequest]) -> list[OutboundMessage]:
        return [_row(request, now=now) for request in fresh]

    return put(list(items), make, sweep="outbox.sweep_texts", now=now)


def _row(request: TextRequest, *, now: datetime) -> OutboundMessage:
    text = request.text.strip()[: text_rules.LONGEST]
    leaves_at = max(request.send_at or now, now)
    return OutboundMessage(
        public_id=new_public_id(),
        workspace=request.workspace,
        channel=Channel.SMS,
        kind=request.kind,
        mail=request.mail,
        about=request.about,
        dedupe_key=request.dedupe_key,
        to=request.to,
        to_name=person_name(request.to_name),
        subject=one_line(request.subject, 300),
        text=text,
        parts=text_rules.size(text).parts,
        unsubscribe_nonce=new_nonce(),
        next_at=leaves_at,
        expires_at=rules.expires(kind=request.kind, leaves_at=leaves_at, given=request.expires_at),
        created_at=now,
    )
