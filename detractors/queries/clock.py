"""What the clock of a case is told again from: its lines, its terms, and the hours it runs by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from math import ceil
from typing import Any

from django.db.models import Q

from accounts.models import BusinessCalendar, Workspace
from accounts.queries import calendar as rule_calendar
from accounts.rules import business_time
from accounts.rules.business_time import ALWAYS, Calendar
from detractors.enums import CallOutcome, Clock, EventKind, TimerKind
from detractors.models import Case, CaseEvent, Recount, SlaTimer
from detractors.models.case import OPEN_CATEGORIES
from detractors.rules import clock
from detractors.rules.clock import Happening, Span, Terms

# Lines that move a clock; all others are left where they are.
KINDS = (
    EventKind.OPENED,
    EventKind.REPLIED,
    EventKind.CALLED,
    EventKind.REPLY_FAILED,
    EventKind.WAITING,
    EventKind.RESUMED,
    EventKind.RESOLVED,
    EventKind.REOPENED,
    EventKind.DISMISSED,
    EventKind.PROMISED,
    EventKind.BREACHED,
    EventKind.MERGED,
    EventKind.UNMERGED,
)
_PLAIN = {
    EventKind.WAITING: clock.WAITING,
    EventKind.RESUMED: clock.RESUMED,
    EventKind.RESOLVED: clock.RESOLVED,
    EventKind.DISMISSED: clock.DISMISSED,
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the timeline, as far as the clock reads it."""

    pk: int
    kind: str
    at: datetime
    facts: Mapping[str, Any]


def lines_of(*, workspace: Workspace | int, cases: Iterable[int]) -> dict[int, list[Line]]:
    """The lines that move the clocks of these cases, by case, in the order in which they happened: one query."""
    found: dict[int, list[Line]] = {}
    rows = CaseEvent.objects.of(workspace).filter(case__in=list(cases), kind__in=KINDS)
    for case_id, pk, kind, at, facts in rows.order_by("case", "at", "pk").values_list(
        "case_id", "pk", "kind", "at", "facts"
    ):
        found.setdefault(case_id, []).append(Line(pk, kind, at, facts))
    return found


def timers_of(*, workspace: Workspace | int, cases: Iterable[int]) -> dict[int, list[SlaTimer]]:
    """All timers of these cases with their policies, by case, in the order in which they began: one query."""
    found: dict[int, list[SlaTimer]] = {}
    rows = SlaTimer.objects.of(workspace).select_related("policy").filter(case__in=list(cases))
    for timer in rows.order_by("case", "started_at", "pk"):
        found.setdefault(timer.case_id, []).append(timer)
    return found


def happenings(lines: Sequence[Line], timers: Sequence[SlaTimer] = ()) -> list[Happening]:
    """What the replay is told. A case from before terms were written down gets those of its `timers`.

    A contact that did not arrive has never been one.
    """
    failed = {line.facts.get("event") for line in lines if line.kind == EventKind.REPLY_FAILED}
    told = []
    for line in lines:
        told += _told(line, failed, timers)
    return told


def _told(line: Line, failed: set[Any], timers: Sequence[SlaTimer]) -> list[Happening]:
    facts = line.facts
    if line.kind in _PLAIN:
        return [Happening(line.at, _PLAIN[EventKind(line.kind)])]
    if line.kind == EventKind.BREACHED and "due_at" in facts:
        due_at = datetime.fromisoformat(facts["due_at"])
        return [Happening(line.at, clock.BREACHED, timer=facts.get("timer", ""), due_at=due_at)]
    if line.kind in (EventKind.MERGED, EventKind.UNMERGED):
        kind, merge = clock.MERGED if line.kind == EventKind.MERGED else clock.UNMERGED, facts.get("merge", 0)
        return [Happening(line.at, kind, merge=merge, taken=_lanes(facts.get("taken", ())))] if merge else []
    if is_contact(line) and line.pk not in failed:
        return [Happening(line.at, clock.CONTACTED)]
    if line.kind in (EventKind.OPENED, EventKind.REOPENED):
        kind = clock.OPENED if line.kind == EventKind.OPENED else clock.REOPENED
        terms = Terms.from_json(facts["promise"]) if facts.get("promise") else None
        since = datetime.fromisoformat(facts["since"]) if facts.get("since") else line.at
        if terms is None and line.kind == EventKind.OPENED and timers:
            terms, since = _terms_of(timers), timers[0].started_at
        if terms is None and line.kind == EventKind.OPENED:
            return []
        return [Happening(since, kind, terms=terms, goes_on=bool(facts.get("goes_on")))]
    if line.kind == EventKind.PROMISED and facts.get("promise"):
        kind = clock.WROTE if facts.get("starts") == TimerKind.NEXT_RESPONSE else clock.TERMS
        since = datetime.fromisoformat(facts["since"]) if facts.get("since") else line.at
        merge = facts.get("merge", 0)  # the words are those of a duplicate
        return [Happening(since, kind, terms=Terms.from_json(facts["promise"]), merge=merge)]
    return []


