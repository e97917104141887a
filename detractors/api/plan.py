"""What the workspace has planned: the matrix with the month's figures, the rules, the weights of the queue. Read only."""

from datetime import timedelta
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import Endpoint
from core.api_fields import Body, Json, Row, all_shown, shown
from detractors.enums import RuleKind
from detractors.models import CaseRule, MatrixCell
from detractors.queries import arising, ranking
from detractors.queries import matrix as matrix_queries
from detractors.queries import rules as rule_queries
from detractors.services.ranking import weights_of

DAYS = 30


class CellRow(Row):
    """One failure in one scenario. An unplanned cell is shown once a case was in it."""

    id = serializers.CharField(source="public_id")
    scenario = serializers.CharField(source="scenario.name")
    failure = serializers.CharField(source="failure.name")
    is_planned = serializers.BooleanField()
    priority_minutes = serializers.IntegerField()
    policy = serializers.CharField(source="policy.name", allow_null=True)
    playbook = serializers.CharField(allow_blank=True)
    team = serializers.CharField(source="team.name", allow_null=True)
    volume = serializers.IntegerField(source="figures.volume", help_text="Cases opened in 30 days.")
    open = serializers.IntegerField(source="figures.backlog")
    breach_rate = serializers.FloatField(source="figures.breach_rate", allow_null=True)
    recovery_rate = serializers.FloatField(source="figures.recovery_rate", allow_null=True)


class ScenarioRow(Row):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    team = serializers.CharField(source="team.name", allow_null=True)


class FailureRow(Row):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    words = serializers.ListField(child=serializers.CharField())
    options = serializers.ListField(child=serializers.CharField(), help_text="question:option")


class MatrixRow(Row):
    scenarios = ScenarioRow(many=True)
    failures = FailureRow(many=True)
    cells = CellRow(many=True)
    unmapped = serializers.IntegerField(help_text="Cases of 30 days without a cell.")


class RuleQuery(Body):
    kind = serializers.ChoiceField(choices=RuleKind.choices, required=False)


class RuleRow(Row):
    """A rule. Of each kind the first that fits, by position, decides."""

    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=RuleKind.choices)
    position = serializers.IntegerField()
    is_active = serializers.BooleanField()
    conditions = Json()
    effect = Json()
    updated_at = serializers.DateTimeField()


class RulesRow(Row):
    rules = RuleRow(many=True)


class WeightsRow(Row):
    """Minutes earlier in the queue."""

    score = serializers.IntegerField(help_text="For the worst score.")
    earlier_unhappy = serializers.IntegerField(source="chronic", help_text="For each unhappy time before.")
    long_standing = serializers.IntegerField()
    one_off = serializers.IntegerField()
    public = serializers.IntegerField(source="exposure")
    value_steps = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField()),
        help_text="[account value from, minutes]",
    )


class _PlanEndpoint(Endpoint):
    resource = "rules"


class Matrix(_PlanEndpoint):
    @extend_schema(
        operation_id="matrix_read",
        summary="The matrix of scenarios and failures, with the figures of 30 days",
        description="Figures count what the maker of the key may see.",
        responses=MatrixRow,
        tags=["rules"],
    )
    def get(self, request: Request) -> Response:
        plan = matrix_queries.load(workspace=self.workspace)
        since = self.now - timedelta(days=DAYS)
        found = arising.summed(
            arising.figures(workspace=self.workspace, since=since, sight=self.sight), lambda key: key[1]
        )
        cells = []
        for cell in plan.cells.values():
            if cell.scenario_id in plan.scenarios and cell.failure_id in plan.failures:
                cells.append(_with_figures(cell, found.get(cell.pk, arising.Figures())))
        rows: Any = {
            "scenarios": list(plan.scenarios.values()),
            "failures": list(plan.failures.values()),
            "cells": sorted(cells, key=lambda one: (one.scenario.position, one.failure.position)),
            "unmapped": found.get(None, arising.Figures()).volume,
        }
        return Response(shown(MatrixRow, rows))


def _with_figures(cell: MatrixCell, figures: arising.Figures) -> MatrixCell:
    cell.figures = figures  # type: ignore[attr-defined]  # for the row
    return cell


class Rules(_PlanEndpoint):
    @extend_schema(
        operation_id="rules_list",
        summary="The rules, in the order they are asked",
        parameters=[RuleQuery],
        responses=RulesRow,
        tags=["rules"],
    )
    def get(self, request: Request) -> Response:
        wanted = self.query(RuleQuery)
        rows: list[CaseRule] = rule_queries.listed(workspace=self.workspace)
        if "kind" in wanted:
            rows = [row for row in rows if row.kind == wanted["kind"]]
        return Response({"rules": all_shown(RuleRow, rows)})


class Ranking(_PlanEndpoint):
    @extend_schema(
        operation_id="ranking_read",
        summary="What moves a case forward in the queue, in minutes",
        responses=WeightsRow,
        tags=["rules"],
    )
    def get(self, request: Request) -> Response:
        row = ranking.weights(workspace=self.workspace)
        weights = weights_of(workspace=self.workspace)
        steps = row.value_steps if row else [[int(least), minutes] for least, minutes in weights.value_steps]
        facts = {
            name: getattr(weights, name)
            for name in ("score", "chronic", "long_standing", "one_off", "exposure")
        }
        return Response(shown(WeightsRow, {**facts, "value_steps": steps}))
