"""Running playbooks: what is due is asked about once more and done, step after step.

The sweep takes runs whose time has come and nothing else (an index on `due_at`), a batch a transaction: a run is locked
before its case everywhere. Its step, what came of it and the next due time are one commit, so that a kill anywhere leaves
a step undone or done once; a second sweeper passes over what is locked. One run that raises stops no other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Max, Q
from django.utils import translation

from accounts.models import Workspace
from detractors.enums import CallOutcome, EventKind
from detractors.models import Case, CaseEvent
from detractors.rules import conditions
from detractors.rules.conditions import Conditions
from followups.models import CustomerPage, PlannedStep, PlaybookRun
from followups.playbook_enums import NotDone, RunState, StepState
from followups.queries.playbook_facts import CASE_WITH, FactBook
from followups.rules import playbook_runs as rules
from followups.rules import playbook_steps
from followups.services import playbook_starting as starting
from followups.services import playbook_steps as doing
from followups.services.playbook_clock import Clock
from followups.services.playbook_steps import Ask, Came
from surveys.enums import Trust
from surveys.models import Contact, Response
from surveys.queries import asking
from surveys.queries.asking import Ground

log = structlog.get_logger(__name__)

BATCH = 25  # runs a transaction: their cases are locked as long as it takes
MOST_BATCHES = 4_000  # of one turn; the next turn goes on
RETRY_AFTER = timedelta(minutes=10)  # a run that raised stands aside this long
BUSY = timedelta(seconds=20)  # somebody is working on the case at this moment
LATE = timedelta(hours=1)  # from here on a message gives way to the next one if that is due, too


def run_due(*, now: datetime) -> int:
    """Do what is due in running playbooks; returns how many runs were looked at. Safe to run twice and in parallel."""
    looked_at = starting.call_off(now=now)
    for _batch in range(MOST_BATCHES):
        found = run_batch(now=now)
        looked_at += found
        if found < BATCH:
            break
    return looked_at


def run_batch(*, now: datetime) -> int:
    """One batch in one transaction; returns how many runs were looked at."""
    with transaction.atomic():
        runs = list(
            PlaybookRun.objects.across_workspaces()
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("playbook", "workspace")
            .filter(due_at__lte=now)
            .order_by("due_at", "pk")[:BATCH]
        )
        turn = Turn(runs, now)
        for run in runs:
            _one(run, turn)
    return len(runs)


def _one(run: PlaybookRun, turn: Turn) -> None:
    if run.case_id is not None and run.case_id not in turn.cases:
        _wait(run, turn.now + BUSY)
        return
    try:
        with transaction.atomic(), translation.override(run.workspace.language):
            _go_on(run, turn)
    except Exception:  # what one run brings up must not stop the others
        log.exception("playbook_step_failed", run=run.pk, position=run.position)
        _wait(run, turn.now + RETRY_AFTER)


def _wait(run: PlaybookRun, until: datetime) -> None:
    PlaybookRun.objects.of(run.workspace_id).filter(pk=run.pk, state=RunState.RUNNING).update(due_at=until)


@dataclass
class Turn:
    """What one batch knows: read in a few queries for all of its runs."""

    runs: list[PlaybookRun]
    now: datetime
    cases: dict[int, Case] = field(default_factory=dict)
    planned: dict[int, list[PlannedStep]] = field(default_factory=dict)
    answered: dict[int, datetime] = field(default_factory=dict)  # case -> when a person wrote or called last
    left_alone: dict[int, datetime] = field(default_factory=dict)
    people: dict[int, Contact] = field(default_factory=dict)  # of runs without a case
    answers: dict[int, Any] = field(default_factory=dict)
    _books: dict[int, FactBook] = field(default_factory=dict)
    _clocks: dict[int, Clock] = field(default_factory=dict)
    _grounds: dict[int, Ground] = field(default_factory=dict)
    _written: set[int] = field(default_factory=set)
    _stale: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        by_workspace: dict[int, list[PlaybookRun]] = defaultdict(list)
        for run in self.runs:
            by_workspace[run.workspace_id].append(run)
        for workspace_id, runs in by_workspace.items():
            self._read(workspace_id, runs)

    def _read(self, workspace_id: int, runs: list[PlaybookRun]) -> None:
        wanted = sorted({run.case_id for run in runs if run.case_id is not None})
        cases = Case.objects.of(workspace_id)
        # First the keys, then the rows: a locking read that waited would give old neighbours. Nobody is waited for.
        free = cases.filter(pk__in=wanted).select_for_update(skip_locked=True).order_by("pk")
        locked = list(free.values_list("pk", flat=True))
        self.cases |= {case.pk: case for case in cases.select_related(*CASE_WITH).filter(pk__in=locked)}
        steps = PlannedStep.objects.of(workspace_id).select_related("step")
        for step in steps.filter(run__in=[run.pk for run in runs]).order_by("run", "position"):
            self.planned.setdefault(step.run_id, []).append(step)
        reached = Q(kind=EventKind.REPLIED) | Q(kind=EventKind.CALLED, facts__outcome=CallOutcome.REACHED)
        lines = CaseEvent.objects.of(workspace_id).filter(reached, case__in=locked)
        self.answered |= dict(lines.values("case").annotate(last=Max("at")).values_list("case", "last"))
        pages = CustomerPage.objects.of(workspace_id).filter(case__in=locked, left_alone_at__isnull=False)
        self.left_alone |= dict(pages.values_list("case", "left_alone_at"))
        self._read_answers(workspace_id, [run for run in runs if run.case_id is None])
        self._books[workspace_id] = FactBook(workspace=runs[0].workspace)
        self._clocks[workspace_id] = Clock(workspace=runs[0].workspace, now=self.now)

    def _read_answers(self, workspace_id: int, runs: list[PlaybookRun]) -> None:
        if not runs:
            return
        rows = Response.objects.of(workspace_id).select_related("survey", "touchpoint", "contact__workspace")
        self.answers |= {row.pk: row for row in rows.filter(pk__in=[run.response_id for run in runs])}
        contacts = Contact.objects.of(workspace_id).select_related("workspace")
        self.people |= {row.pk: row for row in contacts.filter(pk__in=[run.contact_id for run in runs])}

    def case_of(self, run: PlaybookRun) -> Case | None:
        return self.cases.get(run.case_id or 0)

    def contact_of(self, run: PlaybookRun) -> Contact | None:
        case = self.case_of(run)
        return case.contact if case else self.people.get(run.contact_id or 0)

    def changed(self, case: Case) -> None:
        """A step changed the case: for a next one in this batch it is read again."""
        self._stale.add(case.pk)

    def fresh(self, run: PlaybookRun) -> None:
        """The run's case as it is now, under the lock we have."""
        if run.case_id in self._stale:
            self._stale.discard(run.case_id)
            rows = Case.objects.of(run.workspace_id).select_related(*CASE_WITH)
            self.cases[run.case_id] = case = rows.get(pk=run.case_id)
            self._books[run.workspace_id].forget(case)

    def holds(self, run: PlaybookRun, stated: dict[str, Any]) -> bool:
        """Whether conditions hold for the run's case or answer as it is now."""
        wanted = Conditions.stored(stated)
        if wanted.is_always:
            return True
        book, case = self._books[run.workspace_id], self.case_of(run)
        if case is not None:
            return conditions.holds(wanted, book.of_case(case))
        answer = self.answers.get(run.response_id or 0)
        return answer is not None and conditions.holds(wanted, book.of_response(answer))

    def after(self, run: PlaybookRun) -> rules.After:
        case = self.case_of(run)
        return self._clocks[run.workspace_id].of(team=case.team_id if case else None)

    def ground(self, contact: Contact) -> Ground:
        """By what this person is judged: read for the whole batch, and anew for who was written to in it."""
        if contact.pk in self._written:
            return self._ground_of(contact.workspace, [contact])
        if contact.workspace_id not in self._grounds:
            people = [self.contact_of(run) for run in self.runs if run.workspace_id == contact.workspace_id]
            self._grounds[contact.workspace_id] = self._ground_of(
                contact.workspace, [one for one in people if one is not None]
            )
        return self._grounds[contact.workspace_id]

    def _ground_of(self, workspace: Workspace, people: Iterable[Contact]) -> Ground:
        by_text = any(
            step.step.kind == playbook_steps.SMS for steps in self.planned.values() for step in steps
        )
        return asking.ground(workspace=workspace, contacts=people, now=self.now, by_text=by_text)

    def wrote_to(self, contact: Contact | None) -> None:
        """They got a message: their budget is counted anew."""
        if contact is not None:
            self._written.add(contact.pk)


