"""Three cases from the list to their end without a mouse, and letters that never act while somebody types."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings

from accounts.models import User, Workspace
from detractors.models import Case, RootCause
from detractors.services import decisions
from surveys.models import Survey
from surveys.services import contacts, responses
from tests.browsers import Complaints, sideways, violations_in_both_themes
from tests.conftest import signed_in

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def browser(chromium: Any) -> Any:
    return chromium


@pytest.fixture
def make(acme: Workspace, bob: User) -> Callable[[str], Case]:
    def one(name: str) -> Case:
        now = datetime.now(UTC)
        person, _new = contacts.upsert(
            workspace=acme, email=f"{name.lower()}@customer.example", name=name, now=now
        )
        response = responses.record(
            workspace=acme,
            survey=Survey.objects.of(acme).get(),
            contact=person,
            score=3,
            comment="Late",
            now=now,
        )
        decisions.decide_pending(now=now)
        found: Case = Case.objects.of(acme).get(response=response)
        return found

    return one


def window(browser: Any, live_server: Any, user: User, complaints: Complaints, **context: Any) -> Any:
    opened = browser.new_context(base_url=live_server.url, **context)
    cookie = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
    opened.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page = opened.new_page()
    complaints.listen(page)
    return page


def test_three_cases_are_worked_through_by_keyboard_alone(
    browser: Any, live_server: Any, acme: Workspace, bob: User, make: Callable[[str], Case]
) -> None:
    made = [make(name) for name in ("Ada", "Ben", "Cleo")]
    cause = RootCause.objects.of(acme).get(name="Late delivery")
    complaints = Complaints()
    page = window(browser, live_server, bob, complaints)
    page.goto("/w/acme/cases/")
    keys = page.keyboard
    keys.press("j")  # the first row
    assert page.evaluate("document.activeElement.className") == "row-link"
    keys.press("e")  # open it to resolve, and on to the next

    for turn in range(3):
        page.wait_for_selector("#resolve-resolution", state="attached")
        page.wait_for_load_state()
        if turn:
            keys.press("e")
        page.wait_for_function("document.activeElement.id === 'resolve-reached'")
        keys.press("Space")  # spoken to by phone
        keys.press("Tab")
        keys.type("jkxe spoke with her")  # letters are letters here
        keys.press("Tab")
        page.locator(":focus").select_option(cause.public_id)  # what typing its first letters does
        keys.press("Tab")
        keys.type("We sent it again and called the carrier.")
        before = page.url
        keys.press("Control+Enter")
        page.wait_for_url(lambda url, before=before: url != before)

    page.wait_for_selector("text=Nothing else is waiting for you.")
    rows = Case.objects.of(acme).filter(pk__in=[case.pk for case in made])
    assert {(case.category, case.resolved_by_id) for case in rows} == {("RESOLVED", bob.pk)}
    assert complaints.lines == []


def test_the_list_answers_to_keys_the_palette_finds_and_letters_can_be_switched_off(
    browser: Any, live_server: Any, acme: Workspace, bob: User, alice: User, make: Callable[[str], Case]
) -> None:
    made = [make(name) for name in ("Ada", "Ben", "Cleo")]
    complaints = Complaints()
    page = window(browser, live_server, bob, complaints, viewport={"width": 1440, "height": 900})
    page.goto("/w/acme/cases/?view=open")
    keys = page.keyboard
    order = page.eval_on_selector_all("#queue-rows tr", "rows => rows.map(row => row.dataset.number)")

    keys.press("j")
    keys.press("j")
    keys.press("x")
    page.locator(f"#case-{order[2]} [name=number]").click(modifiers=["Shift"])
    assert page.inner_text("#bulk-bar [data-count]") == "2 chosen"
    page.evaluate("document.activeElement.blur()")
    keys.press("w")
    page.wait_for_selector("#bulk-wait-sheet[open]")
    keys.type("a photo")
    keys.press("Control+Enter")
    page.wait_for_selector("text=2 cases: set to wait.")
    assert Case.objects.of(acme).filter(category="WAITING").count() == 2
    page.get_by_role("button", name="Undo").click()
    page.wait_for_selector("text=2 cases are as they were.")
    assert Case.objects.of(acme).filter(category="WAITING").count() == 0

    keys.press("/")
    keys.type("jx")
    assert page.input_value("#queue-search") == "jx"
    page.evaluate("document.activeElement.blur()")

    keys.press("?")
    page.wait_for_selector("#keys-help[open]")
    page.uncheck("#keys-switch")
    keys.press("Escape")
    keys.press("j")
    assert page.evaluate("document.activeElement.className") != "row-link"

    keys.press("Control+k")  # stays
    keys.type(f"#{made[1].number}")
    page.wait_for_selector(f"#palette-list >> text=#{made[1].number} Ben")
    keys.press("Enter")
    page.wait_for_url(f"**/cases/{made[1].number}/")
    assert complaints.lines == []


def test_beside_the_list_a_case_opens_in_place_and_who_is_there_is_seen(
    browser: Any, live_server: Any, acme: Workspace, bob: User, alice: User, make: Callable[[str], Case]
) -> None:
    case = make("Ada")
    make("Ben")
    complaints = Complaints()
    page = window(browser, live_server, alice, complaints, viewport={"width": 1440, "height": 900})
    page.goto("/w/acme/cases/?view=open")
    page.click("#split-switch")
    page.locator(f"#case-{case.number} .row-link").click()
    frame = page.frame_locator("#case-pane")
    frame.locator("h1 >> text=Ada").wait_for()
    assert (page.url.endswith("?view=open"), page.is_visible("#queue-rows")) == (True, True)
    assert frame.locator("#side").is_hidden()

    other = window(browser, live_server, bob, complaints)
    other.goto(f"/w/acme/cases/{case.number}/?act=note")
    other.wait_for_selector("#here >> text=Alice Adams is looking")
    other.fill("#note-text", "Calling her now.")
    page.wait_for_selector(f"#case-{case.number} .queue-here >> text=Bob Brown", timeout=15_000)
    assert (sideways(page), complaints.lines) == (0, [])


@pytest.mark.parametrize("width", [1440, 320])
def test_the_tools_of_the_list_are_accessible_and_never_scroll_sideways(
    browser: Any, live_server: Any, bob: User, make: Callable[[str], Case], width: int
) -> None:
    make("Ada")
    size = {"width": width, "height": 900}
    page = window(browser, live_server, bob, Complaints(), viewport=size, reduced_motion="reduce")
    page.goto("/w/acme/cases/?view=open&score=3&group=owner&sort=due")
    page.get_by_role("button", name="Save as a view").click()
    page.wait_for_selector("#toasts >> text=Saved as")
    found = [(violations_in_both_themes(page), sideways(page))]
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette-list .palette-entry")
    found.append((violations_in_both_themes(page), sideways(page)))
    page.keyboard.press("Escape")
    page.wait_for_function("!document.querySelector('dialog[open]')")  # it closes a moment after the key
    page.keyboard.press("?")
    page.wait_for_selector("#keys-help[open]")
    found.append((violations_in_both_themes(page), sideways(page)))
    page.keyboard.press("Escape")
    if width < 768:
        page.click("#bulk-choose")
        page.locator("#queue-rows .queue-who").first.click()
    else:
        page.click("#split-switch")
        page.frame_locator("#case-pane").locator("h1 >> text=Ada").wait_for()
        page.evaluate("document.activeElement.blur()")
        page.locator("#queue-rows [name=number]").first.check()
    page.wait_for_selector("#bulk-bar >> text=1 chosen")
    found.append((violations_in_both_themes(page), sideways(page)))
    page.keyboard.press("s")
    page.wait_for_selector("#bulk-snooze-sheet[open]")
    found.append((violations_in_both_themes(page), sideways(page)))
    page.goto("/w/acme/cases/views/")
    found.append((violations_in_both_themes(page), sideways(page)))
    assert found == [({}, 0)] * 6
