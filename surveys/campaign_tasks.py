"""Sweeps of campaigns and imports."""

from datetime import datetime

from celery import shared_task

from core.sweeps import sweep
from surveys.services import campaigns, imports


@shared_task(name="surveys.prepare_campaigns")
@sweep("surveys.prepare_campaigns")
def prepare_campaigns(*, now: datetime) -> int:
    """Write the invitations of started campaigns; returns for how many people."""
    return campaigns.prepare(now=now)


@shared_task(name="surveys.run_imports")
@sweep("surveys.run_imports")
def run_imports(*, now: datetime) -> int:
    """Go on with imports and checks; returns how many batches were done."""
    return imports.run(now=now)