# A run --------------------------------------------------------------------------------------------------------------


def _go_on(run: PlaybookRun, turn: Turn) -> None:
    """All steps of the run that are due, in their order; each asks anew whether the run still stands."""
    steps = turn.planned.get(run.pk, [])
    while run.due_at is not None and run.due_at <= turn.now:
        turn.fresh(run)
        if because := _end_of(run, turn):
            starting.end(workspace_id=run.workspace_id, runs=[run.pk], because=because, now=turn.now)
            return
        step = next((one for one in steps if one.position == run.position), None)
        if step is None:
            _finish(run, turn.now)
            return
        if step.due_at > turn.now:  # it was only looked at, because something happened
            _wait(run, step.due_at)
            return
        if step.state == StepState.PLANNED:
            came = _came(run, step, steps, turn)
            if came.until is not None:
                _wait(run, came.until)
                return
            _settle(step, came, turn.now)
            _advance(run, steps, turn, since=turn.now, floor=step.due_at)
        else:
            _advance(run, steps, turn, since=step.due_at, floor=step.due_at)


def _came(run: PlaybookRun, step: PlannedStep, steps: list[PlannedStep], turn: Turn) -> Came:
    if not turn.holds(run, step.step.conditions):
        return Came(because=NotDone.CONDITION)
    if step.step.kind in playbook_steps.MESSAGES and _is_overtaken(step, steps, turn.now):
        return Came(because=NotDone.OVERTAKEN)
    case = turn.case_of(run)
    came = doing.do(
        Ask(
            planned=step,
            run=run,
            case=case,
            workspace=run.workspace,
            steps=len(steps),
            after=turn.after(run),
            ground=turn.ground,
            now=turn.now,
        )
    )
    if came.message is not None:
        turn.wrote_to(turn.contact_of(run))
    if case is not None and not came.because and came.until is None:
        turn.changed(case)
    return came


