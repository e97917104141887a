"""The forecast over the API: read only."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import Endpoint
from core.api_fields import Row, shown
from detractors.enums import TimerKind
from detractors.queries import forecasting as queries
from detractors.queries.sight import visible_ids
from detractors.rules import forecast as rules
from detractors.services import forecasting

VERDICTS = (rules.UNKNOWN, rules.WORTH, rules.EVEN, rules.WORSE)


class ForecastHour(Row):
    at = serializers.DateTimeField(help_text="The end of the hour.")
    due = serializers.IntegerField(help_text="Promises due in it.")
    expected = serializers.FloatField(help_text="Missed ones, by the sum of their chances.")
    likely = serializers.IntegerField(help_text="Promises with a chance of at least one half.")


class ForecastCase(Row):
    number = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=TimerKind.choices)
    due = serializers.DateTimeField()
    chance = serializers.FloatField(help_text="That the promise is missed, 0 to 1.")
    ahead = serializers.IntegerField(help_text="Cases that stand before it.")


class ForecastDay(Row):
    """The day's first forecast, judged when its time was over. Errors are Brier scores: 0 is perfect, 1 is always wrong."""

    day = serializers.DateField()
    promises = serializers.IntegerField(help_text="Kept or missed as they were promised then.")
    missed = serializers.IntegerField()
    error = serializers.FloatField()
    error_none = serializers.FloatField(help_text="Of saying that none is missed.")
    error_base = serializers.FloatField(help_text="Of saying the share of the four weeks before for each.")


class ForecastRow(Row):
    """LITTLE: too little history; QUIET: nothing is due until the end of the next working day."""

    state = serializers.CharField(help_text="OK, LITTLE or QUIET.")
    made_at = serializers.DateTimeField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True)
    due = serializers.IntegerField()
    expected = serializers.FloatField()
    hours = ForecastHour(many=True)
    cases = ForecastCase(many=True)
    verdict = serializers.ChoiceField(
        choices=[(code, code) for code in VERDICTS],
        allow_null=True,
        help_text="Of these days together: WORTH following, EVEN with saying that none is missed, WORSE than that, or UNKNOWN "
        "with too few judged promises.",
    )
    days = ForecastDay(many=True, help_text=f"Judged days of the last {rules.JUDGED_DAYS}, the oldest first.")


class Forecast(Endpoint):
    resource = "cases"

    @extend_schema(
        operation_id="forecast_read",
        summary="Which promises will be missed at the present pace, until the end of the next working day",
        description="The latest forecast, made every five minutes. Hours, sums and how right it was are of the whole workspace and left out "
        "for who sees only some cases; cases are those the maker of the key may see, the likeliest first, from a chance of 0.2.",
        responses=ForecastRow,
        tags=["cases"],
    )
    def get(self, request: Request) -> Response:
        found = queries.latest(workspace=self.workspace)
        data: dict[str, Any] = found.data if found else {}
        cases = data.get("cases", [])
        seen = visible_ids(workspace=self.workspace, sight=self.sight, ids=[one["case"] for one in cases])
        is_whole = self.sight.is_everything
        since = self.now.astimezone(ZoneInfo(self.workspace.time_zone)).date() - timedelta(
            days=rules.JUDGED_DAYS
        )
        days = queries.judged(workspace=self.workspace, since=since) if is_whole else []
        verdict = rules.verdict(rules.pooled(queries.as_judged(day) for day in days))
        facts: dict[str, Any] = {
            "state": data.get("state", forecasting.QUIET),
            "made_at": found.made_at if found else None,
            "until": found.until if found else None,
            "due": data.get("due", 0) if is_whole else 0,
            "expected": data.get("expected", 0.0) if is_whole else 0.0,
            "hours": data.get("hours", []) if is_whole else [],
            "cases": [one for one in cases if one["case"] in seen],
            "verdict": verdict if is_whole else None,
            "days": days,
        }
        return Response(shown(ForecastRow, facts))
