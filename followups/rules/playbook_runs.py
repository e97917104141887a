"""When the steps of a running playbook are due, and what ends it before its last step.

A step comes after the one before it, whatever it is counted from: its time is never earlier than the other's. What ends a
run is asked again before each step; what makes it untrue comes first, then what its playbook says.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from followups.rules import playbook_steps as steps

CALLED_OFF, ERASED, NO_LONGER_TRUE, CONDITIONS, ANEW = (
    "CALLED_OFF",
    "ERASED",
    "NO_LONGER_TRUE",
    "CONDITIONS",
    "ANEW",
)
OPEN, WAITING, RESOLVED, CLOSED = "OPEN", "WAITING", "RESOLVED", "CLOSED"
DISMISSED = "DISMISSED"
RECOVERIES = ("RECOVERED", "CONVERTED")

After = Callable[[datetime, int, str, str], datetime]  # from, amount, unit, clock


@dataclass(frozen=True)
class Delay:
    """The delay of one step."""

    amount: int
    unit: str
    clock: str
    since: str


def due_times(
    delays: Sequence[Delay],
    *,
    event_at: datetime,
    before: datetime,
    after: After,
    floor: datetime | None = None,
) -> list[datetime]:
    """When these steps are due, one after the other. `before` is when the one before the first was done, `floor` when it
    was to be done (default: then): a step counted from the event that is late itself stays late."""
    found: list[datetime] = []
    floor = before if floor is None else floor
    for delay in delays:
        if delay.since == steps.EVENT:
            due = max(after(event_at, delay.amount, delay.unit, delay.clock), floor)
        else:
            due = max(after(before, delay.amount, delay.unit, delay.clock), before)
        found.append(due)
        before = floor = due
    return found


@dataclass(frozen=True, kw_only=True)
class Facts:
    """How it stands with a run. `holds` is whether the playbook's conditions do; those of a cell's choice always do."""

    event: str
    stops: Collection[str] = ()
    is_called_off: bool = False
    is_erased: bool = False
    is_true: bool = True
    holds: bool = True
    has_written: bool = False  # the customer, since it began
    is_answered: bool = False  # by a person, since it began
    is_resolved: bool = False
    is_closed: bool = False
    is_reassigned: bool = False
    is_opted_out: bool = False


def end_of(facts: Facts) -> str:
    """The one reason why it ends now; empty while it goes on."""
    stops = {
        steps.CUSTOMER_WROTE: facts.has_written,
        steps.PERSON_REPLIED: facts.is_answered,
        steps.STOP_RESOLVED: facts.is_resolved or facts.is_closed,
        steps.STOP_CLOSED: facts.is_closed,
        steps.REASSIGNED: facts.is_reassigned,
        steps.OPTED_OUT: facts.is_opted_out,
    }
    ends = [
        (CALLED_OFF, facts.is_called_off),
        (ERASED, facts.is_erased),
        *((code, is_so) for code, is_so in stops.items() if code in facts.stops),
        (NO_LONGER_TRUE, not facts.is_true),
        (CONDITIONS, not facts.holds),
    ]
    return next((code for code, is_so in ends if is_so), "")


@dataclass(frozen=True, kw_only=True)
class CaseNow:
    """How the case of a run stands."""

    category: str
    outcome: str
    reopened: int
    is_merged: bool
    waiting_since: datetime | None = None
    has_written_since: bool = False  # the customer, since what the run began with
    has_words: bool = False  # the answer of the case


def is_still_so(event: str, case: CaseNow, *, episode: int, wait: datetime | None = None) -> bool:
    """Whether what the run began with is still so. `episode` counts the case's reopenings then, `wait` began its wait."""
    if case.is_merged or case.outcome == DISMISSED:
        return False
    if event == steps.NO_COMMENT:
        return not case.has_words
    if event == steps.SILENCE:
        return not case.has_written_since
    if event == steps.WAITING:
        return case.category == WAITING and case.waiting_since == wait and case.reopened == episode
    if event == steps.RESOLVED:
        return case.category in (RESOLVED, CLOSED) and case.reopened == episode
    if event == steps.RECOVERED:
        return case.outcome in RECOVERIES and case.reopened == episode
    if event == steps.NOT_RECOVERED:
        return case.outcome not in RECOVERIES
    return True
