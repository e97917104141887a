"""A detractor's case, ready to be answered, and the news that follow a commit."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import pytest

import config.celery  # noqa: F401  hints go to the tests' own broker
from accounts.models import User, Workspace
from detractors.models import Case, RootCause
from detractors.services import cases, decisions
from surveys.models import Survey
from surveys.services import contacts, responses
from tests.conftest import MONDAY_9AM
from tests.detractors.conftest import answer, ines, open_case, survey  # noqa: F401  the same customer

LATER = MONDAY_9AM + timedelta(minutes=5)


@pytest.fixture
def news(django_capture_on_commit_callbacks: Any) -> Callable[[], AbstractContextManager[Any]]:
    """with news(): what happens inside is followed by everything that listens, as after a commit."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def case(open_case: Callable[..., Case], bob: User, news: Any) -> Case:  # noqa: F811  the fixture above
    """Ines gave a 3; the case is Bob's."""
    with news():
        return open_case(3, comment="The parcel came late and nobody answered the phone.")


@pytest.fixture
def case_of(acme: Workspace, bob: User) -> Callable[..., Case]:
    """case_of("omar") of somebody of their own who gave a 3; the case is Bob's."""

    def make(
        name: str = "ines", *, score: int = 3, at: datetime = MONDAY_9AM, comment: str = "Late", **more: Any
    ) -> Case:
        person, _new = contacts.upsert(
            workspace=acme, email=f"{name}@customer.example", name=name.title(), now=at
        )
        response = responses.record(
            workspace=acme, survey=Survey.objects.of(acme).get(), contact=person, score=score, comment=comment,
            now=at, **more,
        )  # fmt: skip
        decisions.decide_pending(now=at)
        return Case.objects.of(acme).get(response=response)

    return make


@pytest.fixture
def cause(acme: Workspace) -> RootCause:
    return RootCause.objects.of(acme).get(name="Late delivery")


@pytest.fixture
def resolve(bob: User, cause: RootCause, news: Any) -> Callable[..., Case]:
    """resolve(case, now=...) after a call that reached the customer."""

    def act(case: Case, *, now: datetime = LATER, resolution: str = "A new parcel is on its way.") -> Case:
        with news():
            return cases.resolve(
                case=case, by=bob, root_cause=cause, resolution=resolution, now=now,
                contact={"channel": "CALL", "note": "Said sorry.", "outcome": "REACHED"},
            )  # fmt: skip

    return act


@pytest.fixture
def invited(acme: Workspace, bob: User) -> Callable[..., Case]:
    """invited("name") gives a 2; without a name, without an address."""

    def make(name: str, *, at: Any = MONDAY_9AM, **facts: Any) -> Case:
        person, _new = contacts.upsert(
            workspace=acme, email=f"{name}@customer.example" if name else "", name=name.title() or "Nobody",
            external_id=name or "none", now=at, **facts,
        )  # fmt: skip
        asked = Survey.objects.of(acme).get()
        response = responses.record(
            workspace=acme, survey=asked, contact=person, score=2, comment="Late", now=at
        )
        decisions.decide_pending(now=at)
        return Case.objects.of(acme).filter(contact=person).latest("pk") if response else Case()

    return make
