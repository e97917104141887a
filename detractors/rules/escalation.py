"""The escalation chain: which step is due when, before a promise is due or after it was missed.

A step's minutes run in the working hours the promise runs by, unless it says otherwise: nobody is called at night about a
promise made for working hours. Each step is taken once; a chain is ordered by moment, then by place, then by level.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts.rules import business_time
from accounts.rules.business_time import ALWAYS, Calendar

AGENT, LEAD, MANAGER, EXECUTIVE = "AGENT", "LEAD", "MANAGER", "EXECUTIVE"
LEVELS = (AGENT, LEAD, MANAGER, EXECUTIVE)  # from the nearest to the farthest
WORKING, CALENDAR = "WORKING", "CALENDAR"
LATE = timedelta(minutes=2)  # the sweep runs every few seconds: a step later than this waited for something


@dataclass(frozen=True)
class Step:
    """One step: who is told and what is done, so many minutes after the due moment, or before it with minutes below 0.

    `key` is what it is known by (0: by its level). It concerns moments from `since` on.
    """

    level: str
    after_minutes: int
    clock: str = WORKING
    key: int = 0
    place: int = 0
    since: datetime | None = None
    person: int | None = None
    by_bell: bool = True
    by_mail: bool = True
    target: int | None = None
    hand_to: str = ""
    raises_priority: bool = False
    breaks_quiet: bool = False

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise ValueError(f"{self.level!r} is no level; choose one of {', '.join(LEVELS)}")

    @property
    def is_early(self) -> bool:
        """Whether it comes before the promise is due."""
        return self.after_minutes < 0

    @property
    def acts(self) -> bool:
        """Whether something is done to the case."""
        return bool(self.hand_to) or self.raises_priority

    def is_among(self, taken: Collection[object]) -> bool:
        """Whether it was taken: by its key, or by its level where that is all that was kept."""
        return self.level in taken or (self.key != 0 and self.key in taken)


@dataclass(frozen=True)
class DueStep:
    """A step with its moment in UTC."""

    level: str
    due_at: datetime
    step: Step | None = field(default=None, compare=False)


# The lead at once, managers an hour later, executives after a working day of eight hours.
DEFAULT_STEPS = (Step(LEAD, 0), Step(MANAGER, 60), Step(EXECUTIVE, 480))


def moment_of(step: Step, calendar: Calendar, *, due_at: datetime) -> datetime:
    """When a step is due for a promise that is due at `due_at`; 0 minutes is `due_at` itself."""
    if not step.after_minutes:
        return due_at
    hours = ALWAYS if step.clock == CALENDAR else calendar
    if step.after_minutes > 0:
        return business_time.at_latest(hours, due_at, timedelta(minutes=step.after_minutes))
    return _before(hours, due_at, -step.after_minutes)


def _before(hours: Calendar, due_at: datetime, minutes: int) -> datetime:
    """The latest moment with so many minutes of `hours` between it and `due_at`."""
    if hours == ALWAYS:
        return due_at - timedelta(minutes=minutes)
    wanted, days = timedelta(minutes=minutes), 1
    while True:
        start = due_at - timedelta(days=days, minutes=minutes)
        windows = business_time.open_windows(hours, start, due_at)
        left = wanted
        for begin, end in reversed(windows):
            if end - begin >= left:
                return end - left
            left -= end - begin
        if days > 1_500:  # years of closure: as early as anybody looks
            return start
        days *= 3


def chain(steps: Iterable[Step], calendar: Calendar, *, due_at: datetime) -> Iterator[DueStep]:
    """Every step with its moment, in order, for a promise that is due at `due_at`.

    Where all run by one clock, moments are found as they are asked for: counting working time is most of the work.
    """
    steps = list(steps)
    if len({step.clock for step in steps}) <= 1:
        for step in sorted(
            steps, key=lambda step: (step.after_minutes, step.place, LEVELS.index(step.level))
        ):
            yield DueStep(step.level, moment_of(step, calendar, due_at=due_at), step)
        return
    found = [DueStep(step.level, moment_of(step, calendar, due_at=due_at), step) for step in steps]
    yield from sorted(found, key=_order)


def _order(due: DueStep) -> tuple[datetime, int, int]:
    assert due.step is not None
    return due.due_at, due.step.place, LEVELS.index(due.level)


def steps_at(
    steps: Iterable[Step],
    calendar: Calendar,
    *,
    due_at: datetime,
    taken: Collection[object],
    now: datetime,
    is_missed: bool = True,
) -> tuple[list[DueStep], datetime | None]:
    """Steps due at `now` that are not among `taken`, in order, and when the one after them is due.

    After a stop, all that were missed come at once. Until the promise `is_missed`, only those before its due moment count.
    The moment is None when none is left of those.
    """
    if not is_missed:
        steps = [step for step in steps if step.is_early]
    due: list[DueStep] = []
    for found in chain(steps, calendar, due_at=due_at):
        step = found.step
        assert step is not None
        if step.is_among(taken) or (step.since is not None and found.due_at < step.since):
            continue
        if found.due_at > now:
            return due, found.due_at
        due.append(found)
    return due, None


def due_steps(
    steps: Iterable[Step], calendar: Calendar, *, due_at: datetime, taken: Collection[object], now: datetime
) -> list[DueStep]:
    """The first half of `steps_at`: what is due at `now`."""
    return steps_at(steps, calendar, due_at=due_at, taken=taken, now=now)[0]


def next_step_at(
    steps: Iterable[Step], calendar: Calendar, *, due_at: datetime, taken: Collection[object]
) -> datetime | None:
    """When the next step not among `taken` is due; None when the chain is at its end."""
    return next(
        (
            found.due_at
            for found in chain(steps, calendar, due_at=due_at)
            if found.step is not None and not found.step.is_among(taken)
        ),
        None,
    )


def lateness(*, due_at: datetime, at: datetime) -> timedelta:
    """How late a step was, nothing if the sweep took it as it came."""
    late = at - due_at
    return late if late > LATE else timedelta(0)
