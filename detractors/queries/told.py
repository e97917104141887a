"""The clock of a case told again from its lines: how a promise came to its due moment, and the case's two clocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.rules.business_time import ALWAYS, Calendar, NotReachable, Step
from detractors.enums import EventKind
from detractors.models import Case, CaseEvent, SlaTimer
from detractors.queries import clock as clock_queries
from detractors.rules import clock_story, stretches
from detractors.rules.clock import Run
from detractors.rules.stretches import Stretch, Turn


def walked(*, timer: SlaTimer) -> tuple[datetime | None, list[Step]]:
    """How a promise of a case came to its due moment, with its pauses and hand-overs: (due, None while it stands still; steps).

    No steps where the case's lines do not say what its row does: what was missed stays as it was when hours are edited later.
    """
    again = clock_queries.replayed(workspace=timer.workspace_id, case=timer.case_id)
    run = run_of(timer, again.runs)
    try:
        found = clock_story.story(run, again.calendars) if run is not None else []
    except NotReachable:
        return None, []
    if not found:
        return None, []
    due = None if found[-1].kind == clock_story.STILL else found[-1].end
    is_so = (timer.paused_at is not None) if due is None else not is_other(timer.due_at, due)
    return (due, found) if is_so else (None, [])


def run_of(timer: SlaTimer, runs: Sequence[Run]) -> Run | None:
    """The promise of the replay that is this stored one."""
    return next(
        (run for run in runs if (run.kind, run.started_at) == (timer.kind, timer.started_at)),
        None,
    )


def is_other(stored: datetime, counted: datetime | None) -> bool:
    """Whether two due moments differ: the question is asked in whole seconds."""
    return counted is None or abs(stored - counted) > timedelta(seconds=1)


# Two clocks -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TwoClocks:
    """A case from its beginning to its end, or to now: its stretches in their order, and what each clock counted."""

    start: datetime
    end: datetime
    is_over: bool
    stretches: Sequence[Stretch]
    hours: Callable[[int | None], Calendar]

    @property
    def customer(self) -> timedelta:
        """What passed for the customer."""
        return sum((one.customer for one in self.stretches), timedelta(0))

    @property
    def team(self) -> timedelta:
        """The working time that was used."""
        return sum((used(one) for one in self.stretches), timedelta(0))

    @property
    def waited(self) -> timedelta:
        """What passed while the customer had to act."""
        waits = (one.customer for one in self.stretches if one.state == stretches.WAIT)
        return sum(waits, timedelta(0))


def used(one: Stretch) -> timedelta:
    """The working time used in a stretch: none while it stands still."""
    return one.team if one.state == stretches.RUN else timedelta(0)


def two_clocks(
    *, case: Case, lines: Sequence[clock_queries.Line], calendars: clock_queries.Hours, now: datetime
) -> TwoClocks:
    """The clocks of `case` until its end or `now`, from its `lines`, in one query."""
    usual = case.policy.calendar_id if case.policy else None

    def hours(calendar: int | None) -> Calendar:
        calendar = calendar or usual
        return calendars[calendar] if calendar else ALWAYS

    ended = case.resolved_at or case.closed_at
    start, end = case.opened_at, max(ended or now, case.opened_at)
    turns = sorted([*_turns(lines), *_owners(case)], key=lambda turn: turn.at)
    found = stretches.stretches(turns, start=start, end=end, hours=hours)
    return TwoClocks(start, end, ended is not None, found, hours)


def _turns(lines: Sequence[clock_queries.Line]) -> list[Turn]:
    """What the lines say of the state and of the hours."""
    states = {
        EventKind.WAITING: stretches.WAITING,
        EventKind.RESUMED: stretches.RESUMED,
        EventKind.RESOLVED: stretches.ENDED,
        EventKind.DISMISSED: stretches.ENDED,
        EventKind.REOPENED: stretches.REOPENED,
    }
    turns = []
    for line in lines:
        terms = line.facts.get("promise") or {}
        state = states.get(EventKind(line.kind), "")
        if state or terms:
            turns.append(Turn(line.at, state=state, calendar=terms.get("calendar")))
    return turns


def _owners(case: Case) -> list[Turn]:
    """Who had the case from when on; "" is nobody."""
    rows = (
        CaseEvent.objects.of(case.workspace_id)
        .select_related("by")
        .filter(case=case, kind__in=[EventKind.ASSIGNED, EventKind.CLAIMED])
        .order_by("at", "pk")
    )
    return [
        Turn(event.at, owner=event.by.display_name if event.by else "")
        if event.kind == EventKind.CLAIMED
        else Turn(event.at, owner=str(event.facts.get("to") or ""))
        for event in rows
    ]
