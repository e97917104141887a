"""A playbook at work for a case, for the scan: one step of it that waits."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from detractors.services import tags
from followups.models import PlannedStep, Playbook, PlaybookStep
from followups.services import playbook_starting, playbooks


def planned_step(cast: Any) -> Any:
    """A step planned for a case of its own."""
    case, now = cast.case(), timezone.now()
    [tag] = tags.ensure(workspace=case.workspace, names=["Scanned"], now=now)
    step = {"kind": "TAG", "delay": {"amount": 300, "unit": "DAYS"}, "does": {"tags": [tag.pk]}}
    kept = Playbook.objects.of(case.workspace_id).filter(name="Scanned").first()
    row = kept or playbooks.create(
        workspace=case.workspace, name="Scanned", event="CASE_OPENED", steps=[step], now=now
    )
    run = playbook_starting.start(playbook=row, case=case, by=cast.owner, now=now)
    found: Any = PlannedStep.objects.of(case.workspace_id).select_related("run__case").get(run=run)
    return found


def steps_back(playbook: int, version: int) -> None:
    """The steps of a playbook as they were in `version`: a playbook that is put back has them again."""
    steps = PlaybookStep.objects.across_workspaces().filter(playbook=playbook)
    steps.filter(since_version__gt=version).delete()
    steps.filter(until_version__gt=version).update(until_version=None)
