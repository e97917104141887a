"""'0 - love it!': asked on the page, corrected without a case, kept or silent with one."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Workspace
from detractors.models import Case, CaseDecision
from detractors.services import decisions
from surveys.models import Contact, Invitation, Response, ResponseChange, Survey
from surveys.services import invitations, responses
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
ASKED = "Did you mean 10?"


@pytest.fixture
def link(acme: Workspace, survey: Survey, ines: Contact) -> Invitation:
    return invitations.invite(workspace=acme, survey=survey, contact=ines, now=MONDAY_9AM, send=False)


@pytest.fixture
def send(monkeypatch: pytest.MonkeyPatch, link: Invitation) -> Any:
    def post(moment: datetime, **form: Any) -> str:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
        return Client().post(f"/s/{link.link}/", form).content.decode()

    return post


def decide(moment: datetime, workspace: Workspace) -> tuple[str, str]:
    decisions.decide_pending(now=moment)
    row = CaseDecision.objects.of(workspace).get()
    return row.outcome, row.reason


def test_a_mis_tap_opens_no_case_and_the_correction_is_in_the_ledger(acme: Workspace, send: Any) -> None:
    assert ASKED in send(MONDAY_9AM, score=0, comment="love it!")
    assert decide(MONDAY_9AM, acme) == ("HELD", "MISMATCH")
    assert CaseDecision.objects.of(acme).get().decide_at == MONDAY_9AM + 10 * MINUTE
    assert ASKED not in send(MONDAY_9AM + MINUTE, score=10, meant="corrected")
    assert decide(MONDAY_9AM + MINUTE, acme) == ("NOT_OPENED", "NOT_DETRACTOR")
    answer = Response.objects.of(acme).get()
    assert (answer.score, answer.comment, answer.mismatch) == (10, "love it!", "CORRECTED")
    changes = ResponseChange.objects.of(acme).order_by("pk")
    assert [(row.before_score, row.after_score) for row in changes] == [(None, 0), (0, 10)]
    assert decide(MONDAY_9AM + timedelta(days=1), acme) == ("NOT_OPENED", "NOT_DETRACTOR")
    assert Case.objects.of(acme).count() == 0


def test_a_score_that_is_meant_opens_its_case_at_once(acme: Workspace, send: Any) -> None:
    send(MONDAY_9AM, score=0, comment="love it!")
    decide(MONDAY_9AM, acme)
    assert ASKED not in send(MONDAY_9AM + MINUTE, score=0, meant="kept")
    assert decide(MONDAY_9AM + MINUTE, acme) == ("OPENED", "DETRACTOR")
    assert Response.objects.of(acme).get().mismatch == "KEPT"


def test_silence_opens_the_case_after_ten_minutes(acme: Workspace, send: Any) -> None:
    send(MONDAY_9AM, score=0, comment="love it!")
    assert decide(MONDAY_9AM, acme) == ("HELD", "MISMATCH")
    assert decide(MONDAY_9AM + 9 * MINUTE, acme) == ("HELD", "MISMATCH")
    assert decide(MONDAY_9AM + 10 * MINUTE, acme) == ("OPENED", "DETRACTOR")
    answer = Response.objects.of(acme).get()
    assert (answer.mismatch, answer.score) == ("SILENT", 0)
    assert Case.objects.of(acme).get().opened_at == MONDAY_9AM


def test_a_ten_with_furious_words_is_asked_and_never_changed_by_itself(acme: Workspace, send: Any) -> None:
    assert "Did you mean 0?" in send(MONDAY_9AM, score=10, comment="Terrible, never again")
    assert decide(MONDAY_9AM, acme) == ("HELD", "MISMATCH")
    assert decide(MONDAY_9AM + 10 * MINUTE, acme) == ("NOT_OPENED", "NOT_DETRACTOR")
    assert Response.objects.of(acme).get().score == 10


def test_changing_the_answer_by_hand_is_a_correction_too(acme: Workspace, send: Any) -> None:
    send(MONDAY_9AM, score=0, comment="love it!")
    decide(MONDAY_9AM, acme)
    send(MONDAY_9AM + MINUTE, score=9)
    assert decide(MONDAY_9AM + MINUTE, acme) == ("NOT_OPENED", "NOT_DETRACTOR")
    assert Response.objects.of(acme).get().mismatch == "CORRECTED"


def test_the_survey_asks_in_its_language_or_not_at_all(acme: Workspace, send: Any, link: Invitation) -> None:
    Survey.objects.of(acme).update(language="ar")
    page = send(MONDAY_9AM, score=0, comment="love it!")
    assert "هل قصدت 10" in page
    Survey.objects.of(acme).update(asks_mismatch=False)
    assert "هل قصدت" not in send(MONDAY_9AM + MINUTE, score=0, comment="love it")
    assert decide(MONDAY_9AM + MINUTE, acme) == ("OPENED", "DETRACTOR")


def test_who_was_never_asked_is_not_waited_for(acme: Workspace, survey: Survey, ines: Contact) -> None:
    responses.record(workspace=acme, survey=survey, contact=ines, score=0, comment="love it!", now=MONDAY_9AM)
    assert decide(MONDAY_9AM, acme) == ("OPENED", "DETRACTOR")
