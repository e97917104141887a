"""Writing to the customer of a case, by the REST API."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User, Workspace
from detractors.services import decisions
from followups.models import Mail
from outbox.models import OutboundMessage
from surveys.models import Survey
from tests.api import Api, errors

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(acme: Workspace, bob: User) -> Api:
    api = Api(acme, by=bob)
    survey = Survey.objects.of(acme).get().public_id
    for contact in ({"email": "ines@x.example", "name": "Ines Iglesias"}, {"external_id": "no-mail"}):
        api.post("responses/", {"survey": survey, "score": 3, "contact": contact})
    decisions.decide_pending(now=timezone.now())
    return api


def test_a_reply_leaves_through_the_outbox_and_is_the_first_response(api: Api, acme: Workspace) -> None:
    answer = api.post(
        "cases/1/reply/", {"subject": "Your parcel", "body": "Dear {{ first_name }}, we are sorry."}
    )
    mail = Mail.objects.of(acme).get()
    row = answer.json()
    assert (answer.status_code, row["status"], row["first_responded_at"] is not None) == (
        200,
        "CONTACTED",
        True,
    )
    assert (mail.subject, mail.body, mail.by.email) == (
        "Your parcel",
        "Dear Ines, we are sorry.",
        "bob@acme.example",
    )
    assert mail.message.to == "ines@x.example"
    assert api.get("cases/1/events/").json()["results"][0]["kind"] == "REPLIED"


def test_a_reply_sent_twice_under_one_key_leaves_once(api: Api, acme: Workspace) -> None:
    answers = [
        api.post("cases/1/reply/", {"body": "We are sorry."}, **{"Idempotency-Key": "r1"}) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[1]["Idempotent-Replayed"] == "true"
    assert Mail.objects.of(acme).count() == 1


@pytest.mark.parametrize(
    ("number", "body", "status", "code", "found"),
    [
        (1, {}, 400, "VALIDATION", [("body", "REQUIRED")]),
        (1, {"body": "Dear {{ stranger }}"}, 400, "VALIDATION", [("body", "UNFILLED_FIELD")]),
        (1, {"body": "Dear [name]"}, 400, "VALIDATION", [("body", "LOOKS_UNFILLED")]),
        (1, {"body": "x" * 10_001}, 400, "VALIDATION", [("body", "MAX_LENGTH")]),
        (1, {"body": "x", "to": "me@x.example"}, 400, "VALIDATION", [("to", "UNKNOWN_FIELD")]),
        (2, {"body": "Hello"}, 409, "NO_ADDRESS", []),
    ],
)
def test_a_reply_that_cannot_leave_changes_nothing(
    api: Api, acme: Workspace, number: int, body: Any, status: int, code: str, found: Any
) -> None:
    before = (api.get(f"cases/{number}/").json(), OutboundMessage.objects.of(acme).count())
    answer = api.post(f"cases/{number}/reply/", body)
    assert (answer.status_code, answer.json()["code"], errors(answer)) == (status, code, found)
    assert (api.get(f"cases/{number}/").json(), OutboundMessage.objects.of(acme).count()) == before


def test_what_only_looks_forgotten_may_be_sent_anyway(api: Api) -> None:
    assert api.post("cases/1/reply/", {"body": "Dear [name]", "anyway": True}).status_code == 200
