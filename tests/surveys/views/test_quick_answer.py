import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import OperationalError, close_old_connections

from accounts.models import Workspace
from surveys.models import Invitation, Response, Survey
from surveys.services import contacts, invitations, responses
from surveys.views import public, quick_answer
from surveys.views.quick_answer import FORM, QuickAnswer
from tests.conftest import MONDAY_9AM

_NONCE = re.compile(r"nonce[-=]\"?[A-Za-z0-9_-]{22}")


class Behind:
    """Django behind the short way; remembers whether it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.django = WSGIHandler()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.asked += 1
        return self.django(environ, start_response)


@pytest.fixture
def behind(settings: Any) -> Behind:
    public.ANSWERS_OF_LINK._noted.clear()
    quick_answer._headers.cache_clear()
    settings.ALLOWED_HOSTS = ["testserver"]
    return Behind()


def post(application: Any, path: str, body: bytes | str, **more: str) -> tuple[str, dict[str, str], str]:
    """Status, headers and page of a form sent to `application`."""
    sent = body if isinstance(body, bytes) else body.encode()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST", "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": "",
        "SERVER_NAME": "testserver", "SERVER_PORT": "80", "REMOTE_ADDR": "192.0.2.7", "CONTENT_TYPE": FORM,
        "CONTENT_LENGTH": str(len(sent)), "wsgi.input": BytesIO(sent), "wsgi.url_scheme": "http",
    }  # fmt: skip
    said: list[Any] = []
    pages = application(environ | more, lambda status, headers, *_: said.extend([status, dict(headers)]))
    page = b"".join(pages).decode()
    return said[0], said[1], page


def other(acme: Workspace, survey: Survey) -> Invitation:
    person, _ = contacts.upsert(
        workspace=acme, email="emil@customer.example", name="Dora Doe", attributes={}, now=MONDAY_9AM
    )
    return invitations.invite(workspace=acme, survey=survey, contact=person, now=MONDAY_9AM, send=False)


@pytest.fixture(autouse=True)
def in_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """At nine, and on the test's own connection: like the test client, no request closes it."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY_9AM)
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.mark.parametrize("is_https", [False, True])
@pytest.mark.parametrize("framed_by", ["", "https://shop.example"])
def test_the_short_way_says_exactly_what_django_says(
    acme: Workspace,
    survey: Survey,
    invitation: Invitation,
    behind: Behind,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    is_https: bool,
    framed_by: str,
) -> None:
    settings.SECURE_SSL_REDIRECT = is_https
    settings.SECURE_HSTS_SECONDS = 31_536_000
    scheme = {"wsgi.url_scheme": "https"} if is_https else {}
    made = public.answers.thanks

    def framed(**facts: Any) -> Any:
        look, words = made(**facts)
        return replace(look, framed_by=framed_by), words

    if framed_by:
        monkeypatch.setattr(public.answers, "thanks", framed)
    body = urlencode({"score": 3, "comment": "Too slow, “really” & rude"})
    link, twin = invitation.link, other(acme, survey).link
    status, headers, page = post(QuickAnswer(behind), f"/s/{link}/", body, **scheme)
    assert behind.asked == 0
    theirs = post(WSGIHandler(), f"/s/{twin}/", body, **scheme)

    def bare(text: str) -> str:
        return _NONCE.sub("nonce", text.replace(link, "TOKEN").replace(twin, "TOKEN"))

    django_headers = {name: bare(value) for name, value in theirs[1].items()}
    django_headers.setdefault("Content-Length", str(len(theirs[2].encode())))
    assert (status, bare(page)) == (theirs[0], bare(theirs[2]))
    assert {name: bare(value) for name, value in headers.items()} == django_headers
    nonce = re.search(r"nonce-([A-Za-z0-9_-]{22})", headers["Content-Security-Policy"])
    assert nonce
    assert f'nonce="{nonce[1]}"' in page
    one, two = Response.objects.of(acme).order_by("pk")
    assert (one.score, one.comment, one.segment) == (two.score, two.comment, two.segment)


def test_no_two_pages_share_a_nonce(
    acme: Workspace, survey: Survey, invitation: Invitation, behind: Behind
) -> None:
    quick = QuickAnswer(behind)
    first = post(quick, f"/s/{invitation.link}/", "score=9")[1]["Content-Security-Policy"]
    second = post(quick, f"/s/{other(acme, survey).link}/", "score=9")[1]["Content-Security-Policy"]
    assert behind.asked == 0
    assert first != second


