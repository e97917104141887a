"""A morning at the desk of the real product: ten cases worked through with the keyboard alone, no mouse, no shortcut taken.

`make prove-desk` runs the same with a Playwright trace and a picture after each case, and writes docs/evidence/desk.md.
"""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Error

from bench.product import Product, patiently
from tests.browsers import Complaints

pytestmark = pytest.mark.serial

PASSWORD = "pw-ana-2026-long-enough"
SLUG = "desk"
REPORT = os.environ.get(
    "AMENDS_DESK_REPORT", ""
)  # the page to write, with its pictures in a folder beside it
# What only a hand on a mouse or a finger does; counted in every page and frame, across pages.
WATCH = """
for (const name of ["pointerdown", "pointermove", "mousedown", "mousemove", "wheel", "touchstart"]) {
  addEventListener(name, (event) => {
    if (event.isTrusted) sessionStorage.setItem("by-hand", Number(sessionStorage.getItem("by-hand") || 0) + 1);
  }, { capture: true });
}
"""


FOCUS = "document.activeElement.outerHTML.slice(0, 300)"


class Hands:
    """Ten fingers: every key goes through here and is written down, case by case."""

    def __init__(self, page: Any) -> None:
        self.page, self.pressed, self.typed = page, [], 0
        self.cases: list[tuple[str, str, float, int, int]] = []  # case, what, seconds, keys, letters
        self.began = time.monotonic()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed.append(key)

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)
        self.typed += len(words)

    def until(self, condition: str, seconds: float = 40) -> None:
        """Wait for an expression to hold in the page, which may be another one by then."""
        for _turn in patiently(seconds, pause=0.03):
            try:
                if self.page.evaluate(condition):
                    return
            except Error:  # the page is being left at this very moment
                continue
        raise AssertionError(f"{condition}\n{self.page.url}: {self.page.evaluate(FOCUS)}")

    def at(self, ident: str) -> None:
        """The cursor stands in the field of this id."""
        self.until(f"document.activeElement.id === '{ident}'")

    def choose(self, letters: str) -> None:
        """Choose in a list by typing the beginning of a word; the browser's own way."""
        self.type(letters)

    def leave(self, act: Any) -> None:
        """Do what leads to another page, and wait until that one answers to keys."""
        self.page.evaluate("window.stillHere = true")
        act()
        self.until("!window.stillHere && document.readyState === 'complete'")

    def case_done(self, number: int, what: str) -> None:
        self.cases.append((f"#{number}", what, time.monotonic() - self.began, len(self.pressed), self.typed))
        if REPORT:
            folder = Path(REPORT).with_suffix("")
            folder.mkdir(parents=True, exist_ok=True)
            file = folder / f"{len(self.cases):02}.png"
            self.page.screenshot(path=file, scale="css")
            with Image.open(file) as picture:  # small: it stays in the repository
                small = picture.convert("RGB").resize((960, 600))
            small.quantize(96, dither=Image.Dither.NONE).save(file, optimize=True)
        self.began, self.pressed, self.typed = time.monotonic(), [], 0


@pytest.fixture
def desk(chromium: Any, product: Product) -> Iterator[tuple[Any, Complaints]]:
    context = chromium.new_context(
        viewport={"width": 1280, "height": 800}, base_url=product.base_url, reduced_motion="reduce"
    )
    context.set_default_timeout(40_000)
    context.add_init_script(WATCH)
    if REPORT:
        context.tracing.start(screenshots=True, snapshots=True)
    page, complaints = context.new_page(), Complaints()
    complaints.listen(page)
    yield page, complaints
    if REPORT:
        context.tracing.stop(path=Path("var") / "desk-trace.zip")
    context.close()


def rows(product: Product, columns: str, table: str, tail: str = "") -> list[tuple[Any, ...]]:
    ours = f"workspace_id = (SELECT id FROM accounts_workspace WHERE slug = '{SLUG}')"
    return product.rows(f"SELECT {columns} FROM {table} WHERE {ours} {tail}")


