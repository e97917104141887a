"""Invitations to events by the REST API: written for cases, sent, stopped, and who answered what."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import Authored
from core.api import Endpoint
from core.api_fields import Body, Moment, Row, Text, Whole, Words, all_shown, rows_serializer, shown
from core.openapi import PAGE_PARAMETERS
from core.pagination import paged
from core.problems import FieldError, conflict, invalid, not_found
from detractors.queries.ordering import LARGEST_NUMBER
from followups.enums import AnnouncementState, Coming, FollowUpStatus
from followups.models import Gathering
from followups.queries import gatherings as queries
from followups.services import gatherings as services
from followups.services.gatherings import GatheringError

MOST_CASES = 1_000  # named in one body


class GatheringBody(Body):
    """An event and the customers of these cases; without `subject` and `body` it has the usual words."""

    cases = serializers.ListField(
        child=Whole(min_value=1, max_value=LARGEST_NUMBER), min_length=1, max_length=MOST_CASES,
        help_text="Numbers of cases; the customer of each is invited once. What is not there, or may not be seen, is left out.",
    )  # fmt: skip
    title = Text(max_length=services.TITLE_LENGTH)
    place = Text(max_length=services.PLACE_LENGTH)
    starts_at = Moment()
    ends_at = Moment()
    reply_by = Moment(help_text="Answers can be changed until then.")
    capacity = Whole(
        required=False, allow_null=True, min_value=1, max_value=services.MOST_PLACES,
        help_text="People, companions counted; null: there are enough.",
    )  # fmt: skip
    most_companions = Whole(required=False, min_value=0, max_value=services.MOST_COMPANIONS)
    subject = Text(required=False, max_length=services.SUBJECT_LENGTH)
    body = Words(required=False, max_length=services.BODY_LENGTH)


class GatheringRow(Row):
    id = serializers.CharField(source="public_id")
    title = serializers.CharField()
    place = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    time_zone = serializers.CharField()
    reply_by = serializers.DateTimeField()
    capacity = serializers.IntegerField(allow_null=True)
    most_companions = serializers.IntegerField()
    subject = serializers.CharField()
    body = serializers.CharField()
    state = serializers.ChoiceField(choices=AnnouncementState.choices)
    invited = serializers.IntegerField()
    coming = serializers.IntegerField(help_text="Guests who said yes.")
    people = serializers.IntegerField(help_text="Those with their companions.")
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


GatheringPage = rows_serializer("GatheringPage", GatheringRow)


class GuestRow(Row):
    """One customer who is invited, and what they said; `answer` is empty until they did."""

    case = serializers.IntegerField(source="case.number")
    contact = serializers.CharField(source="contact.public_id")
    status = serializers.ChoiceField(choices=FollowUpStatus.choices, help_text="Of the mail.")
    not_sent_because = serializers.CharField(source="skipped_because", allow_blank=True)
    sent_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.ChoiceField(choices=Coming.choices, allow_blank=True)
    companions = serializers.IntegerField()
    note = serializers.CharField(allow_blank=True)
    answered_at = serializers.DateTimeField(allow_null=True)


GuestPage = rows_serializer("GuestPage", GuestRow)


@contextmanager
def _refusals() -> Iterator[None]:
    """What the service refuses, as the API says it."""
    try:
        yield
    except GatheringError as error:
        if error.field:
            raise invalid(FieldError(error.field, "NOT_KEPT", error.sentence)) from None
        raise conflict("NOT_POSSIBLE", error.sentence) from None


class GatheringEndpoint(Authored, Endpoint):
    resource = "gatherings"

    def gathering(self, public_id: str) -> Gathering:
        found: Gathering | None = (
            queries.counted(workspace=self.workspace).filter(public_id=public_id).first()
        )
        if found is None:
            raise not_found()
        return found

    def shown(self, public_id: str, *, status: int = 200) -> Response:
        return Response(shown(GatheringRow, self.gathering(public_id)), status=status)


class Gatherings(GatheringEndpoint):
    @extend_schema(
        operation_id="gatherings_list",
        summary="Events customers are invited to, the newest first",
        parameters=PAGE_PARAMETERS,
        responses=GatheringPage,
        tags=["gatherings"],
    )
    def get(self, request: Request) -> Response:
        found = queries.counted(workspace=self.workspace)
        return paged(request, found, ordering=["-id"], show=partial(all_shown, GatheringRow))

    @extend_schema(
        operation_id="gatherings_make",
        summary="Write an invitation to an event for the customers of cases",
        description="It is a draft: nothing leaves before it is started.",
        request=GatheringBody,
        responses={201: GatheringRow},
        tags=["gatherings"],
    )
    def post(self, request: Request) -> Response:
        given = self.read(GatheringBody)
        cases = queries.chosen(workspace=self.workspace, numbers=given.pop("cases"), sight=self.sight)
        row = services.draft(workspace=self.workspace, by=self.author, cases=cases, now=self.now)
        usual = {name: getattr(row, name) for name in ("capacity", "most_companions", "subject", "body")}
        with _refusals():
            services.keep(gathering=row, now=self.now, **{**usual, **given})
        return self.shown(row.public_id, status=201)


class GatheringDetail(GatheringEndpoint):
    @extend_schema(
        operation_id="gatherings_read", summary="An event", responses=GatheringRow, tags=["gatherings"]
    )
    def get(self, request: Request, id: str) -> Response:
        return self.shown(id)


class GatheringStart(GatheringEndpoint):
    @extend_schema(
        operation_id="gatherings_start",
        summary="Send the invitations",
        description="One mail each, within the contact policy. Started twice it is started once.",
        request=None,
        responses=GatheringRow,
        tags=["gatherings"],
    )
    def post(self, request: Request, id: str) -> Response:
        with _refusals():
            services.start(gathering=self.gathering(id), by=self.author, now=self.now)
        return self.shown(id)

    @extend_schema(
        operation_id="gatherings_stop",
        summary="Keep back what has not left",
        responses=GatheringRow,
        tags=["gatherings"],
    )
    def delete(self, request: Request, id: str) -> Response:
        services.stop(gathering=self.gathering(id), now=self.now)
        return self.shown(id)


class GatheringGuests(GatheringEndpoint):
    @extend_schema(
        operation_id="gatherings_guests",
        summary="Who is invited, and what they answered",
        description="Guests of cases that the maker of the key may see.",
        parameters=PAGE_PARAMETERS,
        responses=GuestPage,
        tags=["gatherings"],
    )
    def get(self, request: Request, id: str) -> Response:
        found = queries.guests(gathering=self.gathering(id), sight=self.sight)
        return paged(request, found, ordering=["-id"], show=partial(all_shown, GuestRow))
