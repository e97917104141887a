"""Running playbooks: what is due is asked about once more and done, step after step.

The sweep takes runs whose time has come and nothing else (an index on `due_at`), a batch a transaction: a run is locked
before its case everywhere. Their steps, what came of them and the next due times are one commit, so that a kill anywhere
leaves a step undone or done once; a second sweeper passes over what is locked.

A batch is done in rounds: in each, every run has its next step, and no case and no person has two, so that a message is
judged knowing the one before it. One run that raises stops no other: the batch is undone and done again in halves, until
the run stands alone and aside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.utils import translation

from core.arrays import array
from core.budgets import Budget
from detractors.models import Case
from followups.models import PlannedStep, PlaybookRun
from followups.playbook_enums import NotDone, RunState, StepState
from followups.queries import customer_page
from followups.rules import playbook_runs as rules
from followups.rules import playbook_steps
from followups.services import playbook_starting as starting
from followups.services import playbook_steps as doing
from followups.services.playbook_asks import Ask, Came
from followups.services.playbook_turn import Round, Turn
from surveys.enums import Trust

log = structlog.get_logger(__name__)

BATCH = 100  # runs a transaction: their cases are locked as long as it takes
RETRY_AFTER = timedelta(minutes=10)  # a run that raised stands aside this long
BUSY = timedelta(seconds=20)  # somebody is working on the case at this moment
LATE = timedelta(hours=1)  # from here on a message gives way to the next one if that is due, too

_SETTLE = """
UPDATE followups_plannedstep AS step SET state = new.state, skipped_because = new.because,
  settled_at = CASE WHEN new.is_settled THEN %(now)s ELSE step.settled_at END, due_at = new.due_at,
  message_id = new.message, task_id = new.task
FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(because)s::text[], %(settled)s::boolean[], %(due)s::timestamptz[],
  %(messages)s::bigint[], %(tasks)s::bigint[])
  AS new (id, state, because, is_settled, due_at, message, task)
WHERE step.id = new.id AND step.workspace_id = %(workspace)s
"""
_MOVE = """
UPDATE followups_playbookrun AS run SET position = new.position, due_at = new.due_at, state = new.state,
  owner_id = new.owner, ended_at = CASE WHEN new.state = 'DONE' THEN %(now)s ELSE run.ended_at END
FROM unnest(%(ids)s::bigint[], %(positions)s::int[], %(due)s::timestamptz[], %(states)s::text[], %(owners)s::bigint[])
  AS new (id, position, due_at, state, owner)
