"""Every error is a problem of one shape."""

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.signals import got_request_exception
from django.db import IntegrityError, OperationalError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.test import APIRequestFactory

from core import problems
from core.problems import FieldError, Problem, handle, invalid


def test_a_problem_has_the_members_of_the_standard_and_ours() -> None:
    answer = handle(invalid(FieldError("contact.email", "BAD_EMAIL", "x is no mail address.")), {})
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert answer.data == {
        "type": "urn:amends:problem:validation",
        "title": "Bad Request",
        "status": 400,
        "detail": "The request does not fit; see errors.",
        "code": "VALIDATION",
        "errors": [{"field": "contact.email", "code": "BAD_EMAIL", "message": "x is no mail address."}],
    }


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Http404(), 404, "NOT_FOUND"),
        (exceptions.NotFound(), 404, "NOT_FOUND"),
        (exceptions.MethodNotAllowed("PUT"), 405, "METHOD_NOT_ALLOWED"),
        (exceptions.UnsupportedMediaType("text/plain"), 415, "UNSUPPORTED_MEDIA_TYPE"),
        (exceptions.ParseError(), 400, "PARSE_ERROR"),
        (exceptions.NotAuthenticated(), 401, "NOT_AUTHENTICATED"),
        (PermissionDenied(), 403, "FORBIDDEN"),
        (RequestDataTooBig(), 413, "TOO_LARGE"),
        (SuspiciousOperation(), 400, "UNREADABLE"),
        (IntegrityError("duplicate key"), 409, "CONFLICT"),
        (OperationalError("canceling statement due to statement timeout"), 503, "UNAVAILABLE"),
    ],
)
def test_foreseen_errors_keep_their_status(error: Exception, status: int, code: str) -> None:
    answer = handle(error, {})
    assert (answer.status_code, answer.data["status"], answer.data["code"], answer.data["errors"]) == (
        status,
        status,
        code,
        [],
    )


def test_headers_of_an_error_come_along() -> None:
    assert handle(OperationalError("x"), {}).headers["Retry-After"] == "5"
    assert (
        handle(Problem(429, "TOO_MANY_REQUESTS", "Wait.", headers={"Retry-After": "7"}), {}).headers[
            "Retry-After"
        ]
        == "7"
    )


def test_nested_details_become_dotted_fields() -> None:
    detail = {
        "score": [exceptions.ErrorDetail("A valid integer is required.", code="invalid")],
        "contact": {"email": [exceptions.ErrorDetail("Too long.", code="max_length")]},
        "non_field_errors": [exceptions.ErrorDetail("No object.", code="invalid")],
    }
    assert handle(exceptions.ValidationError(detail), {}).data["errors"] == [
        {"field": "score", "code": "INVALID", "message": "A valid integer is required."},
        {"field": "contact.email", "code": "MAX_LENGTH", "message": "Too long."},
        {"field": "", "code": "INVALID", "message": "No object."},
    ]


def test_what_a_service_refuses_is_told_field_by_field() -> None:
    error = DjangoValidationError({"email": ["No address."], "__all__": ["Nothing fits."]})
    assert problems.of_validation(error, within="contact").errors == (
        FieldError("contact.email", "INVALID", "No address."),
        FieldError("contact", "INVALID", "Nothing fits."),
    )


def test_what_nobody_foresaw_is_a_500_that_says_nothing_and_is_told_to_whoever_watches() -> None:
    told = []

    def listen(request, **_facts):
        told.append(request)

    request = APIRequestFactory().get("/api/v1/x/")
    got_request_exception.connect(listen)
    try:
        answer = handle(
            ZeroDivisionError("secret"), {"request": type("R", (), {"path": "/x", "_request": request})()}
        )
    finally:
        got_request_exception.disconnect(listen)
    assert (answer.status_code, answer.data["code"], "secret" in str(answer.data), told) == (
        500,
        "SERVER_ERROR",
        False,
        [request],
    )
