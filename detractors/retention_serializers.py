"""What the API takes and shows of customers who stayed or left."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api_fields import Body, Code, Flag, Row, Text
from detractors.enums import Retained
from detractors.models import LossReason
from detractors.queries import retention
from detractors.services.retention import NAME_LENGTH, NOTE_LENGTH


@extend_schema_field({"type": "string", "description": "Name or id of a reason for loss."})
class LossReasonReference(serializers.Field[Any, Any, Any, Any]):
    """A reason of this workspace, by name or id."""

    default_error_messages = {
        "invalid": _("Write the name of a reason."),
        "unknown": _("There is no such reason."),
    }

    def to_internal_value(self, data: Any) -> LossReason:
        if not isinstance(data, str):
            self.fail("invalid")
        is_plain = "\0" not in data and not any("\ud800" <= char <= "\udfff" for char in data)
        found = retention.reason_with(workspace=self.context["workspace"], name=data) if is_plain else None
        if found is None:
            self.fail("unknown")
        return found


class RetentionBody(Body):
    state = Code(choices=Retained.choices)
    on_date = serializers.DateField(required=False, allow_null=True, help_text="Since when; default: today.")
    reason = LossReasonReference(required=False, allow_null=True, help_text="Of a customer who was lost.")
    note = Text(required=False, allow_blank=True, max_length=NOTE_LENGTH)


class RetentionRow(Row):
    """What somebody said of the customer of a case."""

    state = serializers.ChoiceField(choices=Retained.choices)
    on_date = serializers.DateField(help_text="Since when.")
    reason = serializers.CharField(source="reason.name", allow_null=True)
    note = serializers.CharField(allow_blank=True)
    value = serializers.DecimalField(
        max_digits=14,
        decimal_places=2,
        allow_null=True,
        help_text="What the customer was worth when it was said.",
    )
    said_at = serializers.DateTimeField(source="set_at")
    said_by = serializers.EmailField(source="set_by.email")


class CaseRetentionRow(Row):
    """Null while nobody has said anything; what a second answer suggests is never stored by itself."""

    retention = RetentionRow(allow_null=True)
    suggested = serializers.ChoiceField(
        choices=Retained.choices, allow_null=True, help_text="What the outcome of the second answer suggests."
    )


class LossReasonBody(Body):
    name = Text(max_length=NAME_LENGTH)


class LossReasonChange(Body):
    name = Text(required=False, max_length=NAME_LENGTH)
    is_retired = Flag(required=False, help_text="No longer offered; who was lost for it keeps it.")


class LossReasonRow(Row):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    customers = serializers.SerializerMethodField(help_text="How many were lost for it.")
    retired_at = serializers.DateTimeField(allow_null=True)

    def get_customers(self, row: LossReason) -> int:
        return int(getattr(row, "uses", 0))


class LossReasonsRow(Row):
    reasons = LossReasonRow(many=True)
