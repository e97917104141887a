"""What the pages of the matrix ask besides the matrix itself."""

from __future__ import annotations

from typing import Any

from accounts.models import Workspace
from detractors.models import Failure, JourneyStep, MatrixCell, Scenario, SlaPolicy, Tag
from detractors.queries import matrix
from surveys.models import Touchpoint

MOST_TOUCHPOINTS = 300


def archived(*, workspace: Workspace) -> dict[str, list[Any]]:
    """Rows and columns that take no new cases, by name."""
    return {
        "scenarios": list(Scenario.objects.of(workspace).filter(archived_at__isnull=False).order_by("name")),
        "failures": list(Failure.objects.of(workspace).filter(archived_at__isnull=False).order_by("name")),
    }


def cell_of(*, scenario: Scenario, failure: Failure) -> MatrixCell | None:
    """The cell where these meet, if there is one yet."""
    found: MatrixCell | None = (
        MatrixCell.objects.of(scenario.workspace_id)
        .select_related("scenario", "failure", "team", "policy", "workspace")
        .filter(scenario=scenario, failure=failure)
        .first()
    )
    return found


def value_of(cell: MatrixCell | None) -> str:
    """A cell as a form names it: "scenario:failure"; empty for none."""
    return f"{cell.scenario.public_id}:{cell.failure.public_id}" if cell else ""


def policies(*, workspace: Workspace) -> list[SlaPolicy]:
    """The workspace's promises, by name."""
    return list(SlaPolicy.objects.of(workspace).order_by("name"))


def tags(*, workspace: Workspace) -> dict[int, str]:
    """The names of the workspace's tags."""
    return dict(Tag.objects.of(workspace).order_by("name").values_list("pk", "name"))


def touchpoints(*, workspace: Workspace) -> list[Touchpoint]:
    """The touchpoints by name."""
    return list(
        Touchpoint.objects.of(workspace).select_related("workspace").order_by("name")[:MOST_TOUCHPOINTS]
    )


def steps(*, workspace: Workspace) -> dict[int, JourneyStep]:
    """The journey map by touchpoint."""
    return {row.touchpoint_id: row for row in JourneyStep.objects.of(workspace)}


def choices(*, workspace: Workspace) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every cell a case can be put into, by scenario: (scenario, [(value, failure)])."""
    plan = matrix.load(workspace=workspace)
    return [
        (row.name, [(f"{row.public_id}:{one.public_id}", one.name) for one in plan.failures.values()])
        for row in plan.scenarios.values()
        if plan.failures
    ]
