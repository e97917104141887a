"""Sweeps of campaigns, imports and archives."""

from datetime import datetime

from celery import shared_task

from core.sweeps import sweep
from surveys.services import (
    bulk_edits,
    events,
    imports,
    person_archives,
    preparing,
    reminders,
    telling_of_texts,
)


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


@shared_task(name="surveys.make_archives")
@sweep("surveys.make_archives")
def make_archives(*, now: datetime) -> int:
    """Put together what was asked for about a person, and remove what was kept long enough; returns how many were made."""
    return person_archives.run(now=now)


@shared_task(name="surveys.tell_of_texts")
@sweep("surveys.tell_of_texts")
def tell_of_texts(*, now: datetime) -> int:
    """Tell who sorts them of texts nobody could place; returns how many mails."""
    return telling_of_texts.tell(now=now)
