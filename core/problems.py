"""One shape for every refusal of the API: `application/problem+json` (RFC 9457).

{"type", "title", "status", "detail", "code", "errors": [{"field", "code", "message"}]}: `code` is stable and meant for
programs, `detail` and `message` are sentences for people. `field` is a dotted path into the body ("contact.email"),
empty when the whole request is meant.
"""

from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.signals import got_request_exception
from django.db import IntegrityError, OperationalError
from django.http import Http404
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, MethodNotAllowed, UnsupportedMediaType, ValidationError
from rest_framework.response import Response

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"


class FieldError(NamedTuple):
    """What is wrong with one field."""

    field: str
    code: str
    message: str


class Problem(APIException):
    """The request was refused; nothing was changed."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status_code, self.code, self.sentence = status, code, detail
        self.errors, self.headers = tuple(errors), dict(headers or {})
        super().__init__(detail, code)

    @property
    def body(self) -> dict[str, Any]:
        """The JSON members of the problem."""
        return {
            "type": f"urn:amends:problem:{self.code.lower().replace('_', '-')}",
            "title": HTTPStatus(self.status_code).phrase,
            "status": self.status_code,
            "detail": self.sentence,
            "code": self.code,
            "errors": [error._asdict() for error in self.errors],
        }


def invalid(*errors: FieldError, detail: str = "") -> Problem:
    """400: the named fields do not fit."""
    return Problem(400, "VALIDATION", detail or _("The request does not fit; see errors."), errors=errors)


def not_found() -> Problem:
    """404: the same words for what never was, what is gone and what belongs to somebody else."""
    return Problem(404, "NOT_FOUND", _("There is nothing at this address."))


def conflict(code: str, detail: str, *errors: FieldError) -> Problem:
    """409: the request is well formed, but things do not stand so that it could be done."""
    return Problem(409, code, detail, errors=errors)


def of_validation(error: DjangoValidationError, *, within: str = "") -> Problem:
    """The problem of a service's ValidationError; `within` is the field of the body it was about."""
    found: dict[str, list[Any]] = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    return invalid(
        *(
            FieldError(_path(within, "" if field == "__all__" else field), _code(one.code), message)
            for field, ones in found.items()
            for one in ones
            for message in one.messages
        )
    )


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler: every error becomes a problem; what nobody foresaw is told to the log and becomes a 500."""
    problem = _of(error)
    if problem is None:
        # Whoever watches for errors hears of it as of any other page's; the request's own log line has the trace.
        got_request_exception.send(sender=Problem, request=getattr(context.get("request"), "_request", None))
        problem = Problem(
            500, "SERVER_ERROR", _("Something went wrong here. It is logged; please try again later.")
        )
    headers = dict(problem.headers)
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    return Response(problem.body, status=problem.status_code, headers=headers, content_type=MEDIA_TYPE)


def _of(error: Exception) -> Problem | None:
    """The problem of a foreseen error; None for one that is a bug."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, ValidationError):
        return invalid(*_flat(error.get_full_details()))
    if isinstance(error, DjangoValidationError):
        return of_validation(error)
    if isinstance(error, Http404):
        return not_found()
    if isinstance(error, PermissionDenied):
        return Problem(403, "FORBIDDEN", _("This is not allowed."))
    if isinstance(error, APIException):
        return _of_framework(error)
    if isinstance(error, RequestDataTooBig):
        return Problem(413, "TOO_LARGE", _("The body is too large."))
    if isinstance(error, SuspiciousOperation | UnreadablePostError):
        return Problem(400, "UNREADABLE", _("The request could not be read."))
    return _of_database(error)


def _of_framework(error: APIException) -> Problem:
    if error.status_code == 404:
        return not_found()
    detail = str(error.detail)
    code = _code(error.get_codes())
    if isinstance(error, MethodNotAllowed):
        code = "METHOD_NOT_ALLOWED"
    elif isinstance(error, UnsupportedMediaType):
        code, detail = "UNSUPPORTED_MEDIA_TYPE", _("Send JSON, with Content-Type: application/json.")
    return Problem(error.status_code, code, detail)


def _of_database(error: Exception) -> Problem | None:
    """Two requests that got into each other's way, and a database that does not answer in time."""
    if isinstance(error, IntegrityError):
        log.warning("api_conflict", error=str(error).splitlines()[0])
        return conflict(
            "CONFLICT", _("Something else changed the same thing in the same moment: please try again.")
        )
    if isinstance(error, OperationalError):
        log.warning("api_database_away", error=str(error).splitlines()[:1])
        sentence = _("This takes too long or the database is away: please try again in a moment.")
        return Problem(503, "UNAVAILABLE", sentence, headers={"Retry-After": "5"})
    return None


def _flat(detail: Any, path: str = "") -> Iterator[FieldError]:
    """DRF's nested details as one list."""
    if isinstance(detail, dict):
        if detail.keys() == {"message", "code"} and isinstance(detail["message"], str):
            yield FieldError(path, _code(detail["code"]), str(detail["message"]))
            return
        for key, value in detail.items():
            yield from _flat(value, path if key == "non_field_errors" else _path(path, str(key)))
    elif isinstance(detail, list):
        for item in detail:
            yield from _flat(item, path)


def _path(within: str, field: str) -> str:
    return ".".join(part for part in (within, field) if part)


def _code(code: Any) -> str:
    return str(code or "invalid").upper()
