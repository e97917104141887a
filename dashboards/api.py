"""Figures of the REST API: the same as on the dashboard, from the same queries."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Team
from core.api import Endpoint
from core.api_fields import read_day_or_moment, shown
from core.problems import FieldError, invalid
from dashboards import serializers
from dashboards.queries.at_stake import at_stake
from dashboards.queries.counts import BUCKETS, LEAVABLE
from dashboards.queries.loop import loop_figures
from dashboards.queries.nps import nps_figures
from dashboards.queries.span import answered_days
from dashboards.serializers import WORKSPACE, AtStakeRow, LoopRow, NpsQuery, NpsRow, PeriodQuery

MOST_BUCKETS = 4_000  # more than ten years of days
DAYS_OF = {"day": 1, "week": 7, "month": 28}


class Figures(Endpoint):
    """Reads the period: days of the workspace, both included; everything without dates."""

    resource = "metrics"

    def period(self, wanted: dict[str, Any]) -> tuple[date, date]:
        """(since, until) as asked for, or what there is. Raises Problem (400)."""
        zone = ZoneInfo(self.workspace.time_zone)
        today = self.now.astimezone(zone).date()
        first, last = answered_days(workspace=self.workspace, sight=self.sight) or (today, today)
        until = _day("until", wanted.pop("until", None), zone) or max(today, last)
        since = _day("since", wanted.pop("since", None), zone) or min(first, until)
        if since > until:
            raise invalid(FieldError("since", "OUT_OF_RANGE", _("The first day lies after the last.")))
        return since, until


class Nps(Figures):
    @extend_schema(
        operation_id="metrics_nps",
        summary="Net Promoter Score, with what it stands on",
        description="Counts every answer of an NPS survey that is no second question and no likely scanner's. Whom the "
        "workspace leaves out on its pages counts here all the same, unless `without` says otherwise.",
        parameters=[NpsQuery],
        responses=NpsRow,
        tags=["metrics"],
    )
    def get(self, request: Request) -> Response:
        wanted = self.query(NpsQuery)
        since, until = self.period(wanted)
        by = wanted.get("group_by")
        if by in BUCKETS and (until - since).days // DAYS_OF[by] > MOST_BUCKETS:
            sentence = _("Too many groups: choose larger ones or fewer days.")
            raise invalid(FieldError("group_by", "TOO_MANY", sentence))
        usual = LEAVABLE & frozenset(self.workspace.left_out_of_nps)
        asked = wanted.get("without", set())
        without = (asked - {WORKSPACE}) | (usual if WORKSPACE in asked else set())
        found = nps_figures(
            workspace=self.workspace,
            since=since,
            until=until,
            survey=wanted.get("survey"),
            filters={name: wanted[name] for name in ("touchpoint", "channel") if name in wanted},
            group_by=by,
            include=wanted.get("include", set()),
            distinct=wanted.get("distinct") == "contact",
            sight=self.sight,
            without=without,
        )
        groups = [
            {**serializers.counts(group.figures), "key": group.key, "label": group.label}
            for group in found.groups
        ]
        left_out = {"without": sorted(without), "workspace_leaves_out": sorted(usual)}
        row = {**serializers.counts(found), **left_out, "since": since, "until": until, "groups": groups}
        return Response(shown(NpsRow, row))


class Loop(Figures):
    @extend_schema(
        operation_id="metrics_loop",
        summary="How well the loop is closed",
        parameters=[PeriodQuery],
        responses=LoopRow,
        tags=["metrics"],
    )
    def get(self, request: Request) -> Response:
        wanted = self.query(PeriodQuery)
        since, until = self.period(wanted)
        found = loop_figures(
            workspace=self.workspace,
            since=since,
            until=until,
            survey=wanted.get("survey"),
            sight=self.sight,
        )
        row = {
            "since": since,
            "until": until,
            "first_response_minutes": serializers.spread(found.first_response),
            "first_response_minutes_calendar": serializers.spread(found.first_response_calendar),
            "sla_attainment": serializers.share(found.sla_attainment),
            "closed_loop_rate": serializers.share(found.closed_loop_rate),
            "recovery_rate": serializers.share(found.recovery_rate),
        }
        return Response(shown(LoopRow, row))


class AtStake(Endpoint):
    resource = "metrics"

    @extend_schema(
        operation_id="metrics_at_stake",
        summary="What is at stake in open cases, in all and by team",
        responses=AtStakeRow,
        tags=["metrics"],
    )
    def get(self, request: Request) -> Response:
        found = at_stake(workspace=self.workspace, sight=self.sight)
        names = dict(Team.objects.of(self.workspace).values_list("pk", "name"))
        teams = [{**asdict(stake), "team": names.get(team or 0)} for team, stake in found.teams.items()]
        row = {
            **asdict(found.total),
            "currency": found.currency,
            "teams": sorted(teams, key=lambda one: (-one["value"], one["team"] or "")),
        }
        return Response(shown(AtStakeRow, row))


def _day(field: str, text: str | None, zone: ZoneInfo) -> date | None:
    """The day `text` names, or the local day of the moment it names."""
    if text is None:
        return None
    try:
        found = read_day_or_moment(text)
    except ValueError:
        raise invalid(FieldError(field, "INVALID", _("Write a day like 2026-03-02."))) from None
    return found.astimezone(zone).date() if isinstance(found, datetime) else found
