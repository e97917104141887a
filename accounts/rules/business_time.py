"""Working time: adding and measuring it over opening hours, holidays, time zones and daylight saving.

Definition everything here follows: an instant is *open* when the wall clock of the calendar's time zone shows, at that
instant, a time inside one of the day's half-open intervals [start, end) and the local date is no holiday. Working time is
the real (UTC) length of the open instants. So an interval that meets a skipped hour is shorter that day, an hour the
clocks repeat is worked twice, and a skipped local day has no working time.

The boundary: a promise that is used up exactly when an interval ends is due at that end (Friday 17:00), not at the start
of the next one (Monday 09:00), and is kept by whoever answers at that very moment; a microsecond later it is missed. A
promise given outside the hours begins at the next opening.

All arithmetic is on UTC microseconds; local time is only looked at to find out which instants are open.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from core.sentences import Sentence, gettext_noop

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HORIZON_DAYS = 3653  # ten years: a promise further away than that is a mistake in the calendar, not a promise

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_MICROSECOND = timedelta(microseconds=1)
_SECOND_US = 1_000_000
_MINUTE_US = 60 * _SECOND_US
_DAY_US = 86_400 * _SECOND_US
_PROBE_US = _DAY_US  # the closest two offset changes in the tz database are four days apart (Freetown, 1939)
_CACHED_DAYS = 40_000  # about 110 years of windows; past that the calendar's cache starts afresh
_CLOCK = re.compile(r"(?:([01][0-9]|2[0-3]):([0-5][0-9])|(24):(00))", re.ASCII)

_Interval = tuple[int, int]
_Windows = tuple[
    tuple[tuple[int, int], ...], int
]  # open windows of one UTC day, and their sum, in microseconds


class CalendarError(ValueError):
    """A calendar that cannot be used; `field` names the place, the message the problem and its cure."""

    def __init__(self, field: str, sentence: Sentence) -> None:
        self.field = field
        self.sentence = sentence
        super().__init__(f"{field}: {sentence}")


class NoOpenHours(CalendarError):
    """The week has no open interval at all, so no promise could ever fall due."""


class NotReachable(ValueError):
    """The working time asked for does not exist within `HORIZON_DAYS` days of the start."""


@dataclass(frozen=True, eq=False)
class Calendar:
    """Opening hours of a team.

    `time_zone` is an IANA name; `week` maps "mon".."sun" to intervals of local ("HH:MM", "HH:MM"), ends exclusive, "24:00"
    allowed as an end; a missing day is closed; `holidays` are closed local dates. Raises `CalendarError` (field and cure)
    or `NoOpenHours`. Two calendars with the same content are equal and share their computed windows.
    """

    time_zone: str
    week: Mapping[str, Sequence[tuple[str, str]]]
    holidays: frozenset[date] = frozenset()
    _zone: ZoneInfo = field(init=False, repr=False)
    _minutes: tuple[tuple[_Interval, ...], ...] = field(init=False, repr=False)
    _days: dict[int, _Windows] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_zone", _zone(self.time_zone))
        object.__setattr__(self, "_minutes", _week_minutes(self.week))
        week = {
            day: tuple((str(start), str(end)) for start, end in self.week.get(day, ()))
            for day in WEEKDAYS
            if self.week.get(day)
        }
        object.__setattr__(self, "week", week)
        object.__setattr__(self, "holidays", frozenset(self.holidays))
        object.__setattr__(self, "_days", _shared_days(self._key))

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.time_zone, self._minutes, self.holidays)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendar) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __reduce__(self) -> tuple[object, ...]:
        return Calendar, (self.time_zone, self.week, self.holidays)

    @classmethod
    def from_json(cls, data: object) -> Calendar:
        """The calendar in `{"time_zone", "week": {"mon": [["09:00","12:00"]]}, "holidays": ["2026-12-25"]}`."""
        if not isinstance(data, Mapping):
            raise _error("calendar", "SHAPE", _SHAPE)
        for name in data:
            if name not in ("time_zone", "week", "holidays"):
                raise _error(str(name), "UNKNOWN_FIELD", _UNKNOWN_FIELD)
        holidays = data.get("holidays", [])
        if not isinstance(holidays, list | tuple):
            raise _error("holidays", "HOLIDAYS_SHAPE", _HOLIDAYS_SHAPE)
        days = frozenset(_day(f"holidays[{index}]", text) for index, text in enumerate(holidays))
        return cls(time_zone=data.get("time_zone", ""), week=data.get("week", {}), holidays=days)

    def to_json(self) -> dict[str, Any]:
        """The shape `from_json` reads, days in weekday order and holidays sorted."""
        return {
            "time_zone": self.time_zone,
            "week": {day: [list(interval) for interval in intervals] for day, intervals in self.week.items()},
            "holidays": [day.isoformat() for day in sorted(self.holidays)],
        }

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the opening hours."""
        return self._zone

    @property
    def week_minutes(self) -> int:
        """How many minutes a week without holidays is open."""
        return sum(end - start for day in self._minutes for start, end in day)

    @property
    def working_day_minutes(self) -> int:
        """What "one working day" is worth, in minutes: the median length of the open weekdays, rounded down.

        The median, so that one short Friday or one late Thursday does not change the promise.
        """
        lengths = [sum(end - start for start, end in day) for day in self._minutes if day]
        return int(statistics.median(lengths))

    def windows_of(self, day_number: int) -> _Windows:
        """Open windows of the UTC day `day_number` (days since 1970-01-01), in order, and their sum; microseconds."""
        known = self._days.get(day_number)
        if known is None:
            if len(self._days) >= _CACHED_DAYS:
                self._days.clear()
            known = self._days[day_number] = self._find_windows(day_number)
        return known

    def _find_windows(self, day_number: int) -> _Windows:
        windows: list[tuple[int, int]] = []
        for start, end, offset in _stretches(self._zone, day_number * _DAY_US):
            # Within a stretch of one offset the wall clock runs evenly, so wall times map straight back to UTC.
            wall_start, wall_end = start + offset, end + offset
            for wall_day in range(wall_start // _DAY_US, (wall_end - 1) // _DAY_US + 1):
                local = date.fromordinal(_EPOCH_ORDINAL + wall_day)
                if local in self.holidays:
                    continue
                for opens, closes in self._minutes[local.weekday()]:
                    low = max(wall_day * _DAY_US + opens * _MINUTE_US, wall_start)
                    high = min(wall_day * _DAY_US + closes * _MINUTE_US, wall_end)
                    if low < high:
                        windows.append((low - offset, high - offset))
        return tuple(windows), sum(high - low for low, high in windows)


@dataclass(frozen=True)
class Step:
    """One step of a calculation: `kind` CLOSED (time passes, nothing counts), WORK (counts) or DUE (the answer).

    `start` and `end` are UTC, `minutes` the working minutes counted in this step, `left` those still to go after it.
    """

    kind: str
    start: datetime
    end: datetime
    minutes: float
    left: float
    sentence: Sentence


def add_minutes(calendar: Calendar, start: datetime, minutes: int | float) -> datetime:
    """The UTC moment at which `minutes` working minutes have passed since the aware moment `start`.

    0 minutes are due at `start` itself when open, else at the next opening. Work that ends exactly at the end of an
    interval is due at that end, not at the next opening. Raises `NotReachable`; `ValueError` when negative or naive.
    """
    if not minutes <= HORIZON_DAYS * 1440:  # written so that "not a number" is refused too
        raise NotReachable(f"{minutes} minutes are more than {HORIZON_DAYS // 365} years")
    return add_time(calendar, start, timedelta(microseconds=round(minutes * _MINUTE_US)))


def add_time(calendar: Calendar, start: datetime, working_time: timedelta) -> datetime:
    """As `add_minutes`, for any length of working time, exact to the microsecond."""
    at, left = _microseconds(start), working_time // _MICROSECOND
    if left < 0:
        raise ValueError("working time to add must not be negative")
    first = at // _DAY_US
    try:
        for day_number in range(first, first + HORIZON_DAYS):
            windows, total = calendar.windows_of(day_number)
            if day_number > first and total < left:
                left -= total
                continue
            for opens, closes in windows:
                if closes > at:
                    begins = max(opens, at)
                    if left <= closes - begins:
                        return _moment(begins + left)
                    left -= closes - begins
    except (OverflowError, ValueError) as error:  # the years before 1 and after 9999
        raise NotReachable(
            f"the calendar ends before {working_time} of working time after {start}"
        ) from error
    raise NotReachable(
        f"less than {working_time} of working time within {HORIZON_DAYS // 365} years of {start.isoformat()}: "
        "check the opening hours and holidays"
    )


def at_latest(calendar: Calendar, start: datetime, working_time: timedelta) -> datetime:
    """As `add_time`; where so much working time does not exist, the horizon.

    For whoever keeps promises and must not stop because somebody has closed for ever: a promise that far away is never due.
    """
    try:
        return add_time(calendar, start, working_time)
    except NotReachable:
        return start + timedelta(days=HORIZON_DAYS)


def time_between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Working time from `start` to `end`, exact to the microsecond; negative when `end` is before `start`."""
    low, high = _microseconds(start), _microseconds(end)
    if high < low:
        return -time_between(calendar, end, start)
    counted = 0
    first, last = low // _DAY_US, high // _DAY_US
    for day_number in range(first, last + 1):
        windows, total = calendar.windows_of(day_number)
        if first < day_number < last:
            counted += total
        else:
            counted += sum(max(0, min(closes, high) - max(opens, low)) for opens, closes in windows)
    return timedelta(microseconds=counted)


def seconds_between(calendar: Calendar, start: datetime, end: datetime) -> int:
    """Working seconds from `start` to `end`, a begun second counted as one (away from zero)."""
    return _rounded_up(time_between(calendar, start, end), timedelta(seconds=1))


def minutes_between(calendar: Calendar, start: datetime, end: datetime) -> int:
    """Working minutes from `start` to `end`, a begun minute counted as one (away from zero).

    Rounded up so that the stored figure agrees with the promise: at most N minutes were used exactly when the promise of
    N minutes was kept.
    """
    return _rounded_up(time_between(calendar, start, end), timedelta(minutes=1))


def is_open(calendar: Calendar, moment: datetime) -> bool:
    """Whether the calendar is open at `moment`; an interval's end is already closed."""
    at = _microseconds(moment)
    return any(opens <= at < closes for opens, closes in calendar.windows_of(at // _DAY_US)[0])


def next_open(calendar: Calendar, moment: datetime) -> datetime:
    """The first open moment at or after `moment`, in UTC. Raises `NotReachable`."""
    return add_time(calendar, moment, timedelta(0))


def explain(calendar: Calendar, start: datetime, minutes: int | float) -> list[Step]:
    """The steps by which `add_minutes(calendar, start, minutes)` comes to its answer; the last one is the answer."""
    if not minutes <= HORIZON_DAYS * 1440:
        raise NotReachable(f"{minutes} minutes are more than {HORIZON_DAYS // 365} years")
    return explain_time(calendar, start, timedelta(microseconds=round(minutes * _MINUTE_US)))


def explain_time(calendar: Calendar, start: datetime, working_time: timedelta) -> list[Step]:
    """As `explain`, for any length of working time: the steps of `add_time`."""
    end = add_time(calendar, start, working_time)
    steps = explain_between(calendar, start, end, left=working_time)
    due_text = gettext_noop("due at %(end)s (%(zone)s)")
    moment = _microseconds(end)
    facts = {**_facts(calendar, moment, moment), "zone": calendar.time_zone}
    return [*steps, _step("DUE", moment, moment, 0, 0, Sentence("DUE", due_text, facts))]


def explain_between(calendar: Calendar, start: datetime, end: datetime, *, left: timedelta) -> list[Step]:
    """What is closed and what is open between two moments, and how much of `left` is still to go after each step."""
    steps: list[Step] = []
    at, last, to_go = _microseconds(start), _microseconds(end), left // _MICROSECOND
    for opens, closes in _merged(calendar, at, last):
        if opens > at:
            steps.append(_closed(calendar, at, opens, to_go))
        used = closes - opens
        to_go -= used
        facts = _facts(calendar, opens, closes, minutes=_plain(used), left=_plain(to_go))
        text = gettext_noop("%(start)s to %(end)s: open, %(minutes)s working minutes used, %(left)s left")
        steps.append(_step("WORK", opens, closes, used, to_go, Sentence("WORK", text, facts)))
        at = closes
    if last > at:
        steps.append(_closed(calendar, at, last, to_go))
    return steps


def open_windows(calendar: Calendar, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The open times between two moments, in order, those that touch joined; UTC."""
    found = _merged(calendar, _microseconds(start), _microseconds(end)) if start < end else []
    return [(_moment(opens), _moment(closes)) for opens, closes in found]


# Reading a calendar ---------------------------------------------------------------------------------------------------

_SHAPE = gettext_noop("give an object with time_zone, week and holidays")
_UNKNOWN_FIELD = gettext_noop("is not known; a calendar has time_zone, week and holidays")
_ZONE = gettext_noop("%(value)s is no time zone; give an IANA name such as Europe/Berlin")
_WEEK_SHAPE = gettext_noop("give an object of weekdays, each with a list of [start, end] intervals")
_WEEKDAY = gettext_noop("is no weekday; write mon, tue, wed, thu, fri, sat or sun")
_INTERVAL = gettext_noop('give a pair of times such as ["09:00", "17:00"]')
_TIME = gettext_noop("%(value)s is no time; write HH:MM from 00:00 to 23:59, or 24:00 as an end")
_BACKWARDS = gettext_noop(
    "ends at %(end)s, not after its start %(start)s; for hours past midnight write one interval to 24:00 "
    "and another from 00:00 on the next day"
)
_OVERLAP = gettext_noop("%(second)s overlaps %(first)s; join the two or move one")
_NO_OPEN_HOURS = gettext_noop("has no open hours; give at least one weekday an interval")
_HOLIDAYS_SHAPE = gettext_noop('give a list of dates such as ["2026-12-25"]')
_DATE = gettext_noop("%(value)s is no date; write YYYY-MM-DD")


def _error(field: str, code: str, template: str, **facts: object) -> CalendarError:
    kind = NoOpenHours if code == "NO_OPEN_HOURS" else CalendarError
    return kind(field, Sentence(code, template, facts))


def _zone(name: object) -> ZoneInfo:
    try:
        if isinstance(name, str) and name:
            return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, malformed, a folder of the tz database
        pass
    raise _error("time_zone", "UNKNOWN_ZONE", _ZONE, value=repr(name))


def _day(field: str, text: object) -> date:
    try:
        if isinstance(text, str) and len(text) == len("2026-12-25"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise _error(field, "BAD_DATE", _DATE, value=repr(text))


def _week_minutes(week: object) -> tuple[tuple[_Interval, ...], ...]:
    if not isinstance(week, Mapping):
        raise _error("week", "WEEK_SHAPE", _WEEK_SHAPE)
    for name in week:
        if name not in WEEKDAYS:
            raise _error(f"week.{name}", "BAD_WEEKDAY", _WEEKDAY)
    minutes = tuple(_day_minutes(f"week.{day}", week.get(day, ())) for day in WEEKDAYS)
    if not any(minutes):
        raise _error("week", "NO_OPEN_HOURS", _NO_OPEN_HOURS)
    return minutes


def _day_minutes(field: str, intervals: object) -> tuple[_Interval, ...]:
    if not isinstance(intervals, list | tuple):
        raise _error(field, "WEEK_SHAPE", _WEEK_SHAPE)
    parsed = sorted(_interval(f"{field}[{index}]", pair) for index, pair in enumerate(intervals))
    merged: list[_Interval] = []
    for start, end in parsed:
        if merged and start < merged[-1][1]:
            raise _error(field, "OVERLAP", _OVERLAP, first=_span(merged[-1]), second=_span((start, end)))
        if merged and start == merged[-1][1]:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return tuple(merged)


def _interval(field: str, pair: object) -> _Interval:
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise _error(field, "BAD_INTERVAL", _INTERVAL)
    start, end = (_clock(field, text) for text in pair)
    if start == 24 * 60:
        raise _error(field, "BAD_TIME", _TIME, value=repr(pair[0]))
    if end <= start:
        raise _error(field, "BACKWARDS", _BACKWARDS, start=pair[0], end=pair[1])
    return start, end


def _clock(field: str, text: object) -> int:
    match = _CLOCK.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise _error(field, "BAD_TIME", _TIME, value=repr(text))
    hours, minutes = (part for part in match.groups() if part is not None)
    return int(hours) * 60 + int(minutes)


def _span(interval: _Interval) -> str:
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in interval)


# From moments to microseconds and back --------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def _shared_days(key: tuple[object, ...]) -> dict[int, _Windows]:
    """One cache of windows for all calendars of the same content, for they are read anew from the database each time."""
    return {}


def _microseconds(moment: datetime) -> int:
    if moment.utcoffset() is None:
        raise ValueError("a moment needs a time zone (naive datetime given)")
    return (moment - _EPOCH) // _MICROSECOND


def _moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


def _rounded_up(length: timedelta, unit: timedelta) -> int:
    """`length` in whole `unit`s, rounded away from zero."""
    return -(-length // unit) if length > timedelta(0) else length // unit


def _offset(zone: ZoneInfo, microseconds: int) -> int:
    offset = _moment(microseconds).astimezone(zone).utcoffset()
    return 0 if offset is None else offset // _MICROSECOND


def _stretches(zone: ZoneInfo, day_start: int) -> Iterator[tuple[int, int, int]]:
    """(start, end, UTC offset) stretches of constant offset that make up the UTC day beginning at `day_start`."""
    start, offset = day_start, _offset(zone, day_start)
    for probe in range(day_start, day_start + _DAY_US, _PROBE_US):
        after = _offset(zone, probe + _PROBE_US)
        if after != offset:
            turn = _turn(zone, probe, probe + _PROBE_US, offset)
            yield start, turn, offset
            start, offset = turn, after
    if start < day_start + _DAY_US:
        yield start, day_start + _DAY_US, offset


def _turn(zone: ZoneInfo, low: int, high: int, before: int) -> int:
    """The first whole second after `low` (offset `before`) at which the offset differs; it does at `high`."""
    while high - low > _SECOND_US:
        middle = (low + high) // 2 // _SECOND_US * _SECOND_US
        if _offset(zone, middle) == before:
            low = middle
        else:
            high = middle
    return high


# Explaining -----------------------------------------------------------------------------------------------------------


def _merged(calendar: Calendar, start: int, end: int) -> Iterable[tuple[int, int]]:
    """Open windows between `start` and `end`, those that touch (at midnight, UTC or local) joined."""
    merged: list[tuple[int, int]] = []
    for day_number in range(start // _DAY_US, end // _DAY_US + 1):
        for opens, closes in calendar.windows_of(day_number)[0]:
            low, high = max(opens, start), min(closes, end)
            if low < high:
                if merged and merged[-1][1] == low:
                    merged[-1] = (merged[-1][0], high)
                else:
                    merged.append((low, high))
    return merged


def _closed(calendar: Calendar, start: int, end: int, left: int) -> Step:
    """The step over a closed time, with the holidays in it named: they are what surprises people."""
    first = _moment(start).astimezone(calendar.zone).date()
    last = _moment(end - 1).astimezone(calendar.zone).date()
    holidays = sorted(day for day in calendar.holidays if first <= day <= last)
    facts = _facts(calendar, start, end, holidays=", ".join(day.isoformat() for day in holidays))
    text = gettext_noop("%(start)s to %(end)s: closed")
    if holidays:
        text = gettext_noop("%(start)s to %(end)s: closed (holidays: %(holidays)s)")
    return _step("CLOSED", start, end, 0, left, Sentence("HOLIDAY" if holidays else "CLOSED", text, facts))


def _step(kind: str, start: int, end: int, used: int, left: int, sentence: Sentence) -> Step:
    return Step(kind, _moment(start), _moment(end), used / _MINUTE_US, left / _MINUTE_US, sentence)


def _facts(calendar: Calendar, start: int, end: int, **more: object) -> dict[str, object]:
    return {"start": _local(calendar, start), "end": _local(calendar, end), **more}


def _local(calendar: Calendar, microseconds: int) -> str:
    local = _moment(microseconds).astimezone(calendar.zone)
    seconds = local.second or local.microsecond
    twice = (
        local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    )  # the clocks repeat this hour
    return local.strftime(f"%a %Y-%m-%d %H:%M{':%S' if seconds else ''}{' %Z' if twice else ''}")


def moment_words(calendar: Calendar, moment: datetime) -> str:
    """A moment as steps say it, in the calendar's zone: `Mon 2026-03-02 09:00`."""
    return _local(calendar, _microseconds(moment))


def minutes_words(length: timedelta) -> str:
    """A length as steps say it, in minutes: `90`, `0.5`."""
    return _plain(length // _MICROSECOND)


def _plain(microseconds: int) -> str:
    """Minutes without needless decimals: 90, 0.5, 155.46; all six only of what would else be nothing."""
    minutes = microseconds / _MINUTE_US
    return f"{minutes:.{2 if minutes >= 0.01 else 6}f}".rstrip("0").rstrip(".")


ALWAYS = Calendar(
    "UTC", dict.fromkeys(WEEKDAYS, (("00:00", "24:00"),))
)  # the customer's clock never stands still
