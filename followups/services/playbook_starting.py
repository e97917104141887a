"""Playbooks begin: what has happened is looked through playbook by playbook, and each that fits gets its steps planned.

A page of events is one transaction under the playbook's row, so that two sweepers never plan the same event, and a kill
anywhere leaves whole pages. How far a playbook has looked is kept with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.models import User
from core.budgets import Budget
from detractors.models import Case
from detractors.rules import conditions
from detractors.rules.conditions import Conditions
from detractors.services import cases
from followups.models import PlannedStep, Playbook, PlaybookRun, PlaybookStep
from followups.models.playbook import BUILT_IN
from followups.playbook_enums import PlaybookEvent, RunEnd, RunState, StepState
from followups.queries import customer_page, playbook_choices
from followups.queries import playbook_events as events
from followups.queries import playbooks as queries
from followups.queries.playbook_events import Happening, Place
from followups.queries.playbook_facts import FactBook
from followups.rules.playbook_runs import Delay, due_times
from followups.services.playbook_clock import Clock

log = structlog.get_logger(__name__)

PAGE = 500  # events a transaction


def begin(*, now: datetime) -> int:
    """Begin what active playbooks begin with; returns how many runs. Safe to run twice and in parallel."""
    rows = Playbook.objects.across_workspaces().filter(is_active=True).exclude(key__in=BUILT_IN)
    begun, budget = 0, Budget("followups.begin_playbooks")
    for pk in budget.spend(
        list(
            rows.order_by(F("looked_to").asc(nulls_first=True), "position", "pk").values_list("pk", flat=True)
        )
    ):
        try:
            begun += _begin(pk, budget, now)
        except Exception:  # what one playbook brings up must not stop the others
            log.exception("playbook_not_begun", playbook=pk)
    return begun


def _begin(pk: int, budget: Budget, now: datetime) -> int:
    begun, after, start = 0, None, None
    while True:
        with transaction.atomic():
            playbook = _claim(pk)
            if playbook is None:
                return begun
            start = start or events.since(playbook)
            found, after = events.page(playbook=playbook, start=start, now=now, after=after, limit=PAGE)
            placed = events.placed(playbook=playbook, start=start, limit=PAGE) if after is None else []
            begun += _plan(playbook, found, placed, now)
            _looked(playbook, after, now)
        if (after is None and len(placed) < PAGE) or budget.is_over:
            return begun


def _claim(pk: int) -> Playbook | None:
    row: Playbook | None = (
        Playbook.objects.across_workspaces()
        .select_for_update(skip_locked=True, of=("self",), no_key=True)
        .select_related("workspace")
        .filter(pk=pk, is_active=True)
        .first()
    )
    return row


def _looked(playbook: Playbook, after: Place | None, now: datetime) -> None:
    to = after[0] if after else now
    Playbook.objects.of(playbook.workspace_id).filter(
        Q(looked_to__lt=to) | Q(looked_to__isnull=True), pk=playbook.pk
    ).update(looked_to=to)


def _plan(playbook: Playbook, found: list[Happening], placed: list[Happening], now: datetime) -> int:
    """Runs with their steps for those events that fit; those that landed in a cell fit by the cell's choice."""
    if not found and not placed:
        return 0
    book = FactBook(workspace=playbook.workspace)
    stated = Conditions.stored(playbook.conditions)
    chosen = {one.occasion for one in placed}
    fitting = [one for one in found if one.occasion not in chosen]
    if not stated.is_always:
        book.expect(
            cases=[one.case for one in fitting if one.case],
            responses=[one.response for one in fitting if one.response],
        )
        fitting = [one for one in fitting if conditions.holds(stated, _facts(book, one))]
    wanted = [*fitting, *placed]
    if not wanted:
        return 0
    if playbook.event == PlaybookEvent.SILENCE:
        _end_former(playbook, [one.case.pk for one in wanted if one.case], now)
    steps = queries.steps(playbook=playbook)
    asked = [one.field for group in stated.groups for one in group.conditions]
    clock = Clock(workspace=playbook.workspace, now=now)
    runs, planned = [], []
    for one in wanted:
        kept = {} if one.occasion in chosen else _kept(asked, _facts(book, one)) if asked else {}
        run, its_steps = _run(playbook, steps, one, kept, clock, now)
        runs.append(run)
        planned += its_steps
    PlaybookRun.objects.of(playbook.workspace_id).bulk_create(runs)
    for step in planned:
        step.run_id = step.run.pk
    PlannedStep.objects.of(playbook.workspace_id).bulk_create(planned, batch_size=2_000)
    return len(runs)


