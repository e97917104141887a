"""What the API takes and shows of events."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.api_fields import Body, Json, Moment, Row, Text
from surveys.rules.campaign_schedule import is_event_name
from surveys.serializers import ContactReference


class EventBody(Body):
    name = Text(max_length=80, help_text="What happened, for example support.ticket_closed.")
    contact = ContactReference()
    external_id = Text(
        required=False,
        default="",
        allow_blank=True,
        max_length=120,
        help_text="Your own id of what happened: the same one again is the same event.",
    )
    touchpoint = Text(
        required=False, allow_null=True, allow_blank=True, max_length=80, help_text="A name; made if unknown."
    )
    happened_at = Moment(required=False, help_text="Default: now.")
    data = Json(  # type: ignore[assignment]  # a field of the body; its name is no property once the class is made
        required=False, help_text="Anything you want to keep with it."
    )

    def validate_name(self, name: str) -> str:
        if not is_event_name(name):
            raise serializers.ValidationError(
                _("An event has a name of letters, digits, dots, dashes and underscores, without spaces."),
                code="invalid",
            )
        return name


class ContactEventRow(Row):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    contact = serializers.CharField(source="contact.public_id")
    external_id = serializers.CharField()
    touchpoint = serializers.SerializerMethodField()
    happened_at = serializers.DateTimeField()
    data = serializers.JSONField()  # type: ignore[assignment]  # as above
    created_at = serializers.DateTimeField()

    def get_touchpoint(self, event: Any) -> str | None:
        """The moment of the journey, if one was given."""
        return event.touchpoint.name if event.touchpoint else None