def lanes_of(*, workspace: Workspace | int, case: int) -> list[Any]:
    """What the promises of a case that still run have gone through, as plain values for a line: [kind, [[what, at, calendar]]]."""
    return [
        [run.kind, [[what, at.isoformat(), calendar] for what, at, calendar in run.moves]]
        for run in replayed(workspace=workspace, case=case).runs
        if run.is_running
    ]


def _lanes(stored: Any) -> list[tuple[str, list[clock.Move]]]:
    return [
        (kind, [(what, datetime.fromisoformat(at), calendar) for what, at, calendar in moves])
        for kind, moves in stored
    ]


def with_duplicate(*, keep: Case, other: Case, now: datetime) -> list[tuple[str, datetime, datetime]]:
    """The promises of `keep` that would be due earlier with the time `other` has used: (kind, due now, due then)."""
    found = replayed(workspace=keep.workspace_id, case=keep.pk)
    lanes = _lanes(lanes_of(workspace=other.workspace_id, case=other.pk))
    merged = Happening(now, clock.MERGED, merge=-1, taken=lanes)
    again = clock.replay([*found.told, merged], found.calendars)
    then = {run.kind: run for run in again if run.is_running}
    return [
        (run.kind, run.due_at, then[run.kind].due_at)
        for run in found.runs
        if run.is_running and then[run.kind].due_at < run.due_at
    ]


def is_contact(line: Line) -> bool:
    """Whether a person wrote, or reached the customer."""
    return line.kind == EventKind.REPLIED or (
        line.kind == EventKind.CALLED and line.facts.get("outcome") == CallOutcome.REACHED
    )


def _terms_of(timers: Sequence[SlaTimer]) -> Terms:
    first = timers[0]
    spans = {timer.kind: Span(timer.promised_minutes, timer.clock) for timer in timers}
    return Terms(
        first.policy_id, first.calendar_id or first.policy.calendar_id, first.policy.warn_percent, spans
    )


def has_terms(lines: Sequence[Line]) -> bool:
    """Whether the case's beginning says what was promised."""
    return bool(lines) and lines[0].kind == EventKind.OPENED and bool(lines[0].facts.get("promise"))


# Hours ------------------------------------------------------------------------------------------------------------


class Hours(dict[int, Calendar]):
    """The calendars of a workspace by id; one that is no longer there is read as the usual one."""

    usual: Calendar = ALWAYS

    def __missing__(self, key: int) -> Calendar:
        return self.usual


def calendars_of(*, workspace: Workspace | int) -> Hours:
    """Every calendar of a workspace by its id, as the rules read it: two queries."""
    found = Hours()
    for row in BusinessCalendar.objects.of(workspace).prefetch_related("holidays"):
        found[row.pk] = rule_calendar(row=row)
        if row.is_default:
            found.usual = found[row.pk]
    return found


def hours_of(*, timer: SlaTimer) -> Calendar:
    """The hours a timer runs by now."""
    if timer.clock == Clock.CALENDAR:
        return ALWAYS
    row = BusinessCalendar.objects.of(timer.workspace_id).prefetch_related("holidays")
    return rule_calendar(row=row.get(pk=timer.calendar_id or timer.policy.calendar_id))


@dataclass(frozen=True)
class Replayed:
    """One case as its lines tell it: what the replay is told, in which hours, and its stored timers as they began."""

    lines: list[Line]
    told: list[Happening]
    timers: list[SlaTimer]
    calendars: Hours

    @cached_property
    def runs(self) -> list[clock.Run]:
        """Every promise of the case, as the replay has it."""
        return clock.replay(self.told, self.calendars)


def replayed(*, workspace: Workspace | int, case: int) -> Replayed:
    """The case with this id told again: four queries."""
    lines = lines_of(workspace=workspace, cases=[case]).get(case, [])
    timers = timers_of(workspace=workspace, cases=[case]).get(case, [])
    return Replayed(lines, happenings(lines, timers), timers, calendars_of(workspace=workspace))


