"""The sweep over due timers: every warning, breach and step of the escalation once, in order, however late.

Timers are taken first and then their cases, but only with SKIP LOCKED: cases somebody is working on are left out, so the
sweep can never wait for a person and no two can wait for each other. What a step does to a case beside telling of it is
done after the commit by services/escalating.py, which takes the case first as everybody else does.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

import structlog
from django.db import connection, transaction

from accounts.rules.business_time import Calendar
from core.arrays import array
from core.queue import enqueue_on_commit, nudge_on_commit
from detractors import notifications
from detractors.enums import EventKind
from detractors.models import Escalation, SlaPolicy, SlaTimer
from detractors.queries import cases as case_queries
from detractors.queries import due
from detractors.queries import escalation as chains
from detractors.queries.due import DueCase, DueTimer
from detractors.rules import escalation
from detractors.rules.escalation import Step
from detractors.rules.sla import JUST_AFTER
from detractors.services import alerts, lateness, timeline

log = structlog.get_logger(__name__)

SWEEP = "detractors.enforce_sla"
ACTS = "detractors.act_on_escalations"
BATCH = 2500  # timers a transaction
RETRY_AFTER = timedelta(minutes=5)  # a timer that could not be enforced stands aside this long

# What many rows share is sent and read once. The first names its rows as a list, too: joined to the list alone,
# PostgreSQL prefers to read the whole table.
_MARK = """
UPDATE detractors_slatimer AS timer
SET warned_at = mark.warned_at, breached_at = mark.breached_at, next_at = mark.next_at
FROM unnest(%s::bigint[], %s::int[]) AS marked (id, place)
JOIN unnest(%s::timestamptz[], %s::timestamptz[], %s::timestamptz[]) WITH ORDINALITY
  AS mark (warned_at, breached_at, next_at, place) ON mark.place = marked.place
WHERE timer.id = marked.id AND timer.id = ANY(%s::bigint[])
"""
_ESCALATE = """
INSERT INTO detractors_escalation (workspace_id, timer_id, level, step, due_at, at, act_at)
SELECT taken.workspace_id, taken.timer_id, step.level, step.step, step.due_at, %s, step.act_at
FROM unnest(%s::bigint[], %s::bigint[], %s::int[]) WITH ORDINALITY AS taken (workspace_id, timer_id, step, place)
JOIN unnest(%s::text[], %s::bigint[], %s::timestamptz[], %s::timestamptz[]) WITH ORDINALITY
  AS step (level, step, due_at, act_at, place) ON step.place = taken.step
