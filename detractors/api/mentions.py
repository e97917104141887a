"""Mentions and complaints of the REST API. They stand above surveys because a row shows what became of it."""

from datetime import UTC
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api_fields import Body, Code, Moment, Row, Text, Whole, Words, all_shown, rows_serializer, shown
from core.openapi import PAGE_PARAMETERS
from core.pagination import paged
from core.problems import FieldError, invalid, not_found
from core.tokens import new_public_id
from detractors.queries import mentions as queries
from detractors.serializers import DecisionRow
from surveys.api import SurveysEndpoint
from surveys.enums import ResponseChannel, Segment
from surveys.models import Mention
from surveys.rules import mention_values
from surveys.rules.verbatim import COMMENT_LIMIT
from surveys.serializers import ContactReference
from surveys.services import mentions


class MentionBody(Body):
    """A review or a post nobody asked for; never counted in NPS."""

    text = Words(required=False, allow_blank=True, allow_null=True, max_length=COMMENT_LIMIT)
    stars = Whole(required=False, allow_null=True, min_value=1, max_value=5)
    title = Text(required=False, allow_null=True, allow_blank=True, max_length=300)
    author = Text(required=False, allow_null=True, allow_blank=True, max_length=200)
    url = Text(
        required=False, allow_null=True, allow_blank=True, max_length=1000, help_text="Where it stands."
    )
    language = Text(required=False, allow_null=True, allow_blank=True, max_length=16)
    published_at = Moment(required=False, allow_null=True, help_text="Default: now.")
    external_id = Text(
        required=False, allow_null=True, allow_blank=True, max_length=300, help_text="The same twice is one."
    )
    channel = Code(choices=ResponseChannel.choices, default=ResponseChannel.REVIEW.value)
    contact = ContactReference(required=False, allow_null=True)
    touchpoint = Text(required=False, allow_null=True, allow_blank=True, max_length=80)


class ComplaintBody(Body):
    """A complaint the customer made to you directly: it always opens a case, or joins their open one."""

    text = Words(max_length=COMMENT_LIMIT)
    contact = ContactReference(required=False, allow_null=True, help_text="null: nobody knows who.")
    author = Text(required=False, allow_null=True, allow_blank=True, max_length=200)
    channel = Code(choices=ResponseChannel.choices, default=ResponseChannel.API.value)
    touchpoint = Text(required=False, allow_null=True, allow_blank=True, max_length=80)
    external_id = Text(
        required=False, allow_null=True, allow_blank=True, max_length=300, help_text="The same twice is one."
    )


class MentionRow(Row):
    id = serializers.CharField(source="public_id")
    source = serializers.CharField(source="source.name")  # type: ignore[assignment]  # a field, as DRF reads it
    external_id = serializers.CharField()
    is_complaint = serializers.BooleanField()
    contact = serializers.CharField(source="contact.public_id", allow_null=True)
    touchpoint = serializers.CharField(source="touchpoint.name", allow_null=True)
    channel = serializers.ChoiceField(choices=ResponseChannel.choices)
    stars = serializers.IntegerField(min_value=1, max_value=5, allow_null=True)
    segment = serializers.ChoiceField(choices=Segment.choices, allow_blank=True)
    title = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)
    author = serializers.CharField(allow_blank=True)
    url = serializers.CharField(allow_blank=True)
    language = serializers.CharField(allow_blank=True)
    published_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    decision = DecisionRow(allow_null=True, help_text="null for the moment until it is decided.")
    case = serializers.IntegerField(
        source="decision.case.number", allow_null=True, help_text="Number of its case."
    )


class MentionQuery(Body):
    segment = serializers.ChoiceField(choices=Segment.choices, required=False)
    channel = serializers.ChoiceField(choices=ResponseChannel.choices, required=False)


MentionPage = rows_serializer("MentionPage", MentionRow)


