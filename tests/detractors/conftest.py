"""Unhappy answers, ready to be decided."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User, Workspace
from detractors.models import Case
from detractors.services import cases, decisions
from surveys.models import Contact, Response, Survey
from surveys.services import contacts, responses
from tests.conftest import MONDAY_9AM


@pytest.fixture
def survey(acme: Workspace) -> Survey:
    return Survey.objects.of(acme).get()


@pytest.fixture
def ines(acme: Workspace) -> Contact:
    return contacts.upsert(
        workspace=acme, email="ines@customer.example", name="Ines Iglesias", company="Ibex", now=MONDAY_9AM
    )[0]


@pytest.fixture
def answer(acme: Workspace, survey: Survey, ines: Contact) -> Callable[..., Response]:
    """answer(score, comment=..., contact=..., now=...) records an answer of Ines (or `contact`)."""

    def record(
        score: int, *, now: datetime = MONDAY_9AM, contact: Contact | None = ines, **facts: Any
    ) -> Response:
        return responses.record(workspace=acme, survey=survey, contact=contact, score=score, now=now, **facts)

    return record


@pytest.fixture
def open_case(answer: Callable[..., Response], acme: Workspace) -> Callable[..., Case]:
    """open_case(score=3, now=...) records an unhappy answer and decides it."""

    def make(score: int = 3, *, now: datetime = MONDAY_9AM, **facts: Any) -> Case:
        response = answer(score, now=now, **facts)
        decisions.decide_pending(now=now)
        return Case.objects.of(acme).get(response=response)

    return make


@pytest.fixture
def lived_case(open_case: Callable[..., Case], bob: User, alice: User) -> Case:
    """Two hours with Bob, one of waiting, one more, then with Alice until it is dismissed the next morning."""
    case, hour = open_case(), timedelta(hours=1)
    cases.wait(case=case, by=bob, waiting_for="x", now=MONDAY_9AM + 2 * hour)
    cases.resume(case=case, by=bob, now=MONDAY_9AM + 3 * hour)
    cases.assign(case=case, owner=alice, by=bob, now=MONDAY_9AM + 4 * hour)
    cases.dismiss(case=case, by=alice, reason="test", now=MONDAY_9AM + 25 * hour)
    return case


@pytest.fixture
def open_cases(answer: Callable[..., Response], acme: Workspace) -> Callable[..., list[Case]]:
    """open_cases([ines, omar], now=...) opens one for each, all decided in one turn: half the work of one by one."""

    def make(people: Iterable[Contact | None], *, now: datetime = MONDAY_9AM, **facts: Any) -> list[Case]:
        given = [answer(3, now=now, contact=person, **facts).pk for person in people]
        decisions.decide_pending(now=now)
        found = {case.response_id: case for case in Case.objects.of(acme).filter(response__in=given)}
        return [found[response] for response in given]

    return make