WHERE run.id = new.id AND run.workspace_id = %(workspace)s
"""


def run_due(*, now: datetime) -> int:
    """Do what is due in running playbooks; returns how many runs were looked at. Safe to run twice and in parallel.

    A turn ends with its budget; while more is due the next one is asked for.
    """
    budget = Budget("followups.run_playbooks")
    looked_at = starting.call_off(now=now)
    while True:
        found = run_batch(now=now)
        looked_at += found
        if found < BATCH or budget.is_over:
            return looked_at


def run_batch(*, now: datetime) -> int:
    """One batch in one transaction; returns how many runs were looked at."""
    with transaction.atomic():
        runs = list(
            PlaybookRun.objects.across_workspaces()
            .select_for_update(skip_locked=True, of=("self",))
            .filter(due_at__lte=now)
            .order_by("due_at", "pk")
            .values_list("pk", "workspace_id")[:BATCH]
        )
        by_workspace: dict[int, list[int]] = defaultdict(list)
        for pk, workspace_id in runs:
            by_workspace[workspace_id].append(pk)
        for workspace_id, pks in by_workspace.items():
            _do(workspace_id, pks, now)
    return len(runs)


def _do(workspace_id: int, pks: Sequence[int], now: datetime) -> None:
    """All that is due in these runs of one workspace, or, where one of them raises, in each half of them."""
    try:
        with transaction.atomic():
            _Sheet(workspace_id, pks, now).work()
    except Exception:  # what one run brings up must not stop the others
        if len(pks) > 1:
            for half in (pks[: len(pks) // 2], pks[len(pks) // 2 :]):
                _do(workspace_id, half, now)
            return
        log.exception("playbook_step_failed", run=pks[0])
        rows = PlaybookRun.objects.of(workspace_id).filter(pk=pks[0], state=RunState.RUNNING)
        rows.update(due_at=now + RETRY_AFTER)


class _Sheet:
    """What a batch does, round by round, and what of its runs and steps is written at the end."""

    def __init__(self, workspace_id: int, pks: Sequence[int], now: datetime) -> None:
        rows = PlaybookRun.objects.of(workspace_id).select_related("playbook", "workspace")
        self.runs = list(rows.filter(pk__in=pks).order_by("due_at", "pk"))
        self.turn, self.now = Turn(self.runs, now=now), now
        self._ended: dict[str, list[int]] = defaultdict(list)
        self._settled: dict[int, PlannedStep] = {}

    def work(self) -> None:
        """Rounds until nothing is due, and all of it written."""
        left = []
        for run in self.runs:
            if self.turn.is_busy(run):
                run.due_at = self.now + BUSY
            else:
                left.append(run)
        with translation.override(self.turn.workspace.language):
            while left:
                left = self._round(left)
        self._write()

    def _round(self, runs: list[PlaybookRun]) -> list[PlaybookRun]:
        """The next step of each of these; returns those that have, or may have, another one that is due."""
        self.turn.refresh()
        asked, found = Round(self.turn, runs), []
        taken: set[tuple[str, int]] = set()
        left = []
        for run in runs:
            about = {("case", run.case_id), ("contact", getattr(self.turn.contact_of(run), "pk", None))}
            ours = {(kind, pk) for kind, pk in about if pk is not None}
            if ours & taken:
                left.append(run)
            elif step := self._next(run):
                found.append(Ask(planned=step, run=run, turn=self.turn, round=asked))
                left.append(run)
            else:
                continue
            taken |= ours
        for ask, came in zip(found, doing.do(found), strict=True):
            if came.until is not None:
                ask.run.due_at = came.until
            else:
                self._settle(ask.run, ask.planned, came)
        return [run for run in left if self._is_due(run)]

    def _is_due(self, run: PlaybookRun) -> bool:
        return run.due_at is not None and run.due_at <= self.now

    def _next(self, run: PlaybookRun) -> PlannedStep | None:
        """The step of the run that is to be done now; what is over, untrue or left out is passed. Each step asks anew whether
        the run still stands."""
        steps = self.turn.planned.get(run.pk, [])
        while self._is_due(run):
            if because := _end_of(run, self.turn):
                self._ended[because].append(run.pk)
                run.state, run.due_at = RunState.STOPPED, None
                return None
            step = next((one for one in steps if one.position == run.position), None)
            if step is None:
                _finish(run)
            elif step.due_at > self.now:  # it was only looked at, because something happened
                run.due_at = step.due_at
            elif step.state != StepState.PLANNED:
                self._advance(run, since=step.due_at, floor=step.due_at)
            elif not self.turn.holds(run, step.step.conditions):
                self._settle(run, step, Came(because=NotDone.CONDITION))
            elif step.step.kind in playbook_steps.MESSAGES and _is_overtaken(step, steps, self.now):
                self._settle(run, step, Came(because=NotDone.OVERTAKEN))
            else:
                return step
        return None

    def _settle(self, run: PlaybookRun, step: PlannedStep, came: Came) -> None:
        step.state = StepState.SKIPPED if came.because else StepState.DONE
        step.skipped_because, step.settled_at = came.because, self.now
        step.message, step.task = came.message, came.task
        self._settled[step.pk] = step
        self._advance(run, since=self.now, floor=step.due_at)

    def _advance(self, run: PlaybookRun, *, since: datetime, floor: datetime) -> None:
        """On to the next step: what is counted from the one before is counted from `since`."""
        left = [one for one in self.turn.planned[run.pk] if one.position > run.position]
        if not left:
            _finish(run)
            return
        due = rules.due_times(
            [starting.delay_of(one.step) for one in left], event_at=run.event_at, before=since, floor=floor,
            after=self.turn.after(run),
        )  # fmt: skip
        for one, at in zip(left, due, strict=True):
            if one.due_at != at and one.state == StepState.PLANNED:
                one.due_at = at
                self._settled[one.pk] = one
        run.position, run.due_at = left[0].position, left[0].due_at

    def _write(self) -> None:
        """The steps that were settled or have another time, the runs as they go on, and those that ended."""
        steps = list(self._settled.values())
        ended = {pk for pks in self._ended.values() for pk in pks}
        runs = [run for run in self.runs if run.pk not in ended]
        facts: dict[str, Any] = {"workspace": self.turn.workspace.pk, "now": self.now}
        with connection.cursor() as cursor:
            if steps:
                cursor.execute(
                    _SETTLE,
                    facts
                    | {
                        "ids": array(one.pk for one in steps),
                        "states": array(one.state for one in steps),
                        "because": [one.skipped_because for one in steps],
                        "settled": [one.state != StepState.PLANNED for one in steps],
                        "due": [one.due_at for one in steps],
                        "messages": [one.message_id for one in steps],
                        "tasks": [one.task_id for one in steps],
                    },
                )
            if runs:
                cursor.execute(
                    _MOVE,
                    facts
                    | {
                        "ids": array(run.pk for run in runs),
                        "positions": array(run.position for run in runs),
                        "due": [run.due_at for run in runs],
                        "states": array(run.state for run in runs),
                        "owners": [run.owner_id for run in runs],
                    },
                )
        for because, pks in self._ended.items():
            starting.end(workspace_id=self.turn.workspace.pk, runs=pks, because=because, now=self.now)


def _finish(run: PlaybookRun) -> None:
    run.state, run.due_at = RunState.DONE, None


def _is_overtaken(step: PlannedStep, steps: list[PlannedStep], now: datetime) -> bool:
    """After an outage: it is late, and a later message of the same run is due as well."""
    return now - step.due_at > LATE and any(
        step.due_at < later.due_at <= now
        for later in steps
        if later.position > step.position
        and later.state == StepState.PLANNED
        and later.step.kind in playbook_steps.MESSAGES
    )


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
            is_opted_out=opted_out
            or (case is not None and customer_page.is_left_alone(case=case, page=turn.page_of(case))),
            holds=bool(chosen) or turn.holds(run, playbook.conditions),
            **facts,
        )
    )


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
