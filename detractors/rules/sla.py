"""When a promise is due, when to warn, and how a timer stands.

A promise is a length of working time (`accounts.rules.business_time`). The warning comes when a share of it, 75 % unless
the policy says otherwise, is used up. Pausing keeps the working time that is left; resuming counts it on from then, so a
pause shifts the due moment and never shortens or lengthens the promise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from accounts.rules import business_time
from accounts.rules.business_time import Calendar

FIRST_RESPONSE, NEXT_RESPONSE, RESOLUTION = "FIRST_RESPONSE", "NEXT_RESPONSE", "RESOLUTION"
TIMERS = (FIRST_RESPONSE, NEXT_RESPONSE, RESOLUTION)

RUNNING, DUE_SOON, BREACHED, PAUSED, MET, MET_LATE = (
    "RUNNING",
    "DUE_SOON",
    "BREACHED",
    "PAUSED",
    "MET",
    "MET_LATE",
)

WARN_PERCENT = (
    75  # three quarters used: of an hour's promise the owner is told with a quarter of an hour left
)
FIRST_RESPONSE_MINUTES = 60  # "reply within an hour" is the best practice the product is built on
RESOLUTION_DAYS = 2
JUST_AFTER = timedelta(microseconds=1)  # a promise is kept up to and including its due moment


@dataclass(frozen=True)
class Promise:
    """A length of working time: `minutes`, and `working_days` worth what the calendar's day is worth."""

    minutes: int = 0
    working_days: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        if self.minutes < 0 or self.working_days < 0 or not (self.minutes or self.working_days):
            raise ValueError("a promise is a positive number of minutes or working days")

    def minutes_in(self, calendar: Calendar) -> int:
        """The promise in working minutes of `calendar`; a working day is its median open day, fractions rounded down."""
        return self.minutes + int(self.working_days * calendar.working_day_minutes)


@dataclass(frozen=True)
class Policy:
    """Promises by timer, and those that differ by priority; a timer with neither is not started."""

    promises: Mapping[str, Promise]
    by_priority: Mapping[tuple[str, str], Promise] = field(
        default_factory=dict
    )  # (priority, timer) -> promise
    warn_percent: int = WARN_PERCENT

    def __post_init__(self) -> None:
        if not 0 < self.warn_percent < 100:
            raise ValueError("warn_percent must be between 1 and 99")

    def promise(self, kind: str, priority: str) -> Promise | None:
        """The promise of timer `kind` for a case of `priority`, or None when there is none."""
        return self.by_priority.get((priority, kind)) or self.promises.get(kind)


DEFAULT_POLICY = Policy(
    {
        FIRST_RESPONSE: Promise(minutes=FIRST_RESPONSE_MINUTES),
        RESOLUTION: Promise(working_days=Decimal(RESOLUTION_DAYS)),
    }
)


@dataclass(frozen=True)
class Plan:
    """What a timer row keeps when it starts: `promised_minutes` of working time, moments in UTC."""

    promised_minutes: int
    warn_at: datetime
    due_at: datetime


@dataclass(frozen=True)
class Left:
    """What a paused timer keeps: working seconds until due and until the warning, neither negative."""

    remaining_seconds: int
    warn_remaining_seconds: int


@dataclass(frozen=True, kw_only=True)
class Timer:
    """The facts of one timer that its state depends on; moments are aware UTC."""

    warn_at: datetime
    due_at: datetime
    paused_at: datetime | None = None
    met_at: datetime | None = None
    breached_at: datetime | None = None


def start(
    policy: Policy, calendar: Calendar, *, kind: str, priority: str, opened_at: datetime
) -> Plan | None:
    """The plan of timer `kind` for a case opened at `opened_at`; None when the policy makes no such promise."""
    promise = policy.promise(kind, priority)
    if promise is None:
        return None
    return plan(
        calendar, start=opened_at, minutes=promise.minutes_in(calendar), warn_percent=policy.warn_percent
    )


def plan(calendar: Calendar, *, start: datetime, minutes: int, warn_percent: int = WARN_PERCENT) -> Plan:
    """Warning and due moments of `minutes` working minutes promised at `start`."""
    promised = timedelta(minutes=minutes)
    return Plan(
        promised_minutes=minutes,
        warn_at=business_time.at_latest(calendar, start, promised * warn_percent / 100),
        due_at=business_time.at_latest(calendar, start, promised),
    )


def pause(calendar: Calendar, *, warn_at: datetime, due_at: datetime, now: datetime) -> Left:
    """The working time left at `now` until the warning and until due, to be kept while paused; zero when passed.

    A begun second counts as one, so that a pause never costs the team a part of a second.
    """
    return Left(
        remaining_seconds=max(0, business_time.seconds_between(calendar, now, due_at)),
        warn_remaining_seconds=max(0, business_time.seconds_between(calendar, now, warn_at)),
    )


def resume(calendar: Calendar, left: Left, *, now: datetime) -> tuple[datetime, datetime]:
    """(warn_at, due_at) of a timer that goes on at `now` with the working time `left`.

    What had passed before the pause is at `now`; a timer that was warned before is not warned again by its `warned_at`.
    """

    def after(seconds: int) -> datetime:
        return business_time.at_latest(calendar, now, timedelta(seconds=seconds)) if seconds else now

    return after(left.warn_remaining_seconds), after(left.remaining_seconds)


def state_at(timer: Timer, now: datetime) -> str:
    """RUNNING, DUE_SOON, BREACHED, PAUSED, MET or MET_LATE at `now`.

    A promise is met up to and including its due moment and broken after it. A breach stays one even when met later
    (MET_LATE), and is one from the due moment on, whether or not the sweep has marked it yet.
    """
    if timer.met_at is not None and timer.met_at <= now:
        return MET_LATE if timer.breached_at is not None or timer.met_at > timer.due_at else MET
    if timer.breached_at is not None:
        return BREACHED
    if timer.paused_at is not None and timer.paused_at <= now:
        return PAUSED
    if now > timer.due_at:
        return BREACHED
    return DUE_SOON if now >= timer.warn_at else RUNNING


def used_percent(*, promised_minutes: int, remaining: timedelta) -> int:
    """How much of the promise is used, 0 to 100 (rounded down), for a progress bar."""
    promised = timedelta(minutes=promised_minutes)
    used = min(max(promised - remaining, timedelta(0)), promised)
    return int(used / promised * 100)
