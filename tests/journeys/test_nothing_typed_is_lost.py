"""What an agent types at a case outlives a server that is away, one that breaks, other pages, and the end of the session."""

from typing import Any

import pytest
from django.conf import settings

from accounts.models import User, Workspace
from detractors.enums import EventKind
from detractors.models import Case, CaseEvent
from tests.browsers import Complaints, sideways, violations
from tests.journeys.test_by_keyboard_alone import make, window  # noqa: F401  the same desk

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]

WORDS = "She would rather be called after six."


@pytest.fixture
def browser(chromium: Any) -> Any:
    return chromium


def notes(workspace: Workspace) -> list[str]:
    found = CaseEvent.objects.of(workspace).filter(kind=EventKind.NOTE).order_by("pk")
    return [event.note for event in found]


def test_words_stay_until_they_are_kept(
    browser: Any,
    live_server: Any,
    acme: Workspace,
    bob: User,
    make: Any,  # noqa: F811  the fixture
) -> None:
    case: Case = make("Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbau")
    address = f"/w/acme/cases/{case.number}/"
    page = window(
        browser, live_server, bob, Complaints(), bypass_csp=True, viewport={"width": 360, "height": 740}
    )
    keys = page.keyboard
    page.route("**/conversation/", lambda route: route.abort())
    page.goto("/w/acme/cases/?view=open")
    assert sideways(page) == 0
    page.click("#queue-rows .row-link")
    page.click(".come-again button")  # the mails did not come, and can be asked for again
    page.wait_for_selector(".come-again")
    page.unroute("**/conversation/")
    page.click(".come-again button")
    page.wait_for_selector("#reply-form")

    keys.press("n")
    keys.type(WORDS)
    page.route("**/note/", lambda route: route.abort())
    keys.press("Control+Enter")
    page.wait_for_selector(".form-wrong:has-text('cannot be reached')")
    assert (violations(page), sideways(page)) == ([], 0)
    page.unroute("**/note/")
    page.route("**/note/", lambda route: route.fulfill(status=500, body="broken"))
    keys.press("Control+Enter")
    page.wait_for_selector(".form-wrong:has-text('broke on our side')")
    page.unroute("**/note/")
    assert page.evaluate("document.activeElement.value") == WORDS

    page.evaluate("document.activeElement.blur()")
    keys.press(
        "u"
    )  # nobody is asked: the words are kept, and the list says where; it is the list one came from
    page.wait_for_selector(".queue-unsent")
    assert page.url.endswith("/cases/?view=open")
    page.goto(address)
    page.wait_for_selector(".unsent-dot")
    keys.press("n")
    assert page.evaluate("document.activeElement.value") == WORDS

    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    keys.press("Control+Enter")
    page.wait_for_selector(".form-wrong a:has-text('Sign in again')")
    assert notes(acme) == []
    again = window(browser, live_server, bob, Complaints()).context.cookies()
    page.context.add_cookies([one for one in again if one["name"] == settings.SESSION_COOKIE_NAME])
    page.goto(address)
    keys.press("n")
    keys.press("Control+Enter")
    page.wait_for_selector("#timeline :text('after six')")
    assert notes(acme) == [WORDS]
    assert page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('amends-unsent'))") == []


def test_a_reply_that_cannot_be_sent_yet_stays_beside_its_case(
    browser: Any,
    live_server: Any,
    acme: Workspace,
    bob: User,
    make: Any,  # noqa: F811  the fixture
) -> None:
    before, case = make("Ada"), make("Ines")
    page = window(browser, live_server, bob, Complaints(), bypass_csp=True)
    page.goto("/w/acme/cases/?view=open&sort=opened")
    first, second = [
        int(n)
        for n in page.eval_on_selector_all("#queue-rows tr", "all => all.map(one => one.dataset.number)")
    ]
    assert {first, second} == {before.number, case.number}
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("#case-steps :text('1 of 2')")
    page.keyboard.press("j")  # on to the neighbour, without the list in between
    page.wait_for_selector("#case-steps :text('2 of 2')")
    assert page.url.endswith(f"/cases/{second}/")
    page.goto(f"/w/acme/cases/{case.number}/?act=reply")
    page.wait_for_function("document.activeElement?.name === 'body'")  # the cursor goes in by itself
    page.keyboard.type("Hello {{ nobody_knows_this }}")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#reply-preview .notice:has-text('cannot be sent yet')")
    assert page.url.endswith(f"/cases/{case.number}/?act=reply")
    assert page.evaluate("document.activeElement.value") == "Hello {{ nobody_knows_this }}"
    page.keyboard.press("Control+a")
    page.keyboard.type("Hello Ines, I am sorry.")
    page.keyboard.press("Control+Enter")
    page.click("#pending button")  # taken back: the words are there again, beside the case
    page.wait_for_function(
        "document.querySelector('#reply-form [name=body]')?.value === 'Hello Ines, I am sorry.'"
    )
    assert page.locator("#customer").count() == 1
