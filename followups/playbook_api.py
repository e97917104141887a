"""Playbooks by the REST API: what there is, what is planned for a case, and leaving a step out."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import Endpoint
from core.api_fields import Body, Json, Row, Text, all_shown, rows_serializer, shown
from core.openapi import PAGE_PARAMETERS
from core.pagination import paged
from core.problems import conflict, not_found
from detractors.api.cases import CaseEndpoint
from detractors.models import Case
from followups import playbook_words
from followups.models import PlannedStep
from followups.playbook_enums import PlaybookEvent, StepKind, StepState
from followups.queries import planned, playbook_choices
from followups.queries import playbooks as queries
from followups.services import planned_steps, playbook_starting


class PlaybookStepRow(Row):
    """One step, as it is written now."""

    position = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=StepKind.choices)
    is_required = serializers.BooleanField(
        source="required", help_text="It comes before the case is resolved."
    )
    delay = Json()
    conditions = Json()
    does = Json()


class PlaybookRow(Row):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    event = serializers.ChoiceField(choices=PlaybookEvent.choices)
    silent_days = serializers.IntegerField(allow_null=True)
    is_active = serializers.BooleanField()
    is_built_in = serializers.BooleanField(help_text="Its mail is the product's own.")
    version = serializers.IntegerField()
    conditions = Json()
    stops = serializers.ListField(child=serializers.CharField())
    steps = PlaybookStepRow(many=True)
    updated_at = serializers.DateTimeField()


class PlaybooksRow(Row):
    playbooks = PlaybookRow(many=True)


class PlannedStepRow(Row):
    """A step planned for a case. `due_at` of one counted from the step before is a guess until that one is done."""

    id = serializers.CharField(source="public_id")
    playbook = serializers.CharField(source="run.playbook.name")
    because = serializers.SerializerMethodField(help_text="Why the playbook began.")
    position = serializers.IntegerField()
    kind = serializers.ChoiceField(source="step.kind", choices=StepKind.choices)
    is_required = serializers.BooleanField(source="step.is_required")
    state = serializers.ChoiceField(choices=StepState.choices)
    due_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)
    not_done_because = serializers.CharField(source="skipped_because", allow_blank=True)
    task = serializers.CharField(source="task.public_id", allow_null=True)

    def get_because(self, row: PlannedStep) -> str:
        return playbook_words.because(row.run)


class PlaybookChoiceRow(Row):
    id = serializers.CharField(source="playbook.public_id")
    name = serializers.CharField(source="playbook.name")
    can_start = serializers.SerializerMethodField()
    refusal = serializers.CharField(allow_blank=True, help_text="Why it cannot be started for this case.")

    def get_can_start(self, row: Any) -> bool:
        return not row.refusal


class PlaybookChoicesRow(Row):
    playbooks = PlaybookChoiceRow(many=True)


class PlaybookStart(Body):
    playbook = Text(max_length=22, help_text="The id of a playbook of the workspace.")


class StartedRow(Row):
    """A playbook that was started, with its steps in their order."""

    playbook = serializers.CharField()
    started_at = serializers.DateTimeField()
    steps = PlannedStepRow(many=True)


PlannedStepPage = rows_serializer("PlannedStepPage", PlannedStepRow)


class Playbooks(Endpoint):
    resource = "rules"

    @extend_schema(
        operation_id="playbooks_list",
        summary="Playbooks in their order, with their steps",
        responses=PlaybooksRow,
        tags=["rules"],
    )
    def get(self, request: Request) -> Response:
        rows = queries.listed(workspace=self.workspace)
        steps = queries.steps_of(playbooks=rows)
        for row in rows:
            written: Any = row
            written.steps = [
                {**queries.step_data(step), "position": step.position} for step in steps.get(row.pk, [])
            ]
        return Response(shown(PlaybooksRow, {"playbooks": rows}))


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except (planned_steps.NotPlanned, playbook_starting.NotStartable) as error:
        raise conflict(error.code, error.sentence) from None


class CasePlaybooks(CaseEndpoint):
    @extend_schema(
        operation_id="case_playbooks_list",
        summary="The playbooks that can be started for a case by hand, and why one cannot be",
        responses=PlaybookChoicesRow,
        tags=["cases"],
    )
    def get(self, request: Request, number: int) -> Response:
        found = playbook_choices.choices(case=self.case(number))
        return Response(shown(PlaybookChoicesRow, {"playbooks": found}))

    @extend_schema(
        operation_id="case_playbooks_start",
        summary="Start a playbook for a case",
        description="Whatever its event and conditions say, and whether it is switched on or not. Its first step is done within "
        "seconds where nothing delays it. 409 when it runs there already, or would stop before its first step.",
        request=PlaybookStart,
        responses={201: StartedRow},
        tags=["cases"],
    )
    def post(self, request: Request, number: int) -> Response:
        case = self.case(number)
        given = self.read(PlaybookStart)
        playbook = queries.playbook_with(workspace=self.workspace, public_id=given["playbook"])
        if playbook is None:
            raise not_found()
        with _refusals():
            run = playbook_starting.start(playbook=playbook, case=case, by=self.author, now=self.now)
        steps = planned.rows_of(case=case).filter(run=run).order_by("position")
        row = {"playbook": playbook.name, "started_at": run.started_at, "steps": list(steps)}
        return Response(shown(StartedRow, row), status=201)


class CasePlannedSteps(CaseEndpoint):
    @extend_schema(
        operation_id="case_planned_steps_list",
        summary="What playbooks have planned for a case, the next first",
        parameters=PAGE_PARAMETERS,
        responses=PlannedStepPage,
        tags=["cases"],
    )
    def get(self, request: Request, number: int) -> Response:
        found = planned.rows_of(case=self.case(number))
        return paged(request, found, ordering=["due_at", "id"], show=partial(all_shown, PlannedStepRow))


class CasePlannedStepSkip(CaseEndpoint):
    @extend_schema(
        operation_id="case_planned_steps_skip",
        summary="Leave a planned step out",
        description="The playbook goes on with the step after it. 409 when it is done or its playbook has ended.",
        request=None,
        responses=PlannedStepRow,
        tags=["cases"],
    )
    def post(self, request: Request, number: int, step: str) -> Response:
        case = self.case(number)
        with _refusals():
            planned_steps.skip(step=self.step(case, step), by=self.author, now=self.now)
        return Response(shown(PlannedStepRow, self.step(case, step)))

    @extend_schema(
        operation_id="case_planned_steps_plan_again",
        summary="Plan a skipped step again",
        description="409 when its turn has passed.",
        responses=PlannedStepRow,
        tags=["cases"],
    )
    def delete(self, request: Request, number: int, step: str) -> Response:
        case = self.case(number)
        with _refusals():
            planned_steps.plan_again(step=self.step(case, step), by=self.author, now=self.now)
        return Response(shown(PlannedStepRow, self.step(case, step)))

    def step(self, case: Case, public_id: str) -> Any:
        """The planned step of the case; raises Problem (404)."""
        found = planned.step_with(case=case, public_id=public_id)
        if found is None:
            raise not_found()
        return found
