"""Waits over the API: how long cases spend in which stage, over all of them and of one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import Endpoint
from core.api_fields import Body, Row, Text, shown
from core.problems import FieldError, invalid
from detractors.api.cases import CaseEndpoint
from detractors.enums import Clock
from detractors.queries import origins, rows
from detractors.queries import stages as queries
from detractors.rules import stages as rule

STAGES = (*rule.STAGES, rule.IDLE)
LONGEST_DAYS = 732


class WaitsQuery(Body):
    """Cases opened in the last `days`; of a team, a member or a touchpoint where one is named."""

    by = serializers.ChoiceField(choices=[(one, one) for one in queries.GROUPS], default=queries.TEAM)
    clock = serializers.ChoiceField(choices=Clock.choices, default=Clock.WORKING.value)
    days = serializers.IntegerField(min_value=1, max_value=LONGEST_DAYS, default=90)
    team = Text(required=False, help_text="A name.")
    member = Text(required=False, help_text="Mail address of a member.")
    touchpoint = Text(required=False, help_text="A name.")


class StageRow(Row):
    stage = serializers.ChoiceField(choices=[(one, one) for one in STAGES])
    n = serializers.IntegerField(help_text="Cases in which it is over; below 10 it says little.")
    median_minutes = serializers.FloatField(allow_null=True)
    p90_minutes = serializers.FloatField(allow_null=True, help_text="Nine of ten took no longer.")


class WaitGroupRow(Row):
    key = serializers.CharField(allow_null=True, help_text="First day of a month; else an id, null: none.")
    name = serializers.CharField(allow_null=True)
    n = serializers.IntegerField(help_text="All its cases.")
    stages = StageRow(many=True)


class WaitsRow(Row):
    """`idle`: what goes beyond four working hours of each pause in which the ball was with us."""

    by = serializers.CharField()
    clock = serializers.CharField()
    since = serializers.DateTimeField()
    whole = WaitGroupRow(allow_null=True, help_text="All groups together; null without cases.")
    groups = WaitGroupRow(many=True)


class Waits(Endpoint):
    resource = "metrics"

    @extend_schema(
        operation_id="metrics_waits",
        summary="How long cases spend in which stage: medians and 90th percentiles in minutes",
        description="Stages: until taken, until answered, at work, for the customer, for others, resolved; and idle time.",
        parameters=[WaitsQuery],
        responses=WaitsRow,
        tags=["metrics"],
    )
    def get(self, request: Request) -> Response:
        wanted = self.query(WaitsQuery)
        by, is_calendar = wanted["by"], wanted["clock"] == Clock.CALENDAR
        asked = self.asked(wanted)
        facts: dict[str, Any] = {"by": by, "clock": wanted["clock"], "since": asked.since}
        for name, key in (("groups", by), ("whole", None)):
            facts[name] = queries.figures(
                workspace=self.workspace, by=key, asked=asked, is_calendar=is_calendar, sight=self.sight, columns=STAGES
            )  # fmt: skip
        names = queries.names_of(workspace=self.workspace, by=by, keys=[one.key for one in facts["groups"]])
        groups = [_group(one, names.get(one.key or "")) for one in facts["groups"]]
        facts["groups"] = sorted(groups, key=lambda one: one["key"] or "~")
        facts["whole"] = _group(facts["whole"][0], None) if facts["whole"] else None
        return Response(shown(WaitsRow, facts))

    def asked(self, wanted: dict[str, Any]) -> queries.Asked:
        """Which cases; raises Problem (400) for a team, a member or a touchpoint that is none."""
        found: dict[str, int] = {}
        known = origins.names(workspace=self.workspace)
        for name in ("team", "touchpoint"):
            if name in wanted:
                ids = [
                    pk for pk, one in known[name].items() if one.name.casefold() == wanted[name].casefold()
                ]
                found[name] = self.one_of(name, ids[0] if ids else None)
        if "member" in wanted:
            user = rows.member(workspace=self.workspace, email=wanted["member"])
            found["agent"] = self.one_of("member", user.pk if user else None)
        since = self.now - timedelta(days=wanted["days"])
        return queries.Asked(since=since, until=self.now + timedelta(minutes=1), **found)

    def one_of(self, field: str, found: int | None) -> int:
        if found is None:
            raise invalid(FieldError(field, "UNKNOWN", _("There is none of this name here.")))
        return found


def _group(group: queries.Group, name: str | None) -> dict[str, Any]:
    stages = [
        {"stage": code, "n": one.n, "median_minutes": one.median, "p90_minutes": one.ninety}
        for code in STAGES
        for one in (group.figures[code],)
    ]
    return {"key": group.key, "name": name, "n": group.n, "stages": stages}


class StageSpanRow(Row):
    stage = serializers.CharField()
    working_minutes = serializers.IntegerField(allow_null=True, help_text="null: not over, or never was.")
    calendar_minutes = serializers.IntegerField(allow_null=True)


class CaseStagesRow(Row):
    """From the opening: `handled` to the first act of anybody of ours, `mailed` and `called` to the first mail or call."""

    stages = StageSpanRow(many=True)


class CaseStages(CaseEndpoint):
    @extend_schema(
        operation_id="cases_stages",
        summary="How long a case was in which stage",
        description="Read from its timeline a moment after it changed.",
        responses=CaseStagesRow,
        tags=["cases"],
    )
    def get(self, request: Request, number: int) -> Response:
        row = queries.of_case(case=self.case(number))
        spans = [
            {
                "stage": name,
                "working_minutes": getattr(row, name, None),
                "calendar_minutes": getattr(row, f"{name}_calendar", None),
            }
            for name in rule.COLUMNS
        ]
        return Response(shown(CaseStagesRow, {"stages": spans}))
