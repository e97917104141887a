"""Which step of the escalation is due how long after a breach.

Delays are working minutes of the policy's calendar: nobody is called at night about a promise made for working hours.
Each level is taken once; a chain is ordered by delay, then by level.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from accounts.rules import business_time
from accounts.rules.business_time import Calendar

LEAD, MANAGER, EXECUTIVE = "LEAD", "MANAGER", "EXECUTIVE"
LEVELS = (LEAD, MANAGER, EXECUTIVE)  # from the nearest to the farthest


@dataclass(frozen=True)
class Step:
    """One step: who is told, and how many working minutes after the due moment that was missed."""

    level: str
    after_minutes: int

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise ValueError(f"{self.level!r} is no level; choose one of {', '.join(LEVELS)}")
        if self.after_minutes < 0:
            raise ValueError("a step cannot come before the breach")


@dataclass(frozen=True)
class DueStep:
    """A step with its moment in UTC."""

    level: str
    due_at: datetime


# The lead at once, managers an hour later, executives after a working day of eight hours.
DEFAULT_STEPS = (Step(LEAD, 0), Step(MANAGER, 60), Step(EXECUTIVE, 480))


def chain(steps: Iterable[Step], calendar: Calendar, *, due_at: datetime) -> Iterator[DueStep]:
    """Every step with its moment, in order, for a promise that was due at `due_at`; a delay of 0 is `due_at` itself.

    Moments are found as they are asked for: counting working time is most of the work.
    """
    for step in sorted(steps, key=lambda step: (step.after_minutes, LEVELS.index(step.level))):
        moment = (
            business_time.add_minutes(calendar, due_at, step.after_minutes) if step.after_minutes else due_at
        )
        yield DueStep(step.level, moment)


def steps_at(
    steps: Iterable[Step], calendar: Calendar, *, due_at: datetime, taken: Collection[str], now: datetime
) -> tuple[list[DueStep], datetime | None]:
    """Steps due at `now` whose level is not among `taken`, in order, and when the one after them is due.

    After a stop, all that were missed come at once. The moment is None when the chain is at its end.
    """
    due: list[DueStep] = []
    for step in chain(steps, calendar, due_at=due_at):
        if step.level in taken:
            continue
        if step.due_at > now:
            return due, step.due_at
        due.append(step)
    return due, None


def due_steps(
    steps: Iterable[Step], calendar: Calendar, *, due_at: datetime, taken: Collection[str], now: datetime
) -> list[DueStep]:
    """The first half of `steps_at`: what is due at `now`."""
    return steps_at(steps, calendar, due_at=due_at, taken=taken, now=now)[0]


def next_step_at(
    steps: Iterable[Step], calendar: Calendar, *, due_at: datetime, taken: Collection[str]
) -> datetime | None:
    """When the next step not among `taken` is due; None when the chain is at its end."""
    return next(
        (step.due_at for step in chain(steps, calendar, due_at=due_at) if step.level not in taken), None
    )
