"""Putting chat messages into the outbox."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.models import Workspace
from core.tokens import new_public_id
from outbox import rules
from outbox.enums import Channel, Kind, TargetKind
from outbox.models import ChatTarget, OutboundMessage
from outbox.rendering import one_line
from outbox.services.chat_outcomes import TO
from outbox.services.messages import put

SWEEP = "outbox.sweep_chats"
MAIL = "chat"
LONGEST = 3_500  # characters: rooms cut, or refuse, what is much longer


@dataclass(frozen=True)
class ChatRequest:
    """One message to one target: words for a room, `type` and `facts` for a program of the workspace's own."""

    target: ChatTarget
    type: str
    title: str
    text: str
    dedupe_key: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    about: str = ""
    mail: str = MAIL


def in_use(*, workspace: Workspace | int) -> list[ChatTarget]:
    """The targets of a workspace that are told things."""
    return list(ChatTarget.objects.of(workspace).filter(is_active=True).order_by("pk"))


def queue_chats(items: Iterable[ChatRequest], *, now: datetime) -> list[OutboundMessage]:
    """Queue messages, those whose key is known left out, in the caller's transaction."""

    def make(fresh: list[ChatRequest]) -> list[OutboundMessage]:
        return [_row(request, now=now) for request in fresh]

    return put(list(items), make, sweep=SWEEP, now=now)


def _row(request: ChatRequest, *, now: datetime) -> OutboundMessage:
    target, public_id = request.target, new_public_id()
    title, text = one_line(request.title, 300), request.text.strip()[:LONGEST]
    if target.kind == TargetKind.WEBHOOK:
        text = json.dumps(
            {
                "type": request.type,
                "timestamp": now.isoformat(),
                "data": {**request.facts, "title": title},
            },
            ensure_ascii=False,
        )
    return OutboundMessage(
        public_id=public_id,
        workspace_id=target.workspace_id,
        channel=Channel.CHAT,
        kind=Kind.STAFF,
        mail=request.mail,
        about=request.about,
        dedupe_key=request.dedupe_key,
        to=f"{TO}{target.pk}",
        to_name=one_line(target.name, 200),
        subject=title,
        text=text,
        unsubscribe_nonce="",
        next_at=now,
        expires_at=rules.expires(kind=Kind.STAFF, leaves_at=now, given=None),
        created_at=now,
    )
