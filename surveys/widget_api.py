"""The one thing a widget key can do: hand in an answer from a page of another origin.

The only address of the API with CORS. The key is public and stands in the body, so a browser that asks beforehand
(preflight) names none: it is told yes for an origin that any key lists, and the answer itself is taken only for an
origin of its own key. JSON is required, which makes every browser ask beforehand. No cookie and no Authorization header
counts here. CORS does not stop programs outside browsers: limits for each key and network, and the mark UNVERIFIED on
every answer, are for them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import limiter
from core.api import JsonBody, OnlyJson
from core.api_fields import Body, Json, Row, Text, Whole, Words, shown, understood
from core.client import network_of
from core.problems import FieldError, Problem, conflict, invalid, of_validation
from core.tokens import NONCE_LENGTH
from surveys import words as words_of_ours
from surveys.enums import QuestionKind, Segment
from surveys.models import Touchpoint, WidgetKey
from surveys.models.widget_key import PREFIX
from surveys.queries import help_links, widget_config
from surveys.queries import widget_keys as queries
from surveys.rules import help_links as help_rules
from surveys.rules.verbatim import COMMENT_LIMIT, TextTooLong
from surveys.services import further, responses, widget_keys

_SUBMISSION = re.compile(rf"[A-Za-z0-9_-]{{{NONCE_LENGTH}}}", re.ASCII)
RATE = "30/minute"  # for each key and network
PREFLIGHT_SECONDS = 600  # how long a browser remembers that it may send


class Submission(Text):
    """16 random bytes as base64url."""

    default_error_messages = {
        "submission": gettext_lazy("Write 22 letters, digits, hyphens and underscores.")
    }

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if not _SUBMISSION.fullmatch(text):
            self.fail("submission")
        return text


class WidgetAnswerBody(Body):
    key = Text(help_text="The widget key: pk_ and 22 characters.")
    score = Whole(min_value=0, max_value=10, help_text="Within the bounds of the survey's metric.")
    comment = Words(
        required=False, allow_blank=True, allow_null=True, max_length=COMMENT_LIMIT, trim_whitespace=False
    )
    answers = Json(
        required=False,
        help_text="Answers by id of the further question (option ids, numbers, texts); other keys are kept as they are. "
        "A question that was shown and left out has null.",
    )
    language = Text(
        required=False, allow_null=True, allow_blank=True, max_length=16,
        help_text="The language the question was shown in; without it that of the survey.",
    )  # fmt: skip
    touchpoint = Text(
        required=False, allow_null=True, allow_blank=True, max_length=80, help_text="The name of a known one."
    )

    contact = Text(
        required=False, allow_null=True, allow_blank=True, max_length=254, trim_whitespace=False,
        help_text="An e-mail address or external id, as your server signed it.",
    )  # fmt: skip
    signature = Text(
        required=False, allow_null=True, allow_blank=True, max_length=64,
        help_text="Hex HMAC-SHA256 of `contact` under the key's secret; without it `contact` counts for nothing.",
    )  # fmt: skip
    submission = Submission(
        required=False,
        help_text="22 characters that name this copy of the form: sent twice it is one answer. With it the answer tells "
        "which questions come next; send what is said to them under the same name.",
    )


class WidgetOptionRow(Row):
    id = serializers.CharField()
    text = serializers.CharField()


class WidgetQuestionRow(Row):
    id = serializers.CharField()
    kind = serializers.ChoiceField(choices=QuestionKind.choices)
    text = serializers.CharField()
    options = WidgetOptionRow(
        many=True, help_text="Of SINGLE and MULTIPLE; a RATING is a number from 1 to 5."
    )
    is_required = serializers.BooleanField()


class WidgetHelpRow(Row):
    """A page that may help with what was chosen."""

    url = serializers.URLField()
    label = serializers.CharField()  # type: ignore[assignment]  # the name of a column, not of the row


class WidgetAnswerRow(Row):
    id = serializers.CharField(source="public_id")
    segment = serializers.ChoiceField(choices=Segment.choices)
    questions = WidgetQuestionRow(
        many=True, help_text="Further questions that follow from this answer; only with a `submission`."
    )
    help = WidgetHelpRow(many=True, help_text="Once nothing is asked any more: links for the reasons chosen.")
    help_title = serializers.CharField(allow_blank=True)


class WidgetAnswers(APIView):
    authentication_classes = []
    permission_classes = []
    parser_classes = [JsonBody]
    renderer_classes = [JSONRenderer]
    content_negotiation_class = OnlyJson
    metadata_class = None
    http_method_names = ["post", "options"]
    origin = ""  # set once it is known to be allowed

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        # A widget key opens nothing: not by its header, and not in an address.
        named = (request.headers.get("Authorization", "").partition(" ")[2], request.GET.get("key", ""))
        if any(text.strip().startswith(PREFIX) for text in named):
            raise _unknown_key()

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Vary"] = "Origin"
        if self.origin:
            answer.headers["Access-Control-Allow-Origin"] = self.origin
            answer.headers["Access-Control-Expose-Headers"] = "Retry-After"
        return answer

    @extend_schema(exclude=True)
    def options(self, request: Request) -> Response:  # type: ignore[override]  # no arguments in this address
        """What a browser asks before it sends."""
        origin = request.headers.get("Origin", "")
        if not origin or not queries.is_known_origin(origin=origin, now=timezone.now()):
            raise _wrong_origin()
        self.origin = origin
        return Response(
            status=204,
            headers={
                "Access-Control-Allow-Methods": "POST",
                "Access-Control-Allow-Headers": "Content-Type",
                "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
            },
        )

    @extend_schema(
        operation_id="widget_answer",
        summary="Hand in an answer from a page",
        description=(
            "With a widget key, from a page of one of its origins. The answer is anonymous, its channel is WEB and its "
            "trust UNVERIFIED; with a signed `contact` it is that contact's and CONFIRMED. No API key is needed or taken."
        ),
        request=WidgetAnswerBody,
        responses={201: WidgetAnswerRow},
        auth=[],
        tags=["widget"],
    )
    def post(self, request: Request) -> Response:
        now = timezone.now()
        key = self._key(request.data, now)
        origin = request.headers.get("Origin", "")
        if origin not in key.origins:
            raise _wrong_origin()
        self.origin = origin
        wait = limiter.hit(
            rate=RATE, key=f"widget:{key.public_id}:{network_of(request._request)}", or_locally=True
        )
        if wait is not None:
            sentence = _("Too many answers from here: go on in %(seconds)d seconds.") % {"seconds": wait}
            raise Problem(429, "TOO_MANY_REQUESTS", sentence, headers={"Retry-After": str(wait)})
        given = understood(WidgetAnswerBody, request.data, context={})
        answer = self._record(key, given, now)
        facts = {
            "public_id": answer.public_id,
            "segment": answer.segment,
            **_next(answer, given, now),
        }
        return Response(shown(WidgetAnswerRow, facts), status=201)

    def _key(self, data: Any, now: Any) -> WidgetKey:
        named = data.get("key") if isinstance(data, Mapping) else None
        is_one = isinstance(named, str) and named.startswith(PREFIX) and named.isascii() and "\0" not in named
        key = queries.usable(public_id=named, now=now) if is_one and isinstance(named, str) else None
        if key is None:
            raise _unknown_key()
        return key

    def _record(self, key: WidgetKey, given: dict[str, Any], now: Any) -> Any:
        try:
            return widget_keys.record_answer(
                key=key,
                score=given["score"],
                comment=given.get("comment") or "",
                answers=further.checked(survey=key.survey, answers=given.get("answers")),
                touchpoint=self._touchpoint(key, given.get("touchpoint")),
                contact=given.get("contact") or "",
                signature=given.get("signature") or "",
                submission=given.get("submission") or "",
                language=given.get("language") or "",
                now=now,
            )
        except ValidationError as error:
            raise of_validation(error, within="answers") from None
        except widget_keys.WrongSignature:
            sentence = _("The signature is not that of this contact under the secret of the key.")
            raise invalid(FieldError("signature", "WRONG_SIGNATURE", sentence)) from None
        except widget_keys.UnknownIdentity:
            sentence = _("This can be no contact here: write an e-mail address or an external id.")
            raise invalid(FieldError("contact", "INVALID", sentence)) from None
        except responses.NoLongerEditable:
            raise conflict("NOT_ALLOWED", _("The answer can no longer be changed.")) from None
        except responses.ClosedSurvey:
            raise conflict("SURVEY_CLOSED", _("The survey takes no answers.")) from None
        except responses.ScoreOutOfRange as error:
            raise invalid(FieldError("score", "OUT_OF_RANGE", str(error))) from None
        except TextTooLong:
            sentence = _("Please keep it under %(most)s characters.") % {"most": COMMENT_LIMIT}
            raise invalid(FieldError("comment", "MAX_LENGTH", sentence)) from None

    def _touchpoint(self, key: WidgetKey, name: str | None) -> Touchpoint | None:
        """The touchpoint of this name; a page of strangers makes none."""
        if not name:
            return None
        found: Touchpoint | None = Touchpoint.objects.of(key.workspace_id).filter(name=name).first()
        if found is None:
            raise invalid(FieldError("touchpoint", "UNKNOWN", _("There is no such touchpoint.")))
        return found


def _next(answer: Any, given: dict[str, Any], now: Any) -> dict[str, Any]:
    """Keep what was said to further questions and give those that are still open, else what may help; the score is safe."""
    submission = given.get("submission") or ""
    nothing: dict[str, Any] = {"questions": [], "help": [], "help_title": ""}
    if not submission:
        return nothing
    said = given.get("answers") or {}
    try:
        kept = further.keep_by_widget(
            survey=answer.survey, submission=submission, asked_ids=list(said), given=said, now=now
        )
    except responses.UnknownLink:  # the name is that of another kind of form
        return nothing
    except responses.NoLongerEditable:
        raise conflict("NOT_ALLOWED", _("The answer can no longer be changed.")) from None
    if kept.faults:
        sentence = _("This question needs an answer.")
        raise invalid(*(FieldError(f"answers.{ident}", "REQUIRED", sentence) for ident in kept.faults))
    language = kept.says.language_for(answer.language)
    words = {one.id: one for one in kept.says.questions_in(language)}
    if kept.open:
        return nothing | {"questions": [widget_config.shown(one, words[one.id]) for one in kept.open]}
    found = help_links.for_reasons(
        workspace=answer.survey.workspace, reasons=help_rules.chosen(kept.response.answers), language=language
    )
    title = words_of_ours.of(language)["help"] if found else ""
    return nothing | {"help": [{"url": one.url, "label": one.label} for one in found], "help_title": title}


def _unknown_key() -> Problem:
    return Problem(
        401,
        "AUTHENTICATION_FAILED",
        _("This widget key opens nothing here."),
        headers={"WWW-Authenticate": 'Bearer realm="api"'},
    )


def _wrong_origin() -> Problem:
    return Problem(403, "ORIGIN_NOT_ALLOWED", _("The key is not taken from pages of this origin."))
