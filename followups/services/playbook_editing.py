"""What the pages of playbooks take back or try: a removed playbook, a run stopped by hand; the moments of a past event."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from detractors.models import Case
from detractors.rules import conditions
from detractors.rules.conditions import Conditions
from detractors.services import cases
from followups.models import PlannedStep, Playbook, PlaybookRun, PlaybookStep
from followups.playbook_enums import RunEnd, RunState, StepState
from followups.queries import playbook_tries
from followups.queries import playbooks as queries
from followups.queries.playbook_events import Happening
from followups.queries.playbook_facts import FactBook
from followups.rules.playbook_runs import due_times
from followups.services.planned_steps import NotPlanned
from followups.services.playbook_clock import Clock
from followups.services.playbook_starting import delay_of
from followups.services.playbooks import PlaybookError


@transaction.atomic
def restore(*, playbook: Playbook, now: datetime) -> Playbook:
    """A removed playbook is in the list again, switched off. Raises PlaybookError when its name is taken by now."""
    rows = Playbook.objects.of(playbook.workspace_id).select_for_update(of=("self",))
    row: Playbook = rows.get(pk=playbook.pk)
    if row.archived_at is None:
        return row
    twins = Playbook.objects.of(playbook.workspace_id).filter(name__iexact=row.name, archived_at__isnull=True)
    if twins.exists():
        raise PlaybookError([("name", _("“%(name)s” is there already.") % {"name": row.name})])
    row.archived_at, row.updated_at = None, now
    row.save(update_fields=["archived_at", "updated_at"])
    return row


def planned(
    *, playbook: Playbook, happening: Happening, now: datetime
) -> list[tuple[PlaybookStep, datetime, bool]]:
    """Its steps for one past event: each with its moment, and whether its own condition holds as the case is today.

    By the rules and hours that plan running ones; nothing is kept.
    """
    steps = queries.steps(playbook=playbook)
    case = happening.case
    due = due_times(
        [delay_of(step) for step in steps],
        event_at=happening.at,
        before=happening.at,
        after=Clock(workspace=playbook.workspace, now=now).of(team=case.team_id if case else None),
    )
    facts = playbook_tries.facts(FactBook(workspace=playbook.workspace), happening)
    return [
        (step, at, conditions.holds(Conditions.stored(step.conditions), facts))
        for step, at in zip(steps, due, strict=True)
    ]


UNDO = timedelta(minutes=10)


@transaction.atomic
def resume(*, run: PlaybookRun, by: User, now: datetime) -> PlaybookRun:
    """A run that somebody stopped within the last minutes goes on where it was. Raises NotPlanned when it is too late."""
    rows = PlaybookRun.objects.of(run.workspace_id).select_related("playbook")
    row: PlaybookRun = rows.select_for_update(of=("self",)).get(pk=run.pk)
    if row.is_running:
        return row
    if row.stopped_because != RunEnd.BY_HAND or row.ended_at is None or row.ended_at < now - UNDO:
        raise NotPlanned(_("This cannot be taken back any more."))
    steps = PlannedStep.objects.of(row.workspace_id).filter(
        run=row, state=StepState.SKIPPED, settled_at=row.ended_at, skipped_by__isnull=True
    )
    due_at = steps.order_by("position").values_list("due_at", flat=True).first()
    if due_at is None:
        raise NotPlanned(_("This cannot be taken back any more."))
    steps.update(state=StepState.PLANNED, skipped_because="", settled_at=None)
    row.state, row.stopped_because, row.ended_at, row.due_at = RunState.RUNNING, "", None, due_at
    row.save(update_fields=["state", "stopped_because", "ended_at", "due_at"])
    if row.case_id is not None:
        said = _("“%(name)s” goes on: %(person)s took the stop back.")
        case = Case.objects.of(row.workspace_id).get(pk=row.case_id)
        what = said % {"name": row.playbook.name, "person": by.display_name}
        cases.note_automatic(case=case, what=what, now=now)
    return row
