"""Tasks of accounts."""

from datetime import datetime

from celery import shared_task

from accounts.services import api_keys, calendars, retention, sessions
from core.sweeps import sweep


@shared_task(name="accounts.run_retention")
@sweep("accounts.run_retention")
def run_retention(*, now: datetime) -> int:
    """Remove what was kept long enough, once a day of each workspace; returns how many things went."""
    return retention.run(now=now)


@shared_task(name="accounts.forget_sessions")
@sweep("accounts.forget_sessions")
def forget_sessions(*, now: datetime) -> int:
    """Remove sessions that are over."""
    return sessions.forget(now=now)


@shared_task(name="accounts.tell_of_ending_keys")
@sweep("accounts.tell_of_ending_keys")
def tell_of_ending_keys(*, now: datetime) -> int:
    """Mail admins, once, about each key that ends within a week; returns how many keys do."""
    return api_keys.tell_of_ends(now=now)


@shared_task(name="accounts.keep_holidays")
@sweep("accounts.keep_holidays")
def keep_holidays(*, now: datetime) -> int:
    """Enter public holidays before their year begins; returns how many days are new."""
    return calendars.keep_holidays(now=now)
