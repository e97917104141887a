"""The answer page as a customer meets it: small screens, both themes, no script, by keyboard, with a screen reader."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import RequestFactory

from accounts.models import Workspace
from surveys.models import Survey
from surveys.queries import faces, spoken
from surveys.queries.faces import Face
from surveys.queries.spoken import Spoken
from surveys.rules.questions import Condition, Question
from surveys.views import more, public
from tests.servers import need

ROOT = Path(settings.BASE_DIR)
AXE = ROOT / "tests" / "vendor" / "axe-core-4.14.1" / "axe.min.js"
PAGES = ["answer", "more", "thanks", "closed", "expired", "unknown", "unsubscribe", "unsubscribed"]
SMALLEST_TARGET = 24  # CSS pixels, WCAG 2.2 success criterion 2.5.8

pytestmark = pytest.mark.serial


@contextmanager
def browser() -> Iterator[Any]:
    """Debian's Chromium, closed again."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    need("Chromium", found=program is not None, cure="install the package chromium, or set CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        started = playwright.chromium.launch(
            executable_path=program, args=[*flags, "--disable-gpu", "--no-first-run"]
        )
        yield started
        started.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def window(chromium: Any) -> Iterator[Any]:
    page = chromium.new_page()
    yield page
    page.close()


ACME = Workspace(name="Acme Parcel", accent="#0b5d8a", phone="+49 30 901820", email="care@acme.example")
WHY = Condition(classes=("DETRACTOR",))
QUESTIONS = (
    Question("area", "SINGLE", "What was it about?", (("a", "Delivery"), ("b", "Price")), True, WHY),
    Question("more", "MULTIPLE", "What would help?", (("a", "A call"), ("b", "A refund"))),
    Question("rate", "RATING", "How was our support?"),
    Question("text", "TEXT", "Anything else?"),
)


def face(metric: str = "NPS", language: str = "en", *, speaks: tuple[str, ...] = ()) -> Face:
    """The face of a survey with four further questions that speaks these languages, as the pages get it."""
    texts = spoken.defaults(metric, "en")
    says = Spoken(metric, "en", texts, QUESTIONS, {code: {} for code in speaks})
    return faces.make(
        survey=Survey(workspace=ACME, metric=metric, language="en"), language=language, says=says
    )


def html(name: str, look: Face | None = None, **facts: Any) -> str:
    look = look or face()
    context = {
        **public.page_context(look),
        "question": look.question.replace("{{ company }}", "Acme Parcel"),
        **public.scale_context(look),
        "prompts": {
            "DETRACTOR": "What went wrong?",
            "PASSIVE": "What is missing?",
            "PROMOTER": "What is good?",
        },
        "languages": public._languages(RequestFactory().get("/s/token/"), look, 3),
        "action": "/s/token/",
        "score": 3,
        "segment": "DETRACTOR",
        "thanks": "We read every word.",
        "link": {"label": "Write to us", "url": "https://acme.example/help"},
        "can_edit": True,
        "edit_url": "/s/token/",
        "errors": {"score": look.words["bad_score"] % {"low": 0, "high": 10}},
        **more.context(look, look.questions, typed=QueryDict("q_area=b"), faults={"rate": "BAD_RATING"}),
        **facts,
    }
    return render_to_string(f"surveys/public/{name}.html", context, RequestFactory().get("/s/token/"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_public_page_has_no_accessibility_violation(window, name, scheme):
    window.set_viewport_size({"width": 320, "height": 640})
    window.emulate_media(color_scheme=scheme)
    window.set_content(html(name))
    window.evaluate(AXE.read_text())
    found = window.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["de", "ar", "ja"])
@pytest.mark.parametrize(
    ("name", "metric"), [("answer", "NPS"), ("answer", "STARS"), ("answer", "CES"), ("more", "NPS")]
)
def test_other_languages_and_scales_have_none_either(window, name, metric, language, scheme):
    window.set_viewport_size({"width": 320, "height": 640})
    window.emulate_media(color_scheme=scheme)
    window.set_content(html(name, face(metric, language, speaks=("de", "ar", "ja"))))
    window.evaluate(AXE.read_text())
    found = window.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    overflow = window.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert (overflow, window.evaluate("document.documentElement.lang")) == (0, language)


def test_further_questions_are_answered_by_keyboard_without_script(chromium):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_content(html("more", **more.context(face(), QUESTIONS)))
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.type("Thanks")
    chosen = [box.get_attribute("value") for box in page.locator("input:checked").all()]
    written = page.locator("textarea").input_value()
    context.close()
    assert (chosen, written) == (["b", "a", "2"], "Thanks")


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("width", [320, 360, 543, 544, 1280])
def test_eleven_targets_are_large_enough_and_nothing_scrolls_sideways(window, width, direction):
    window.set_viewport_size({"width": width, "height": 640})
    window.set_content(html("answer", dir=direction))
    boxes = [radio.bounding_box() for radio in window.get_by_role("radio").all()]
    overflow = window.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert len(boxes) == 11
    assert [box for box in boxes if min(box["width"], box["height"]) < SMALLEST_TARGET] == []
    assert overflow == 0


def test_without_script_and_by_keyboard_the_prompt_follows_the_score(chromium):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_content(html("answer", score=None, errors={}))
    prompts = []
    page.keyboard.press("Tab")
    prompts.append(page.locator(".ask").inner_text())
    page.keyboard.press("Space")  # chooses 0
    prompts.append(page.locator(".ask").inner_text())
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    prompts.append(page.locator(".ask").inner_text())
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    prompts.append(page.locator(".ask").inner_text())
    chosen = page.get_by_role("radio", name="9", exact=True).is_checked()
    context.close()
    assert prompts == ["Would you tell us why?", "What went wrong?", "What is missing?", "What is good?"]
    assert chosen


def test_a_screen_reader_hears_the_question_the_scale_and_what_is_wrong(window):
    window.set_content(html("answer", score=None))
    group = window.get_by_role(
        "group", name="How likely are you to recommend Acme Parcel to a friend or colleague?"
    )
    assert group.count() == 1
    assert group.get_by_role("radio").count() == 11
    assert window.get_by_role("alert").inner_text() == "Please choose a number from 0 to 10."