def number_shown(page: Any) -> int:
    return int(page.evaluate(r"/\/cases\/(\d+)\//.exec(location.pathname)[1]"))


def resolve(hands: Hands, *, done: str, is_open: bool = False) -> None:
    """e (unless the form is open), then the form from top to bottom, then Ctrl+Enter; the next case opens."""
    if not is_open:
        hands.press("e")
    hands.at("resolve-reached")
    hands.press("Space", "Tab")
    hands.type("jkxoe: these letters are words here")
    hands.press("Tab")
    hands.at("resolve-root_cause")
    hands.choose("Late")
    hands.press("Tab")
    hands.type(done)
    hands.press("Tab")
    hands.at("resolve-own_status")
    hands.choose("Refunded")
    hands.leave(lambda: hands.press("Control+Enter"))


def test_ten_cases_are_worked_through_by_keyboard_alone(
    product: Product, desk: tuple[Any, Complaints]
) -> None:
    product.create_workspace(name="Linden Bikes", slug=SLUG, owner=f"olga@{SLUG}.example", password=PASSWORD)
    numbers = json.loads(product.run_module("bench.desk_cast", SLUG, PASSWORD))["cases"]
    page, complaints = desk
    hands = Hands(page)

    page.goto("/accounts/login/")
    hands.until("document.activeElement.name === 'login'")
    hands.type(f"ana@{SLUG}.example")
    hands.press("Tab")
    hands.type(PASSWORD)
    hands.leave(lambda: hands.press("Enter"))
    assert page.url.endswith("/home/")
    hands.leave(lambda: hands.press("g", "l"))
    page.wait_for_selector("#queue-rows tr")
    order = [
        int(text)
        for text in page.eval_on_selector_all("#queue-rows tr", "all => all.map(one => one.dataset.number)")
    ]
    assert sorted(order) == sorted(numbers[:9])

    # 1. A reply from a kept one, with its place filled in; it leaves after 15 seconds.
    hands.press("j")
    hands.leave(lambda: hands.press("o"))
    first = number_shown(page)
    page.wait_for_selector("#reply-form")
    hands.press("r")
    hands.until("document.activeElement.name === 'body'")
    hands.type("/sorry")
    page.wait_for_selector(".mention-box:not([hidden]) [role=option][aria-selected=true]")
    hands.press("Tab")
    hands.until(
        "document.activeElement.name === 'body' && document.activeElement.value.includes('I am sorry')"
    )
    hands.until("document.activeElement.selectionEnd - document.activeElement.selectionStart > 10")
    hands.type("We come to you on Tuesday at nine and repair it in your yard.")
    hands.leave(lambda: hands.press("Control+Enter"))
    page.wait_for_selector("#pending li")
    hands.case_done(first, "A kept reply by /shortcut, its place filled in, sent")

    # 2. Resolved from the list, with a name of the workspace's own, and on to the next.
    hands.leave(lambda: hands.press("u"))
    hands.press("j")
    second = int(page.evaluate("document.activeElement.closest('tr').dataset.number"))
    assert second != first  # back in the list one goes on where one was
    hands.leave(lambda: hands.press("e"))
    resolve(hands, done="We sent it again and called the carrier.", is_open=True)
    hands.case_done(
        second, "Resolved after a call: cause, words for the customer, own status; the next opens"
    )

    # 3. A note that tells Ben, and a task that must be done before the case is over.
    if number_shown(page) == first:  # it is the most pressing one until its reply has left
        hands.leave(lambda: hands.press("u"))
        hands.press("j")
        hands.leave(lambda: hands.press("o"))
    third = number_shown(page)
    hands.press("n")
    hands.at("note-text")
    hands.type("@be")
    page.wait_for_selector(".mention-box:not([hidden]) [aria-selected=true]")
    hands.press("Enter")
    hands.type("please look at the brakes.")
    hands.leave(lambda: hands.press("Control+Enter"))
    hands.press("+")
    hands.at("task_add-title")
    hands.type("Order the brake pads")
    hands.press("Tab")
    hands.choose("Ben")
    hands.leave(lambda: hands.press("Control+Enter"))
    hands.case_done(third, "A note that names Ben, a task for him")

    # 4. Nobody answers the phone: logged, and put aside until Monday.
    hands.leave(lambda: hands.press("u"))
    hands.press("j")
    fourth = int(page.evaluate("document.activeElement.closest('tr').dataset.number"))
    hands.leave(lambda: hands.press("Enter"))
    hands.press("l")
    hands.until("document.activeElement.value === 'REACHED'")
    hands.press("ArrowDown")
    hands.leave(lambda: hands.press("Control+Enter"))
    hands.press("s")
    hands.at("snooze-until")
    hands.press("Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab")
    hands.until("document.activeElement.name === 'on_answer'")
    hands.press("Space")
    hands.leave(lambda: hands.press("Control+Enter"))
    hands.case_done(fourth, "A call that nobody answered, put aside until the customer answers")

    # 5. Waiting, with a name of the workspace's own.
    hands.leave(lambda: hands.press("u"))
    hands.press("j")
    fifth = int(page.evaluate("document.activeElement.closest('tr').dataset.number"))
    hands.leave(lambda: hands.press("w"))
    hands.at("wait-waiting_for")
    hands.type("the carrier's scan")
    hands.press("Tab")
    hands.choose("With")
    hands.leave(lambda: hands.press("Control+Enter"))
    hands.case_done(fifth, "Waits for the customer, “With the carrier”")

    # 6 and 7. Two chosen, tagged together, and taken on by a second act.
    hands.leave(lambda: hands.press("u"))
    hands.press("j")
    sixth = int(page.evaluate("document.activeElement.closest('tr').dataset.number"))
    hands.press("x", "j", "x")
    seventh = int(page.evaluate("document.activeElement.closest('tr').dataset.number"))
    assert page.inner_text("#bulk-bar [data-count]") == "2 chosen"
    hands.press("y")
    hands.at("bulk-tag")
    hands.type("Carrier")
    hands.press("Control+Enter")  # the list is renewed in place
    page.wait_for_selector("#toasts >> text=2 cases: tagged.")
    hands.case_done(sixth, "Chosen with x …")
    hands.case_done(seventh, "… and both tagged in one act")

    # 8. The most urgent case nobody has.
    hands.leave(lambda: hands.press("t"))
    eighth = number_shown(page)
    resolve(hands, done="The address is kept now; we have written to every customer it befell.")
    hands.case_done(eighth, "Taken with t, resolved, the next opens")

    # 9. Found by the palette, from the page of one's own work.
    left = [one for one in order if one not in (first, second, third, fourth, fifth, sixth, seventh, eighth)]
    hands.press("g")
    hands.leave(lambda: hands.press("m"))
    hands.press("Control+k")
    hands.at("palette-input")
    hands.type(f"#{left[0]}")
    page.wait_for_selector(f"#palette-list [aria-selected=true] >> text=#{left[0]}")
    hands.leave(lambda: hands.press("Enter"))
    resolve(hands, done="Somebody answers within two minutes again.")
    hands.case_done(left[0], "Found with Ctrl+K, resolved, the next opens")

    # 10. Found by a word of the customer.
    hands.press("g")
    hands.leave(lambda: hands.press("l"))
    hands.press("/")
    hands.at("queue-search")
    hands.type(f"#{left[1]}" if len(left) > 1 else f"#{sixth}")
    hands.leave(lambda: hands.press("Enter"))
    hands.press("j")
    tenth = int(page.evaluate("document.activeElement.closest('tr').dataset.number"))
    hands.leave(lambda: hands.press("o"))
    resolve(hands, done="The other half is on its way.")
    hands.case_done(tenth, "Found with /, opened, resolved")

    assert len({number for number, *_more in hands.cases}) == 10

    # Nothing happened by hand, nothing was complained about, and the database has all of it.
    assert page.evaluate("sessionStorage.getItem('by-hand')") is None
    assert complaints.lines == []
    case = {
        row[0]: row[1:]
        for row in rows(product, "number, category, snoozed_at IS NOT NULL, resolution", "detractors_case")
    }
    for number in (second, eighth, left[0], tenth):
        assert case[number][0] == "RESOLVED", number
    assert (case[fifth][0], case[fourth][:2]) == ("WAITING", ("OPEN", True))
    own = dict(
        rows(
            product,
            "number, (SELECT name FROM detractors_casestatus s WHERE s.id = status_id)",
            "detractors_case",
        )
    )
    assert (own[second], own[fifth]) == ("Refunded", "With the carrier")
    tagged = rows(
        product, "(SELECT number FROM detractors_case c WHERE c.id = case_id)", "detractors_casetag"
    )
    assert {one for (one,) in tagged} == {sixth, seventh}
    told = rows(product, "kind", "detractors_notification", "ORDER BY kind")
    assert told == [("MENTIONED",), ("TASK_GIVEN",)]
    said = rows(product, "note", "detractors_caseevent", "AND kind = 'NOTE'")
    assert said == [("@Ben Adeyemi please look at the brakes.",)]
    [(owner,)] = rows(
        product,
        "(SELECT email FROM accounts_user u WHERE u.id = owner_id)",
        "detractors_case",
        f"AND number = {numbers[9]}",
    )
    assert owner == f"ana@{SLUG}.example"
    for _turn in patiently(40):
        if rows(product, "1", "detractors_caseevent", "AND kind = 'REPLIED'"):
            break
    [(kind,)] = rows(product, "kind", "detractors_caseevent", "AND kind IN ('REPLIED', 'REPLY_FAILED')")
    assert kind == "REPLIED"
    if REPORT:
        write(hands)


