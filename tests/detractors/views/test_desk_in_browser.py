"""The desk as an agent meets it: a list that stays current and stays put, forms that are sent once."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings

from accounts.models import Membership, User, Workspace
from detractors.models import Case, CaseEvent
from detractors.services import cases
from surveys.models import Contact
from surveys.services import contacts
from tests import browsers
from tests.browsers import Complaints, sideways, violations_in_both_themes
from tests.conftest import signed_in

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]
SLOW = 3  # times as slow as a machine of one's own
PATIENCE = 30_000  # milliseconds: several turns of the poll on a busy machine


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch, browsers.chromium() as opened:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs a loop in this thread
        yield opened


@pytest.fixture
def browser(chromium: Any, transactional_db: None) -> Iterator[Any]:
    """Its windows end with the test, before the rows go."""
    yield chromium
    browsers.close_new(chromium, [])


@pytest.fixture
def people(acme: Workspace, now: datetime) -> list[Contact]:
    names = ("Ada", "Ben", "Cleo", "Dan")
    return [
        contacts.upsert(workspace=acme, email=f"{name}@customer.example", name=name, now=now)[0]
        for name in names
    ]


def window(browser: Any, live_server: Any, user: User, complaints: Complaints, **context: Any) -> Any:
    """A window in which `user` is signed in."""
    opened = browser.new_context(base_url=live_server.url, **context)
    cookie = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
    opened.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page = opened.new_page()
    complaints.listen(page)
    return page


def shown(page: Any) -> list[str]:
    return page.eval_on_selector_all("#queue-rows tr", "rows => rows.map(row => row.dataset.number)")


def test_the_list_stays_put_under_the_pointer_and_offers_what_is_new(
    browser: Any, live_server: Any, acme: Workspace, alice: User, bob: User, people: list[Contact],
    open_case: Callable[..., Case], now: datetime,
) -> None:  # fmt: skip
    Membership.objects.of(acme).update(takes_cases=False)
    first, second = (open_case(now=now, contact=contact, score=5) for contact in people[:2])
    complaints = Complaints()
    page = window(browser, live_server, bob, complaints)
    page.goto("/w/acme/cases/?view=open")
    page.hover(f"#case-{first.number}")

    page.locator(f"#case-{second.number}").get_by_role("button").click()
    page.wait_for_selector("#toasts >> text=is yours")
    assert page.locator(f"#case-{second.number} .queue-owner").inner_text().split() == ["BB", "You"]

    box = page.locator(f"#case-{first.number}").bounding_box()
    hers = window(browser, live_server, alice, complaints)  # another person, in a browser of her own
    hers.goto(f"/w/acme/cases/{first.number}/?act=note")
    hers.locator("#note-text").press_sequentially("Asked")
    page.wait_for_selector(f"#case-{first.number} >> text=Alice Adams is writing", timeout=PATIENCE)
    hers.goto("/w/acme/cases/?view=open")
    hers.locator(f"#case-{first.number}").get_by_role("button", name="Claim").click()
    began = time.monotonic()
    page.wait_for_selector(f"#case-{first.number} .queue-owner >> text=Alice Adams", timeout=PATIENCE)
    took = time.monotonic() - began
    before = shown(page)
    # Five seconds are promised; what is more is a slow machine. The row stands where it stood, under the pointer.
    assert (took < 5 * SLOW, page.locator(f"#case-{first.number}").bounding_box()) == (True, box)

    third = open_case(now=now, contact=people[2], score=0)
    page.wait_for_selector("#queue-bar button", timeout=PATIENCE)
    assert (page.inner_text("#queue-bar").strip(), shown(page)) == ("1 new: show", before)
    page.click("#queue-bar button")
    assert (shown(page), page.is_hidden("#queue-bar button")) == ([str(third.number), *before], True)
    assert complaints.lines == []


def test_an_act_on_many_is_told_aloud_and_leaves_the_keyboard_where_it_was(
    browser: Any, live_server: Any, acme: Workspace, alice: User, people: list[Contact],
    open_case: Callable[..., Case], now: datetime,
) -> None:  # fmt: skip
    found = [open_case(now=now, contact=contact) for contact in people]
    complaints = Complaints()
    page = window(browser, live_server, alice, complaints)
    page.goto("/w/acme/cases/?view=open")
    page.evaluate("window.isSamePage = true")
    page.locator("#bulk-all").check()
    page.locator(".bulk-acts").get_by_role("button", name="Tag").click()
    page.fill("#bulk-tag", "Storm")
    # Every part is held back, so that the act takes long enough to say how far it is.
    page.route("**/cases/bulk/", lambda route: (time.sleep(1.2), route.continue_()))
    page.locator("#bulk-tag").press("Enter")
    page.wait_for_selector("#bulk-tag-sheet [role=status] >> text=0 of 4 cases")
    page.wait_for_selector("#toasts[aria-live=polite] >> text=4 cases: tagged.")
    focused = page.evaluate("document.activeElement.closest('tr')?.dataset.number")
    assert (focused, page.evaluate("window.isSamePage")) == (shown(page)[0], True)
    assert (page.is_hidden("#bulk-bar"), page.locator("dialog[open]").count()) == (True, 0)
    assert Case.objects.of(acme).filter(tagged__tag__name="Storm").count() == len(found)
    page.get_by_role("button", name="Undo").click()
    page.wait_for_selector("#live >> text=4 cases are as they were.", state="attached")
    assert complaints.lines == []


def test_a_double_click_is_one_note_and_a_change_of_others_keeps_the_words(
    browser: Any, live_server: Any, acme: Workspace, alice: User, bob: User, people: list[Contact],
    open_case: Callable[..., Case], now: datetime,
) -> None:  # fmt: skip
    case = open_case(now=now - timedelta(minutes=1), contact=people[0])
    page = window(browser, live_server, bob, Complaints())
    page.goto(f"/w/acme/cases/{case.number}/?act=note")
    page.fill("#note-text", "Asked the carrier.")
    page.get_by_role("button", name="Write the note").dblclick()
    page.wait_for_selector("#timeline >> text=Asked the carrier.")
    assert CaseEvent.objects.of(acme).filter(case=case, note="Asked the carrier.").count() == 1

    page.locator(".desk-bar").get_by_text("Wait").click()
    page.fill("#wait-waiting_for", "the order number")
    cases.note(case=case, by=alice, text="She called again.", now=now)
    page.wait_for_selector("#changed >> text=She called again.", timeout=PATIENCE)
    page.get_by_role("button", name="Wait for the customer").click()
    page.wait_for_selector(".form-said >> text=The case changed while you were writing")
    assert page.input_value("#wait-waiting_for") == "the order number"
    page.get_by_role("button", name="Wait for the customer").click()
    page.wait_for_selector(".case-marks >> text=Waiting for customer")


@pytest.mark.parametrize("width", [1280, 360])
def test_queue_and_case_are_accessible_and_never_scroll_sideways(
    browser: Any, live_server: Any, bob: User, people: list[Contact], open_case: Callable[..., Case], now: datetime,
    width: int,
) -> None:  # fmt: skip
    case = open_case(now=now, contact=people[0], comment="Late. " * 80)
    size = {"width": width, "height": 900}
    page = window(browser, live_server, bob, Complaints(), viewport=size, reduced_motion="reduce")
    for address in (
        "/w/acme/cases/?view=open",
        "/w/acme/cases/?view=breached",
        f"/w/acme/cases/{case.number}/?act=resolve",
    ):
        page.goto(address)
        assert (violations_in_both_themes(page), sideways(page)) == ({}, 0), address


def test_without_script_a_case_is_claimed_and_noted(
    browser: Any,
    live_server: Any,
    acme: Workspace,
    bob: User,
    people: list[Contact],
    open_case: Callable[..., Case],
    now: datetime,
) -> None:
    Membership.objects.of(acme).update(takes_cases=False)
    case = open_case(now=now, contact=people[0])
    page = window(browser, live_server, bob, Complaints(), java_script_enabled=False)
    page.goto("/w/acme/cases/?view=unassigned")
    page.get_by_role("button", name="Claim").click()
    page.goto(f"/w/acme/cases/{case.number}/")
    page.locator(".desk-bar").get_by_text("Note").click()
    page.fill("#note-text", "By hand.")
    page.get_by_role("button", name="Write the note").click()
    case.refresh_from_db()
    assert case.owner == bob
    assert CaseEvent.objects.of(acme).filter(case=case, note="By hand.", by=bob).count() == 1


def test_an_error_has_the_cursor_and_a_preview_that_failed_says_so(
    browser: Any, live_server: Any, acme: Workspace, owner: User
) -> None:
    page = window(browser, live_server, owner, Complaints())
    page.goto("/w/acme/settings/hours/")
    typed = "09:00-12:00, 11:00-17:00"
    page.fill("[name=wed]", typed)
    page.press("[name=wed]", "Enter")
    page.wait_for_selector("[name=wed].is-invalid")
    assert page.evaluate("document.activeElement.name") == "wed"
    assert page.input_value("[name=wed]") == typed
    page.route("**/settings/hours/?*", lambda route: route.abort())
    closure = page.locator("form[action*='closures']")
    closure.locator("[name=first]").fill("2027-03-01")
    closure.locator("[name=last]").fill("2027-03-09")
    closure.get_by_text("could not be counted").wait_for(timeout=PATIENCE)
    assert closure.locator("[name=last]").input_value() == "2027-03-09"


def test_what_is_wrong_is_seen_what_is_chosen_stays_so_and_a_tablet_breaks_no_word(
    browser: Any, live_server: Any, acme: Workspace, bob: User, people: list[Contact],
    open_case: Callable[..., Case], now: datetime,
) -> None:  # fmt: skip
    case = open_case(now=now, contact=people[0], score=5)
    other = open_case(now=now, contact=people[1], score=5)
    cases.record_contact(case=case, by=bob, channel="CALL", outcome="REACHED", note="", now=now)
    page = window(browser, live_server, bob, Complaints(), viewport={"width": 1024, "height": 768})

    page.goto(f"/w/acme/cases/{case.number}/?act=note")
    page.locator("[data-panel=note]").get_by_role("button", name="Write the note").click()
    page.wait_for_selector("#note-text_error >> text=This field is required.")  # it is seen

    page.goto("/w/acme/cases/?view=open")
    row = f"#case-{case.number}"
    colour = f"getComputedStyle(document.querySelector('{row} td.queue-who')).backgroundColor"
    page.check(f"{row} input[type=checkbox]")
    page.hover(f"#case-{other.number} .row-link")
    chosen = page.evaluate(colour)
    page.hover(f"{row} .row-link")
    assert page.evaluate(colour) == chosen
    lines = "[...document.querySelectorAll('.queue-marks .pill')].map(pill => pill.offsetHeight)"
    assert max(page.evaluate(lines)) < 30, "a status is broken in two"
    wide = (
        "[...document.querySelectorAll('#queue-rows :is(td, .pill)')]"
        ".filter(cell => cell.scrollWidth > cell.clientWidth + 1).map(cell => cell.innerText)"
    )
    assert page.evaluate(wide) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate(colour) == "rgba(0, 0, 0, 0)"  # a card is one surface
    assert page.evaluate(f"getComputedStyle(document.querySelector('{row}')).backgroundColor") == chosen

    cases.wait(case=case, by=bob, waiting_for="a photo", now=now)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/w/acme/cases/?view=open")
    page.wait_for_selector(f"{row} >> text=Waiting for customer")
    assert (page.evaluate(wide), max(page.evaluate(lines)) < 30) == ([], True)


def test_every_panel_of_the_desk_is_in_sight_of_a_manager(
    browser: Any, live_server: Any, alice: User, people: list[Contact], open_case: Callable[..., Case],
    now: datetime,
) -> None:  # fmt: skip
    case = open_case(now=now, contact=people[0], score=5)
    page = window(browser, live_server, alice, Complaints())
    page.goto(f"/w/acme/cases/{case.number}/")
    hidden = (
        "document.querySelector('.desk-bar').scrollWidth - document.querySelector('.desk-bar').clientWidth"
    )
    found = {}
    for width in (1024, 1100, 1280, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        found[width] = page.evaluate(hidden)
    assert found == {1024: 0, 1100: 0, 1280: 0, 1440: 0}


def test_a_name_written_from_the_right_stands_where_every_other_stands(
    browser: Any, live_server: Any, acme: Workspace, bob: User, open_case: Callable[..., Case], now: datetime
) -> None:
    person, _new = contacts.upsert(
        workspace=acme, email="f@customer.example", name="فاطمة الزهراء", company="شركة", now=now
    )
    case = open_case(now=now, contact=person, score=5, comment="لا أحد يتصل")
    page = window(browser, live_server, bob, Complaints(), viewport={"width": 1440, "height": 900})
    left = """(selector) => {
        const words = document.createRange();
        words.selectNodeContents(document.querySelector(selector));
        return words.getBoundingClientRect().left;
    }"""
    page.goto("/w/acme/cases/?view=open")
    assert page.evaluate(left, ".queue-words") - page.locator(".queue-words").bounding_box()["x"] < 2
    page.goto(f"/w/acme/cases/{case.number}/")
    assert page.evaluate(left, "h1") - page.locator("h1").bounding_box()["x"] < 2
    avatar, name = (
        page.locator(f".customer-name > {part}").first for part in (":first-child", ":last-child")
    )
    assert avatar.bounding_box()["x"] < name.bounding_box()["x"]
    page.keyboard.press("Control+k")
    page.keyboard.type("فاطمة")
    entry = page.locator(".palette-entry", has_text="فاطمة").first
    entry.wait_for()
    end = entry.bounding_box()["x"] + entry.bounding_box()["width"]
    company = entry.locator("small").bounding_box()
    assert end - (company["x"] + company["width"]) < 20
