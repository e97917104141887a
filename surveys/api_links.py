"""Public links of a survey in the REST API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api_fields import Body, Flag, Row, Text, Whole, rows_serializer, shown
from core.links import absolute_url
from core.openapi import PAGE_PARAMETERS
from core.pagination import paged
from core.problems import FieldError, invalid, not_found
from surveys.api import SurveysEndpoint, refusals
from surveys.models import PublicLink, Survey
from surveys.queries import public_links as queries
from surveys.queries import rows, spoken
from surveys.queries.public_links import Figures
from surveys.services import public_links
from surveys.services.public_links import LONGEST_TURN, SHORTEST_TURN, SOURCE_LIMIT
from surveys.services.touchpoints import NAME_LIMIT


class SurveyLinkBody(Body):
    source = Text(  # type: ignore[assignment]  # a field of this name, not the option of serializers
        max_length=SOURCE_LIMIT, help_text="Where the link is used; once for each survey."
    )
    touchpoint = Text(
        required=False, allow_null=True, allow_blank=True, max_length=NAME_LIMIT, help_text="Made if unknown."
    )
    language = Text(
        required=False,
        allow_blank=True,
        max_length=16,
        help_text="Its page opens in it, if the survey speaks it.",
    )
    is_kiosk = Flag(required=False)
    kiosk_seconds = Whole(
        required=False,
        min_value=SHORTEST_TURN,
        max_value=LONGEST_TURN,
        help_text="How long a kiosk says thanks.",
    )


class SurveyLinkChange(Body):
    is_archived = Flag(required=False, help_text="An archived link takes no answers; what came stays.")


class SurveyLinkRow(Row):
    id = serializers.CharField(source="public_id")
    source = serializers.CharField()  # type: ignore[assignment]  # likewise
    touchpoint = serializers.CharField(source="touchpoint.name", allow_null=True, default=None)
    language = serializers.CharField(allow_blank=True, help_text="Empty: the visitor's, or the survey's own.")
    is_kiosk = serializers.BooleanField()
    kiosk_seconds = serializers.IntegerField()
    url = serializers.SerializerMethodField()
    answers = serializers.IntegerField(source="figures.answers", help_text="All that came through it.")
    counted = serializers.IntegerField(source="figures.counted", help_text="Those the NPS counts: its n.")
    nps = serializers.FloatField(
        source="figures.score", allow_null=True, help_text="-100 to 100; null without answers."
    )
    created_at = serializers.DateTimeField()
    archived_at = serializers.DateTimeField(allow_null=True)

    def get_url(self, link: PublicLink) -> str:
        return absolute_url("surveys:public_survey", public_id=link.public_id)


SurveyLinkPage = rows_serializer("SurveyLinkPage", SurveyLinkRow)


class LinksEndpoint(SurveysEndpoint):
    resource = "surveys"

    def survey(self, public_id: str) -> Survey:
        """The survey of this id, or 404."""
        found = rows.survey(workspace=self.workspace, public_id=public_id)
        if found is None:
            raise not_found()
        return found

    def rows(self, survey: Survey, links: Any) -> list[dict[str, Any]]:
        """Links with their figures, as far as the key's maker may see the answers."""
        known = queries.figures(survey=survey, sight=self.sight)
        found = []
        for link in links:
            link.figures = known.get(link.source, Figures())
            found.append(shown(SurveyLinkRow, link))
        return found


class SurveyLinks(LinksEndpoint):
    @extend_schema(
        operation_id="survey_links_list",
        summary="Public links of a survey, newest first",
        description="Each with what came through it.",
        parameters=[*PAGE_PARAMETERS],
        responses=SurveyLinkPage,
        tags=["surveys"],
    )
    def get(self, request: Request, id: str) -> Response:
        survey = self.survey(id)
        return paged(
            request,
            queries.of_survey(survey=survey),
            ordering=["-id"],
            show=lambda links: self.rows(survey, links),
        )

    @extend_schema(
        operation_id="survey_links_make",
        summary="Make a public link",
        description="For one source: a newsletter, a poster, a kiosk. Answers that come through it carry its source, "
        "its touchpoint and its channel (LINK or KIOSK).",
        request=SurveyLinkBody,
        responses={201: SurveyLinkRow},
        tags=["surveys"],
    )
    def post(self, request: Request, id: str) -> Response:
        survey = self.survey(id)
        given = self.read(SurveyLinkBody)
        touchpoint = self.touchpoint(given.pop("touchpoint", None))
        language = given.get("language", "")
        if language and language not in spoken.now(survey=survey).languages:
            raise invalid(FieldError("language", "UNKNOWN", _("The survey does not speak this language.")))
        with refusals():
            link = public_links.create(
                workspace=self.workspace,
                survey=survey,
                touchpoint=touchpoint,
                by=self.author,
                now=self.now,
                **given,
            )
        return Response(self.rows(survey, [link])[0], status=201)


class SurveyLinkDetail(LinksEndpoint):
    def _link(self, survey: str, public_id: str) -> PublicLink:
        found = queries.one(workspace=self.workspace, survey=survey, public_id=public_id)
        if found is None:
            raise not_found()
        return found

    @extend_schema(
        operation_id="survey_links_read",
        summary="One public link",
        responses=SurveyLinkRow,
        tags=["surveys"],
    )
    def get(self, request: Request, id: str, link: str) -> Response:
        found = self._link(id, link)
        return Response(self.rows(found.survey, [found])[0])

    @extend_schema(
        operation_id="survey_links_change",
        summary="Archive a public link, or take it back",
        request=SurveyLinkChange,
        responses=SurveyLinkRow,
        tags=["surveys"],
    )
    def patch(self, request: Request, id: str, link: str) -> Response:
        found = self._link(id, link)
        wanted = self.read(SurveyLinkChange).get("is_archived")
        if wanted is None:
            raise invalid(FieldError("is_archived", "REQUIRED", _("Say whether it is archived.")))
        if wanted:
            public_links.archive(link=found, now=self.now)
        else:
            public_links.restore(link=found)
        found = self._link(id, link)
        return Response(self.rows(found.survey, [found])[0])
