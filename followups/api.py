"""Writing to the customer of a case, by the REST API."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.problems import FieldError, conflict, invalid
from detractors.api.cases import CaseEndpoint, refusals
from detractors.serializers import CaseRow
from followups.serializers import ReplyBody
from followups.services import replies


class CaseReply(CaseEndpoint):
    @extend_schema(
        operation_id="cases_reply",
        summary="Write to the customer",
        description="The mail leaves at once and meets the first-response promise. An unfilled merge field is refused.",
        request=ReplyBody,
        responses={200: CaseRow},
        tags=["cases"],
    )
    def post(self, request: Request, number: int) -> Response:
        case = self.case(number)
        given = self.read(ReplyBody)
        subject = given.pop("subject", "")
        try:
            with refusals():
                # A repeated request is recognised by its Idempotency-Key, so the reply needs no word of its own.
                replies.send(case=case, by=self.author, subject=subject, now=self.now, submission="", **given)
        except replies.NotReady as error:
            found = [FieldError("body", finding.code, finding.sentence.say(_)) for finding in error.findings]
            raise invalid(*found, detail=error.sentence) from None
        except replies.TooLong as error:
            raise invalid(FieldError(error.field, error.code, error.sentence)) from None
        except replies.ReplyError as error:
            raise conflict(error.code, error.sentence) from None
        return self.shown(number)
