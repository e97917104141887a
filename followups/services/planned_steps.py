"""What people decide about planned steps: one is left out, or planned again; a running playbook is stopped.

A run is locked before its case, as by the sweep that does the steps.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from detractors.models import Case
from detractors.services import cases
from followups.models import PlannedStep, PlaybookRun
from followups.playbook_enums import NotDone, RunEnd, RunState, StepState
from followups.services import playbook_starting


class NotPlanned(Exception):
    """Nothing was changed: it is done, or its turn has passed; `sentence` says so."""

    code = "NOT_PLANNED"

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@transaction.atomic
def skip(*, step: PlannedStep, by: User, now: datetime) -> PlannedStep:
    """It is not done; the playbook goes on with the step after it, at its time. Skipped twice is once. Raises NotPlanned."""
    run, row = _locked(step)
    if row.state == StepState.SKIPPED and row.skipped_because == NotDone.BY_HAND:
        return row
    if row.state != StepState.PLANNED or run.state != RunState.RUNNING:
        raise NotPlanned(_("This step does not wait any more."))
    row.state, row.skipped_because = StepState.SKIPPED, NotDone.BY_HAND
    row.skipped_by, row.settled_at = by, now
    row.save(update_fields=["state", "skipped_because", "skipped_by", "settled_at"])
    said = _("“%(name)s”, step %(place)s: skipped by %(person)s.")
    _note(run, said % {**_named(run, row), "person": by.display_name}, now)
    return row


@transaction.atomic
def plan_again(*, step: PlannedStep, by: User, now: datetime) -> PlannedStep:
    """A step skipped by hand is planned after all, while its turn has not passed. Planned twice is once. Raises NotPlanned."""
    run, row = _locked(step)
    if row.state == StepState.PLANNED:
        return row
    if row.skipped_because != NotDone.BY_HAND or run.state != RunState.RUNNING or row.position < run.position:
        raise NotPlanned(_("This step cannot be planned again: its turn has passed."))
    row.state, row.skipped_because = StepState.PLANNED, ""
    row.skipped_by = row.settled_at = None
    row.save(update_fields=["state", "skipped_because", "skipped_by", "settled_at"])
    said = _("“%(name)s”, step %(place)s: planned again by %(person)s.")
    _note(run, said % {**_named(run, row), "person": by.display_name}, now)
    return row


@transaction.atomic
def stop(*, run: PlaybookRun, by: User, now: datetime) -> PlaybookRun:
    """Nothing more of it is done for this customer. Stopped twice is once."""
    row = _lock(run)
    if row.state == RunState.RUNNING:
        playbook_starting.end(workspace_id=row.workspace_id, runs=[row.pk], because=RunEnd.BY_HAND, now=now)
        said = _("“%(name)s” was stopped by %(person)s.")
        _note(row, said % {"name": row.playbook.name, "person": by.display_name}, now)
        row.refresh_from_db(fields=["state", "stopped_because", "ended_at", "due_at"])
    return row


def _lock(run: PlaybookRun) -> PlaybookRun:
    rows = PlaybookRun.objects.of(run.workspace_id).select_related("playbook")
    locked: PlaybookRun = rows.select_for_update(of=("self",)).get(pk=run.pk)
    return locked


def _locked(step: PlannedStep) -> tuple[PlaybookRun, PlannedStep]:
    runs = PlaybookRun.objects.of(step.workspace_id).select_related("playbook")
    run = runs.select_for_update(of=("self",)).get(pk=step.run_id)
    row = PlannedStep.objects.of(step.workspace_id).select_related("step").get(pk=step.pk)
    row.run = run
    return run, row


def _named(run: PlaybookRun, row: PlannedStep) -> dict[str, object]:
    return {"name": run.playbook.name, "place": row.position}


def _note(run: PlaybookRun, what: str, now: datetime) -> None:
    if run.case_id is not None:
        case = Case.objects.of(run.workspace_id).get(pk=run.case_id)
        cases.note_automatic(case=case, what=what, now=now)
