"""A step of the escalation as a sentence, and a chain as what would happen around one moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.rules.business_time import Calendar, NotReachable
from detractors.enums import Clock, EscalationLevel, HandTo, TimerKind
from detractors.promise_forms import split_minutes
from detractors.rules import escalation
from detractors.rules.escalation import Step
from detractors.services.chains import WantedStep

FRIDAY, LATE_AFTERNOON = 4, time(16, 30)
UNITS: dict[str, Any] = {
    "MINUTES": lambda n: _("%(n)s working min") % {"n": n},
    "HOURS": lambda n: _("%(n)s working h") % {"n": n},
    "DAYS": lambda n: _("%(n)s working days") % {"n": n},
    "CLOCK_MINUTES": lambda n: _("%(n)s min") % {"n": n},
    "CLOCK_HOURS": lambda n: _("%(n)s h") % {"n": n},
    "CLOCK_DAYS": lambda n: _("%(n)s days") % {"n": n},
}


def when(minutes: int, *, clock: str, day_minutes: int) -> str:
    """At once, 2 working h later, 30 min before."""
    if not minutes:
        return _("when it is missed")
    number, unit = split_minutes(abs(minutes), day_minutes=day_minutes, clock=clock)
    length = UNITS[unit](number)
    return (
        _("%(length)s before") % {"length": length}
        if minutes < 0
        else _("%(length)s later") % {"length": length}
    )


def who(step: WantedStep) -> str:
    """The person, or those of the level."""
    return step.person.display_name if step.person else str(EscalationLevel(step.level).label)


def does(step: WantedStep) -> str:
    """How they are told, and what becomes of the case."""
    parts = []
    if step.by_mail:
        parts.append(_("by mail"))
    if step.by_bell:
        parts.append(_("in the product"))
    if step.target is not None:
        parts.append(_("in %(target)s") % {"target": step.target.name})
    if step.hand_to:
        parts.append(_("the case %(goes)s") % {"goes": HandTo(step.hand_to).label})
    if step.raises_priority:
        parts.append(_("its priority goes up"))
    return ", ".join(parts)


@dataclass(frozen=True)
class Happening:
    """One line of the preview; `at` is a time of the team's own clock, without a zone."""

    at: datetime
    who: str
    does: str


@dataclass(frozen=True)
class Preview:
    """What a chain does around one promise of a kind that is due at `due_at`."""

    label: str
    due_at: datetime
    zone: str
    lines: Sequence[Happening]


def previews(steps: Iterable[WantedStep], *, calendar: Calendar, now: datetime) -> list[Preview]:
    """For each kind of promise with steps: what would happen if one were due on Friday at half past four."""
    due_at = next_friday(calendar, now)
    wanted = list(steps)
    found = []
    for kind in TimerKind:
        own = [step for step in wanted if step.kind == kind]
        if own:
            lines = _lines(own, calendar, due_at)
            found.append(Preview(str(kind.label), _wall(due_at, calendar), calendar.time_zone, lines))
    return found


def next_friday(calendar: Calendar, now: datetime) -> datetime:
    """Half past four on the next Friday, on the team's clock."""
    day = now.astimezone(calendar.zone).date()
    day += timedelta(days=(FRIDAY - day.weekday()) % 7 or 7)
    return datetime.combine(day, LATE_AFTERNOON, tzinfo=calendar.zone)


def _lines(steps: Sequence[WantedStep], calendar: Calendar, due_at: datetime) -> list[Happening]:
    ruled = [
        Step(
            step.level if step.level in escalation.LEVELS else escalation.MANAGER,
            step.after_minutes,
            str(Clock(step.clock)),
            key=place,
            place=place,
        )
        for place, step in enumerate(steps, start=1)
    ]
    try:
        chain = list(escalation.chain(ruled, calendar, due_at=due_at))
    except NotReachable:  # a calendar that never opens again
        return []
    shown = []
    for due in chain:
        assert due.step is not None
        step = steps[due.step.key - 1]
        shown.append(Happening(_wall(due.due_at, calendar), who(step), does(step)))
    return shown


def _wall(moment: datetime, calendar: Calendar) -> datetime:
    return moment.astimezone(calendar.zone).replace(tzinfo=None)
