"""When a customer is asked again, until when an answer is waited for, and what it means."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.rules import business_time
from accounts.rules.business_time import Calendar

WINDOW = timedelta(days=14)  # how long an answer is waited for before the case closes without one
TOO_LATE_AFTER = timedelta(days=30)  # asking a month after the planned moment asks about something forgotten

CONVERTED, RECOVERED, NOT_RECOVERED = "CONVERTED", "RECOVERED", "NOT_RECOVERED"
_OUTCOMES = {"PROMOTER": CONVERTED, "SATISFIED": CONVERTED, "PASSIVE": RECOVERED, "NEUTRAL": RECOVERED}


def due_at(*, resolved_at: datetime, days: int, calendar: Calendar | None) -> datetime:
    """The first open moment of `calendar` at or after `days` days from `resolved_at` (aware, UTC).

    0 days ask at once. A calendar that never opens again, or none, does not keep anybody from asking.
    """
    moment = resolved_at + timedelta(days=days)
    if days == 0 or calendar is None:
        return moment
    try:
        return business_time.next_open(calendar, moment)
    except business_time.NotReachable:
        return moment


def is_too_late(*, due_at: datetime, now: datetime) -> bool:
    """Whether the planned moment has passed so long ago that asking makes no sense any more."""
    return now - due_at > TOO_LATE_AFTER


def outcome(segment: str) -> str:
    """What the second answer's segment says: CONVERTED, RECOVERED, or NOT_RECOVERED for the unhappy ones."""
    return _OUTCOMES.get(segment, NOT_RECOVERED)