@pytest.mark.parametrize(
    ("path", "body", "more", "status"),
    [
        ("", "score=9", {"REQUEST_METHOD": "GET", "CONTENT_LENGTH": ""}, 200),
        ("", "score=9", {"QUERY_STRING": "score=3"}, 200),
        ("", "score=9", {"CONTENT_TYPE": f"{FORM}; charset=utf-8"}, 200),
        ("", "score=11", {}, 422),
        ("", "score=-1", {}, 422),
        ("", "score=", {}, 422),
        ("", "comment=hello", {}, 422),
        ("", "score=9&score=3", {}, 200),
        ("", "score=9&other=1", {}, 200),
        ("", b"score=9&comment=\xff", {}, 200),
        ("", "score=9&comment=" + "x" * 10_001, {}, 422),
        ("", "score=9&comment=" + "x" * 50_000, {}, 422),
        ("", "", {}, 422),
        ("x", "score=9", {}, 404),
        ("/s/p/", "score=9", {}, 404),
        ("/healthz", "", {}, 403),
    ],
)
def test_what_is_not_plain_goes_to_django_whole(
    invitation: Invitation, behind: Behind, path: str, body: Any, more: dict[str, str], status: int
) -> None:
    where = path if path.startswith("/") else f"/s/{path}{invitation.link[len(path) :]}/"
    said = post(QuickAnswer(behind), where, body, **more)
    assert behind.asked == 1
    if status != 403:
        assert int(said[0][:3]) == status, said[2]


def test_a_second_answer_goes_to_django_and_amends(
    acme: Workspace, invitation: Invitation, behind: Behind
) -> None:
    quick = QuickAnswer(behind)
    assert post(quick, f"/s/{invitation.link}", "score=9")[0] == "200 OK"
    assert behind.asked == 0
    assert post(quick, f"/s/{invitation.link}/", "score=2&comment=Hm")[0] == "200 OK"
    assert behind.asked == 1
    row = Response.objects.of(acme).get()
    assert (row.score, row.comment) == (2, "Hm")


def test_a_closed_survey_and_an_ended_link_are_told_by_django(
    acme: Workspace, survey: Survey, invitation: Invitation, behind: Behind
) -> None:
    Survey.objects.of(acme).update(status="ARCHIVED")
    assert post(QuickAnswer(behind), f"/s/{invitation.link}/", "score=9")[0].startswith("410")
    Survey.objects.of(acme).update(status="ACTIVE")
    Invitation.objects.of(acme).update(expires_at=MONDAY_9AM)
    assert post(QuickAnswer(behind), f"/s/{invitation.link}/", "score=9")[0].startswith("410")
    assert (behind.asked, Response.objects.of(acme).count()) == (2, 0)


def test_plain_http_is_redirected_before_anything_is_stored(
    acme: Workspace, invitation: Invitation, behind: Behind, settings: Any
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    behind.django = WSGIHandler()
    assert post(QuickAnswer(behind), f"/s/{invitation.link}/", "score=9")[0].startswith("301")
    assert Response.objects.of(acme).count() == 0


def test_the_proxys_word_on_https_counts_as_for_django(
    acme: Workspace, invitation: Invitation, behind: Behind, settings: Any
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    behind.django = WSGIHandler()
    quick = QuickAnswer(behind)
    said = post(
        quick,
        f"/s/{invitation.link}/",
        "score=9",
        HTTP_X_FORWARDED_PROTO="http",
        **{"wsgi.url_scheme": "https"},
    )
    assert said[0].startswith("301")
    said = post(quick, f"/s/{invitation.link}/", "score=9", HTTP_X_FORWARDED_PROTO="https")
    assert (said[0], behind.asked) == ("200 OK", 1)


def test_a_database_that_fails_once_loses_nothing(
    acme: Workspace, invitation: Invitation, behind: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer was committed, and the connection broke before anybody heard of it."""
    record = responses.record_by_invitation
    calls: list[int] = []

    def fail_once(**facts: Any) -> Any:
        recorded = record(**facts)
        calls.append(recorded.response_id)
        if len(calls) == 1:
            raise OperationalError("server closed the connection unexpectedly")
        return recorded

    monkeypatch.setattr(responses, "record_by_invitation", fail_once)
    assert post(QuickAnswer(behind), f"/s/{invitation.link}/", "score=2&comment=Slow")[0] == "200 OK"
    row = Response.objects.of(acme).get()
    assert (calls, row.score, behind.asked) == ([row.pk, row.pk], 2, 1)
