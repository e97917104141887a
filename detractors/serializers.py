"""What the API takes and shows of answers and cases."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from core.api_fields import Body, Code, Flag, Json, Moment, Row, Text, Whole, Words, shown
from core.links import absolute_url
from detractors.enums import (
    CallOutcome,
    Category,
    DecisionOutcome,
    DecisionReason,
    EventKind,
    Origin,
    Outcome,
    Priority,
    TimerKind,
)
from detractors.models import Case, CaseEvent, CaseStatus, RootCause, SlaTimer
from detractors.queries import rows, statuses
from detractors.queries.cases import state_of
from detractors.queries.retention import STATES
from detractors.retention_serializers import RetentionRow
from surveys.enums import Metric, Mismatch, Purpose, ResponseChannel, Segment, Trust
from surveys.rules.verbatim import COMMENT_LIMIT
from surveys.serializers import AnsweredSurvey, ContactReference

TEXT_LENGTH = 10_000  # characters, as the services take them
INNER_FACTS = ("to_id", "event")  # keys of our own tables: nobody outside can use them

# --- Answers ------------------------------------------------------------------------------------------------------


class ResponseBody(Body):
    """An answer that was given elsewhere: by phone, in an app, in another survey tool."""

    survey = AnsweredSurvey()
    contact = ContactReference(required=False, allow_null=True, help_text="null: an anonymous answer.")
    score = Whole(min_value=0, max_value=10, help_text="Within the bounds of the survey's metric.")
    comment = Words(
        required=False, allow_blank=True, allow_null=True, max_length=COMMENT_LIMIT, trim_whitespace=False
    )
    channel = Code(choices=ResponseChannel.choices, default=ResponseChannel.API.value)
    touchpoint = Text(
        required=False, allow_null=True, allow_blank=True, max_length=80, help_text="A name; made if unknown."
    )
    responded_at = Moment(
        required=False, allow_null=True, help_text="Default: now. Older than 7 days opens no case."
    )
    answers = Json(
        required=False,
        help_text="Answers by id of the further question (option ids, numbers, texts); other keys are kept as they are.",
    )
    open_case = Flag(default=False, help_text="Open a case even if the answer is older than 7 days.")


class DecisionRow(Row):
    """What became of an answer, and why."""

    outcome = serializers.ChoiceField(choices=DecisionOutcome.choices)
    reason = serializers.ChoiceField(choices=DecisionReason.choices)


class ResponseRow(Row):
    id = serializers.CharField(source="public_id")
    survey = serializers.CharField(source="survey.public_id")
    contact = serializers.CharField(source="contact.public_id", allow_null=True)
    touchpoint = serializers.CharField(source="touchpoint.name", allow_null=True)
    metric = serializers.ChoiceField(choices=Metric.choices)
    purpose = serializers.ChoiceField(choices=Purpose.choices)
    score = serializers.IntegerField(min_value=0, max_value=10)
    segment = serializers.ChoiceField(choices=Segment.choices)
    comment = serializers.CharField(allow_blank=True)
    answers = Json(help_text="By id of the further question; null: shown and left out.")
    is_complete = serializers.BooleanField(help_text="false while further questions are open.")
    channel = serializers.ChoiceField(choices=ResponseChannel.choices)
    trust = serializers.ChoiceField(choices=Trust.choices)
    entered_by = serializers.CharField(
        source="entered_by.email", allow_null=True, help_text="Who of yours wrote it down for the customer."
    )
    evidence = Json(
        help_text="What was seen of the visits of its link, with the signs of a machine; empty without."
    )
    mismatch = serializers.ChoiceField(
        choices=Mismatch.choices,
        allow_blank=True,
        help_text="Whether the score was asked again, and what came of it.",
    )
    comment_language = serializers.CharField(allow_blank=True)
    sentiment = serializers.FloatField(
        allow_null=True,
        help_text="Of the comment: 0 unhappy to 1 happy; null until it is read, and without words.",
    )
    is_negative = serializers.BooleanField(
        allow_null=True, help_text="The words are unhappy, whatever the score."
    )
    responded_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    amended_at = serializers.DateTimeField(allow_null=True)
    decision = DecisionRow(allow_null=True, help_text="null for the moment until it is decided.")
    case = serializers.IntegerField(
        source="decision.case.number", allow_null=True, help_text="Number of its case."
    )


class ResponseQuery(Body):
    since = Text(required=False, help_text="A moment, or a day of the workspace; included.")
    until = Text(required=False, help_text="A moment (not included), or a day of the workspace (included).")
    segment = serializers.ChoiceField(choices=Segment.choices, required=False)
    survey = AnsweredSurvey(required=False)
    touchpoint = Text(required=False, help_text="A name.")
    channel = serializers.ChoiceField(choices=ResponseChannel.choices, required=False)
    contact = Text(required=False, help_text="Id of a contact.")


# --- Cases --------------------------------------------------------------------------------------------------------


class CaseRow(Row):
    """A case. The clocks show the latest promise of their kind; null while it is stopped or was never given."""

    number = serializers.IntegerField()
    status = serializers.SerializerMethodField(
        help_text="The workspace's own name of it if it has one, else NEW, CONTACTED, WAITING, RESOLVED or CLOSED."
    )
    category = serializers.ChoiceField(choices=Category.choices)
    priority = serializers.ChoiceField(choices=Priority.choices)
    origin = serializers.ChoiceField(choices=Origin.choices)
    owner = serializers.EmailField(source="owner.email", allow_null=True)
    executive = serializers.SerializerMethodField(help_text="Who of the executives stands behind it.")
    survey = serializers.CharField(source="survey.public_id", allow_null=True)
    response = serializers.SerializerMethodField(
        help_text="The first answer; null when the case did not begin with one."
    )
    responses = serializers.SerializerMethodField(help_text="Every answer of the case, oldest first.")
    contact = serializers.CharField(source="contact.public_id", allow_null=True)
    cell = serializers.SerializerMethodField(help_text="Id of its cell in the matrix; null while unmapped.")
    is_chronic = serializers.BooleanField(help_text="A long-standing issue of this customer.")
    ranked_at = serializers.DateTimeField(source="rank_at", help_text="The queue is ordered by it.")
    rank_parts = serializers.SerializerMethodField(help_text="Minutes earlier, and for what.")
    account_value = serializers.DecimalField(
        max_digits=14,
        decimal_places=2,
        allow_null=True,
        help_text="What is at stake: the value of its contact, else of the company, when it was ranked last.",
    )
    is_public = serializers.BooleanField(help_text="Others can read the complaint.")
    score = serializers.IntegerField(allow_null=True)
    stated_complaint = serializers.CharField(allow_blank=True)
    underlying_issue = serializers.CharField(allow_blank=True)
    opened_at = serializers.DateTimeField()
    first_response_due_at = serializers.SerializerMethodField()
    next_response_due_at = serializers.SerializerMethodField(
        help_text="When the customer's latest words must be answered; null when no answer is owed."
    )
    first_responded_at = serializers.DateTimeField(allow_null=True)
    first_response_minutes = serializers.IntegerField(allow_null=True, help_text="Working minutes.")
    first_response_minutes_calendar = serializers.IntegerField(
        allow_null=True, help_text="The customer's minutes."
    )
    resolution_due_at = serializers.SerializerMethodField()
    resolved_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    waiting_for = serializers.CharField(allow_blank=True)
    breaches = serializers.SerializerMethodField(help_text="Kinds of the promises that were missed.")
    root_cause = serializers.CharField(source="root_cause.name", allow_null=True)
    resolution = serializers.CharField(allow_blank=True)
    tags = serializers.SerializerMethodField(help_text="Names of its tags.")
    snoozed_at = serializers.DateTimeField(allow_null=True)
    snoozed_until = serializers.DateTimeField(
        allow_null=True, help_text="null while snoozed: until the customer answers."
    )
    outcome = serializers.SerializerMethodField()
    retention = serializers.SerializerMethodField(
        help_text="What somebody said of the customer; null while nobody has."
    )
    customer_url = serializers.SerializerMethodField(
        help_text="The customer's own page of the case: whoever has the address can act as the customer there."
    )

    def get_status(self, case: Case) -> str:
        own: str | None = getattr(case, "status_name", None)
        return own or state_of(case).name

    @extend_schema_field(serializers.EmailField(allow_null=True))
    def get_executive(self, case: Case) -> str | None:
        sponsor = getattr(case, "sponsor", None)
        return sponsor.user.email if sponsor else None

    def get_cell(self, case: Case) -> str | None:
        return case.cell.public_id if case.cell else None

    @extend_schema_field({"type": "array", "items": {"type": "object", "properties": {
        "code": {"type": "string"}, "minutes": {"type": "integer"}}}})  # fmt: skip
    def get_rank_parts(self, case: Case) -> list[dict[str, Any]]:
        return [{"code": part["code"], "minutes": part["minutes"]} for part in case.rank_parts]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_tags(self, case: Case) -> list[str]:
        return sorted((one.tag.name for one in case.tagged.all()), key=str.casefold)

    def get_response(self, case: Case) -> str | None:
        if case.origin != Origin.RESPONSE or case.response is None:
            return None
        return case.response.public_id

    def get_responses(self, case: Case) -> list[str]:
        return [decision.response.public_id for decision in case.decisions.all() if decision.response]

    def get_first_response_due_at(self, case: Case) -> datetime | None:
        return _due_at(case, TimerKind.FIRST_RESPONSE)

    def get_next_response_due_at(self, case: Case) -> datetime | None:
        owed = [
            timer for timer in case.timers.all() if timer.kind == TimerKind.NEXT_RESPONSE and timer.is_running
        ]
        return owed[-1].due_at if owed else None

    def get_resolution_due_at(self, case: Case) -> datetime | None:
        return _due_at(case, TimerKind.RESOLUTION)

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=TimerKind.choices)))
    def get_breaches(self, case: Case) -> list[str]:
        missed = {timer.kind for timer in case.timers.all() if timer.breached_at is not None}
        return [kind for kind in TimerKind.values if kind in missed]

    @extend_schema_field(serializers.ChoiceField(choices=Outcome.choices, allow_null=True))
    def get_outcome(self, case: Case) -> str | None:
        return case.outcome or None

    @extend_schema_field(RetentionRow(allow_null=True))
    def get_retention(self, case: Case) -> dict[str, Any] | None:
        row = next(iter(case.retained.all()), None)  # type: ignore[attr-defined]  # the other end of Retention.case
        return shown(RetentionRow, row) if row else None

    def get_customer_url(self, case: Case) -> str | None:
        """The address is signed, and closed or open as the page is."""
        return absolute_url("followups:case_page", token=case.link)


def _due_at(case: Case, kind: str) -> datetime | None:
    """When the latest promise of `kind` is or was due; None when there is none, or its clock is stopped."""
    timers: list[SlaTimer] = [
        timer for timer in case.timers.all() if timer.kind == kind and timer.cancelled_at is None
    ]
    return timers[-1].due_at if timers and not timers[-1].is_paused else None


@extend_schema_field(
    {
        "type": "string",
        "description": "NEW, CONTACTED, a category, or the name of a status of the workspace's own.",
    }
)
class StatusReference(serializers.Field[Any, Any, Any, Any]):
    """A code, or a status of this workspace by name or id."""

    default_error_messages = {"invalid_choice": _("There is no such status.")}

    def to_internal_value(self, data: Any) -> str | CaseStatus:
        if isinstance(data, str) and data in rows.STATUSES:
            return data
        found = (
            statuses.status_named(workspace=self.context["workspace"], name=_plain(data))
            if isinstance(data, str) and data.strip()
            else None
        )
        if found is None:
            self.fail("invalid_choice")
        return found


class OwnStatusReference(StatusReference):
    """Only one of the workspace's own."""

    def to_internal_value(self, data: Any) -> CaseStatus:
        found = super().to_internal_value(data)
        if isinstance(found, str):
            self.fail("invalid_choice")
        return found


