"""What the API takes and shows of contacts, surveys and invitations."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.rules.sight import EVERYTHING
from core.api_fields import Body, Code, Flag, Row, Text, Whole, understood
from core.links import absolute_url
from surveys.enums import InvitationStatus, Metric, RespondentType, ResponseChannel, SurveyStatus
from surveys.models import Contact, Invitation, Survey
from surveys.queries import rows
from surveys.rules.contact_values import LONGEST

LONGEST_DELAY = 365 * 24 * 3600  # seconds
MOST_ATTRIBUTES = 50


@extend_schema_field(
    {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "null"]}}
)
class Attributes(serializers.Field[Any, Any, Any, Any]):
    """{name: text, number or truth}; null or "" takes an attribute away."""

    default_error_messages = {
        "invalid": _("Write an object of names and texts."),
        "too_many": _("At most {most} attributes."),
        "not_text": _("The attribute {name} is no text, number or truth."),
    }

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.fail("invalid")
        if len(data) > MOST_ATTRIBUTES:
            self.fail("too_many", most=MOST_ATTRIBUTES)
        for name, value in data.items():
            if value is not None and not isinstance(value, str | int | float | bool):
                self.fail("not_text", name=name[:60])
        return data

    def to_representation(self, value: Any) -> Any:
        return value


@extend_schema_field(
    {"type": ["number", "string"], "description": "An amount; text may hold 1,234.50 or 1.234,50."}
)
class Amount(serializers.Field[Any, Any, Any, Any]):
    """A JSON number, or the text of one; shown as a number."""

    default_error_messages = {"invalid": _("Write a number.")}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, str | int | float):
            self.fail("invalid")
        return data

    def to_representation(self, value: Any) -> float:
        return float(value)


def _text(name: str, **more: Any) -> Text:
    return Text(required=False, allow_blank=True, allow_null=True, max_length=LONGEST[name], **more)


class ContactBody(Body):
    """A person. What is not given stays as it is; null or "" takes a value away."""

    email = _text("email")
    phone = _text("phone")
    name = _text("name")
    company = _text("company")
    external_id = _text("external_id", help_text="The id in your own system.")
    language = _text("language", help_text="BCP 47, such as de or pt-BR.")
    time_zone = _text("time_zone", help_text="IANA name, such as Europe/Berlin.")
    account_value = Amount(required=False, allow_null=True)
    respondent_type = Code(choices=RespondentType.choices, required=False)
    attributes = Attributes(required=False)


class _OrNull(serializers.CharField):
    """A text that is null where nothing is known."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"allow_null": True, "read_only": True, **kwargs})

    def to_representation(self, value: Any) -> Any:
        return str(value) or None


class ContactRow(Row):
    id = serializers.CharField(source="public_id")
    email = _OrNull()
    phone = _OrNull()
    name = _OrNull()
    company = _OrNull()
    external_id = _OrNull()
    language = _OrNull()
    time_zone = _OrNull()
    account_value = serializers.FloatField(allow_null=True)
    respondent_type = serializers.ChoiceField(choices=RespondentType.choices)
    attributes = serializers.DictField(child=serializers.CharField())
    opted_out_at = serializers.DateTimeField(allow_null=True)
    undeliverable_at = serializers.DateTimeField(allow_null=True)
    last_asked_at = serializers.DateTimeField(allow_null=True)
    watch_since = serializers.DateTimeField(
        allow_null=True, help_text="When they gave a low CSAT, CES or star answer that nobody has looked at."
    )
    send_hour = serializers.IntegerField(
        allow_null=True, help_text="The hour they usually answer at, in their own time; learned."
    )
    chosen_send_hour = serializers.IntegerField(
        allow_null=True, help_text="The hour somebody chose; it wins."
    )
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ContactQuery(Body):
    email = Text(required=False, help_text="Exactly this address, any case.")
    external_id = Text(required=False, help_text="Exactly this external id.")
    search = Text(required=False, max_length=200, help_text="Part of name, address, company or external id.")


# --- Surveys ------------------------------------------------------------------------------------------------------


def _words(name: str, **more: Any) -> Text:
    longest: int | None = getattr(Survey._meta.get_field(name), "max_length", None)
    return Text(required=False, max_length=longest, **{"allow_blank": True, **more})


class SurveyBody(Body):
    """Words of a survey; what is not given keeps (a new survey: begins with) the words of its metric and language."""

    name = _words("name", allow_blank=False)
    metric = Code(choices=Metric.choices, required=False, help_text="Fixed once there is an answer.")
    status = Code(choices=SurveyStatus.choices, required=False, help_text="A survey is never a draft again.")
    question = _words("question", allow_blank=False, help_text="May hold merge fields such as {{ company }}.")
    language = _words("language")
    low_label = _words("low_label")
    high_label = _words("high_label")
    prompt_promoter = _words("prompt_promoter")
    prompt_passive = _words("prompt_passive")
    prompt_detractor = _words("prompt_detractor")
    thanks_promoter = _words("thanks_promoter")
    thanks_passive = _words("thanks_passive")
    thanks_detractor = _words("thanks_detractor")
    subject = _words("subject")
    intro = _words("intro")


QUESTIONS_SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "kind": {"type": "string", "enum": ["TEXT", "SINGLE", "MULTIPLE", "RATING"]},
            "text": {"type": "string"},
            "options": {"type": "array", "items": {"type": "object"}},
            "is_required": {"type": "boolean"},
            "condition": {"type": "object"},
        },
        "required": ["id", "kind", "text", "options", "is_required", "condition"],
    },
}


