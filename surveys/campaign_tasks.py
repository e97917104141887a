"""Sweeps of campaigns and imports."""

from datetime import datetime

from celery import shared_task

from core.sweeps import sweep
from surveys.services import bulk_edits, events, imports, preparing, reminders


@shared_task(name="surveys.prepare_campaigns")
@sweep("surveys.prepare_campaigns")
def prepare_campaigns(*, now: datetime) -> int:
    """Begin and end campaigns, and write the invitations of those that run; returns for how many people."""
    return preparing.prepare(now=now)


@shared_task(name="surveys.handle_events")
@sweep("surveys.handle_events")
def handle_events(*, now: datetime) -> int:
    """Ask those to whom something happened that a campaign waits for; returns how many events were looked at."""
    return events.handle(now=now)


@shared_task(name="surveys.send_reminders")
@sweep("surveys.send_reminders")
def send_reminders(*, now: datetime) -> int:
    """Remind those who have not answered; returns how many reminders were sent or given their reason."""
    return reminders.send_due(now=now)


@shared_task(name="surveys.run_imports")
@sweep("surveys.run_imports")
def run_imports(*, now: datetime) -> int:
    """Go on with imports and checks; returns how many batches were done."""
    return imports.run(now=now)


@shared_task(name="surveys.run_bulk_edits")
@sweep("surveys.run_bulk_edits")
def run_bulk_edits(*, now: datetime) -> int:
    """Go on with changes of many contacts and with taking them back; returns how many batches were done."""
    return bulk_edits.run(now=now)
