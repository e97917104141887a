"""A draft tried on the cases of the last days, by the code that decides about new ones; nothing of them is touched.

Each answer (or mention) that opened a case is planned again by the desk that opened it, with the draft laid over matrix,
rules and promises; then the clock of the case is told again from its timeline under the draft's terms. What people did
(replies, waits, resolving, hand-overs) is taken as it was. Customers are taken as they are known today.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from core.queue import nudge_on_commit
from detractors.enums import (
    DecisionOutcome,
    DecisionReason,
    EventKind,
    RecountReason,
    RehearsalKind,
    RehearsalState,
    RuleKind,
)
from detractors.models import Case, CaseDecision, CaseEvent, MatrixCell, Rehearsal, RehearsedCase, SlaTimer
from detractors.queries import clock as clock_queries
from detractors.queries.clock import Line
from detractors.rules import clock
from detractors.rules import rehearsing as rules
from detractors.services import drafts, timeline
from detractors.services.decisions import Desk, Opening
from detractors.services.decisions_of_mentions import MentionDesk
from detractors.services.drafts import Draft, DraftError
from detractors.services.opening import Book
from detractors.services.promising import Book as Promises
from surveys.models import Mention, Response

log = structlog.get_logger(__name__)

SWEEP = "detractors.rehearse"
DAYS = 90
BATCH = 200  # decisions a transaction
WORK_SECONDS = 50.0  # of one run of the sweep
MAX_ATTEMPTS = 5  # runs in a row that ended without a batch
MOST_KEPT = 20  # rehearsals of a workspace; the oldest go
KEPT_FOR = timedelta(days=90)
MAYBE = (DecisionReason.NOT_DETRACTOR, DecisionReason.RULE)  # an opening rule could decide otherwise


# --- Asking -------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask(*, workspace: Workspace, draft: Draft, by: User | None, now: datetime, days: int = DAYS) -> Rehearsal:
    """Rehearse a draft over the last `days`; a sweep does it within seconds."""
    row = Rehearsal(
        workspace=workspace, kind=draft.kind, what=draft.what[:170], target=draft.target, draft=draft.values,
        since=now - timedelta(days=days), until=now, by=by, asked_at=now,
    )  # fmt: skip
    row.total = _decisions(row).count()
    row.save()
    older = Rehearsal.objects.of(workspace).order_by("-asked_at", "-pk").values_list("pk", flat=True)
    _let_go(Rehearsal.objects.of(workspace).filter(pk__in=list(older[MOST_KEPT:])))
    nudge_on_commit(SWEEP)
    return row


@transaction.atomic
def again(*, rehearsal: Rehearsal, by: User, now: datetime) -> Rehearsal:
    """The same draft over the last days as they are now; one that is under way already is the answer.

    Raises DraftError, or one of drafts.REFUSED, when what it needs is no longer there.
    """
    row = Rehearsal.objects.of(rehearsal.workspace_id).select_for_update().get(pk=rehearsal.pk)
    same = {"kind": row.kind, "target": row.target, "draft": row.draft}
    running = Rehearsal.objects.of(row.workspace_id).filter(state=RehearsalState.RUNNING, **same)
    found: Rehearsal | None = running.order_by("-pk").first()
    if found is not None:
        return found
    draft = draft_of(row)
    drafts.tried_policies(workspace=rehearsal.workspace, draft=draft)
    return ask(workspace=rehearsal.workspace, draft=draft, by=by, now=now)


@transaction.atomic
def _let_go(rows: QuerySet[Rehearsal]) -> None:
    """Remove them and their cases; one that a worker is walking right now stays until the next time."""
    free = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True))
    Rehearsal.objects.across_workspaces().filter(pk__in=free).delete()


def draft_of(row: Rehearsal) -> Draft:
    """What is tried."""
    return Draft(row.kind, row.what, row.target, row.draft)


@transaction.atomic
def switch_on(*, rehearsal: Rehearsal, by: User, now: datetime) -> Rehearsal:
    """What was rehearsed holds from now on. Raises DraftError, or one of drafts.REFUSED."""
    row = Rehearsal.objects.of(rehearsal.workspace_id).select_for_update().get(pk=rehearsal.pk)
    if row.is_on:
        return row
    workspace, draft = rehearsal.workspace, draft_of(row)
    asked: dict[str, Any] = {"workspace": workspace, "kind": row.kind, "values": row.draft}
    was = drafts.snapshot(target=row.target, **asked)
    row.target = drafts.switch_on(workspace=workspace, draft=draft, by=by, now=now)
    row.before = {"was": was, "is": drafts.snapshot(target=row.target, **asked)}
    row.switched_on_at, row.undone_at = now, None
    row.save(update_fields=["target", "before", "switched_on_at", "undone_at"])
    return row


@transaction.atomic
def undo(*, rehearsal: Rehearsal, by: User, now: datetime) -> Rehearsal:
    """What was before it was switched on holds again. Raises DraftError when somebody changed it since."""
    row = Rehearsal.objects.of(rehearsal.workspace_id).select_for_update().get(pk=rehearsal.pk)
    if not row.is_on:
        return row
    workspace, before = rehearsal.workspace, row.before or {}
    found = drafts.snapshot(workspace=workspace, kind=row.kind, target=row.target, values=row.draft)
    if found != before.get("is"):
        raise DraftError(_("Somebody has changed it since: look at it first."))
    drafts.take_back(workspace=workspace, draft=draft_of(row), before=before.get("was"), by=by, now=now)
    row.undone_at = now
    row.save(update_fields=["undone_at"])
    return row


# --- Working ------------------------------------------------------------------------------------------------------


def work(*, now: datetime, seconds: float = WORK_SECONDS) -> int:
    """Walk what is asked for, batch by batch; returns how many decisions were looked at.

    Safe to run twice, in parallel and late: a batch is one transaction under the lock of its rehearsal.
    """
    began, total = time.monotonic(), 0
    _let_go(Rehearsal.objects.across_workspaces().filter(asked_at__lt=now - KEPT_FOR))
    while time.monotonic() - began < seconds:
        waiting = Rehearsal.objects.across_workspaces().filter(state=RehearsalState.RUNNING)
        done = sum(_try(pk, now=now) for pk in list(waiting.order_by("pk").values_list("pk", flat=True)))
        if not done:
            return total
        total += done
    nudge_on_commit(SWEEP)
    return total


def _try(pk: int, *, now: datetime) -> int:
    try:
        return _batch(pk, now=now)
    except Exception:
        log.exception("rehearsal_failed", rehearsal=pk)
        rows = Rehearsal.objects.across_workspaces().filter(pk=pk, state=RehearsalState.RUNNING)
        rows.update(attempts=F("attempts") + 1)
        rows.filter(attempts__gte=MAX_ATTEMPTS).update(state=RehearsalState.FAILED, finished_at=now)
        return 0


@transaction.atomic
def _batch(pk: int, *, now: datetime) -> int:
    rows = Rehearsal.objects.across_workspaces().filter(pk=pk, state=RehearsalState.RUNNING)
    row: Rehearsal | None = (
        rows.select_related("workspace").select_for_update(of=("self",), skip_locked=True).first()
    )
    if row is None:
        return 0
    decisions = list(_decisions(row).filter(pk__gt=row.last_decision).order_by("pk")[:BATCH])
    if not decisions:
        row.state, row.finished_at, row.done = RehearsalState.DONE, now, row.total
        row.save(update_fields=["state", "finished_at", "done"])
        return 0
    pairs = Stage(row.workspace, draft=draft_of(row), until=row.until).play(decisions)
    row.figures = rules.counted(row.figures, [(was, would) for _decision, was, would in pairs])
    RehearsedCase.objects.of(row.workspace).bulk_create(
        RehearsedCase(
            workspace=row.workspace, rehearsal=row, decision=decision, case=decision.case,
            was=was, would=would, parts=parts,
        )
        for decision, was, would in pairs
        if (parts := rules.parts(was, would))
    )  # fmt: skip
    row.last_decision, row.attempts = decisions[-1].pk, 0
    row.done += len(decisions)
    row.save(update_fields=["figures", "last_decision", "attempts", "done"])
    return len(decisions)


def _decisions(row: Rehearsal) -> Any:
    """What is rehearsed: answers and mentions that opened a case, and for an opening rule those that could have."""
    found = CaseDecision.objects.of(row.workspace_id).filter(
        decided_at__gte=row.since, decided_at__lte=row.until
    )
    if row.kind == RehearsalKind.RULE and row.draft.get("kind") == RuleKind.OPENING:
        return found.filter(outcome=DecisionOutcome.OPENED) | found.filter(
            outcome__in=(DecisionOutcome.NOT_OPENED, DecisionOutcome.HELD), reason__in=MAYBE
        )
    return found.filter(outcome=DecisionOutcome.OPENED)


# --- Planning again -----------------------------------------------------------------------------------------------


class RehearsedBook(Book):
    """What decides about a new case, with a draft laid over it; it makes no cell."""

    def lay(self, draft: Draft | None) -> None:
        if draft is not None:
            drafts.lay_over_rules(self.rules, workspace=self.workspace, draft=draft)
            drafts.lay_over_matrix(self.matrix, workspace=self.workspace, draft=draft)

    def _make_cell(self, where: tuple[int, int]) -> MatrixCell:
        return MatrixCell(
            workspace=self.workspace,
            scenario=self.matrix.scenarios[where[0]],
            failure=self.matrix.failures[where[1]],
        )


class _Rehearsed:
    """A desk that plans and keeps nothing: whose turn it was is not asked, the team is the one the case had."""

    teams: dict[
        int, tuple[int | None, dict[str, Any] | None]
    ]  # by answer: the team it had, and what was asked

    def _route(self: Any, opening: Opening, takers: Any, response: Any, placed: list[CaseEvent]) -> None:
        case = opening.case
        facts = self._opening_facts(case, response)
        opening.events.append(timeline.line(case=case, kind=EventKind.OPENED, now=self.now, **facts))
        opening.events += placed
        team, asked = self.teams.get(response.pk, (None, None))
        now_asked = self.book.asked(case, response)
        if asked is not None and asked != now_asked and now_asked.get("team"):
            team = now_asked["team"]
        case.team_id = team


class _AnswerDesk(_Rehearsed, Desk):
    pass


class _ComplaintDesk(_Rehearsed, MentionDesk):
    pass


class Stage:
    """Decisions of one workspace under a draft; without one, under what holds now."""

    def __init__(self, workspace: Workspace, *, draft: Draft | None, until: datetime) -> None:
        self.workspace, self.draft, self.until = workspace, draft, until
        tried = drafts.tried_policies(workspace=workspace, draft=draft) if draft else {}
        self.promises = Promises(workspace=workspace, now=until, policies=tried)
        self.desks = {
            "response": self._desk(_AnswerDesk, draft),
            "mention": self._desk(_ComplaintDesk, draft),
        }
        self.is_opening = (
            draft is not None
            and draft.kind == RehearsalKind.RULE
            and draft.values["kind"] == RuleKind.OPENING
        )
        # As things are: whether an answer opens a case today, and how one was treated that says nothing of it.
        self.unchanged = {
            "response": self._desk(_AnswerDesk, None), "mention": self._desk(_ComplaintDesk, None),
        }  # fmt: skip
        self.promised = Promises(workspace=workspace, now=until) if tried else self.promises

    def _desk(self, kind: Any, draft: Draft | None) -> Any:
        desk = kind(workspace=self.workspace, now=self.until, verdicts={})
        desk.book = RehearsedBook(workspace=self.workspace, now=self.until, facts=kind.read_facts)
        desk.book.lay(draft)
        desk.teams = {}
        return desk

    def play(
        self, decisions: Sequence[CaseDecision]
    ) -> list[tuple[CaseDecision, dict[str, Any], dict[str, Any]]]:
        """(decision, what was, what would be) of each."""
        things = _things(self.workspace, decisions)
        cases = _cases(self.workspace, decisions)
        lines = clock_queries.lines_of(workspace=self.workspace, cases=cases)
        timers = clock_queries.timers_of(workspace=self.workspace, cases=cases)
        for desks in (self.desks, self.unchanged):
            for kind, desk in desks.items():
                desk.book.read([thing for (what, _pk), thing in things.items() if what == kind])
        for promises in (self.promises, self.promised):
            promises.expect(case.contact_id for case in cases.values())
        self.names = {row.pk: str(row) for row in self.desks["response"].book.matrix.cells.values()}
        pairs = []
        for decision in decisions:
            key = _key(decision)
            thing = things[key]
            case = cases.get(decision.case_id or 0)
            if case is None:
                pair = self._without_case(key[0], thing)
            else:
                decision.case = case
                own = lines.get(case.pk, [])
                pair = self._of_case(key[0], thing, case, own, timers.get(case.pk, []))
            if pair is not None:
                pairs.append((decision, *pair))
        return pairs

    def _opens(self, desks: Mapping[str, Any], kind: str, thing: Any) -> bool:
        return desks[kind]._reason_not_to(thing) is None

    def _without_case(self, kind: str, thing: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """An answer that opened nothing: does it now? What people would have done is not known."""
        if not self.is_opening or self._opens(self.unchanged, kind, thing):
            return None  # it would open as things are, too: something else has changed since
        would = _closed()
        if self._opens(self.desks, kind, thing):
            plan = self._plan(self.desks, self.promises, kind, thing, team=None, asked=None)
            would = {**self._said(self.desks, plan, kind, thing), "runs": None}
        return _closed(), would

    def _of_case(
        self, kind: str, thing: Any, case: Case, lines: Sequence[Line], timers: Sequence[SlaTimer]
    ) -> tuple[dict[str, Any], dict[str, Any]] | None:
        opened = lines[0] if lines and lines[0].kind == EventKind.OPENED else None
        facts = opened.facts if opened else {}
        was = self._recorded(kind, thing, case, facts, timers)
        if self.is_opening and not self._opens(self.desks, kind, thing):
            return (was, _closed()) if self._opens(self.unchanged, kind, thing) else None
        stood = facts.get("stood") or {"team": case.team_id}
        asked = facts.get("asked")
        plan = self._plan(self.desks, self.promises, kind, thing, team=stood.get("team"), asked=asked)
        would = self._said(self.desks, plan, kind, thing)
        if opened is None:  # from before lines said how a case began
            return was, {**would, "runs": None}
        told = self._told(plan, case, lines)
        runs = clock.enforced(told, self.promises.calendars, until=self.until)
        return was, {**would, "runs": [rules.run_data(run) for run in runs]}

    def _plan(
        self,
        desks: Mapping[str, Any],
        promises: Promises,
        kind: str,
        thing: Any,
        *,
        team: int | None,
        asked: dict[str, Any] | None,
    ) -> Opening:
        desk = desks[kind]
        desk.teams[thing.pk] = (team, asked)
        found: Opening = desk.plan(thing, 0, takers=[], promises=promises)
        return found

    def _said(self, desks: Mapping[str, Any], plan: Opening, kind: str, thing: Any) -> dict[str, Any]:
        case = plan.case
        return {
            "opens": True,
            "cell": str(case.cell) if case.cell else "",
            "priority": str(case.priority),
            "policy": case.policy.name if case.policy else "",
            "rule": (case.rank_facts.get("rule") or {}).get("name", ""),
            "asked": desks[kind].book.asked(case, thing),
        }

    def _recorded(
        self, kind: str, thing: Any, case: Case, facts: Mapping[str, Any], timers: Sequence[SlaTimer]
    ) -> dict[str, Any]:
        """How the case was treated when it opened; where that was not written down yet, how it would be as things are."""
        runs = [_timer_data(timer, self.until) for timer in timers]
        stood = facts.get("stood")
        promised = (facts.get("promise") or {}).get("policy") or (timers[0].policy_id if timers else None)
        policy = self.promised.policies.get(promised or 0)
        if stood is None:
            plan = self._plan(self.unchanged, self.promised, kind, thing, team=case.team_id, asked=None)
            said = self._said(self.unchanged, plan, kind, thing)
            name = policy.name if policy else said["policy"]
            return {**said, "policy": name, "asked": None, "runs": runs}
        return {
            "opens": True,
            "cell": self.names.get(stood["cell"], "") if stood["cell"] else "",
            "priority": stood["priority"],
            "policy": policy.name if policy else "",
            "rule": (case.rank_facts.get("rule") or {}).get("name", ""),
            "asked": facts.get("asked"),
            "runs": runs,
        }

    # --- The clock ------------------------------------------------------------------------------------------------

    def _told(self, plan: Opening, case: Case, lines: Sequence[Line]) -> list[clock.Happening]:
        """The lines of the case as they would be: each that says what is promised says the draft's."""
        opened = plan.events[0].facts
        first = {name: opened[name] for name in ("promise", "since") if name in opened}
        told = [Line(lines[0].pk, lines[0].kind, lines[0].at, first)]
        before = lines[0].facts.get("stood") or {}
        policy = plan.case.policy
        for line in lines[1:]:
            if not line.facts.get("promise"):
                told.append(line)
                continue
            stood = line.facts.get("stood") or before
            if line.facts.get("why") != RecountReason.TEAM:  # a case that changes teams keeps its promise
                policy = self.promises.policy_of(self._as_it_stood(plan.case, case, before, stood))
            facts = {name: value for name, value in line.facts.items() if name != "promise"}
            if policy is not None:
                facts["promise"] = self.promises.terms(policy, team=stood.get("team")).to_json()
            told.append(Line(line.pk, line.kind, line.at, facts))
        return clock_queries.happenings(told)

    def _as_it_stood(
        self, planned: Case, case: Case, before: Mapping[str, Any], stood: Mapping[str, Any]
    ) -> Case:
        """The case at a later line: as it was planned, but for what has changed by then."""
        found = copy.copy(planned)
        if stood.get("priority") != before.get("priority"):
            found.priority = stood["priority"]
        if stood.get("cell") != before.get("cell"):
            cells = self.desks["response"].book.matrix.cells.values()
            found.cell = next((cell for cell in cells if cell.pk == stood["cell"]), None)
        return found