def write(hands: Hands) -> None:
    """The page of the record: what was done, in which time, with how many keys."""
    page, folder = Path(REPORT), Path(REPORT).with_suffix("").name
    total = [sum(one[place] for one in hands.cases) for place in (2, 3, 4)]
    lines = [
        "# Ten cases by keyboard alone",
        "",
        "`make prove-desk` starts the product, lets an agent work through ten cases without a mouse, and writes this page. A "
        "listener in every page counts what a hand on a mouse or a finger does; it counted nothing. What the cases came to is "
        "then read from the database. The trace of the run is in `var/desk-trace.zip` (`playwright show-trace`).",
        "",
        "| | case | what was done | seconds | keys | letters typed |",
        "|---|---|---|---|---|---|",
        *(
            f"| {place} | {number} | {what} | {seconds:.1f} | {keys} | {letters} |"
            for place, (number, what, seconds, keys, letters) in enumerate(hands.cases, start=1)
        ),
        f"| | | together | {total[0]:.1f} | {total[1]} | {total[2]} |",
        "",
        "Seconds are of a program that types without thinking: what the product needs, not what a person does.",
        "",
    ]
    lines += [
        f"![{place}. {one[1]}]({folder}/{place:02}.png)" for place, one in enumerate(hands.cases, start=1)
    ]
    lines += [
        "",
        "## The desk at three widths",
        "",
        "From `make screenshots ARGS=--desk`, light and dark.",
        "",
    ]
    lines += [
        f"![{what} at {width} px, {scheme}](../images/desk/{what}-{width}-{scheme}.png)"
        for width in (1440, 1024, 360)
        for what in ("queue", "case", *(["split"] if width == 1440 else []))
        for scheme in ("light", "dark")
    ]
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")
