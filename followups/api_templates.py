"""Templates in the REST API: their words in every language, written by the service of the pages, so in versions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import Authored
from core.api import Endpoint
from core.api_fields import Body, Code, Flag, Json, Row, Text, rows_serializer, shown
from core.problems import FieldError, Problem, conflict, invalid, not_found
from followups.enums import TemplateKind
from followups.models import MessageTemplate, TemplateVersion
from followups.queries import message_templates as queries
from followups.rules.template_words import PARTS
from followups.services import templates
from followups.services.templates import NAME_LENGTH, TemplateError

MOST_WORDS = templates.MOST_LANGUAGES * (templates.BODY_LENGTH + templates.SUBJECT_LENGTH + 100)
WORDS_HELP = (
    'By language: {"en": {"subject": "Your parcel", "body": "Hello {{ first_name | \\"there\\" }}, …"}}. '
    "All of them: a language left out is no longer spoken. Only a MAIL has a subject."
)


class TemplateQuery(Body):
    kind = Code(choices=TemplateKind.choices, required=False)


class TemplateBody(Body):
    kind = Code(choices=TemplateKind.choices)
    name = Text(max_length=NAME_LENGTH)
    language = Text(
        max_length=16, help_text="Its own: spoken to everybody whose language has no words. Must be in words."
    )
    words = Json(most=MOST_WORDS, help_text=WORDS_HELP)
    publish = Flag(default=True, help_text="false: kept as a draft that nobody uses yet.")


class TemplateChange(Body):
    name = Text(required=False, max_length=NAME_LENGTH)
    language = Text(required=False, max_length=16)
    words = Json(required=False, most=MOST_WORDS, help_text=WORDS_HELP)
    publish = Flag(
        required=False,
        help_text="With words: false keeps them as a draft. Without: true publishes the draft there is.",
    )
    retired = Flag(required=False, help_text="true: no longer offered; what names it still works.")


class TemplateRow(Row):
    id = serializers.CharField(source="public_id")
    kind = serializers.ChoiceField(choices=TemplateKind.choices)
    name = serializers.CharField()
    language = serializers.CharField()
    words = serializers.DictField(
        child=serializers.DictField(child=serializers.CharField()),
        help_text="Those in use; empty before any are.",
    )
    version = serializers.IntegerField(source="live_number", allow_null=True, help_text="The one in use.")
    draft = serializers.DictField(
        child=serializers.DictField(child=serializers.CharField()), allow_null=True,
        help_text="Words that wait to be published.",
    )  # fmt: skip
    retired_at = serializers.DateTimeField(source="archived_at", allow_null=True)
    created_at = serializers.DateTimeField()


TemplatePage = rows_serializer("TemplatePage", TemplateRow)


class TemplatesEndpoint(Authored, Endpoint):
    resource = "templates"

    def template(self, public_id: str) -> MessageTemplate:
        found = queries.one(workspace=self.workspace, public_id=public_id)
        if found is None:
            raise not_found()
        return found

    def rows(self, found: list[MessageTemplate]) -> list[dict[str, Any]]:
        """Templates with their words: two questions for all of them."""
        live = queries.live_of(templates=found, workspace=self.workspace)
        newest = queries.newest_of(templates=found, workspace=self.workspace)
        return [_row(one, live.get(one.pk), newest.get(one.pk)) for one in found]


def _row(
    template: MessageTemplate, live: TemplateVersion | None, newest: TemplateVersion | None
) -> dict[str, Any]:
    draft = newest.words if newest is not None and newest.is_draft else None
    facts = {name: getattr(template, name) for name in (
        "public_id", "kind", "name", "language", "live_number", "archived_at", "created_at",
    )}  # fmt: skip
    return shown(TemplateRow, {**facts, "words": live.words if live else {}, "draft": draft})


def _words(given: Any) -> dict[str, dict[str, str]]:
    """The words of a body. Raises Problem (400) for what are no words."""
    wrong = [
        FieldError(
            f"words.{language}"[:120], "INVALID", _("Write an object with “subject” and “body”, both text.")
        )
        for language, said in given.items()
        if not isinstance(said, dict)
        or not set(said) <= set(PARTS)
        or not all(isinstance(text, str) and "\x00" not in text for text in said.values())
    ]
    if wrong:
        raise invalid(*wrong)
    return dict(given)


@contextmanager
def refusals() -> Iterator[None]:
    """What the service refuses, as the API says it."""
    try:
        yield
    except TemplateError as error:
        raise _problem(error) from None


def _problem(error: TemplateError) -> Problem:
    if error.field == "number":
        return conflict(error.code, error.sentence)
    field = f"words.{error.language}.{error.field}" if error.field in PARTS else error.field
    return invalid(FieldError(field[:120], error.code, error.sentence))


class Templates(TemplatesEndpoint):
    @extend_schema(
        operation_id="templates_list",
        summary="Templates for mails, texts and calls",
        description="By kind and name, the retired ones too.",
        parameters=[OpenApiParameter("kind", str, enum=TemplateKind.values)],
        responses=TemplatePage,
        tags=["templates"],
    )
    def get(self, request: Request) -> Response:
        kind = self.query(TemplateQuery).get("kind", "")
        found = queries.listed(workspace=self.workspace, kind=kind, with_retired=True)
        return Response({"results": self.rows(found), "next": None})

    @extend_schema(
        operation_id="templates_make",
        summary="Make a template",
        request=TemplateBody,
        responses={201: TemplateRow},
        tags=["templates"],
    )
    def post(self, request: Request) -> Response:
        given = self.read(TemplateBody)
        given["words"] = _words(given["words"])
        with refusals():
            made = templates.create(workspace=self.workspace, by=self.author, now=self.now, **given)
        return Response(self.rows([made])[0], status=201)


class TemplateDetail(TemplatesEndpoint):
    @extend_schema(
        operation_id="templates_read",
        summary="A template with its words",
        responses=TemplateRow,
        tags=["templates"],
    )
    def get(self, request: Request, id: str) -> Response:
        return Response(self.rows([self.template(id)])[0])

    @extend_schema(
        operation_id="templates_change",
        summary="Change a template",
        description="Other words make a new version; the former ones stay readable on its page and can be restored there.",
        request=TemplateChange,
        responses=TemplateRow,
        tags=["templates"],
    )
    def patch(self, request: Request, id: str) -> Response:
        template, given = self.template(id), self.read(TemplateChange)
        with refusals():
            if "words" in given:
                templates.write(
                    template=template, words=_words(given["words"]), by=self.author, now=self.now,
                    publish=given.get("publish", True), language=given.get("language", ""),
                )  # fmt: skip
            elif given.get("publish"):
                templates.publish(template=template, now=self.now)
            if "name" in given or "language" in given:
                templates.change(
                    template=template, name=given.get("name", template.name),
                    language=given.get("language", template.language),
                )  # fmt: skip
            if "retired" in given:
                templates.retire(template=template, now=self.now if given["retired"] else None)
        return Response(self.rows([self.template(id)])[0])
