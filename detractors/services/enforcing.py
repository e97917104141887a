"""The sweep over due timers: every warning, breach and step of the escalation once, in order, however late.

Timers are taken first and then their cases, but only with SKIP LOCKED: cases somebody is working on are left out, so the
sweep can never wait for a person and no two can wait for each other. What a step does to a case beside telling of it is
done after the commit by services/escalating.py, which takes the case first as everybody else does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction

from accounts.rules.business_time import Calendar
from core.arrays import array
from core.queue import enqueue_on_commit, nudge_on_commit
from detractors import notifications
from detractors.enums import EventKind
from detractors.models import Case, Escalation, SlaPolicy, SlaTimer
from detractors.queries import cases as case_queries
from detractors.queries import due
from detractors.queries import escalation as chains
from detractors.queries.due import DueCase
from detractors.rules import escalation
from detractors.rules.sla import JUST_AFTER
from detractors.services import alerts, lateness, timeline

log = structlog.get_logger(__name__)

SWEEP = "detractors.enforce_sla"
ACTS = "detractors.act_on_escalations"
BATCH = 2500  # timers a transaction
RETRY_AFTER = timedelta(minutes=5)  # a timer that could not be enforced stands aside this long

# Each names its rows as a list, too: joined to the list alone, PostgreSQL prefers to read the whole table.
_MARK = """
UPDATE detractors_slatimer AS timer
SET warned_at = mark.warned_at, breached_at = mark.breached_at, next_at = mark.next_at
FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[])
  AS mark (id, warned_at, breached_at, next_at)
WHERE timer.id = mark.id AND timer.id = ANY(%s::bigint[])
"""
_ESCALATE = """
INSERT INTO detractors_escalation (workspace_id, timer_id, level, step, due_at, at, act_at)
SELECT step.workspace_id, step.timer_id, step.level, step.step, step.due_at, %s, step.act_at
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::timestamptz[], %s::timestamptz[])
  AS step (workspace_id, timer_id, level, step, due_at, act_at)
"""


@dataclass(slots=True)
class _Due:
    """A claimed timer: what the sweep reads and writes of it, in the order of its fields; a model costs ten times more."""

    pk: int
    workspace_id: int
    case_id: int
    policy_id: int
    calendar_id: int | None
    kind: str
    warn_at: datetime
    due_at: datetime
    warned_at: datetime | None
    breached_at: datetime | None
    next_at: datetime | None


@dataclass
class Enforced:
    """What one sweep did."""

    warned: int = 0
    breached: int = 0
    escalated: int = 0
    put_aside: int = 0

    def add(self, other: Enforced) -> None:
        self.warned += other.warned
        self.breached += other.breached
        self.escalated += other.escalated
        self.put_aside += other.put_aside


def enforce(*, now: datetime, batches: int = 100) -> Enforced:
    """Mark every timer due at `now`: each warning, breach and escalation step is marked and told once.

    Safe to run twice, in parallel and late: after an outage each missed step is made once, in order; a warning whose
    promise is already missed is written down but not mailed. With nothing due it costs one SELECT.
    """
    done = Enforced()
    for batch in range(batches):
        if not _is_anything_due(now):
            break
        try:
            count, result = _enforce_batch(now=now, limit=BATCH, is_one_of_many=batch > 0)
        except Exception:  # one bad row must not stop the others: go on one by one
            log.exception("enforce_batch_failed")
            count, result = _enforce_singly(now=now)
        if count == BATCH and done == Enforced():  # very many are due: another worker may join in
            enqueue_on_commit(SWEEP)
        done.add(result)
        if count == 0:  # what is due is in other hands
            break
    if done != Enforced() and not _is_anything_due(now):  # what many batches had to say is told together
        alerts.tell_held(now=now)
    return done


def _is_anything_due(now: datetime) -> bool:
    """One look at the partial index, outside any transaction; by hand, as the ORM doubles its cost."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM detractors_slatimer WHERE next_at <= %s ORDER BY next_at LIMIT 1", [now]
        )
        return cursor.fetchone() is not None


def _enforce_singly(*, now: datetime) -> tuple[int, Enforced]:
    result, count = Enforced(), 0
    for pk in list(_due(now).values_list("pk", flat=True)[:BATCH]):
        count += 1
        try:
            result.add(_enforce_batch(now=now, limit=1, only=pk)[1])
        except Exception:  # the row stands aside and is tried again later
            log.exception("enforce_failed", timer=pk)
            SlaTimer.objects.across_workspaces().filter(pk=pk, next_at__lte=now).update(
                next_at=now + RETRY_AFTER
            )
            result.put_aside += 1
    return count, result


