"""Events of the REST API: what happened to a customer elsewhere, for campaigns that wait for it."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api_fields import shown
from surveys.api import SurveysEndpoint
from surveys.serializers_asking import ContactEventRow, EventBody
from surveys.services import events


class Events(SurveysEndpoint):
    resource = "invitations"
    http_method_names = ["post"]

    @extend_schema(
        operation_id="events_report",
        summary="Say what happened to a customer",
        description=(
            "Campaigns that wait for an event of this name ask the contact: after their delay, within their hours, and by"
            " the contact policy. 201 when the event is new, 200 when its `external_id` was reported before: nobody is"
            " asked twice for one event."
        ),
        request=EventBody,
        responses={200: ContactEventRow, 201: ContactEventRow},
        tags=["invitations"],
    )
    def post(self, request: Request) -> Response:
        given = self.read(EventBody)
        contact = self.contact(given["contact"])
        assert contact is not None
        event, is_new = events.record(
            workspace=self.workspace,
            name=given["name"],
            contact=contact,
            external_id=given["external_id"],
            touchpoint=self.touchpoint(given.get("touchpoint")),
            happened_at=given.get("happened_at"),
            data=given.get("data"),
            now=self.now,
        )
        return Response(shown(ContactEventRow, event), status=201 if is_new else 200)