class CaseQuery(Body):
    status = StatusReference(required=False, help_text="A status or a category.")
    owner = Text(required=False, help_text='Mail address of the owner, or "none".')
    priority = serializers.ChoiceField(choices=Priority.choices, required=False)
    breached = serializers.BooleanField(required=False)
    executive = Text(required=False, help_text="Mail address of the executive behind it.")
    survey = AnsweredSurvey(required=False)
    contact = Text(required=False, help_text="Id of a contact.")
    retention = serializers.ChoiceField(
        choices=STATES,
        required=False,
        help_text="UNSAID: nobody has said; SUGGESTED: nor that, and a second answer suggests something.",
    )


class EventRow(Row):
    """One line of the timeline. `by` is null when the product itself acted."""

    id = serializers.SerializerMethodField()
    kind = serializers.ChoiceField(choices=EventKind.choices)
    by = serializers.EmailField(source="by.email", allow_null=True)
    at = serializers.DateTimeField()
    note = serializers.CharField(allow_blank=True)
    facts = serializers.SerializerMethodField()

    def get_id(self, event: CaseEvent) -> str:
        return str(event.pk)

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_facts(self, event: CaseEvent) -> dict[str, Any]:
        return {name: value for name, value in event.facts.items() if name not in INNER_FACTS}