def _due(now: datetime):  # type: ignore[no-untyped-def]  # a queryset of timers
    return SlaTimer.objects.across_workspaces().filter(next_at__lte=now).order_by("next_at")


@transaction.atomic
def _enforce_batch(
    *, now: datetime, limit: int, only: int | None = None, is_one_of_many: bool = False
) -> tuple[int, Enforced]:
    """One transaction: claim timers and their cases, mark, write timeline, mails and escalation rows."""
    claim = _due(now).select_for_update(skip_locked=True, no_key=True)
    claim = (claim.filter(pk=only) if only else claim).values_list(*(field.name for field in fields(_Due)))
    timers = [_Due(*row) for row in claim[:limit]]
    gathers = is_one_of_many or (only is None and len(timers) == limit)
    cases = _claim_cases({timer.case_id for timer in timers}) if timers else {}
    timers = [timer for timer in timers if timer.case_id in cases]
    if not timers:
        return 0, Enforced()
    policies = list(
        SlaPolicy.objects.across_workspaces().filter(pk__in={timer.policy_id for timer in timers})
    )
    steps = chains.steps_by_policy(policies=policies)
    book = _Book(
        now=now,
        cases=cases,
        usual={policy.pk: policy.calendar_id for policy in policies},
        calendars=case_queries.calendars_with(
            ids={policy.calendar_id for policy in policies}
            | {timer.calendar_id for timer in timers if timer.calendar_id is not None}
        ),
        steps=steps,
        taken=_taken(timers, early=early_of(steps)),
        gathers=gathers,
    )
    book.mails.expect(cases.values())
    for timer in timers:
        book.mark(timer)
    book.write(timers)
    return len(timers), book.result


def _claim_cases(ids: set[int]) -> dict[int, DueCase]:
    """The cases nobody else holds, locked, with what a mail says of them.

    Only their own columns are read with the lock: a row that was changed while it was being locked would come with its
    old neighbours.
    """
    rows = (
        Case.objects.across_workspaces()
        .select_for_update(skip_locked=True, no_key=True)
        .filter(pk__in=ids)
        .order_by("pk")
        .values_list(*due.COLUMNS)
    )
    cases = [DueCase(*row) for row in rows]
    due.with_people(cases)
    return {case.pk: case for case in cases}


_Chains = Mapping[tuple[int, str], Sequence[escalation.Step]]


def early_of(steps: _Chains) -> set[tuple[int, str]]:
    """The promises whose chain begins before they are due."""
    return {key for key, found in steps.items() if any(step.is_early for step in found)}


def _taken(timers: Sequence[_Due], *, early: set[tuple[int, str]]) -> dict[int, set[object]]:
    """The steps each timer has taken: by key, those without one by level."""
    taken: dict[int, set[object]] = {}
    acted_on = [timer.pk for timer in timers if timer.breached_at or (timer.policy_id, timer.kind) in early]
    if acted_on:
        rows = Escalation.objects.across_workspaces().filter(timer__in=acted_on)
        for timer_id, step, level in rows.values_list("timer_id", "step", "level"):
            taken.setdefault(timer_id, set()).add(step or level)
    return taken


_Steps = tuple[list[escalation.DueStep], datetime | None]  # those that are due, and when the next one is


