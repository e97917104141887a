"""A program judges an answer: the evidence is readable, the judgement moves it, its note is kept."""

import pytest

from accounts.models import User, Workspace
from detractors.models import CaseDecision
from detractors.services import decisions
from surveys.enums import Trust
from surveys.models import Contact, Survey, TrustChange
from surveys.services import responses
from tests.api import Api
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


def test_a_held_answer_is_judged_and_opens_its_case(
    acme: Workspace, owner: User, survey: Survey, ines: Contact
) -> None:
    answer = responses.record(
        workspace=acme, survey=survey, contact=ines, score=1, trust=Trust.LIKELY_SCANNER, now=MONDAY_9AM
    )
    decisions.decide_pending(now=MONDAY_9AM)
    api = Api(acme)
    path = f"responses/{answer.public_id}/"
    row = api.get(path).json()
    assert (row["trust"], row["evidence"], row["decision"]["reason"]) == ("LIKELY_SCANNER", {}, "SCANNER")
    told = api.post(f"{path}judge/", {"is_customer": True, "note": "She phoned."})
    assert (told.status_code, told.json()["trust"]) == (200, "CONFIRMED")
    assert TrustChange.objects.of(acme).get().note == "She phoned."
    assert api.post(f"{path}judge/", {"is_customer": "perhaps"}).status_code == 400
    assert api.post("responses/nobody/judge/", {"is_customer": True}).status_code == 404
    answer.refresh_from_db()
    decisions.decide_pending(now=answer.decide_at or MONDAY_9AM)
    assert CaseDecision.objects.of(acme).get().outcome == "OPENED"
