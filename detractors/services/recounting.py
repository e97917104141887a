"""Open cases follow when hours or promises are edited: each is told again from its beginning by rules.clock.

An edit asks for a recount in its own transaction; a sweep walks the open cases in batches, and doing it twice changes
nothing. What moved leaves a line on its case. `preview` tells before the edit how many would move and be late by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import User, Workspace
from accounts.rules.business_time import Calendar
from core.queue import nudge_on_commit
from detractors.enums import EventKind
from detractors.models import Case, CaseEvent, Recount, SlaPolicy, SlaTimer
from detractors.queries import clock as clock_queries
from detractors.rules import clock
from detractors.rules.clock import Happening, Terms
from detractors.services import lateness, ranking, timeline
from detractors.services.enforcing import enforce
from detractors.services.promising import Book, stood
from detractors.services.sla import as_told, set_next

BATCH = 500  # cases a transaction
PREVIEWED = 2_000  # of more open cases an even share is tried, and the figures are about so many
SWEEP = "detractors.recount"
# Why one case follows, beside the reasons of a recount: it was placed elsewhere in the matrix; its priority is another.
CELL, PRIORITY = "CELL", "PRIORITY"
MERGED, UNMERGED = (
    "MERGED",
    "UNMERGED",
)  # a duplicate had used more of the time; it is a case of its own again
_CASE_FIELDS = ("policy", "next_due_at", "rank_at", "version", "updated_at")
_TIMER_FIELDS = (
    "policy", "calendar", "clock", "promised_minutes", "warn_at", "due_at", "next_at", "warned_at", "cancelled_at",
    "paused_at", "remaining_seconds", "warn_remaining_seconds",
)  # fmt: skip


@dataclass(frozen=True)
class Preview:
    """What an edit would do to the open cases."""

    open: int
    moved: int = 0
    earlier: int = 0
    later: int = 0
    late: int = 0  # cases with a promise that would be past due at once
    is_estimate: bool = False


@dataclass
class _Change:
    """One case told again: its timers as they become, and what moved."""

    case: Case
    terms: Terms
    all_timers: Sequence[SlaTimer] = ()
    timers: list[SlaTimer] = field(default_factory=list)  # those that become otherwise
    moved: list[dict[str, str]] = field(default_factory=list)
    has_new_terms: bool = False
    late: bool = False
    earlier: bool = False
    later: bool = False

    @property
    def is_any(self) -> bool:
        return self.has_new_terms or bool(self.timers)


# --- Asking -------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask(*, workspace: Workspace, why: str, what: str, by: User | None, now: datetime) -> Recount:
    """Every open case is counted anew after this transaction; a recount that is under way begins again."""
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
    recount = Recount.objects.of(workspace).filter(finished_at__isnull=True).first()
    if recount is None:
        recount = Recount(workspace=workspace)
    recount.why, recount.what, recount.by, recount.asked_at = why, what[:120], by, now
    recount.last_case = recount.done = recount.moved = recount.late = 0
    recount.total = Case.objects.of(workspace).open().count()
    recount.save()
    nudge_on_commit(SWEEP)
    return recount


# --- Working ------------------------------------------------------------------------------------------------------


def work(*, now: datetime, batches: int = 200) -> int:
    """Walk what is asked for, a batch of each workspace after the other; returns how many cases were told again.

    Safe to run twice, in parallel and late: a batch is one transaction under the lock of its recount. What was missed
    before is marked first, so that an edit during an outage takes nothing of that back.
    """
    total = 0
    for turn in range(batches):
        waiting = Recount.objects.across_workspaces().filter(finished_at__isnull=True)
        ids = list(waiting.order_by("asked_at").values_list("pk", flat=True))
        if ids and not turn:
            enforce(now=now)
        done = sum(_batch(pk, now=now) for pk in ids)
        total += done
        if not done:
            break
    return total


@transaction.atomic
def _batch(pk: int, *, now: datetime) -> int:
    """Cases first, then the recount: as whoever moves cases and asks for a recount locks them."""
    waiting = Recount.objects.across_workspaces().filter(pk=pk, finished_at__isnull=True)
    seen = waiting.select_related("workspace").first()
    if seen is None:
        return 0
    workspace = seen.workspace
    cases = Case.objects.of(workspace).open().filter(pk__gt=seen.last_case).order_by("pk")
    ids = list(cases.select_for_update().values_list("pk", flat=True)[:BATCH])
    recount = waiting.select_for_update(of=("self",)).first()
    if recount is None or (recount.last_case, recount.asked_at) != (seen.last_case, seen.asked_at):
        return 0  # somebody else walked it meanwhile, or it begins again
    if not ids:
        recount.finished_at = now
        recount.save(update_fields=["finished_at"])
        return 0
    changes = _tell_again(ids, book=Book(workspace=workspace, now=now), now=now)
    _write(changes, workspace=workspace, why=recount.why, now=now)
    recount.last_case = ids[-1]
    recount.done += len(ids)
    recount.moved += sum(bool(change.moved) for change in changes)
    recount.late += sum(change.late for change in changes)
    recount.save(update_fields=["last_case", "done", "moved", "late"])
    return len(ids)


@transaction.atomic
def follow(*, case: Case, why: str, now: datetime) -> bool:
    """One case is told again, because what decides its promise is another now; whether anything moved.

    The case is locked and saved by this; a caller that holds it reads it anew.
    """
    open_cases = Case.objects.of(case.workspace_id).open()
    ids = list(open_cases.select_for_update().filter(pk=case.pk).values_list("pk", flat=True))
    if not ids:
        return False
    changes = _tell_again(ids, book=Book(workspace=case.workspace, now=now), now=now)
    _write(changes, workspace=case.workspace, why=why, now=now)
    return bool(changes)


def _write(changes: Sequence[_Change], *, workspace: Workspace, why: str, now: datetime) -> None:
    """A statement for each table, however many cases moved."""
    lines = []
    for change in changes:
        case = change.case
        facts: dict[str, Any] = {"why": why, "promise": change.terms.to_json(), "stood": stood(case)}
        if change.moved:
            facts["moved"] = change.moved
        lines.append(timeline.line(case=case, kind=EventKind.PROMISED, now=now, **facts))
        ticking = [timer for timer in change.all_timers if timer.is_running and not timer.is_paused]
        case.policy_id = change.terms.policy
        case.next_due_at = min((timer.due_at for timer in ticking), default=None)
        ranking.apply(case=case)
        case.version += 1
        case.updated_at = now
    timers = [timer for change in changes for timer in change.timers]
    SlaTimer.objects.of(workspace).bulk_update(timers, _TIMER_FIELDS, batch_size=500)
    Case.objects.of(workspace).bulk_update([change.case for change in changes], _CASE_FIELDS)
    lateness.keep(cases=[change.case.pk for change in changes])
    CaseEvent.objects.of(workspace).bulk_create(lines)


# --- Counting -----------------------------------------------------------------------------------------------------


def _tell_again(ids: Sequence[int], *, book: Book, now: datetime, is_tried: bool = False) -> list[_Change]:
    """The cases among these that stand otherwise than their lines, terms and hours say.

    With `is_tried` what was missed by now counts as marked, as it will be before anything moves.
    """
    related = ("workspace", "contact", "survey", "cell")
    cases = list(Case.objects.of(book.workspace).select_related(*related).filter(pk__in=ids).order_by("pk"))
    book.expect(case.contact_id for case in cases)
    lines = clock_queries.lines_of(workspace=book.workspace, cases=ids)
    timers = clock_queries.timers_of(workspace=book.workspace, cases=ids)
    changes = []
    for case in cases:
        told = clock_queries.happenings(lines.get(case.pk, []), timers.get(case.pk, []))
        stays = [
            timer
            for timer in timers.get(case.pk, [])
            if not (is_tried and timer.is_running and timer.is_past_due(now))
        ]
        change = _compare(case, told, stays, book=book, now=now)
        if change is not None and change.is_any:
            changes.append(change)
    return changes


def _compare(
    case: Case, told: list[Happening], timers: Sequence[SlaTimer], *, book: Book, now: datetime
) -> _Change | None:
    policy = book.policy_of(case)
    known = next((what.terms for what in reversed(told) if what.terms is not None), None)
    if policy is None or known is None:
        return None  # nothing was promised, and an edit does not begin to
    terms = book.terms(policy, team=case.team_id)
    change = _Change(case, terms, timers, has_new_terms=terms != known)
    if change.has_new_terms:
        told = [*told, Happening(now, clock.TERMS, terms=terms)]
    runs = clock.replay(told, book.calendars)
    for timer in timers:
        if timer.is_running and timer.breached_at is None:
            _adjust(timer, clock.running(runs, timer.kind), change, now=now)
    return change


def _adjust(timer: SlaTimer, run: clock.Run | None, change: _Change, *, now: datetime) -> None:
    """Make the stored promise what the replay says, and note what moved."""
    if run is None:  # no longer promised
        timer.cancelled_at = now
        timer.paused_at = timer.remaining_seconds = timer.warn_remaining_seconds = timer.next_at = None
        change.timers.append(timer)
        return
    was_due, was_left = timer.due_at, timer.remaining_seconds
    is_same_promise = (timer.policy_id, timer.calendar_id) == (run.terms.policy, run.calendar)
    if clock_queries.agrees(timer, run) and is_same_promise:
        return
    as_told(timer, run)
    set_next(timer, now=now, looks_ahead=change.terms.looks_ahead)
    change.timers.append(timer)
    if (was_due, was_left) == (timer.due_at, timer.remaining_seconds):
        return
    change.moved.append({"timer": timer.kind, "from": was_due.isoformat(), "to": timer.due_at.isoformat()})
    later = (
        timer.due_at > was_due
        if was_left is None or timer.remaining_seconds is None
        else timer.remaining_seconds > was_left
    )
    change.later, change.earlier = change.later or later, change.earlier or not later
    was_late = was_left is None and was_due < now  # that is no work of this edit
    change.late = change.late or (timer.is_past_due(now) and not was_late)


# --- Trying an edit -----------------------------------------------------------------------------------------------


def preview(
    *,
    workspace: Workspace,
    now: datetime,
    policies: Mapping[int, SlaPolicy] | None = None,
    calendars: Mapping[int, Calendar] | None = None,
    teams: Mapping[int, int | None] | None = None,
    cells: Mapping[int, int | None] | None = None,
) -> Preview:
    """What the open cases would do if these policies (unsaved, by id), hours, calendars of teams and policies of cells held;
    writes nothing.

    Up to PREVIEWED cases all are tried, of more an even share.
    """
    open_cases = Case.objects.of(workspace).open()
    count = open_cases.count()
    every = -(-count // PREVIEWED) or 1
    rows = open_cases.order_by("pk")
    if every > 1:
        rows = rows.annotate(share=F("number") % every).filter(share=0)
    ids = list(rows.values_list("pk", flat=True)[:PREVIEWED])
    book = Book(
        workspace=workspace, now=now, policies=policies, calendars=calendars, teams=teams, cells=cells
    )
    changes = [
        change
        for low in range(0, len(ids), BATCH)
        for change in _tell_again(ids[low : low + BATCH], book=book, now=now, is_tried=True)
        if change.moved
    ]
    times = count / len(ids) if ids else 1
    return Preview(
        open=count,
        moved=round(len(changes) * times),
        earlier=round(sum(change.earlier for change in changes) * times),
        later=round(sum(change.later for change in changes) * times),
        late=round(sum(change.late for change in changes) * times),
        is_estimate=every > 1,
    )