class _Book:
    """Collects what a batch must write, so that each table is written once."""

    def __init__(
        self,
        *,
        now: datetime,
        cases: dict[int, DueCase],
        usual: dict[int, int],
        calendars: Mapping[int, Calendar],
        steps: _Chains,
        taken: dict[int, set[object]],
        gathers: bool,
    ) -> None:
        self.now, self.cases, self.usual, self.calendars = now, cases, usual, calendars
        self.steps, self.taken = steps, taken
        self.early = early_of(steps)
        self.lines: list[timeline.Line] = []
        self._texts: dict[datetime, str] = {}
        self._said: dict[object, timeline.Said] = {}
        self._steps: dict[object, _Steps] = {}
        self.escalations: list[tuple[_Due, escalation.DueStep]] = []
        self.mails = notifications.Notices(now=now, gathers=gathers)
        self.result = Enforced()

    def mark(self, timer: _Due) -> None:
        """Make every step of `timer` that is due, in order, and find the moment of the next one."""
        case = self.cases[timer.case_id]
        early = self._early(timer) if (timer.policy_id, timer.kind) in self.early else ([], None)
        for step in early[0]:
            if timer.warned_at is None and timer.warn_at <= step.due_at:
                self._warn(case, timer)
            self._escalate(case, timer, step)
        self._warn(case, timer)
        if timer.breached_at is None and timer.due_at < self.now:
            timer.breached_at = self.now
            self.result.breached += 1
            self._line(case, EventKind.BREACHED, timer)
            self.mails.breached(case=case, timer=timer)
        following = self._next(case, timer)
        timer.next_at = min(filter(None, (following, early[1])), default=None)

    def _warn(self, case: DueCase, timer: _Due) -> None:
        if timer.warned_at is None and timer.warn_at <= self.now:
            timer.warned_at = self.now
            self.result.warned += 1
            self._line(case, EventKind.DUE_SOON, timer)
            if self.now <= timer.due_at:
                self.mails.due_soon(case=case, timer=timer)

    def _early(self, timer: _Due) -> _Steps:
        """The steps before the due moment that are due, and when the next of them is."""
        if timer.breached_at is not None:
            return [], None
        return self._steps_at(timer, frozenset(self.taken.get(timer.pk, ())), is_missed=False)

    def _next(self, case: DueCase, timer: _Due) -> datetime | None:
        if timer.warned_at is None:
            return timer.warn_at
        if timer.breached_at is None:
            return timer.due_at + JUST_AFTER
        due_steps, next_at = self._steps_at(timer, frozenset(self.taken.get(timer.pk, ())), is_missed=True)
        for step in due_steps:
            self._escalate(case, timer, step)
        return next_at

    def _escalate(self, case: DueCase, timer: _Due, found: escalation.DueStep) -> None:
        step = found.step
        assert step is not None
        self.taken.setdefault(timer.pk, set()).add(step.key or step.level)
        self.result.escalated += 1
        self.escalations.append((timer, found))
        told = self.mails.escalated(case=case, timer=timer, level=step.level, step=step)
        self._line(case, EventKind.ESCALATED, timer, found, told)

    def _steps_at(self, timer: _Due, taken: frozenset[object], *, is_missed: bool) -> _Steps:
        """What escalation.steps_at says; promises made while nobody worked are due at the same moment."""
        calendar = timer.calendar_id or self.usual[timer.policy_id]
        key = (timer.policy_id, calendar, timer.kind, timer.due_at, taken, is_missed)
        found = self._steps.get(key)
        if found is None:
            found = self._steps[key] = escalation.steps_at(
                self.steps.get((timer.policy_id, timer.kind), ()),
                self.calendars[calendar],
                due_at=timer.due_at,
                taken=taken,
                now=self.now,
                is_missed=is_missed,
            )
        return found

    def _line(
        self,
        case: DueCase,
        kind: str,
        timer: _Due,
        step: escalation.DueStep | None = None,
        told: tuple[str, ...] = (),
    ) -> None:
        key = (kind, timer.kind, timer.due_at, step and (step.level, step.due_at), told)
        said = self._said.get(key)
        if said is None:
            facts: dict[str, object] = {"timer": timer.kind, "due_at": self._iso(timer.due_at)}
            if step is not None:
                facts |= {"level": step.level, "step_at": self._iso(step.due_at), "to": told}
            said = self._said[key] = timeline.Said(kind, json.dumps(facts))
        self.lines.append(timeline.Line(case.workspace_id, case.pk, said))

    def write(self, timers: Sequence[_Due]) -> None:
        """One statement a table: many times the speed of Django's bulk writes."""
        timeline.write_all(self.lines, now=self.now)
        ids = array(timer.pk for timer in timers)
        marks = (
            [timer.warned_at for timer in timers],
            [timer.breached_at for timer in timers],
            [timer.next_at for timer in timers],
        )
        with connection.cursor() as cursor:
            cursor.execute(_MARK, [ids, *map(self._moments, marks), ids])
            if self.escalations:
                steps = (
                    array(timer.workspace_id for timer, _step in self.escalations),
                    array(timer.pk for timer, _step in self.escalations),
                    array(step.level for _timer, step in self.escalations),
                    array(step.step.key if step.step else 0 for _timer, step in self.escalations),
                    self._moments([step.due_at for _timer, step in self.escalations]),
                    self._moments(
                        [
                            self.now if step.step and step.step.acts else None
                            for _timer, step in self.escalations
                        ]
                    ),
                )
                cursor.execute(_ESCALATE, [self.now, *steps])
                if any(step.step and step.step.acts for _timer, step in self.escalations):
                    nudge_on_commit(ACTS)
        lateness.keep(cases=sorted({timer.case_id for timer in timers}))
        self.mails.queue()  # at last: it takes the pace of its receivers, which other sweepers ask for too

    def _moments(self, moments: Iterable[datetime | None]) -> str:
        return array("NULL" if moment is None else self._iso(moment) for moment in moments)

    def _iso(self, moment: datetime) -> str:
        """As text; many timers share their moments."""
        if moment not in self._texts:
            self._texts[moment] = moment.isoformat()
        return self._texts[moment]
