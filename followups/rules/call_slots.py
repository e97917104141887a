"""At which times a customer may choose to be called: within the hours of whoever calls, and never twice at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

STEP = timedelta(minutes=30)  # a call begins on the hour or at half past, as clocks and calendars show it
MOST_A_DAY, MOST = 6, 24  # so many are offered: a choice, not a list to read
DAYS = 14  # no further ahead; DAYS_OFFERED of them are shown
DAYS_OFFERED = 5

Span = tuple[datetime, datetime]


def free(
    *, windows: Iterable[Span], busy: Sequence[Span], earliest: datetime, minutes: int, day_of: object = None
) -> list[datetime]:
    """Beginnings of calls of `minutes` within `windows` (aware UTC, in order), from `earliest`, beside what is `busy`.

    They are spread: at most MOST_A_DAY a day and DAYS_OFFERED days, chosen evenly from what is free, so that mornings and
    afternoons are both there. `day_of` turns a moment into the day it is counted for (default: the UTC date).
    """
    length = timedelta(minutes=minutes)
    to_day = day_of if callable(day_of) else datetime.date
    by_day: dict[object, list[datetime]] = {}
    for opens, closes in windows:
        at = _up(max(opens, earliest))
        while at + length <= closes:
            if not any(begins < at + length and at < ends for begins, ends in busy):
                by_day.setdefault(to_day(at), []).append(at)
            at += STEP
    offered: list[datetime] = []
    for _day, moments in list(by_day.items())[:DAYS_OFFERED]:
        offered += _spread(moments, MOST_A_DAY)
    return offered[:MOST]


def _up(moment: datetime) -> datetime:
    """The next beginning at or after `moment`, on the half hour of UTC (zones a quarter of an hour off begin at :15 or :45)."""
    whole = moment.replace(minute=0, second=0, microsecond=0)
    steps = -((whole - moment) // STEP)
    return whole + steps * STEP


def _spread(moments: Sequence[datetime], most: int) -> list[datetime]:
    if len(moments) <= most:
        return list(moments)
    return [moments[index * (len(moments) - 1) // (most - 1)] for index in range(most)]
