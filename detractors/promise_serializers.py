"""What the API takes and shows of the workspace's promises (SLA policies)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.hours_serializers import CalendarReference, Reference
from core.api_fields import Body, Code, Flag, Row, Text, Whole
from detractors.enums import Clock, Priority
from detractors.models import SlaPolicy
from detractors.queries import promises
from detractors.rules.clock import Span
from detractors.rules.promises import PRECEDENCE
from detractors.rules.sla import WARN_PERCENT
from detractors.services import policies
from detractors.services.promising import spans_of
from surveys.models import Audience, Touchpoint


@extend_schema_field({"type": "string", "description": "Name of a touchpoint; null: of none."})
class TouchpointReference(Reference):
    default_error_messages = {"unknown": _("There is no such touchpoint.")}

    def known(self) -> dict[str, Touchpoint]:
        return {row.name: row for row in promises.touchpoints(workspace=self.context["workspace"])}


@extend_schema_field({"type": "string", "description": "Id of an audience; null: of none."})
class AudienceReference(Reference):
    default_error_messages = {"unknown": _("There is no such audience.")}

    def known(self) -> dict[str, Audience]:
        return {row.public_id: row for row in promises.audiences(workspace=self.context["workspace"])}


class SpanBody(Body):
    """A promised length."""

    minutes = Whole(
        min_value=1,
        max_value=policies.LONGEST_MINUTES,
        help_text="With the clock WORKING business minutes (of the hours of the calendar, without its days off), "
        "with CALENDAR minutes around the clock.",
    )
    clock = Code(choices=Clock.choices, default=Clock.WORKING.value)


class _PolicyFields(Body):
    next_response = SpanBody(
        required=False, allow_null=True, help_text="When the customer writes again; null: not promised."
    )
    warn_percent = Whole(
        required=False,
        min_value=1,
        max_value=99,
        help_text=f"Of the time, after which the owner is warned. Default: {WARN_PERCENT}.",
    )
    calendar = CalendarReference(
        required=False,
        help_text="Whose hours count, for teams without hours of their own. Default: those of the usual promise.",
    )
    priority = Code(
        choices=Priority.choices, required=False, allow_null=True, help_text="For cases of this priority."
    )
    touchpoint = TouchpointReference(required=False, allow_null=True)
    audience = AudienceReference(required=False, allow_null=True)


class PolicyBody(_PolicyFields):
    """A promise, made for one of `priority`, `touchpoint`, `audience`; for none of them only cells of the matrix choose it."""

    name = Text(max_length=80)
    first_response = SpanBody(help_text="Until a person answers.")
    resolution = SpanBody(help_text="Until it is put right.")


class PolicyChange(_PolicyFields):
    """What is to change; what is left out stays."""

    name = Text(max_length=80, required=False)
    first_response = SpanBody(required=False)
    resolution = SpanBody(required=False)
    is_archived = Flag(required=False, help_text="true: promised to nobody any more; false: it holds again.")


class PolicyQuery(Body):
    is_archived = serializers.BooleanField(required=False)


class SpanRow(Row):
    minutes = serializers.IntegerField(
        help_text="Business minutes (WORKING), or minutes around the clock (CALENDAR)."
    )
    clock = serializers.ChoiceField(choices=Clock.choices)


class PolicyRow(Row):
    """A promise; `made_for` is the step at which it can hold, the first of CELL, TOUCHPOINT, AUDIENCE, PRIORITY, DEFAULT wins."""

    id = serializers.CharField(source="pk")
    name = serializers.CharField()
    is_usual = serializers.BooleanField(
        source="is_default", help_text="The one for everybody; it cannot be archived."
    )
    made_for = serializers.SerializerMethodField()
    priority = serializers.SerializerMethodField()
    touchpoint = serializers.CharField(source="touchpoint.name", allow_null=True, help_text="A name.")
    audience = serializers.CharField(source="audience.public_id", allow_null=True)
    first_response = serializers.SerializerMethodField()
    next_response = serializers.SerializerMethodField()
    resolution = serializers.SerializerMethodField()
    warn_percent = serializers.IntegerField()
    calendar = serializers.CharField(source="calendar_id")
    time_zone = serializers.CharField(source="calendar.time_zone", help_text="Of the calendar.")
    place = serializers.IntegerField(help_text="Of two made for the same, the lower counts.")
    archived_at = serializers.DateTimeField(source="retired_at", allow_null=True)

    @extend_schema_field(serializers.ChoiceField(choices=[(step, step) for step in PRECEDENCE]))
    def get_made_for(self, row: SlaPolicy) -> str:
        return policies.made_for(row)

    @extend_schema_field(serializers.ChoiceField(choices=Priority.choices, allow_null=True))
    def get_priority(self, row: SlaPolicy) -> str | None:
        return row.priority or None

    @extend_schema_field(SpanRow)
    def get_first_response(self, row: SlaPolicy) -> dict[str, Any] | None:
        return _span(row, "FIRST_RESPONSE")

    @extend_schema_field(SpanRow(allow_null=True))
    def get_next_response(self, row: SlaPolicy) -> dict[str, Any] | None:
        return _span(row, "NEXT_RESPONSE")

    @extend_schema_field(SpanRow)
    def get_resolution(self, row: SlaPolicy) -> dict[str, Any] | None:
        return _span(row, "RESOLUTION")


def _span(row: SlaPolicy, kind: str) -> dict[str, Any] | None:
    found: Span | None = spans_of(row).get(kind)
    return None if found is None else {"minutes": found.minutes, "clock": found.clock}