@transaction.atomic
def start(
    *, playbook: Playbook, case: Case, by: User, now: datetime, held: timedelta = timedelta(0)
) -> PlaybookRun:
    """Somebody chooses a playbook for a case: it begins whatever its event and conditions say, and whether it is on or not.

    It begins after `held`: as long as it can be taken back. Raises NotStartable, see queries/playbook_choices.py.
    """
    rows = Playbook.objects.of(playbook.workspace_id).select_related("workspace")
    row = rows.select_for_update(of=("self",), no_key=True).get(pk=playbook.pk)
    runs = PlaybookRun.objects.of(row.workspace_id).filter(playbook=row, case=case)
    is_running = runs.filter(state=RunState.RUNNING).exists()
    is_alone = customer_page.is_left_alone(case=case)
    if because := playbook_choices.refusal(row, case=case, runs=is_running, is_alone=is_alone):
        raise NotStartable(because)
    occasion = f"case:{case.pk}:{now.astimezone(UTC).isoformat()}"
    happening = playbook_choices.happening(case=case, at=now + held, occasion=occasion, by=by.display_name)
    _plan(row, [], [happening], now)
    said = _("“%(name)s” was started by %(person)s.") % {"name": row.name, "person": by.display_name}
    cases.note_automatic(case=case, what=said, now=now)
    found: PlaybookRun = runs.get(occasion=occasion)
    return found


class NotStartable(Exception):
    """Nothing began; `sentence` says why."""

    code = "NOT_STARTABLE"

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


def _facts(book: FactBook, one: Happening) -> Any:
    if one.case is not None:
        return book.of_case(one.case)
    assert one.response is not None  # an event is of a case or of an answer
    return book.of_response(one.response)


def _kept(asked: Iterable[str], facts: Any) -> dict[str, Any]:
    """What the conditions asked about, as it was; what is the customer's own words is not kept."""
    return {"earlier": facts.plain("earlier_unhappy")} if {"standing", "earlier_unhappy"} & {*asked} else {}


def _run(
    playbook: Playbook,
    steps: list[PlaybookStep],
    one: Happening,
    kept: dict[str, Any],
    clock: Clock,
    now: datetime,
) -> tuple[PlaybookRun, list[PlannedStep]]:
    case, response = one.case, one.response
    episode = {"episode": case.reopened_count} if case else {}
    due = due_times(
        [delay_of(step) for step in steps],
        event_at=one.at,
        before=one.at,
        after=clock.of(team=case.team_id if case else None),
    )
    run = PlaybookRun(
        workspace_id=playbook.workspace_id,
        playbook=playbook,
        version=playbook.version,
        case=case,
        response=response,
        contact_id=case.contact_id if case else response.contact_id if response else None,
        occasion=one.occasion,
        because={"event": playbook.event, **episode, **kept, **one.facts},
        event_at=one.at,
        started_at=now,
        owner_id=case.owner_id if case else None,
        due_at=due[0],
    )
    rows = [
        PlannedStep(workspace_id=playbook.workspace_id, run=run, step=step, position=place, due_at=at)
        for place, (step, at) in enumerate(zip(steps, due, strict=True), start=1)
    ]
    return run, rows


def delay_of(step: PlaybookStep) -> Delay:
    """The delay of a stored step, as the rules take it."""
    return Delay(step.delay_amount, step.delay_unit, step.delay_clock, step.delay_from)


def _end_former(playbook: Playbook, cases: list[int], now: datetime) -> None:
    """We wrote again: the silence is counted anew."""
    runs = list(
        PlaybookRun.objects.of(playbook.workspace_id)
        .filter(playbook=playbook, case__in=cases, state=RunState.RUNNING)
        .select_for_update(of=("self",))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    end(workspace_id=playbook.workspace_id, runs=runs, because=RunEnd.ANEW, now=now)


def end(*, workspace_id: int, runs: Iterable[int], because: str, now: datetime) -> None:
    """These runs, which the caller has locked, end before their last step; what was planned is not done."""
    ids = list(runs)
    PlannedStep.objects.of(workspace_id).filter(run__in=ids, state=StepState.PLANNED).update(
        state=StepState.SKIPPED, skipped_because=because, settled_at=now
    )
    PlaybookRun.objects.of(workspace_id).filter(pk__in=ids, state=RunState.RUNNING).update(
        state=RunState.STOPPED, stopped_because=because, ended_at=now, due_at=None
    )


def call_off(*, now: datetime) -> int:
    """End the runs of playbooks that were called off, in batches; returns how many."""
    done = 0
    rows = PlaybookRun.objects.across_workspaces().filter(
        due_at__isnull=False,
        playbook__stopped_before__isnull=False,
        started_at__lte=F("playbook__stopped_before"),
    )
    while True:
        with transaction.atomic():
            found = list(
                rows.select_for_update(skip_locked=True, of=("self",))
                .order_by("pk")
                .values_list("pk", "workspace_id")[: 2 * PAGE]
            )
            for workspace in {workspace for _pk, workspace in found}:
                ids = [pk for pk, its in found if its == workspace]
                end(workspace_id=workspace, runs=ids, because=RunEnd.CALLED_OFF, now=now)
        done += len(found)
        if len(found) < 2 * PAGE:
            return done
