"""The answer page as a customer meets it: small screens, both themes, no script, by keyboard, with a screen reader."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import RequestFactory

from tests.servers import need

ROOT = Path(settings.BASE_DIR)
AXE = ROOT / "tests" / "vendor" / "axe-core-4.14.1" / "axe.min.js"
PAGES = ["answer", "thanks", "closed", "expired", "unknown", "unsubscribe", "unsubscribed"]
SMALLEST_TARGET = 24  # CSS pixels, WCAG 2.2 success criterion 2.5.8

pytestmark = pytest.mark.serial


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    need("Chromium", found=program is not None, cure="install the package chromium, or set CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(
            executable_path=program, args=[*flags, "--disable-gpu", "--no-first-run"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def window(chromium: Any) -> Iterator[Any]:
    page = chromium.new_page()
    yield page
    page.close()


def html(name: str, **facts: Any) -> str:
    segments = ["DETRACTOR"] * 7 + ["PASSIVE"] * 2 + ["PROMOTER"] * 2
    context = {
        "survey": {"company": "Acme Parcel"},
        "question": "How likely are you to recommend Acme Parcel to a friend or colleague?",
        "brand": {"accent": "#0b5d8a", "accent_text": "#ffffff"},
        "scale": [{"value": value, "segment": segment} for value, segment in enumerate(segments)],
        "low_label": "Not at all likely",
        "high_label": "Extremely likely",
        "prompts": {
            "DETRACTOR": "What went wrong?",
            "PASSIVE": "What is missing?",
            "PROMOTER": "What is good?",
        },
        "action": "/s/token/",
        "score": 3,
        "segment": "DETRACTOR",
        "thanks": "We read every word.",
        "can_edit": True,
        "edit_url": "/s/token/",
        "errors": {"score": "Please choose a number from 0 to 10."},
        "contact_block": ["+49 30 901820", "care@acme.example"],
        "lang": "en",
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
