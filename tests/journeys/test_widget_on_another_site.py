"""The widget in a real browser, on a page of another origin that allows nothing but what our page tells its owner to allow."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from accounts.models import User, Workspace
from surveys.models import Response, Survey, WidgetKey
from surveys.rules.questions import Condition
from surveys.rules.signed_identity import signature
from surveys.services import questions, surveys, widget_keys
from tests.browsers import Complaints, sideways, violations
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="session", autouse=True)
def beside_a_loop() -> Iterator[None]:
    """Playwright keeps an event loop in this thread, in which nothing of Django runs: Django need not be afraid of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


class Site:
    """A customer's own site: `site.html` is what every address of it shows, `site.policy` what its header allows."""

    def __init__(self) -> None:
        self.html, self.policy = "", "default-src 'none'"
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = f"<!doctype html><html lang=en><head><title>Shop</title></head><body>{site.html}</body></html>".encode()
                self.send_response(200)
                for name, value in {
                    "Content-Type": "text/html; charset=utf-8",
                    "Content-Length": str(len(body)),
                    "Content-Security-Policy": site.policy,
                    "Cross-Origin-Embedder-Policy": "require-corp",  # the strictest a page can be about what it loads
                }.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_facts: Any) -> None:
                """Silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = (
            f"http://localhost:{self.server.server_port}"  # another name than the product's: another site
        )

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    one = Site()
    threading.Thread(target=one.server.serve_forever, daemon=True).start()
    yield one
    one.close()


@pytest.fixture
def survey(acme: Workspace) -> Survey:
    return Survey.objects.of(acme).select_related("workspace").get()


@pytest.fixture
def key(survey: Survey, owner: User, site: Site) -> WidgetKey:
    made = widget_keys.issue(
        workspace=survey.workspace, survey=survey, name="Shop", origins=[site.url], by=owner, now=MONDAY_9AM
    )
    return widget_keys.change_settings(key=made, settings={"delay": 0})


@pytest.fixture
def told(live_server: Any, settings: Any, owner: User, key: WidgetKey, site: Site) -> dict[str, str]:
    """What the key's page tells the owner of the site: the tag, and the entries of the policy."""
    settings.BASE_URL = live_server.url
    context = signed_in(owner).get(f"/w/acme/settings/widget-keys/{key.public_id}/").context
    site.policy = f"default-src 'none'; {context['policy']}"
    site.html = f"<h1>Shop</h1><p>Words.</p>{context['snippet']}"
    return {"snippet": str(context["snippet"]), "policy": context["policy"]}


