"""Answers of the REST API. They stand above surveys because a row shows what became of the answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api_fields import all_shown, read_day_or_moment, rows_serializer, shown
from core.openapi import PAGE_PARAMETERS
from core.pagination import paged
from core.problems import FieldError, invalid, not_found, of_validation
from detractors.queries import rows
from detractors.serializers import ResponseBody, ResponseQuery, ResponseRow
from surveys.api import SurveysEndpoint
from surveys.rules.verbatim import COMMENT_LIMIT, TextTooLong
from surveys.services import further, responses

ResponsePage = rows_serializer("ResponsePage", ResponseRow)


@contextmanager
def refusals() -> Iterator[None]:
    """What recording refuses, as problems."""
    try:
        yield
    except ValidationError as error:
        raise of_validation(error, within="answers") from None
    except responses.ScoreOutOfRange as error:
        raise invalid(FieldError("score", "OUT_OF_RANGE", str(error))) from None
    except responses.AnswerFromTheFuture as error:
        raise invalid(FieldError("responded_at", "IN_THE_FUTURE", str(error))) from None
    except TextTooLong:
        sentence = _("Please keep it under %(most)s characters.") % {"most": COMMENT_LIMIT}
        raise invalid(FieldError("comment", "MAX_LENGTH", sentence)) from None


class Responses(SurveysEndpoint):
    resource = "responses"

    @extend_schema(
        operation_id="responses_list",
        summary="Answers, the latest first",
        parameters=[ResponseQuery, *PAGE_PARAMETERS],
        responses=ResponsePage,
        tags=["responses"],
    )
    def get(self, request: Request) -> Response:
        wanted = self.query(ResponseQuery)
        found = rows.responses(workspace=self.workspace, sight=self.sight)
        zone = ZoneInfo(self.workspace.time_zone)
        if "since" in wanted:
            found = found.filter(responded_at__gte=_start("since", wanted.pop("since"), zone))
        if "until" in wanted:
            found = found.filter(responded_at__lt=_end("until", wanted.pop("until"), zone))
        for name, column in (("touchpoint", "touchpoint__name"), ("contact", "contact__public_id")):
            if name in wanted:
                found = found.filter(**{column: wanted.pop(name)})
        return paged(request, found.filter(**wanted), ordering=["-responded_at", "-id"], show=self._shown)

    @extend_schema(
        operation_id="responses_record",
        summary="Record an answer",
        description="Its decision follows within seconds: read the answer again, or the cases.",
        request=ResponseBody,
        responses={201: ResponseRow},
        tags=["responses"],
    )
    def post(self, request: Request) -> Response:
        given = self.read(ResponseBody)
        contact = self.contact(given.get("contact"))
        with refusals():
            response = responses.record(
                workspace=self.workspace,
                survey=given["survey"],
                contact=contact,
                score=given["score"],
                comment=given.get("comment") or "",
                channel=given["channel"],
                touchpoint=self.touchpoint(given.get("touchpoint")),
                responded_at=given.get("responded_at"),
                answers=further.checked(survey=given["survey"], answers=given.get("answers")),
                open_case=given["open_case"],
                now=self.now,
            )
        response.decision = None  # type: ignore[attr-defined]  # it is decided after this transaction
        return Response(shown(ResponseRow, response), status=201)

    def _shown(self, page: list[Any]) -> Any:
        return all_shown(
            ResponseRow, rows.with_decisions(workspace=self.workspace, page=page, sight=self.sight)
        )


class ResponseDetail(SurveysEndpoint):
    resource = "responses"

    @extend_schema(
        operation_id="responses_read", summary="One answer", responses=ResponseRow, tags=["responses"]
    )
    def get(self, request: Request, id: str) -> Response:
        response = rows.response(workspace=self.workspace, public_id=id, sight=self.sight)
        if response is None:
            raise not_found()
        [row] = rows.with_decisions(workspace=self.workspace, page=[response], sight=self.sight)
        return Response(shown(ResponseRow, row))


def _start(field: str, text: str, zone: ZoneInfo) -> datetime:
    """The moment `text` names, or the first of the day it names."""
    found = _read(field, text)
    return found if isinstance(found, datetime) else _midnight(found, zone)


def _end(field: str, text: str, zone: ZoneInfo) -> datetime:
    """The moment `text` names, or the first after the day it names."""
    found = _read(field, text)
    return found if isinstance(found, datetime) else _midnight(found + timedelta(days=1), zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _read(field: str, text: str) -> date | datetime:
    try:
        return read_day_or_moment(text)
    except ValueError:
        sentence = _("Write a moment like 2026-03-02T09:00:00Z or a day like 2026-03-02.")
        raise invalid(FieldError(field, "INVALID", sentence)) from None
