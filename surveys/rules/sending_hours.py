"""At which moments a message may reach a person: their own clock, holidays, and the window of a campaign.

All of it is a delay and never a refusal: who may be asked at all is said by `surveys.rules.contact_policy`. The clock is
the person's own. A day of the week is its ISO number, Monday 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

HOLIDAY = "HOLIDAY"
QUIET_HOURS = "QUIET_HOURS"
OUTSIDE_WINDOW = "OUTSIDE_WINDOW"
DELAYS = (HOLIDAY, QUIET_HOURS, OUTSIDE_WINDOW)  # the order in which one is named before another

EVERY_DAY = frozenset(range(1, 8))
MOST_STEPS = 1_000  # a year of holidays and nights; hours that never open end the search
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Window:
    """Days of the week and hours of the day in which a campaign sends; `end` 00:00 is the end of the day."""

    days: frozenset[int] = EVERY_DAY
    start: time = time(0)
    end: time = time(0)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Window:
        """The window of Campaign.window; {} is always."""
        return cls(
            days=frozenset(data.get("days") or EVERY_DAY),
            start=time.fromisoformat(data.get("from") or "00:00"),
            end=time.fromisoformat(data.get("to") or "00:00"),
        )

    @property
    def is_always(self) -> bool:
        """Whether it holds nothing back."""
        return self == Window()

    def holds(self, local: datetime) -> bool:
        """Whether `local` lies in the window."""
        clock = local.time()
        return (
            local.isoweekday() in self.days
            and clock >= self.start
            and (self.end == time(0) or clock < self.end)
        )

    def opens(self, local: datetime) -> datetime:
        """The next opening after `local`, which lies outside."""
        day = local.date()
        if local.isoweekday() in self.days and local.time() < self.start:
            return _at(day, self.start, local.tzinfo)
        day += timedelta(days=1)
        while day.isoweekday() not in self.days:
            day += timedelta(days=1)
        return _at(day, self.start, local.tzinfo)


@dataclass(frozen=True, kw_only=True)
class Hours:
    """What holds messages back: quiet hours (may go over midnight), holidays, and the window of a campaign."""

    quiet_from: time | None = None
    quiet_to: time | None = None
    holidays: frozenset[date] = field(default_factory=frozenset)
    window: Window = field(default_factory=Window)


@dataclass(frozen=True)
class Delay:
    """Not at this moment: why, and the first moment at which nothing holds the message back (aware UTC)."""

    because: str
    until: datetime


def holding(hours: Hours, *, zone: ZoneInfo, moment: datetime) -> Delay | None:
    """What holds a message to somebody in `zone` back at `moment` (aware UTC); None when nothing does.

    Of several, the first of DELAYS is named. Hours that never open delay by a day, so that a change of them is noticed.
    """
    first, at = "", moment
    for _step in range(MOST_STEPS):
        local = at.astimezone(zone)
        because, until = _holds(hours, local)
        if not because:
            return Delay(first, at) if first else None
        first = first or because
        at = max(until.astimezone(UTC), at + _MINUTE)
    return Delay(first, moment + timedelta(days=1))


def next_moment(hours: Hours, *, zone: ZoneInfo, moment: datetime, hour: int | None = None) -> datetime:
    """The first moment from `moment` on at which a message may leave; at `hour` of the person's day if one is given.

    The hour is a wish: it never leads out of the window.
    """
    if hour is not None:
        local = moment.astimezone(zone)
        wished = _at(local.date(), time(hour), zone)
        if local.hour == hour:
            wished = local
        elif wished < local:
            wished = _at(local.date() + timedelta(days=1), time(hour), zone)
        moment = wished.astimezone(UTC)
    found = holding(hours, zone=zone, moment=moment)
    return found.until if found else moment


def ever_opens(hours: Hours) -> bool:
    """Whether there is a moment of a common week at which nothing holds back; holidays are not asked about."""
    plain = Hours(quiet_from=hours.quiet_from, quiet_to=hours.quiet_to, window=hours.window)
    monday = datetime(2026, 3, 2, tzinfo=UTC)
    steps = (monday + timedelta(minutes=minutes) for minutes in range(0, 7 * 24 * 60, 5))
    return any(not _holds(plain, step)[0] for step in steps)


def _holds(hours: Hours, local: datetime) -> tuple[str, datetime]:
    """(why, until) at `local`; ("", local) when nothing holds back."""
    if local.date() in hours.holidays:
        return HOLIDAY, _at(local.date() + timedelta(days=1), time(0), local.tzinfo)
    if hours.quiet_from is not None and hours.quiet_to is not None:
        end = _quiet_end(hours.quiet_from, hours.quiet_to, local)
        if end is not None:
            return QUIET_HOURS, end
    if not hours.window.holds(local):
        return OUTSIDE_WINDOW, hours.window.opens(local)
    return "", local


def _quiet_end(start: time, end: time, local: datetime) -> datetime | None:
    clock, day = local.time(), local.date()
    if start < end:
        return _at(day, end, local.tzinfo) if start <= clock < end else None
    if start == end:
        return None
    if clock >= start:
        return _at(day + timedelta(days=1), end, local.tzinfo)
    return _at(day, end, local.tzinfo) if clock < end else None


def _at(day: date, clock: time, zone: tzinfo | None) -> datetime:
    return datetime.combine(day, clock, zone)