@pytest.fixture
def visit(chromium: Any, site: Site, told: dict[str, str]) -> Iterator[Callable[..., Any]]:
    """visit() opens the site's page; the page knows its requests and complaints."""
    contexts = []

    def opened(path: str = "/", **facts: Any) -> Any:
        context = chromium.new_context(**facts)
        context.set_default_timeout(40_000)
        contexts.append(context)
        page = context.new_page()
        page.asked, page.complaints = [], Complaints()
        page.on("request", lambda request: page.asked.append((request.method, request.url)))
        page.complaints.listen(page)
        page.goto(f"{site.url}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()


def test_an_answer_arrives_under_the_strictest_policy_and_nothing_is_stored(
    visit: Callable[..., Any], live_server: Any, site: Site, key: WidgetKey, acme: Workspace
) -> None:
    assert site.policy == (
        f"default-src 'none'; script-src {live_server.url}/widget.js; connect-src {live_server.url}"
    )
    page = visit()
    dialog = page.get_by_role("dialog", name="A question from Acme")
    dialog.wait_for()
    assert page.evaluate("document.activeElement.tagName") == "BODY"  # it takes nobody's focus by itself
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _step in range(3):
        page.keyboard.press("ArrowRight")
    dialog.get_by_label("What went wrong, and how could we put it right?").fill("The parcel was late.")
    dialog.get_by_role("button", name="Send my answer").click()
    dialog.get_by_text("We are sorry that we let you down.").wait_for()
    row = Response.objects.of(acme).get()
    assert (row.score, row.comment, row.channel, row.trust, row.contact) == (
        3, "The parcel was late.", "WEB", "UNVERIFIED", None,
    )  # fmt: skip
    # The styles were taken: the card is a card, though the page allows no style at all.
    assert dialog.evaluate("node => getComputedStyle(node).borderRadius") == "16px"
    stored = page.evaluate(
        "async () => [document.cookie, localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]"
    )
    assert (stored, page.context.cookies()) == (["", 0, 0, 0], [])
    ours = [
        ("GET", f"{live_server.url}/widget.js"),
        ("GET", f"{live_server.url}/widget/{key.public_id}.json?lang=en"),
        ("POST", f"{live_server.url}/api/v1/widget/answers/"),
    ]
    asked = [one for one in page.asked if not one[1].endswith("/favicon.ico")]
    assert asked == [("GET", f"{site.url}/"), *ours]
    assert [line for line in page.complaints.lines if "favicon" not in line] == []
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")


def test_the_keyboard_goes_round_inside_and_escape_gives_the_focus_back(
    visit: Callable[..., Any], site: Site
) -> None:
    site.html = site.html.replace("<p>Words.</p>", '<button id="ask">Tell us</button>')
    page = visit("/?open")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Tab")  # the page's own button
    page.evaluate("amends.close()")
    page.locator("#ask").focus()
    page.evaluate("amends.open()")  # as the site's own button would
    where = "document.querySelector('[data-pop]').shadowRoot.activeElement?.outerHTML.slice(0, 40)"
    seen = []
    for _step in range(4):
        seen.append(page.evaluate(where)[:13])
        page.keyboard.press("Tab")
    assert [one.split(" ")[0] for one in seen] == ["<input", "<button", "<button", "<input"]
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.hasAttribute('data-pop')")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "ask"


@pytest.mark.parametrize(("right", "trust"), [(True, "CONFIRMED"), (False, "UNVERIFIED")])
def test_a_customer_the_site_vouches_for_is_known_and_a_wrong_word_loses_no_answer(
    visit: Callable[..., Any],
    site: Site,
    key: WidgetKey,
    owner: User,
    acme: Workspace,
    right: bool,
    trust: str,
) -> None:
    secret = widget_keys.renew_secret(key=key, by=owner, now=MONDAY_9AM)
    signed = signature(secret=secret, contact="ines@customer.example") if right else "0" * 64
    site.html = "<div data-amends></div>" + site.html.replace(
        " async>", f' data-contact="ines@customer.example" data-signature="{signed}" async>'
    )
    page = visit()
    page.get_by_label("10 – Extremely likely").check(force=True)
    page.get_by_role("button", name="Send my answer").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    row = Response.objects.of(acme).select_related("contact").get()
    assert (row.trust, row.contact and row.contact.email) == (
        trust,
        "ines@customer.example" if right else None,
    )


def test_it_asks_where_and_when_it_was_told_to(visit: Callable[..., Any], site: Site, key: WidgetKey) -> None:
    widget_keys.change_settings(
        key=key,
        settings={"delay": 0, "urls": ["/checkout/*", "!/checkout/pay"], "scroll": 50, "again_days": 30},
    )
    site.html += "<br>" * 400
    elsewhere, excluded, there = visit("/about"), visit("/checkout/pay"), visit("/checkout/done")
    there.wait_for_timeout(1_200)
    assert [page.get_by_role("dialog").count() for page in (elsewhere, excluded, there)] == [0, 0, 0]
    there.mouse.wheel(0, 100_000)
    there.get_by_role("button", name="Close").click()
    assert there.evaluate("Object.keys(localStorage)") == [f"amends-{key.public_id}"]
    there.goto(f"{site.url}/checkout/again")
    there.mouse.wheel(0, 100_000)
    there.wait_for_timeout(1_200)
    assert there.get_by_role("dialog").count() == 0


def test_when_the_network_is_away_what_was_written_stays_and_is_sent_once(
    visit: Callable[..., Any], site: Site, acme: Workspace
) -> None:
    page = visit()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("9", exact=True).check(force=True)
    dialog.locator("textarea").fill("Quick!")
    page.context.set_offline(True)
    dialog.get_by_role("button", name="Send my answer").click()
    dialog.get_by_text("That did not arrive.").wait_for()
    page.context.set_offline(False)
    dialog.get_by_role("button", name="Send my answer").dblclick()
    dialog.get_by_role("heading", name="Thank you").wait_for()
    assert [(row.score, row.comment) for row in Response.objects.of(acme)] == [(9, "Quick!")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_it_can_be_read_by_everybody_on_320_pixels(
    visit: Callable[..., Any], survey: Survey, scheme: str, language: str
) -> None:
    if language == "ar":
        surveys.change(
            survey=survey, language="ar", question="ما مدى احتمال أن توصي بـ {{ company }}؟", now=MONDAY_9AM
        )
    page = visit("/", viewport={"width": 320, "height": 640}, color_scheme=scheme, bypass_csp=True)
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    assert violations(page) == []
    assert sideways(page) == 0
    box = dialog.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    assert dialog.evaluate("node => [node.dir, getComputedStyle(node).direction]") == (
        ["rtl", "rtl"] if language == "ar" else ["ltr", "ltr"]
    )
    smallest = min(one.bounding_box()["height"] for one in dialog.locator(".scale span").all())
    assert smallest >= 44
    dialog.locator("input").nth(2).check(force=True)
    assert violations(page) == []


def test_a_site_that_is_not_the_keys_gets_nothing(
    visit: Callable[..., Any], key: WidgetKey, acme: Workspace
) -> None:
    widget_keys.change_origins(key=key, origins=["https://elsewhere.example"])
    page = visit()
    page.wait_for_timeout(800)
    assert page.get_by_role("dialog").count() == 0
    assert Response.objects.of(acme).count() == 0


def test_further_questions_follow_by_keyboard_alone_and_half_an_answer_is_kept(
    visit: Callable[..., Any], survey: Survey, acme: Workspace
) -> None:
    what = questions.add(
        survey=survey, kind="SINGLE", text="What was it?", options=["Price", "Speed"], is_required=True,
        now=MONDAY_9AM, condition=Condition(classes=("DETRACTOR",)),
    )  # fmt: skip
    many = questions.add(
        survey=survey, kind="MULTIPLE", text="What else?", options=["Tone", "Place"], now=MONDAY_9AM
    )
    rated = questions.add(
        survey=survey, kind="RATING", text="And our reply?", now=MONDAY_9AM,
        condition=Condition(question=what.public_id, answers=(what.options[1]["id"],)),
    )  # fmt: skip
    page = visit("/", viewport={"width": 320, "height": 640}, bypass_csp=True)
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    page.evaluate("amends.close(), amends.open()")
    page.keyboard.press("Space")  # 0
    page.keyboard.press("Tab")
    page.keyboard.type("Late.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    dialog.get_by_role("heading", name="A little more, if you like").wait_for()
    assert page.evaluate("document.querySelector('[data-pop]').shadowRoot.activeElement.tagName") == "H2"
    assert (violations(page), sideways(page)) == ([], 0)
    assert [(row.score, row.comment) for row in Response.objects.of(acme)] == [(0, "Late.")]
    # What is needed is said beside its question, and the keyboard is led there.
    dialog.get_by_role("button", name="Send").press("Enter")
    dialog.get_by_text("Please choose an answer.").wait_for()
    assert (
        page.evaluate("document.querySelector('[data-pop]').shadowRoot.activeElement.value")
        == (what.options[0]["id"])
    )
    page.keyboard.press("ArrowDown")  # Speed
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # Tone
    dialog.get_by_role("button", name="Send").press("Enter")
    reply = dialog.get_by_role("group", name="And our reply?")
    reply.wait_for()
    assert min(one.bounding_box()["height"] for one in reply.locator("span").all()) >= 44
    assert violations(page) == []
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    row = Response.objects.of(acme).get()
    assert (row.answers, row.is_complete) == (
        {what.public_id: what.options[1]["id"], many.public_id: [many.options[0]["id"]]}, False,
    )  # fmt: skip
    assert rated.public_id not in row.answers