# --- Moves --------------------------------------------------------------------------------------------------------


@extend_schema_field({"type": "string", "description": "Mail address of a member; null: nobody."})
class OwnerReference(serializers.Field[Any, Any, Any, Any]):
    """The mail address of somebody who works in this workspace."""

    default_error_messages = {
        "invalid": _("Write a mail address."),
        "unknown": _("Nobody with this address works here."),
    }

    def to_internal_value(self, data: Any) -> User:
        if not isinstance(data, str):
            self.fail("invalid")
        found = rows.member(workspace=self.context["workspace"], email=_plain(data))
        if found is None:
            self.fail("unknown")
        return found


@extend_schema_field({"type": "string", "description": "Name or id of a root cause."})
class RootCauseReference(serializers.Field[Any, Any, Any, Any]):
    """A root cause of this workspace, by name or id."""

    default_error_messages = {
        "invalid": _("Write the name of a root cause."),
        "unknown": _("There is no such root cause."),
    }

    def to_internal_value(self, data: Any) -> RootCause:
        if not isinstance(data, str):
            self.fail("invalid")
        found = rows.root_cause(workspace=self.context["workspace"], name=_plain(data))
        if found is None:
            self.fail("unknown")
        return found


def _plain(text: str) -> str:
    """`text` if a database can look for it, else what nothing is called."""
    return "" if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text) else text