def _is_overtaken(step: PlannedStep, steps: list[PlannedStep], now: datetime) -> bool:
    """After an outage: it is late, and a later message of the same run is due as well."""
    return now - step.due_at > LATE and any(
        step.due_at < later.due_at <= now
        for later in steps
        if later.position > step.position
        and later.state == StepState.PLANNED
        and later.step.kind in playbook_steps.MESSAGES
    )


def _settle(step: PlannedStep, came: Came, now: datetime) -> None:
    step.state = StepState.SKIPPED if came.because else StepState.DONE
    step.skipped_because, step.settled_at = came.because, now
    step.message, step.task = came.message, came.task
    step.save(update_fields=["state", "skipped_because", "settled_at", "message", "task"])


def _advance(
    run: PlaybookRun, steps: list[PlannedStep], turn: Turn, *, since: datetime, floor: datetime
) -> None:
    """On to the next step: what is counted from the one before is counted from `since`."""
    left = [one for one in steps if one.position > run.position]
    if not left:
        _finish(run, turn.now)
        return
    due = rules.due_times(
        [starting.delay_of(one.step) for one in left], event_at=run.event_at, before=since, floor=floor, after=turn.after(run),
    )  # fmt: skip
    for one, at in zip(left, due, strict=True):
        if one.due_at != at and one.state == StepState.PLANNED:
            one.due_at = at
            one.save(update_fields=["due_at"])
    run.position, run.due_at = left[0].position, left[0].due_at
    run.save(update_fields=["position", "due_at", "owner"])


def _finish(run: PlaybookRun, now: datetime) -> None:
    run.state, run.due_at, run.ended_at = RunState.DONE, None, now
    run.save(update_fields=["state", "due_at", "ended_at"])


# Whether it still stands ---------------------------------------------------------------------------------------------


def _end_of(run: PlaybookRun, turn: Turn) -> str:
    playbook, case, contact = run.playbook, turn.case_of(run), turn.contact_of(run)
    began = run.started_at
    chosen = {"cell", "by"} & {*run.because}  # by a cell of the matrix or a person: no event, no conditions
    facts: dict[str, Any] = {}
    if case is not None:
        answered = turn.answered.get(case.pk)
        facts = {
            "is_true": bool(chosen) or _is_still_so(run, case),
            "has_written": case.customer_wrote_at is not None and case.customer_wrote_at > began,
            "is_answered": answered is not None and answered > began,
            "is_resolved": case.is_resolved,
            "is_closed": case.is_closed,
            "is_reassigned": case.owner_id is not None and case.owner_id != run.owner_id,
        }
    else:
        facts = {"is_true": _is_same_answer(run, turn)}
    opted_out = contact is not None and contact.followups_stopped_at is not None
    return rules.end_of(
        rules.Facts(
            event=run.because["event"],
            stops=playbook.stops,
            is_called_off=playbook.stopped_before is not None and began <= playbook.stopped_before,
            is_erased=contact is not None and contact.erased_at is not None,
            is_opted_out=opted_out or (case is not None and _is_left_alone(case, turn)),
            holds=bool(chosen) or turn.holds(run, playbook.conditions),
            **facts,
        )
    )


def _is_left_alone(case: Case, turn: Turn) -> bool:
    at = turn.left_alone.get(case.pk)
    return at is not None and (case.customer_wrote_at is None or case.customer_wrote_at <= at)


def _is_still_so(run: PlaybookRun, case: Case) -> bool:
    told = run.because
    since = datetime.fromisoformat(told["since"]) if "since" in told else None
    return rules.is_still_so(
        told["event"],
        rules.CaseNow(
            category=case.category,
            outcome=case.outcome,
            reopened=case.reopened_count,
            is_merged=case.merged_into_id is not None,
            waiting_since=case.waiting_since,
            has_written_since=since is not None
            and case.customer_wrote_at is not None
            and case.customer_wrote_at >= since,
            has_words=case.response is not None and bool(case.response.comment),
        ),
        episode=told.get("episode", 0),
        wait=since,
    )


def _is_same_answer(run: PlaybookRun, turn: Turn) -> bool:
    """The answer is still what it was: a changed score or a scanner's answer is not thanked for."""
    answer = turn.answers.get(run.response_id or 0)
    return (
        answer is not None
        and answer.trust != Trust.LIKELY_SCANNER
        and (
            answer.segment == run.because["event"] or run.because["event"] not in playbook_steps.WITHOUT_CASE
        )
    )


# News ---------------------------------------------------------------------------------------------------------------


def look_again(*, case: Case, now: datetime) -> int:
    """Something happened to the case: its runs are asked at the next turn whether they still stand. Returns how many."""
    return int(
        PlaybookRun.objects.of(case.workspace_id)
        .filter(case=case, state=RunState.RUNNING, due_at__gt=now)
        .update(due_at=now)
    )
