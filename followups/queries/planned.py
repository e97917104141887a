"""The steps playbooks have planned for a case: what, when, why, and what came of them."""

from __future__ import annotations

from typing import Any

from django.db.models import Case as Choose
from django.db.models import F, IntegerField, Prefetch, Value, When

from detractors.models import Case
from followups.models import PlannedStep, PlaybookRun
from followups.playbook_enums import RunState, StepState


def of_case(*, case: Case) -> list[tuple[PlaybookRun, list[PlannedStep]]]:
    """The case's runs with their steps, running ones first, then the latest; two queries."""
    steps = (
        PlannedStep.objects.of(case.workspace_id)
        .select_related("step", "skipped_by", "task", "message")
        .defer("message__text", "message__html", "message__headers")
        .order_by("position")
    )
    first = Choose(When(state=RunState.RUNNING, then=Value(0)), default=Value(1), output_field=IntegerField())
    runs = (
        PlaybookRun.objects.of(case.workspace_id)
        .filter(case=case)
        .select_related("playbook", "workspace")
        .prefetch_related(Prefetch("steps", steps))
        .order_by(first, F("started_at").desc(), "-pk")
    )
    return [(run, list(run.steps.all())) for run in runs]


def rows_of(*, case: Case) -> Any:
    """The planned steps of the case, for lists."""
    return (
        PlannedStep.objects.of(case.workspace_id)
        .filter(run__case=case)
        .select_related("step", "run__playbook", "skipped_by", "task")
    )


def step_with(*, case: Case, public_id: str) -> PlannedStep | None:
    """One planned step of the case."""
    found: PlannedStep | None = rows_of(case=case).filter(public_id=public_id).first()
    return found


def run_with(*, case: Case, public_id: str) -> PlaybookRun | None:
    """One run of the case."""
    rows = PlaybookRun.objects.of(case.workspace_id).filter(case=case, public_id=public_id)
    found: PlaybookRun | None = rows.select_related("playbook").first()
    return found


def required_titles(*, case: Case) -> list[str]:
    """What required steps that still wait are called, in their order: they come before the case is resolved."""
    rows = PlannedStep.objects.of(case.workspace_id).filter(
        run__case=case, run__state=RunState.RUNNING, state=StepState.PLANNED, step__is_required=True
    )
    rows = rows.select_related("step").order_by("due_at", "pk")
    return [step.step.does.get("title") or str(step.step.get_kind_display()) for step in rows]
