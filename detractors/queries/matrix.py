"""The matrix as new cases meet it, and as the page draws it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from accounts.models import Workspace
from detractors import signals
from detractors.models import Failure, JourneyStep, MatrixCell, Scenario
from detractors.rules import matrix as rule


@dataclass(frozen=True)
class Matrix:
    """Everything that places a case: three or four small reads, none beyond the first in a workspace without a matrix."""

    steps: dict[int, JourneyStep] = field(default_factory=dict)  # by touchpoint
    scenarios: dict[int, Scenario] = field(default_factory=dict)
    failures: dict[int, Failure] = field(default_factory=dict)
    cells: dict[tuple[int, int], MatrixCell] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.scenarios and self.failures)

    @property
    def scenario_of(self) -> dict[int, int]:
        """Scenario id by touchpoint id; an archived scenario has none."""
        return {
            touchpoint: step.scenario_id
            for touchpoint, step in self.steps.items()
            if step.scenario_id is not None and step.scenario_id in self.scenarios
        }

    @property
    def columns(self) -> list[rule.Failure]:
        """The failures as the rule takes them, in their order."""
        return [
            rule.Failure(id=row.pk, words=tuple(row.words), options=frozenset(row.options))
            for row in self.failures.values()
        ]


def load(*, workspace: Workspace) -> Matrix:
    """The matrix without what is archived."""
    scenarios = {
        row.pk: row
        for row in Scenario.objects.of(workspace)
        .select_related("team")
        .filter(archived_at__isnull=True)
        .order_by("position", "pk")
    }
    if not scenarios:
        return Matrix()
    failures = Failure.objects.of(workspace).filter(archived_at__isnull=True).order_by("position", "pk")
    steps = JourneyStep.objects.of(workspace).select_related("team")
    cells = MatrixCell.objects.of(workspace).select_related("team", "policy__calendar", "scenario", "failure")
    return Matrix(
        steps={row.touchpoint_id: row for row in steps},
        scenarios=scenarios,
        failures={row.pk: row for row in failures},
        cells={(row.scenario_id, row.failure_id): row for row in cells},
    )


def scenario_with(*, workspace: Workspace, public_id: str) -> Scenario | None:
    """The scenario of this id."""
    found: Scenario | None = Scenario.objects.of(workspace).filter(public_id=public_id).first()
    return found


def failure_with(*, workspace: Workspace, public_id: str) -> Failure | None:
    """The failure of this id."""
    found: Failure | None = Failure.objects.of(workspace).filter(public_id=public_id).first()
    return found


def playbook_names(*, workspace: Workspace) -> list[str]:
    """The playbooks a cell can name."""
    answers: Any = signals.playbook_names.send(sender=Workspace, workspace=workspace)
    return [name for _receiver, names in answers for name in names]