class _MentionsEndpoint(SurveysEndpoint):
    resource = "mentions"

    def answer(self, taken: mentions.Taken, external_id: str, source: Any) -> Response:
        """201 with the new one, 200 with the one that was here already."""
        if taken.new:
            row, status = taken.new[0], 201
        else:
            known = Mention.objects.of(self.workspace).filter(source=source, external_id=external_id).first()
            if known is None:  # another source brought the same words of the same person on the same day
                sentence = _("The same words by the same person are here already.")
                raise invalid(FieldError("text", "KNOWN", sentence))
            row, status = known, 200
        row.decision = None  # type: ignore[attr-defined]  # it is decided after this transaction
        return Response(shown(MentionRow, row), status=status)


class Mentions(_MentionsEndpoint):
    @extend_schema(
        operation_id="mentions_list",
        summary="Reviews, posts and complaints, the latest first",
        parameters=[MentionQuery, *PAGE_PARAMETERS],
        responses=MentionPage,
        tags=["mentions"],
    )
    def get(self, request: Request) -> Response:
        wanted = self.query(MentionQuery)
        found = queries.seen(workspace=self.workspace, sight=self.sight).filter(**wanted)
        return paged(request, found, ordering=["-published_at", "-id"], show=self._shown)

    @extend_schema(
        operation_id="mentions_record",
        summary="Hand in a review or a post",
        description="One or two stars open a case within seconds. The same again is 200 and changes nothing.",
        request=MentionBody,
        responses={200: MentionRow, 201: MentionRow},
        tags=["mentions"],
    )
    def post(self, request: Request) -> Response:
        given = self.read(MentionBody)
        contact, moment = self.contact(given.get("contact")), given.get("published_at")
        values = {
            **{name: given.get(name) for name in ("text", "stars", "title", "author", "url", "language")},
            "id": given.get("external_id"),
            "published_at": moment.astimezone(UTC).isoformat() if moment else "",
        }
        try:
            heard = mention_values.read(values, now=self.now)
        except mention_values.NotHeard as error:
            raise invalid(*(FieldError("text", one.code, one.say(_)) for one in error.sentences)) from None
        source = mentions.by_hand(workspace=self.workspace, now=self.now)
        taken = mentions.take(
            source=source,
            heard=[heard],
            contact=contact,
            channel=given["channel"],
            touchpoint=self.touchpoint(given.get("touchpoint")),
            now=self.now,
        )
        return self.answer(taken, heard.external_id, source)

    def _shown(self, page: list[Any]) -> Any:
        return all_shown(
            MentionRow, queries.with_decisions(workspace=self.workspace, page=page, sight=self.sight)
        )


class MentionDetail(_MentionsEndpoint):
    @extend_schema(
        operation_id="mentions_read",
        summary="One review, post or complaint",
        responses=MentionRow,
        tags=["mentions"],
    )
    def get(self, request: Request, id: str) -> Response:
        mention = queries.one(workspace=self.workspace, public_id=id, sight=self.sight)
        if mention is None:
            raise not_found()
        [row] = queries.with_decisions(workspace=self.workspace, page=[mention], sight=self.sight)
        return Response(shown(MentionRow, row))


class Complaints(_MentionsEndpoint):
    @extend_schema(
        operation_id="complaints_record",
        summary="Hand in a complaint",
        description="Opens a case without a score, or joins the customer's open case.",
        request=ComplaintBody,
        responses={200: MentionRow, 201: MentionRow},
        tags=["mentions"],
    )
    def post(self, request: Request) -> Response:
        given = self.read(ComplaintBody)
        contact = self.contact(given.get("contact"))
        source = mentions.by_program(workspace=self.workspace, now=self.now)
        once = given.get("external_id") or f"api:{new_public_id()}"
        try:
            taken = mentions.complain(
                source=source,
                text=given["text"],
                once=once,
                name=given.get("author") or "",
                address=contact.email if contact else "",
                contact=contact,
                channel=given["channel"],
                touchpoint=self.touchpoint(given.get("touchpoint")),
                now=self.now,
            )
        except ValueError:
            raise invalid(FieldError("text", "BLANK", _("A complaint needs words."))) from None
        return self.answer(taken, once, source)