def working_minutes(
    told: Sequence[Happening], calendars: Mapping[int, Calendar], *, start: datetime, end: datetime
) -> int:
    """The team's working time between two moments, begun minutes as whole ones, in whose hours the case was when.

    Without any promise it is the customer's time.
    """
    marks = [(what.at, what.terms.calendar) for what in told if what.terms is not None]
    if not marks:
        return calendar_minutes(start=start, end=end)
    total = timedelta(0)
    for index, (_since, calendar) in enumerate(marks):
        low = start if index == 0 else max(start, marks[index][0])
        high = end if index + 1 == len(marks) else min(end, marks[index + 1][0])
        if low < high:
            total += business_time.time_between(calendars[calendar], low, high)
    return ceil(total / timedelta(minutes=1))


def calendar_minutes(*, start: datetime, end: datetime) -> int:
    """The customer's time between two moments, begun minutes as whole ones."""
    return ceil(max((end - start).total_seconds(), 0) / 60)


# Proof ------------------------------------------------------------------------------------------------------------

CHECKED_DAYS = 30  # a first response this old was checked before
BATCH = 1_000


def disagreements(*, now: datetime) -> Iterator[tuple[str, str, str]]:
    """(workspace slug, row, detail) of what the lines of a case do not say as its row does.

    Running promises of open cases, and the two clocks of first responses of the last CHECKED_DAYS that were fixed after
    the hours were last edited. A workspace that is being counted anew is left out until that is done.
    """
    busy = Recount.objects.across_workspaces().filter(finished_at__isnull=True).values("workspace")
    for workspace in Workspace.objects.exclude(pk__in=busy).order_by("slug"):
        calendars = calendars_of(workspace=workspace)
        edited = dict(BusinessCalendar.objects.of(workspace).values_list("pk", "changed_at"))
        rows = Case.objects.of(workspace).filter(
            Q(category__in=OPEN_CATEGORIES) | Q(first_responded_at__gte=now - timedelta(days=CHECKED_DAYS))
        )
        for batch in _batches(rows):
            lines = lines_of(workspace=workspace, cases=[case.pk for case in batch])
            timers = timers_of(workspace=workspace, cases=[case.pk for case in batch])
            for case in batch:
                own = lines.get(case.pk, [])
                if not has_terms(own):
                    continue
                told = happenings(own)
                for detail in _differences(case, told, timers.get(case.pk, []), calendars, edited):
                    yield workspace.slug, f"case {case.number}", detail


def _batches(rows: Any) -> Iterator[list[Case]]:
    last = 0
    while batch := list(
        rows.filter(pk__gt=last)
        .order_by("pk")
        .only(
            "number",
            "category",
            "opened_at",
            "first_responded_at",
            "first_response_minutes",
            "first_response_minutes_calendar",
            "workspace_id",
        )[:BATCH]
    ):
        yield batch
        last = batch[-1].pk


def _differences(
    case: Case,
    told: Sequence[Happening],
    timers: Sequence[SlaTimer],
    calendars: Mapping[int, Calendar],
    edited: Mapping[int, datetime | None],
) -> Iterator[str]:
    if case.is_open:
        runs = clock.replay(told, calendars)
        for timer in timers:
            if timer.is_running and timer.breached_at is None:
                run = clock.running(runs, timer.kind)
                if run is None:
                    yield f"{timer.kind} runs, its lines say it does not"
                elif not agrees(timer, run):
                    yield f"{timer.kind} due {timer.due_at.isoformat()}, by its lines {run.due_at.isoformat()}"
    answered = case.first_responded_at
    used = {what.terms.calendar for what in told if what.terms is not None}
    is_older = any(answered and (edited.get(pk) or answered) > answered for pk in used)
    if answered is not None and not is_older:
        working = working_minutes(told, calendars, start=case.opened_at, end=answered)
        by_calendar = calendar_minutes(start=case.opened_at, end=answered)
        stored = (case.first_response_minutes, case.first_response_minutes_calendar)
        if stored != (working, by_calendar):
            yield f"first response {stored}, by its lines {(working, by_calendar)}"


def agrees(timer: SlaTimer, run: clock.Run) -> bool:
    """Whether a stored running promise is as the replay says."""
    left = (timer.remaining_seconds, timer.warn_remaining_seconds)
    said = (run.left.remaining_seconds, run.left.warn_remaining_seconds) if run.left else (None, None)
    return (timer.started_at, timer.promised_minutes, timer.clock, timer.paused_at, left) == (
        run.started_at, run.span.minutes, run.span.clock, run.paused_at, said,
    ) and (timer.paused_at is not None or (timer.warn_at, timer.due_at) == (run.warn_at, run.due_at))  # fmt: skip
