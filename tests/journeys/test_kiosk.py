"""A tablet on a counter: one customer after the other, the network comes and goes, nobody sees another's words."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.models import Workspace
from surveys.models import PublicLink, Response, Survey
from surveys.services import public_links
from tests.browsers import Complaints, sideways, violations
from tests.conftest import MONDAY_9AM

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="session", autouse=True)
def beside_a_loop() -> Iterator[None]:
    """Playwright keeps an event loop in this thread, in which nothing of Django runs: Django need not be afraid of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture
def link(acme: Workspace) -> PublicLink:
    survey = Survey.objects.of(acme).get()
    return public_links.create(
        workspace=acme, survey=survey, source="Counter", is_kiosk=True, kiosk_seconds=3, now=MONDAY_9AM
    )


@pytest.fixture
def tablet(chromium: Any, live_server: Any, link: PublicLink) -> Iterator[Callable[..., Any]]:
    """tablet() opens the kiosk's page."""
    contexts = []

    def opened(**facts: Any) -> Any:
        context = chromium.new_context(**{"viewport": {"width": 1024, "height": 768}} | facts)
        context.set_default_timeout(40_000)
        contexts.append(context)
        page = context.new_page()
        page.complaints = Complaints()
        page.complaints.listen(page)
        page.goto(f"{live_server.url}/s/p/{link.public_id}/")
        return page

    yield opened
    for context in contexts:
        context.close()


def choose(page: Any, score: int, words: str = "") -> None:
    page.locator(f"input[name=score][value='{score}']").check(force=True)
    page.locator("textarea").fill(words)
    page.get_by_role("button", name="Send my answer").click()


def answers(acme: Workspace) -> list[tuple[int, str, str, str]]:
    rows = Response.objects.of(acme).order_by("pk")
    return [(row.score, row.comment, row.channel, row.source) for row in rows]


def test_the_next_customer_begins_with_an_empty_page(tablet: Callable[..., Any], acme: Workspace) -> None:
    page = tablet()
    address = page.url
    for score, words in ((2, "The queue was long."), (10, "")):
        choose(page, score, words)
        page.get_by_role("heading", name="Thank you").wait_for()
        assert "The queue was long." not in page.content()
        page.get_by_role("button", name="Send my answer").wait_for()
        assert page.locator(":checked").count() == 0
        assert page.locator("textarea").input_value() == ""
    assert answers(acme) == [(2, "The queue was long.", "KIOSK", "Counter"), (10, "", "KIOSK", "Counter")]
    assert (page.url, page.complaints.lines) == (address, [])
    page.go_back()
    assert "The queue was long." not in page.content()


def test_answers_wait_while_the_network_is_away_and_none_is_lost(
    tablet: Callable[..., Any], acme: Workspace
) -> None:
    page = tablet()
    page.context.set_offline(True)
    for score in (7, 3):
        choose(page, score)
        page.get_by_text("Your answer is kept and will be sent in a moment.").wait_for()
        page.get_by_role("button", name="Send my answer").wait_for()
    assert "Answers waiting here: 2." in page.locator(".net").inner_text()
    assert answers(acme) == []
    page.context.set_offline(False)
    page.locator(".net", has_not_text="waiting").wait_for(state="attached")
    page.wait_for_function("document.querySelector('.net').textContent === ''")
    assert answers(acme) == [(7, "", "KIOSK", "Counter"), (3, "", "KIOSK", "Counter")]


def test_what_is_missing_is_said_and_the_page_stays_with_its_customer(
    tablet: Callable[..., Any], acme: Workspace
) -> None:
    page = tablet()
    page.locator("form").evaluate("form => { form.noValidate = true }")
    page.locator("textarea").fill("No number")
    page.get_by_role("button", name="Send my answer").click()
    page.get_by_text("Please choose a number from 0 to 10.").wait_for()
    assert page.locator("textarea").input_value() == "No number"
    choose(page, 6, "No number")
    page.get_by_role("heading", name="Thank you").wait_for()
    assert answers(acme) == [(6, "No number", "KIOSK", "Counter")]


@pytest.mark.parametrize(("width", "height", "least"), [(1024, 768, 80), (360, 700, 64)])
def test_fingers_find_the_numbers_and_everybody_can_read_it(
    tablet: Callable[..., Any], width: int, height: int, least: int
) -> None:
    page = tablet(viewport={"width": width, "height": height}, bypass_csp=True)
    assert violations(page) == []
    assert sideways(page) == 0
    assert min(one.bounding_box()["height"] for one in page.locator(".scale span").all()) >= least
    assert page.get_by_role("button", name="Full screen").is_visible()
