"""What a program may say about an answer: that it was the customer, or a machine."""

from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api_fields import Body, Text, shown
from core.problems import not_found
from detractors.queries import rows
from detractors.serializers import ResponseRow
from surveys.api import SurveysEndpoint
from surveys.services import trusting


class JudgeBody(Body):
    is_customer = serializers.BooleanField(
        help_text="true: the customer gave it, it counts and may open a case; false: a machine did."
    )
    note = Text(required=False, allow_blank=True, max_length=500, help_text=gettext_lazy("Why, for people."))


class ResponseJudge(SurveysEndpoint):
    resource = "responses"

    @extend_schema(
        operation_id="responses_judge",
        summary="Say whether the customer gave an answer",
        description="The answer moves in the figures at once and is decided anew within seconds. The key's maker is"
        " the author; the judgement stands until another one is made.",
        request=JudgeBody,
        responses=ResponseRow,
        tags=["responses"],
    )
    def post(self, request: Request, id: str) -> Response:
        response = rows.response(workspace=self.workspace, public_id=id, sight=self.sight)
        if response is None:
            raise not_found()
        given = self.read(JudgeBody)
        response = trusting.judge(
            response=response,
            is_customer=given["is_customer"],
            by=self.author,
            note=given.get("note") or "",
            now=self.now,
        )
        [row] = rows.with_decisions(workspace=self.workspace, page=[response], sight=self.sight)
        return Response(shown(ResponseRow, row))
