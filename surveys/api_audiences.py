"""Audiences of the REST API: saved filters, and how many people each means."""

from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api_fields import Body, Row, Text, all_shown, rows_serializer, shown
from core.openapi import PAGE_PARAMETERS
from core.pagination import paged
from core.problems import FieldError, conflict, invalid, not_found, of_validation
from surveys.api import SurveysEndpoint
from surveys.models import Audience
from surveys.queries import audience_rows
from surveys.rules.audience_filter import FIELDS, MOST_CONDITIONS, OPS, BadFilter
from surveys.services import audiences

_FIELD_HELP = f"One of {', '.join(FIELDS)}, or attribute:<name>."
_OP_HELP = (
    f"One of {', '.join(sorted({op for ops in OPS.values() for op in ops}))}; which, depends on the field."
)


class ConditionBody(Body):
    field = Text(max_length=80, help_text=_FIELD_HELP)  # type: ignore[assignment]  # the API's word, not DRF's
    op = Text(max_length=20, help_text=_OP_HELP)
    value = Text(required=False, allow_blank=True, max_length=200, help_text="Text; a day as 2026-03-31.")


class AudienceBody(Body):
    """A saved filter. A filter that is malformed, or that nobody could fit, is refused."""

    name = Text(required=False, max_length=120)
    match = Text(required=False, help_text='"all" of the conditions must hold, or "any".')
    conditions = ConditionBody(many=True, required=False)


class ConditionRow(Row):
    field = serializers.CharField()  # type: ignore[assignment]
    op = serializers.CharField()
    value = serializers.CharField()


class AudienceRow(Row):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    match = serializers.CharField(source="filter.match")
    conditions = ConditionRow(many=True, source="filter.conditions")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class PeopleRow(Row):
    number = serializers.IntegerField()
    is_estimate = serializers.BooleanField(help_text="Above 10,000 the database estimates.")


class AudienceDetailRow(AudienceRow):
    people = PeopleRow(help_text="How many fit now.")


AudiencePage = rows_serializer("AudiencePage", AudienceRow)


class _AudiencesEndpoint(SurveysEndpoint):
    resource = "contacts"

    def detail(self, audience: Audience) -> dict[str, Any]:
        rows = audience_rows.of_audience(audience=audience, now=self.now, sight=self.sight)
        audience.people = audience_rows.headcount(rows)  # type: ignore[attr-defined]
        return shown(AudienceDetailRow, audience)

    def keep(self, audience: Audience | None) -> Audience:
        """The body written into an audience, or into a new one."""
        self.refuse_with_limits()
        given = self.read(AudienceBody)
        name = given.get("name", audience.name if audience else "")
        kept = audience.filter if audience else {"match": "all", "conditions": []}
        filter = {**kept, **{key: given[key] for key in ("match", "conditions") if key in given}}
        try:
            if audience is None:
                return audiences.create(
                    workspace=self.workspace, name=name, filter=filter, by=self.author, now=self.now
                )
            return audiences.change(audience=audience, name=name, filter=filter, now=self.now)
        except BadFilter as error:
            raise invalid(
                *(
                    FieldError("conditions" if at is None else f"conditions.{at}", said.code, said.say(_))
                    for at, said in error.problems
                )
            ) from None
        except ValidationError as error:
            raise of_validation(error) from None


class Audiences(_AudiencesEndpoint):
    @extend_schema(
        operation_id="audiences_list",
        summary="Audiences, newest first",
        parameters=PAGE_PARAMETERS,
        responses=AudiencePage,
        tags=["audiences"],
    )
    def get(self, request: Request) -> Response:
        rows = Audience.objects.of(self.workspace)
        return paged(request, rows, ordering=["-id"], show=partial(all_shown, AudienceRow))

    @extend_schema(
        operation_id="audiences_make",
        summary="Save a filter over contacts",
        description=f"At most {MOST_CONDITIONS} conditions.",
        request=AudienceBody,
        responses={201: AudienceDetailRow},
        tags=["audiences"],
    )
    def post(self, request: Request) -> Response:
        return Response(self.detail(self.keep(None)), status=201)


class AudienceDetail(_AudiencesEndpoint):
    def _audience(self, public_id: str) -> Audience:
        found: Audience | None = (
            audience_rows.listed(workspace=self.workspace).filter(public_id=public_id).first()
        )
        if found is None:
            raise not_found()
        return found

    @extend_schema(
        operation_id="audiences_read",
        summary="One audience, and how many people it means now",
        responses=AudienceDetailRow,
        tags=["audiences"],
    )
    def get(self, request: Request, id: str) -> Response:
        return Response(self.detail(self._audience(id)))

    @extend_schema(
        operation_id="audiences_change",
        summary="Change an audience",
        description="What is not given stays. Who uses it asks the new people from now on.",
        request=AudienceBody,
        responses=AudienceDetailRow,
        tags=["audiences"],
    )
    def patch(self, request: Request, id: str) -> Response:
        return Response(self.detail(self.keep(self._audience(id))))

    @extend_schema(
        operation_id="audiences_delete",
        summary="Delete an audience",
        description="Refused (409) while a campaign asks it.",
        responses={204: None},
        tags=["audiences"],
    )
    def delete(self, request: Request, id: str) -> Response:
        audience = self._audience(id)
        self.refuse_with_limits()
        try:
            audiences.delete(audience=audience)
        except audiences.AudienceInUse as error:
            raise conflict("IN_USE", str(error)) from None
        return Response(status=204)