ORDER BY taken.place
"""


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
    timers = due.claim_timers(now=now, limit=limit, only=only)
    gathers = is_one_of_many or (only is None and len(timers) == limit)
    cases = due.claim_cases({timer.case_id for timer in timers}) if timers else {}
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


_Chains = Mapping[tuple[int, str], Sequence[escalation.Step]]


def early_of(steps: _Chains) -> set[tuple[int, str]]:
    """The promises whose chain begins before they are due."""
    return {key for key, found in steps.items() if any(step.is_early for step in found)}


def _taken(timers: Sequence[DueTimer], *, early: set[tuple[int, str]]) -> dict[int, set[object]]:
    """The steps each timer has taken: by key, those without one by level."""
    taken: dict[int, set[object]] = {}
    acted_on = [timer.pk for timer in timers if timer.breached_at or (timer.policy_id, timer.kind) in early]
    if acted_on:
        rows = Escalation.objects.across_workspaces().filter(timer__in=acted_on)
        for timer_id, step, level in rows.values_list("timer_id", "step", "level"):
            taken.setdefault(timer_id, set()).add(step or level)
    return taken


_Steps = tuple[list[escalation.DueStep], datetime | None]  # those that are due, and when the next one is


@dataclass(slots=True, eq=False)
class _Act:
    """One thing done to timers alike: a warning, a breach, a step; whether it is told; what its line says, by who heard."""

    kind: EventKind
    is_told: bool
    level: str
    step: Step | None
    due_at: str
    facts: dict[str, object]
    said: dict[tuple[str, ...], timeline.Said] = field(default_factory=dict)

    def said_to(self, told: tuple[str, ...]) -> timeline.Said:
        """What the line says; of a step, who heard."""
        found = self.said.get(told)
        if found is None:
            facts = self.facts if self.step is None else {**self.facts, "to": told}
            found = self.said[told] = timeline.Said(self.kind, json.dumps(facts))
        return found


class _Plan(NamedTuple):
    """What is due of timers that are alike: promises made while nobody worked are due at the same moment."""

    acts: list[_Act]
    warns: bool
    breaches: bool
    next_at: datetime | None


T = TypeVar("T", bound=Hashable)


def _once(values: Sequence[T]) -> tuple[list[int], list[T]]:
    """Each value once, and for all of them the place, from 1, of theirs."""
    places: dict[T, int] = {}
    return [places.setdefault(value, len(places) + 1) for value in values], list(places)


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
        self._texts: dict[datetime | None, str] = {None: "NULL"}
        self._plans: dict[object, _Plan] = {}
        self.escalations: list[tuple[DueTimer, _Act]] = []
        self.mails = notifications.Notices(now=now, gathers=gathers)
        self.result = Enforced()

    def mark(self, timer: DueTimer) -> None:
        """Make every step of `timer` that is due, in order, and find the moment of the next one."""
        plan = self._plan(timer)
        case, mails = self.cases[timer.case_id], self.mails
        for act in plan.acts:
            told: tuple[str, ...] = ()
            if act.step is not None:
                self.escalations.append((timer, act))
                told = mails.escalated(case=case, timer=timer, level=act.level, step=act.step)
            elif act.kind == EventKind.BREACHED:
                mails.breached(case=case, timer=timer)
            elif act.is_told:
                mails.due_soon(case=case, timer=timer)
            self.lines.append(timeline.Line(timer.workspace_id, timer.case_id, act.said_to(told)))
        if plan.warns:
            timer.warned_at = self.now
            self.result.warned += 1
        if plan.breaches:
            timer.breached_at = self.now
            self.result.breached += 1
        timer.next_at = plan.next_at

    def _plan(self, timer: DueTimer) -> _Plan:
        taken = frozenset(self.taken.get(timer.pk, ()))
        calendar = timer.calendar_id or self.usual[timer.policy_id]
        is_warned, is_breached = timer.warned_at is not None, timer.breached_at is not None
        key = (
            timer.policy_id, calendar, timer.kind, timer.warn_at, timer.due_at, is_warned, is_breached, taken,
        )  # fmt: skip
        if key not in self._plans:
            self._plans[key] = self._make_plan(timer, calendar, set(taken))
        return self._plans[key]

    def _make_plan(self, timer: DueTimer, calendar: int, taken: set[object]) -> _Plan:
        acts: list[_Act] = []
        is_warned, is_breached = timer.warned_at is not None, timer.breached_at is not None
        warns = not is_warned and timer.warn_at <= self.now
        breaches = not is_breached and timer.due_at < self.now
        early: _Steps = ([], None)
        if not is_breached and (timer.policy_id, timer.kind) in self.early:
            early = self._steps_at(timer, calendar, taken, is_missed=False)
        for found in early[0]:
            if warns and not is_warned and timer.warn_at <= found.due_at:
                acts.append(self._act(EventKind.DUE_SOON, timer))
                is_warned = True
            acts.append(self._step(timer, found, taken))
        if warns and not is_warned:
            acts.append(self._act(EventKind.DUE_SOON, timer))
            is_warned = True
        if breaches:
            acts.append(self._act(EventKind.BREACHED, timer))
        following: datetime | None
        if not is_warned:
            following = timer.warn_at
        elif not is_breached and not breaches:
            following = timer.due_at + JUST_AFTER
        else:
            missed, following = self._steps_at(timer, calendar, taken, is_missed=True)
            acts += [self._step(timer, found, taken) for found in missed]
        return _Plan(acts, warns, breaches, min(filter(None, (following, early[1])), default=None))

    def _steps_at(self, timer: DueTimer, calendar: int, taken: set[object], *, is_missed: bool) -> _Steps:
        return escalation.steps_at(
            self.steps.get((timer.policy_id, timer.kind), ()),
            self.calendars[calendar],
            due_at=timer.due_at,
            taken=taken,
            now=self.now,
            is_missed=is_missed,
        )

    def _act(self, kind: EventKind, timer: DueTimer) -> _Act:
        """A warning or a breach; a warning whose promise is missed already is written down, but not told."""
        facts: dict[str, object] = {"timer": timer.kind, "due_at": self._iso(timer.due_at)}
        is_told = kind == EventKind.BREACHED or self.now <= timer.due_at
        return _Act(kind, is_told, "", None, "", facts)

    def _step(self, timer: DueTimer, found: escalation.DueStep, taken: set[object]) -> _Act:
        step = found.step
        assert step is not None
        taken.add(step.key or step.level)
        due_at = self._iso(found.due_at)
        facts: dict[str, object] = {
            "timer": timer.kind, "due_at": self._iso(timer.due_at), "level": step.level, "step_at": due_at,
        }  # fmt: skip
        return _Act(EventKind.ESCALATED, True, step.level, step, due_at, facts)

    def write(self, timers: Sequence[DueTimer]) -> None:
        """One statement a table: many times the speed of Django's bulk writes."""
        timeline.write_all(self.lines, now=self.now)
        ids = array([timer.pk for timer in timers])
        places, marks = _once([(timer.warned_at, timer.breached_at, timer.next_at) for timer in timers])
        moments = [array(map(self._iso, column)) for column in zip(*marks, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(_MARK, [ids, array(places), *moments, ids])
        if self.escalations:
            self._write_steps()
        lateness.keep(cases=sorted({timer.case_id for timer in timers}))
        self.mails.ring()
        with connection.cursor() as cursor:  # what is left to prove is proven before others have to wait
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        self.mails.queue()  # at last: it takes the pace of its receivers, which other sweepers ask for too

    def _write_steps(self) -> None:
        taken = self.escalations
        self.result.escalated += len(taken)
        places, acts = _once([act for _timer, act in taken])
        columns = (
            array([timer.workspace_id for timer, _act in taken]),
            array([timer.pk for timer, _act in taken]),
            array(places),
            array([act.level for act in acts]),
            array([act.step.key if act.step else 0 for act in acts]),
            array([act.due_at for act in acts]),
            array([self._iso(self.now if act.step and act.step.acts else None) for act in acts]),
        )
        with connection.cursor() as cursor:
            cursor.execute(_ESCALATE, [self.now, *columns])
        if any(act.step and act.step.acts for act in acts):
            nudge_on_commit(ACTS)

    def _iso(self, moment: datetime | None) -> str:
        """As text; many timers share their moments."""
        text = self._texts.get(moment)
        if text is None:
            assert moment is not None
            text = self._texts[moment] = moment.isoformat()
        return text
