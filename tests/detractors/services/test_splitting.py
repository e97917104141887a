from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User, Workspace
from dashboards.queries import invariants
from detractors.enums import DecisionOutcome, EventKind, TimerKind
from detractors.models import Case, CaseDecision, CaseEvent, SlaTimer
from detractors.services import cases, decisions, splitting
from detractors.services.errors import MoveNotAllowed
from surveys.models import Response
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
SECOND = MONDAY_9AM + timedelta(minutes=20)
LATER = MONDAY_9AM + timedelta(minutes=40)


@pytest.fixture
def case(bob: User, open_case: Callable[..., Case]) -> Case:
    return open_case(3, comment="The parcel came late.")


@pytest.fixture
def joined(case: Case, answer: Callable[..., Response]) -> Response:
    response = answer(1, now=SECOND, comment="And the invoice is wrong.")
    decisions.decide_pending(now=SECOND)
    return response


def test_an_answer_that_joined_gets_a_case_of_its_own_with_clocks_from_its_own_moment(
    acme: Workspace, bob: User, case: Case, joined: Response
) -> None:
    made = splitting.split(case=case, response=joined, by=bob, now=LATER)
    case.refresh_from_db()
    assert (made.response, made.split_from, made.owner, made.score, made.stated_complaint) == (
        joined, case, bob, 1, "And the invoice is wrong.",
    )  # fmt: skip
    assert (case.latest_score, case.is_open, made.is_open) == (3, True, True)
    decision = CaseDecision.objects.of(acme).get(response=joined)
    assert (decision.outcome, decision.case) == (DecisionOutcome.OPENED, made)
    timer = SlaTimer.objects.of(acme).get(case=made, kind=TimerKind.FIRST_RESPONSE)
    assert timer.started_at == SECOND
    lines = CaseEvent.objects.of(acme).filter(kind=EventKind.SPLIT).order_by("case_id")
    assert [(line.case_id, line.facts["number"]) for line in lines] == [
        (case.pk, made.number), (made.pk, case.number),
    ]  # fmt: skip
    assert {one.check.code for one in invariants.find(now=LATER) if not one.holds} & {
        "case-from-nowhere", "decision-contradicts-case", "detractor-unheard", "case-without-timers",
    } == set()  # fmt: skip


def test_the_next_answer_of_the_customer_joins_the_case_that_was_not_split_off(
    acme: Workspace, bob: User, case: Case, joined: Response, answer: Callable[..., Any]
) -> None:
    splitting.split(case=case, response=joined, by=bob, now=LATER)
    third = answer(2, now=LATER, comment="Hello?")
    decisions.decide_pending(now=LATER)
    assert CaseDecision.objects.of(acme).get(response=third).case == case


def test_the_first_answer_and_one_that_is_split_off_already_stay(
    bob: User, case: Case, joined: Response
) -> None:
    with pytest.raises(MoveNotAllowed):
        splitting.split(case=case, response=case.response, by=bob, now=LATER)
    splitting.split(case=case, response=joined, by=bob, now=LATER)
    with pytest.raises(MoveNotAllowed):
        splitting.split(case=case, response=joined, by=bob, now=LATER)


def test_both_cases_are_opened_and_closed_without_minding_the_other(
    acme: Workspace, bob: User, case: Case, joined: Response
) -> None:
    made = splitting.split(case=case, response=joined, by=bob, now=LATER)
    cases.dismiss(case=case, by=bob, reason="Solved by itself.", now=LATER)
    cases.reopen(case=case, by=bob, reason="Not solved.", now=LATER)
    assert Case.objects.of(acme).open().count() == 2
    assert made.number == case.number + 1
