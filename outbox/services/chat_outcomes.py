"""What the fate of a message says of its chat target: one whose messages fail again and again is switched off, and told."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_noop

from core.announce import announce
from outbox.enums import Channel, State
from outbox.models import ChatTarget, OutboundMessage
from outbox.rendering import one_line
from outbox.signals import chat_target_gave_up

log = structlog.get_logger(__name__)

TO = "chat:"  # `to` of a message, before the id of its target
TEST = "chat_test"
GIVEN_UP_AFTER = 5  # messages in a row that were given up
BECAUSE = gettext_noop("%(count)s messages in a row could not be delivered.")


def settled(*, message: OutboundMessage, state: str, why: str, now: datetime) -> None:
    """A message to a target arrived or was given up: what that says of the target."""
    if message.channel != Channel.CHAT or not message.to.startswith(TO):
        return
    with transaction.atomic():
        _note(message, state, why, now)


def _note(message: OutboundMessage, state: str, why: str, now: datetime) -> None:
    rows = ChatTarget.objects.of(message.workspace_id).filter(pk=int(message.to.removeprefix(TO)))
    if state == State.SENT:
        rows.update(failures=0, last_error="", last_sent_at=now)
        return
    rows.update(last_error=one_line(why, 200))
    if state not in (State.FAILED, State.DEAD) or message.mail == TEST:
        return
    rows.update(failures=F("failures") + 1)
    target = rows.select_for_update().filter(is_active=True, failures__gte=GIVEN_UP_AFTER).first()
    if target is None:
        return
    target.is_active = False
    target.disabled_because = BECAUSE % {"count": target.failures}
    target.updated_at = now
    target.save(update_fields=["is_active", "disabled_because", "updated_at"])
    log.warning("chat_target_gave_up", target=target.public_id)
    announce(chat_target_gave_up, sender=ChatTarget, target=target, now=now)
