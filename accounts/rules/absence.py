"""Who is away: whole days, the first and the last included, in the person's own time zone."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo


def local_day(*, now: datetime, zone: str) -> date:
    """The calendar day of the aware moment `now` in `zone` (a name of the zone database)."""
    return now.astimezone(ZoneInfo(zone)).date()


def is_away(*, first: date | None, last: date | None, today: date) -> bool:
    """Whether somebody absent from `first` (None: at once) to `last` (None: not at all) is away `today`."""
    return last is not None and today <= last and (first is None or first <= today)


def is_coming(*, first: date | None, today: date) -> bool:
    """Whether the absence lies ahead: it begins after `today`."""
    return first is not None and today < first
