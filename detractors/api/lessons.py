"""The library over the API: what is published, to be read. Writing and confirming is for people, who read each field."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import Endpoint
from core.api_fields import Body, Row, Text, all_shown, rows_serializer, shown
from core.openapi import PAGE_PARAMETERS
from core.pagination import paged
from core.problems import not_found
from detractors.queries import library as queries


class LessonRow(Row):
    """A case as it is told in the library: without names, and without a way back to the case."""

    id = serializers.CharField(source="public_id")
    title = serializers.CharField()
    happened = serializers.CharField()
    done = serializers.CharField()
    went_well = serializers.CharField(allow_blank=True)
    lesson = serializers.CharField()
    cell = serializers.CharField(
        source="cell.public_id", allow_null=True, help_text="Id of its cell in the matrix."
    )
    root_cause = serializers.CharField(source="root_cause.name", allow_null=True)
    published_at = serializers.DateTimeField()


class LessonQuery(Body):
    search = Text(required=False, max_length=200)
    cell = Text(required=False, help_text="Id of a cell.")
    root_cause = Text(required=False, help_text="Name or id of a root cause.")


LessonPage = rows_serializer("LessonPage", LessonRow)


class Lessons(Endpoint):
    resource = "lessons"

    @extend_schema(
        operation_id="lessons_list",
        summary="Published lessons, newest first",
        parameters=[LessonQuery, *PAGE_PARAMETERS],
        responses=LessonPage,
        tags=["lessons"],
    )
    def get(self, request: Request) -> Response:
        wanted = self.query(LessonQuery)
        found = queries.found(
            workspace=self.workspace, words=wanted.get("search", ""), cell=wanted.get("cell", ""),
            cause=wanted.get("root_cause", ""),
        )  # fmt: skip
        return paged(
            request, found, ordering=["-published_at", "-id"], show=lambda page: all_shown(LessonRow, page)
        )


class LessonDetail(Endpoint):
    resource = "lessons"

    @extend_schema(
        operation_id="lessons_read", summary="One published lesson", responses=LessonRow, tags=["lessons"]
    )
    def get(self, request: Request, id: str) -> Response:
        row = queries.found(workspace=self.workspace).filter(public_id=id).first()
        if row is None:
            raise not_found()
        return Response(shown(LessonRow, row))
