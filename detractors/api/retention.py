"""Kept or lost through the REST API: on a case, and the workspace's reasons for loss."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import Endpoint
from core.api_fields import shown
from core.problems import FieldError, invalid, not_found
from detractors.api.cases import CaseEndpoint, refusals
from detractors.models import Case, LossReason
from detractors.queries import retention as queries
from detractors.retention_serializers import (
    CaseRetentionRow,
    LossReasonBody,
    LossReasonChange,
    LossReasonRow,
    LossReasonsRow,
    RetentionBody,
)
from detractors.rules import retention as rules
from detractors.services import retention
from detractors.services.retention import ReasonError


@contextmanager
def reason_refusals() -> Iterator[None]:
    """What a change of the reasons refuses, as a problem."""
    try:
        yield
    except ReasonError as error:
        raise invalid(FieldError(error.field or "name", "INVALID", error.sentence)) from None


class CaseRetention(CaseEndpoint):
    @extend_schema(
        operation_id="case_retention_read",
        summary="Whether the customer of a case was kept or lost",
        responses=CaseRetentionRow,
        tags=["retention"],
    )
    def get(self, request: Request, number: int) -> Response:
        return self.said(self.case(number))

    @extend_schema(
        operation_id="case_retention_say",
        summary="Say that the customer was kept or lost, or correct it",
        description="The timeline keeps what was said before.",
        request=RetentionBody,
        responses=CaseRetentionRow,
        tags=["retention"],
    )
    def post(self, request: Request, number: int) -> Response:
        case, given = self.case(number), self.read(RetentionBody)
        with refusals():
            retention.say(case=case, by=self.author, now=self.now, **given)
        return self.said(case)

    @extend_schema(
        operation_id="case_retention_unsay",
        summary="It is not known after all",
        responses={204: None},
        tags=["retention"],
    )
    def delete(self, request: Request, number: int) -> Response:
        case = self.case(number)
        with refusals():
            retention.unsay(case=case, by=self.author, now=self.now)
        return Response(status=204)

    def said(self, case: Case) -> Response:
        row = queries.of_case(case=case)
        suggested = rules.suggested(case.outcome) or None
        return Response(shown(CaseRetentionRow, {"retention": row, "suggested": suggested}))


class LossReasons(Endpoint):
    resource = "cases"

    @extend_schema(
        operation_id="loss_reasons_list",
        summary="Why customers leave, in the workspace's names",
        responses=LossReasonsRow,
        tags=["retention"],
    )
    def get(self, request: Request) -> Response:
        found = queries.reasons(workspace=self.workspace, with_retired=True)
        return Response(shown(LossReasonsRow, {"reasons": found}))

    @extend_schema(
        operation_id="loss_reasons_add",
        summary="Add a reason",
        request=LossReasonBody,
        responses={201: LossReasonRow},
        tags=["retention"],
    )
    def post(self, request: Request) -> Response:
        given = self.read(LossReasonBody)
        with reason_refusals():
            row = retention.add_reason(workspace=self.workspace, now=self.now, **given)
        return Response(shown(LossReasonRow, row), status=201)


class LossReasonDetail(Endpoint):
    resource = "cases"

    @extend_schema(
        operation_id="loss_reasons_change",
        summary="Rename a reason, retire it or bring it back",
        request=LossReasonChange,
        responses=LossReasonRow,
        tags=["retention"],
    )
    def patch(self, request: Request, id: str) -> Response:
        row, given = self.reason(id), self.read(LossReasonChange)
        with reason_refusals():
            if "name" in given:
                retention.rename_reason(reason=row, name=given["name"])
        if "is_retired" in given:
            retention.retire_reason(reason=row, now=self.now if given["is_retired"] else None)
        return Response(shown(LossReasonRow, self.reason(id)))

    def reason(self, public_id: str) -> LossReason:
        found = queries.any_reason(workspace=self.workspace, public_id=public_id)
        if found is None:
            raise not_found()
        return found
