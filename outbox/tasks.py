"""What workers do for the outbox."""

from datetime import datetime
from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from core.sweeps import sweep
from outbox.services import deliveries, forgetting, sender_checks


@shared_task(name="outbox.sweep")
@sweep("outbox.sweep")
def sweep_outbox(*, now: datetime) -> int:
    """Send everything that is due and settle what a killed worker left."""
    return deliveries.sweep(now=now)


@shared_task(name="outbox.sweep_texts")
@sweep("outbox.sweep_texts")
def sweep_texts(*, now: datetime) -> int:
    """Send every text message that is due."""
    return deliveries.sweep_texts(now=now)


@shared_task(name="outbox.sweep_chats")
@sweep("outbox.sweep_chats")
def sweep_chats(*, now: datetime) -> int:
    """Send every chat message that is due."""
    return deliveries.sweep_chats(now=now)


@shared_task(name="outbox.deliver")
def deliver_one(*, message_id: int, workspace_id: int | None = None, **_: Any) -> bool:
    """Send one message now, if it is due and of this workspace; what is refused here, the sweep looks at."""
    return deliveries.deliver(message_id=message_id, workspace_id=workspace_id, now=timezone.now())


@shared_task(name="outbox.forget_bodies")
@sweep("outbox.forget_bodies")
def forget_bodies(*, now: datetime) -> int:
    """Blank the words of account mails, which belong to no workspace; the others go by its retention periods."""
    return forgetting.forget_account_words(before=now - settings.MAIL_BODIES_KEPT, now=now)


@shared_task(name="outbox.check_senders")
@sweep("outbox.check_senders")
def check_senders(*, now: datetime) -> int:
    """Ask DNS about the sending domains somebody wants checked."""
    return sender_checks.run_due(now=now)
