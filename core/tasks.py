"""Tasks of the ground."""

from datetime import datetime, timedelta

from celery import shared_task

from core.models import IdempotencyKey
from core.sweeps import sweep

KEPT = timedelta(hours=24)


@shared_task(name="core.forget_idempotency_keys")
@sweep("core.forget_idempotency_keys")
def forget_idempotency_keys(*, now: datetime) -> int:
    """Delete stored answers to API posts older than a day; returns how many."""
    return IdempotencyKey.objects.filter(created_at__lt=now - KEPT).delete()[0]