class SurveyRow(Row):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    metric = serializers.ChoiceField(choices=Metric.choices)
    question = serializers.CharField()
    status = serializers.ChoiceField(choices=SurveyStatus.choices)
    public_id = serializers.CharField(help_text="The id in the address of the public page.")
    public_url = serializers.SerializerMethodField()
    language = serializers.CharField()
    questions = serializers.SerializerMethodField(
        help_text="Further questions as they are asked: id, kind, text, options, is_required, condition."
    )
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    @extend_schema_field(QUESTIONS_SCHEMA)
    def get_questions(self, survey: Survey) -> list[dict[str, Any]]:
        asked = sorted(survey.questions.all(), key=lambda row: (row.position, row.pk))
        return [
            {
                "id": row.public_id,
                "kind": row.kind,
                "text": row.text,
                "options": row.options,
                "is_required": row.is_required,
                "condition": row.condition,
            }
            for row in asked
            if row.archived_at is None
        ]

    def get_public_url(self, survey: Survey) -> str:
        return absolute_url("surveys:public_survey", public_id=survey.public_id)


class SurveyQuery(Body):
    status = serializers.ChoiceField(choices=SurveyStatus.choices, required=False)
    metric = serializers.ChoiceField(choices=Metric.choices, required=False)


# --- References ---------------------------------------------------------------------------------------------------


@extend_schema_field({"type": "string", "description": "Id of a survey."})
class SurveyReference(serializers.Field[Any, Any, Any, Any]):
    """The id of a survey of this workspace."""

    default_error_messages = {"unknown": _("There is no such survey.")}

    find = staticmethod(rows.survey)

    def to_internal_value(self, data: Any) -> Survey:
        found = self.find(workspace=self.context["workspace"], public_id=_id(data))
        if found is None:
            self.fail("unknown")
        return found


class AnsweredSurvey(SurveyReference):
    """The same, as narrow as recording and filtering need it."""

    find = staticmethod(rows.survey_to_answer)


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "description": "Id of a contact."},
            {"$ref": "#/components/schemas/ContactRequest"},
        ],
        "description": "An id, or the person: found by external_id or email, made or changed.",
    }
)
class ContactReference(serializers.Field[Any, Any, Any, Any]):
    """The id of a contact of this workspace, or the fields of one to find, make or change."""

    default_error_messages = {
        "unknown": _("There is no such contact."),
        "invalid": _("Write the id of a contact, or an object with their fields."),
    }

    def to_internal_value(self, data: Any) -> Contact | dict[str, Any]:
        if isinstance(data, Mapping):
            return understood(ContactBody, dict(data), context=self.context)
        if not isinstance(data, str):
            self.fail("invalid")
        context = self.context
        found = rows.contact(
            workspace=context["workspace"], public_id=_id(data), sight=context.get("sight", EVERYTHING)
        )
        if found is None:
            self.fail("unknown")
        return found


def _id(data: Any) -> str:
    """`data` if it can be a public id, else one that nobody has."""
    return data if isinstance(data, str) and data.isascii() and "\0" not in data else ""


# --- Invitations --------------------------------------------------------------------------------------------------


class InvitationBody(Body):
    survey = SurveyReference()
    contact = ContactReference()
    touchpoint = Text(
        required=False, allow_null=True, allow_blank=True, max_length=80, help_text="A name; made if unknown."
    )
    send = Flag(default=True, help_text="false: only the link is wanted, nothing is sent.")
    delay = Whole(
        default=0, min_value=0, max_value=LONGEST_DELAY, help_text="Seconds until the message is due."
    )
    channel = Code(
        choices=ResponseChannel.choices,
        required=False,
        help_text="How this person is asked, and what the answer is counted as: EMAIL by mail (the default), SMS by text message."
        " With send false any channel; the default is then LINK.",
    )

    override = Text(
        required=False,
        default="",
        allow_blank=True,
        max_length=300,
        help_text="A note that says why this person is asked although the contact policy would wait. It overrules waits "
        "and hours, never an opt-out, and is kept with its author.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        usual = ResponseChannel.EMAIL if attrs["send"] else ResponseChannel.LINK
        attrs.setdefault("channel", usual.value)
        if attrs["send"] and attrs["channel"] not in (ResponseChannel.EMAIL, ResponseChannel.SMS):
            raise serializers.ValidationError(
                {
                    "channel": _(
                        "Only EMAIL and SMS are sent; with another channel take the link: send false."
                    )
                },
                code="not_mailed",
            )
        return attrs


class InvitationRow(Row):
    id = serializers.CharField(source="public_id")
    survey = serializers.CharField(source="survey.public_id")
    contact = serializers.CharField(source="contact.public_id")
    touchpoint = serializers.CharField(source="touchpoint.name", allow_null=True)
    channel = serializers.ChoiceField(choices=ResponseChannel.choices)
    status = serializers.ChoiceField(choices=InvitationStatus.choices)
    not_sent_because = _OrNull(help_text="Why nothing was sent; null otherwise.")
    wait_because = _OrNull(help_text="Why it waits, while it is PLANNED; null otherwise.")
    askable_at = serializers.DateTimeField(
        allow_null=True, help_text="When the reason ends: from then on the person may be asked."
    )
    override = _OrNull(
        source="override_note", help_text="Why the contact policy was overruled; null otherwise."
    )
    survey_url = serializers.SerializerMethodField()
    due_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True)
    opened_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()

    def get_survey_url(self, invitation: Invitation) -> str | None:
        """The person's own answer page; null for somebody who must not be asked."""
        if invitation.status == InvitationStatus.NOT_SENT:
            return None
        return absolute_url("surveys:answer", token=invitation.link)


class InvitationQuery(Body):
    survey = SurveyReference(required=False)
    contact = Text(required=False, help_text="Id of a contact.")
    status = serializers.ChoiceField(choices=InvitationStatus.choices, required=False)
