"""What the journeys share: Ines the customer, a mail server at the other end, and the clock moved by hand."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Workspace
from bench.product import Product
from detractors.models import Case
from detractors.services import decisions
from surveys.models import Contact, Invitation, Survey
from surveys.services import contacts, invitations, responses
from tests import browsers, live
from tests.conftest import MONDAY_9AM
from tests.outbox.conftest import postman  # noqa: F401  the mail server of the outbox's own tests


@pytest.hookimpl(tryfirst=True)  # before tests are selected by their marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a journey; those that drive the product run beside the other tests that wait."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.journey)


@pytest.fixture
def survey(acme: Workspace) -> Survey:
    return Survey.objects.of(acme).get()


@pytest.fixture
def ines(acme: Workspace) -> Contact:
    return contacts.upsert(
        workspace=acme, email="ines@customer.example", name="Ines Iglesias", company="Ibex", now=MONDAY_9AM
    )[0]


@pytest.fixture
def ask(acme: Workspace, survey: Survey) -> Callable[..., Invitation]:
    """ask(contact, now=..., send=False) makes an invitation; with `send` its mail is queued, too."""

    def make(contact: Contact, *, now: datetime = MONDAY_9AM, send: bool = False, **facts: Any) -> Invitation:
        invitation = invitations.invite(
            workspace=acme, survey=survey, contact=contact, now=now, send=send, **facts
        )
        if send:
            invitations.send_due(now=now)
            invitation.refresh_from_db()
        return invitation

    return make


@pytest.fixture
def unhappy(acme: Workspace, ines: Contact, ask: Callable[..., Invitation]) -> Callable[..., Case]:
    """unhappy(now=..., score=3, comment=..., contact=ines): the customer answers, the case is there."""

    def answer(
        *, now: datetime, score: int = 3, comment: str = "Nobody calls back.", contact: Contact = ines
    ) -> Case:
        token = ask(contact, now=now).link
        recorded = responses.record_by_invitation(token=token, score=score, comment=comment, now=now)
        decisions.decide_pending(now=now)
        return Case.objects.of(acme).get(response=recorded.response_id)

    return answer


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """The real product with its mail server, shared by the journeys that run through it."""
    # Providers of single sign-on that tests run themselves answer on loopback.
    with live.product("journeys", settings={"AMENDS_ALLOW_PRIVATE_NETWORKS": "1"}) as one:
        yield one


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless browser; skipped, or failed with REQUIRE_ALL=1, where there is none.

    Playwright keeps an event loop in this thread, in which nothing of Django runs: Django need not be afraid of it.
    """
    with pytest.MonkeyPatch.context() as patch, browsers.chromium() as browser:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield browser


@pytest.fixture(autouse=True)
def windows_are_closed(request: pytest.FixtureRequest) -> Iterator[None]:
    """The windows a test opened end with it: a page that stays open goes on asking its server."""
    if "chromium" not in request.fixturenames:
        yield
        return
    browser = request.getfixturevalue("chromium")
    before = list(browser.contexts)
    yield
    browsers.close_new(browser, before)