class NothingBody(Body):
    """No fields."""


class AssignBody(Body):
    owner = OwnerReference(allow_null=True)
    because = Text(required=False, allow_blank=True, max_length=200)


class SponsorBody(Body):
    executive = OwnerReference(allow_null=True, help_text="Mail address of an executive; null: nobody.")


class NoteBody(Body):
    text = Text(max_length=TEXT_LENGTH)


class CallBody(Body):
    outcome = Code(choices=CallOutcome.choices, default=CallOutcome.REACHED.value)
    note = Text(required=False, allow_blank=True, max_length=TEXT_LENGTH)


class WaitBody(Body):
    waiting_for = Text(max_length=300)
    status = OwnStatusReference(
        required=False, allow_null=True, help_text="One of the workspace's own for cases that wait."
    )


class ResolveBody(Body):
    root_cause = RootCauseReference()
    resolution = Text(max_length=TEXT_LENGTH, help_text="What was done; the customer reads it.")
    note = Text(
        required=False,
        allow_blank=True,
        max_length=TEXT_LENGTH,
        help_text="For the team only; some workspaces ask for one.",
    )
    underlying_issue = Text(
        required=False,
        allow_blank=True,
        max_length=TEXT_LENGTH,
        help_text="What is behind the complaint; some workspaces ask for it.",
    )
    status = OwnStatusReference(
        required=False, allow_null=True, help_text="One of the workspace's own for resolved cases."
    )
    call = CallBody(
        required=False, help_text="The call that settled it, for a case without any contact before."
    )


class StatusBody(Body):
    status = OwnStatusReference(
        allow_null=True, help_text="Of the category the case is in; null: the usual one."
    )


class SnoozeBody(Body):
    until = Moment(
        required=False, allow_null=True, help_text="Not given or null: until the customer answers."
    )


class PriorityBody(Body):
    priority = Code(choices=Priority.choices, allow_null=True, help_text="null: as the sum says.")


class CaseTagsBody(Body):
    """Either all its tags (`tags`), or those to `add` and to `remove`; unknown names are made."""

    tags = serializers.ListField(child=Text(max_length=40), required=False, max_length=20)
    add = serializers.ListField(child=Text(max_length=40), required=False, max_length=20)
    remove = serializers.ListField(child=Text(max_length=40), required=False, max_length=20)


class ReasonBody(Body):
    reason = Text(max_length=TEXT_LENGTH)
