"""What the API takes and shows of figures."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.api_fields import Body, Row, Text
from dashboards.queries.counts import BUCKETS, INCLUDABLE, LEAVABLE, UnknownDimension, check_dimension
from surveys.enums import ResponseChannel
from surveys.serializers import SurveyReference

WORKSPACE = "workspace"  # leave out whom the workspace leaves out


class PeriodQuery(Body):
    since = Text(
        required=False,
        help_text="First day (2026-03-01), in the workspace's time zone; default: the first answer's.",
    )
    until = Text(required=False, help_text="Last day, included; default: today. A moment stands for its day.")
    survey = SurveyReference(required=False)


class NpsQuery(PeriodQuery):
    group_by = Text(
        required=False,
        help_text="day, week, month, touchpoint, channel, language, campaign or attribute:<name>.",
    )
    touchpoint = Text(required=False, help_text="Only answers of this touchpoint.")
    channel = serializers.ChoiceField(choices=ResponseChannel.choices, required=False)
    include = Text(required=False, help_text="doubtful, resurvey or both with a comma: adds those answers.")
    without = Text(
        required=False,
        help_text="Respondent types to leave out: EMPLOYEE, COMPETITOR, PUBLIC with commas, or workspace for those its "
        "own pages leave out. Without it everybody counts.",
    )
    distinct = serializers.ChoiceField(
        choices=[("contact", "contact")], required=False, help_text="Each person's latest answer only."
    )

    def validate_group_by(self, value: str) -> str:
        if value not in BUCKETS:
            try:
                check_dimension(value)
            except UnknownDimension:
                sentence = _(
                    "Group by day, week, month, touchpoint, channel, language, campaign or attribute:<name>."
                )
                raise serializers.ValidationError(sentence, code="unknown_dimension") from None
        return value

    def validate_without(self, value: str) -> set[str]:
        wanted = {part.strip() for part in value.split(",") if part.strip()}
        if unknown := wanted - LEAVABLE - {WORKSPACE}:
            sentence = _("Only EMPLOYEE, COMPETITOR, PUBLIC or workspace can be left out, not %(names)s.")
            raise serializers.ValidationError(
                sentence % {"names": ", ".join(sorted(unknown))}, code="unknown"
            )
        return wanted

    def validate_include(self, value: str) -> set[str]:
        wanted = {part.strip() for part in value.split(",") if part.strip()}
        if unknown := wanted - set(INCLUDABLE):
            sentence = _("Only doubtful and resurvey can be included, not %(names)s.")
            raise serializers.ValidationError(
                sentence % {"names": ", ".join(sorted(unknown))}, code="unknown"
            )
        return wanted


class CountsRow(Row):
    """`nps` and `margin_of_error` (95 %) are points; null when n is 0, and below 2."""

    nps = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField()
    promoters = serializers.IntegerField()
    passives = serializers.IntegerField()
    detractors = serializers.IntegerField()
    margin_of_error = serializers.FloatField(allow_null=True)


class NpsGroupRow(CountsRow):
    key = serializers.CharField(
        allow_null=True, help_text="First day of the bucket, or the value; null where none is set."
    )
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # the contract's name


class NpsRow(CountsRow):
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    without = serializers.ListField(
        child=serializers.CharField(), help_text="Respondent types this figure does not count."
    )
    workspace_leaves_out = serializers.ListField(
        child=serializers.CharField(),
        help_text="Respondent types the workspace's own pages leave out of NPS.",
    )
    groups = NpsGroupRow(many=True, help_text="Empty without group_by.")


class SpreadRow(Row):
    median = serializers.FloatField(allow_null=True)
    p90 = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField()


class ShareRow(Row):
    """A share of n from 0 to 1; null when n is 0."""

    value = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField()


class LoopRow(Row):
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    first_response_minutes = SpreadRow(help_text="Working minutes.")
    first_response_minutes_calendar = SpreadRow(help_text="The customer's minutes.")
    sla_attainment = ShareRow(help_text="Promises kept, of those kept or missed.")
    closed_loop_rate = ShareRow(help_text="Cases told back, of those opened.")
    recovery_rate = ShareRow(help_text="Recovered, of the second questions answered.")


class StakeFields(Row):
    """A sum in which every customer counts once: a company, or a person without one, with its largest value."""

    value = serializers.DecimalField(max_digits=18, decimal_places=2)
    customers = serializers.IntegerField(help_text="With a known value, each once.")
    cases = serializers.IntegerField(help_text="Open cases.")
    unvalued = serializers.IntegerField(help_text="Of them, those without a known value.")
    public = serializers.IntegerField(help_text="Of them, those others can read.")


class TeamStakeRow(StakeFields):
    team = serializers.CharField(allow_null=True, help_text="Its name; null is no team.")


class AtStakeRow(StakeFields):
    currency = serializers.CharField()
    teams = TeamStakeRow(many=True, help_text="A company with cases at two teams is in the sum of both.")


def spread(found: Any) -> dict[str, Any]:
    """A Spread as a SpreadRow."""
    return {"median": found.median, "p90": found.p90, "n": found.n}


def share(found: Any) -> dict[str, Any]:
    """A Share as a ShareRow."""
    return {"value": found.value, "n": found.n}


def counts(found: Any) -> dict[str, Any]:
    """NpsFigures as a CountsRow; points with two decimals."""
    return {
        "nps": None if found.nps is None else round(found.nps, 2),
        "n": found.n,
        "promoters": found.promoters,
        "passives": found.passives,
        "detractors": found.detractors,
        "margin_of_error": None if found.margin is None else round(found.margin, 2),
    }
