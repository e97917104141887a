"""The day of a gesture: a letter, a small gift, a call on a Sunday. On a day off only where that is meant."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.rules.business_time import WEEKDAYS, Calendar

MORNING = time(9)
LOOKED = 31  # days: a calendar without a working day in a month moves nothing


def works(calendar: Calendar | None, day: date) -> bool:
    """Whether anybody works on this day; without a calendar, from Monday to Friday."""
    if calendar is None:
        return day.weekday() < 5
    return bool(calendar.week.get(WEEKDAYS[day.weekday()])) and day not in calendar.holidays


def kept_day(at: datetime, *, calendar: Calendar | None, zone: ZoneInfo, any_day: bool) -> datetime:
    """When it is due: as asked, or at the same time of the next working day where days off are not meant."""
    if any_day:
        return at
    local = at.astimezone(zone)
    for ahead in range(LOOKED):
        day = local.date() + timedelta(days=ahead)
        if works(calendar, day):
            return at if not ahead else datetime.combine(day, local.time(), zone)
    return at


def remind_at(
    due_at: datetime, *, calendar: Calendar | None, zone: ZoneInfo, now: datetime
) -> datetime | None:
    """When its owner is reminded: in the morning of the last working day before it; None when that is over already."""
    day = due_at.astimezone(zone).date()
    for back in range(1, LOOKED):
        before = day - timedelta(days=back)
        if works(calendar, before):
            at = datetime.combine(before, MORNING, zone)
            return at if at > now else None
    return None
