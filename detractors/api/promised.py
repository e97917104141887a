"""Promises to customers through the REST API: listed, given, moved, kept, and said not to be kept."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api_fields import Body, Moment, Row, Text, all_shown, rows_serializer, shown
from core.openapi import PAGE_PARAMETERS
from core.pagination import paged
from core.problems import not_found
from detractors.api.cases import CaseEndpoint, refusals
from detractors.models import Case, Task
from detractors.queries import promised as queries
from detractors.serializers import NothingBody, OwnerReference
from detractors.services import promise_keeping, tasks
from detractors.services.promise_keeping import REASON_LENGTH
from detractors.services.tasks import TITLE_LENGTH


class PromiseBody(Body):
    title = Text(max_length=TITLE_LENGTH, help_text="What the customer was told.")
    due_at = Moment(help_text="By when.")
    owner = OwnerReference(
        required=False, allow_null=True, help_text="Who keeps it; default: who made the key."
    )


class PromiseMoveBody(Body):
    due_at = Moment(help_text="The new time the customer was told.")
    reason = Text(required=False, allow_blank=True, max_length=REASON_LENGTH)


class PromiseBreakBody(Body):
    reason = Text(max_length=REASON_LENGTH, help_text="Why it is not kept; for the team.")


class PromiseQuery(Body):
    state = serializers.ChoiceField(
        choices=queries.STATES,
        required=False,
        help_text="overdue, due (open and not over), or of the last 30 days: kept, broken.",
    )
    owner = Text(required=False, help_text="Mail address of the owner.")


class PromiseRow(Row):
    """What a customer was told by when."""

    id = serializers.CharField(source="public_id")
    case = serializers.IntegerField(source="case.number", help_text="Number of its case.")
    title = serializers.CharField()
    owner = serializers.EmailField(source="owner.email", allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    author = serializers.EmailField(source="author.email", allow_null=True)
    kept_at = serializers.SerializerMethodField(
        help_text="When it was done; null while open, and when it was not kept."
    )
    is_in_time = serializers.SerializerMethodField(help_text="null while it is open.")
    broken_at = serializers.DateTimeField(
        allow_null=True, help_text="When somebody said that it will not be kept."
    )
    broken_because = serializers.CharField(allow_blank=True)
    event = serializers.SerializerMethodField(help_text="Id of the reply or call in which it was given.")

    def get_kept_at(self, task: Task) -> str | None:
        done = None if task.broken_at is not None else task.done_at
        return serializers.DateTimeField().to_representation(done) if done else None

    def get_is_in_time(self, task: Task) -> bool | None:
        if task.done_at is None:
            return None
        return task.broken_at is None and (task.due_at is None or task.done_at <= task.due_at)

    def get_event(self, task: Task) -> str | None:
        return str(task.event_id) if task.event_id else None


PromisePage = rows_serializer("PromisePage", PromiseRow)


class PromiseEndpoint(CaseEndpoint):
    def promise(self, case: Case, public_id: str) -> Task:
        """The promise of the case; raises Problem (404)."""
        rows = queries.rows(workspace=self.workspace, sight=self.sight, case=case)
        found: Task | None = rows.filter(public_id=public_id).first()
        if found is None:
            raise not_found()
        return found

    def shown_promise(self, case: Case, public_id: str, *, status: int = 200) -> Response:
        """The promise as it is now."""
        return Response(shown(PromiseRow, self.promise(case, public_id)), status=status)


class Promises(PromiseEndpoint):
    @extend_schema(
        operation_id="promises_list",
        summary="Promises to customers on all cases, newest first",
        parameters=[PromiseQuery, *PAGE_PARAMETERS],
        responses=PromisePage,
        tags=["promises"],
    )
    def get(self, request: Request) -> Response:
        wanted: dict[str, Any] = self.query(PromiseQuery)
        found = queries.rows(workspace=self.workspace, sight=self.sight)
        if "state" in wanted:
            found = queries.in_state(found, state=wanted["state"], now=self.now)
        if "owner" in wanted:
            found = found.filter(owner__email=wanted["owner"].strip().lower())
        return paged(request, found, ordering=["-id"], show=lambda page: all_shown(PromiseRow, page))


class CasePromises(PromiseEndpoint):
    @extend_schema(
        operation_id="case_promises_list",
        summary="Promises to the customer of a case, newest first",
        parameters=PAGE_PARAMETERS,
        responses=PromisePage,
        tags=["promises"],
    )
    def get(self, request: Request, number: int) -> Response:
        found = queries.rows(workspace=self.workspace, sight=self.sight, case=self.case(number))
        return paged(request, found, ordering=["-id"], show=lambda page: all_shown(PromiseRow, page))

    @extend_schema(
        operation_id="case_promises_add",
        summary="Keep as a task what the customer was promised",
        request=PromiseBody,
        responses={201: PromiseRow},
        tags=["promises"],
    )
    def post(self, request: Request, number: int) -> Response:
        case, given = self.case(number), self.read(PromiseBody)
        owner = given.pop("owner", None) or self.author
        with refusals():
            task = tasks.add(case=case, by=self.author, owner=owner, is_promise=True, now=self.now, **given)
        return self.shown_promise(case, task.public_id, status=201)


class CasePromise(PromiseEndpoint):
    @extend_schema(
        operation_id="case_promises_read", summary="One promise", responses=PromiseRow, tags=["promises"]
    )
    def get(self, request: Request, number: int, promise: str) -> Response:
        return self.shown_promise(self.case(number), promise)


class CasePromiseKeep(PromiseEndpoint):
    @extend_schema(
        operation_id="case_promises_keep",
        summary="It is kept",
        request=NothingBody,
        responses=PromiseRow,
        tags=["promises"],
    )
    def post(self, request: Request, number: int, promise: str) -> Response:
        case = self.case(number)
        found = self.promise(case, promise)
        self.read(NothingBody)
        with refusals():
            promise_keeping.kept(task=found, by=self.author, now=self.now)
        return self.shown_promise(case, promise)


class CasePromiseMove(PromiseEndpoint):
    @extend_schema(
        operation_id="case_promises_move",
        summary="Another time was agreed with the customer",
        request=PromiseMoveBody,
        responses=PromiseRow,
        tags=["promises"],
    )
    def post(self, request: Request, number: int, promise: str) -> Response:
        case = self.case(number)
        found, given = self.promise(case, promise), self.read(PromiseMoveBody)
        with refusals():
            promise_keeping.move(task=found, by=self.author, now=self.now, **given)
        return self.shown_promise(case, promise)


class CasePromiseBreak(PromiseEndpoint):
    @extend_schema(
        operation_id="case_promises_break",
        summary="It will not be kept, and why",
        request=PromiseBreakBody,
        responses=PromiseRow,
        tags=["promises"],
    )
    def post(self, request: Request, number: int, promise: str) -> Response:
        case = self.case(number)
        found, given = self.promise(case, promise), self.read(PromiseBreakBody)
        with refusals():
            promise_keeping.give_up(task=found, by=self.author, now=self.now, **given)
        return self.shown_promise(case, promise)