def _closed() -> dict[str, Any]:
    return {"opens": False, "cell": "", "priority": "", "policy": "", "rule": "", "asked": None, "runs": None}


def _timer_data(timer: SlaTimer, until: datetime) -> dict[str, Any]:
    """A stored promise; past due it is missed, whether or not the sweep has marked it yet."""
    is_late = timer.is_running and not timer.is_paused and timer.due_at < until
    is_missed = timer.breached_at is not None or is_late
    return {
        "kind": timer.kind,
        "since": timer.started_at.isoformat(),
        "due": timer.due_at.isoformat(),
        "missed": is_missed,
        "state": rules.state(
            is_missed=is_missed,
            is_met=timer.met_at is not None,
            is_cancelled=timer.cancelled_at is not None,
        ),
    }


def _key(decision: CaseDecision) -> tuple[str, int]:
    if decision.response_id is not None:
        return ("response", decision.response_id)
    return ("mention", decision.mention_id or 0)


def _things(workspace: Workspace, decisions: Iterable[CaseDecision]) -> dict[tuple[str, int], Any]:
    """The answers and mentions of these decisions, with what a desk reads of them: two queries."""
    keys = [_key(one) for one in decisions]
    answers = Response.objects.of(workspace).select_related(
        "workspace", "contact__account", "survey", "touchpoint"
    )
    mentions = Mention.objects.of(workspace).select_related(
        "workspace", "source", "contact__account", "touchpoint"
    )
    found: dict[tuple[str, int], Any] = {}
    for kind, rows in (("response", answers), ("mention", mentions)):
        wanted = [pk for what, pk in keys if what == kind]
        if wanted:
            found |= {(kind, row.pk): row for row in rows.filter(pk__in=wanted)}
    return found


def _cases(workspace: Workspace, decisions: Iterable[CaseDecision]) -> dict[int, Case]:
    ids = [one.case_id for one in decisions if one.case_id]
    rows = Case.objects.of(workspace).select_related("contact", "cell").filter(pk__in=ids)
    return {row.pk: row for row in rows}
