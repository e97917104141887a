"""The customer's own page in every state and language, on a phone and a desk, in light and dark: nothing an axe run minds,
nothing that scrolls sideways."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from detractors.models import Case
from detractors.services import cases
from followups import words
from followups.services import customer_pages, replies
from surveys.models import Contact
from tests.followups.conftest import LATER
from tests.guards.test_answer_page_in_browser import AXE, browser

pytestmark = [pytest.mark.django_db, pytest.mark.serial]
LOOKS = [(width, scheme) for width in (360, 1280) for scheme in ("light", "dark")]
NARROWEST = 320


@pytest.fixture
def pages(
    monkeypatch: pytest.MonkeyPatch, case: Case, bob: User, resolve: Callable[..., Case]
) -> dict[str, str]:
    """Every state of the page, and every language, made before a browser runs: the two cannot share a thread."""
    made: dict[str, str] = {}

    def at(moment: Any) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    def keep(state: str, *, query: str = "", post: dict[str, str] | None = None, link: str = "") -> None:
        fresh = Case.objects.of(case.workspace_id).get(pk=case.pk)
        address = f"/c/{link or fresh.link}/{query}"
        response = Client().post(address, post) if post else Client().get(address)
        made[state] = response.content.decode().replace("<details", "<details open")

    def speak(language: str) -> None:
        Contact.objects.of(case.workspace_id).filter(pk=case.contact_id).update(language=language)

    at(LATER)
    for language in words.LANGUAGES:
        speak(language)
        keep(f"new, {language}")
    for language in ("en", "ar", "de"):
        speak(language)
        keep(f"nothing chosen, {language}", post={"do": "call"})
        keep(f"nothing written, {language}", post={"do": "add"})
    speak("he")
    customer_pages.add(case=case, text="It is the blue one. " * 20, now=LATER)
    replies.send(case=case, by=bob, subject="Yours", body="I am sorry.", now=LATER, submission="1")
    cases.wait(case=case, by=bob, waiting_for="A photo of the box, please", now=LATER)
    keep("waiting, he", query="?done=add")
    speak("en")
    keep("waiting")
    slot = made["new, en"].split('name="at" value="')[1].split('"')[0]
    keep("call", post={"do": "call", "at": slot, "phone": "+49 30 1234567"})
    keep("call agreed")
    keep("left alone", post={"do": "alone", "what": "CASE"})
    keep("left alone", query="?done=CASE")
    resolve(case)
    for language in ("en", "ja", "ar"):
        speak(language)
        keep(f"resolved, {language}")
        keep(f"no word, {language}", post={"do": "say", "solved": "no"})
    speak("en")
    customer_pages.say(case=case, is_solved=True, text="", now=LATER)
    keep("said to be solved", query="?done=yes")
    cases.close(case=case, outcome="NOT_RECOVERED", now=LATER)
    keep("closed")
    at(LATER + timedelta(days=120))
    keep("expired")
    at(LATER)
    keep("unknown", link="x")
    customer_pages.revoke(case=case, by=bob, now=LATER)
    keep("revoked")
    return {state: html for state, html in made.items() if html}


def test_it_is_for_everybody(pages: dict[str, str]) -> None:
    assert "call" not in pages  # it was agreed, and led on to the page that says so
    assert {f"new, {language}" for language in words.LANGUAGES} | {
        "waiting", "call agreed", "left alone", "said to be solved", "closed", "expired", "unknown", "revoked",
    } <= set(pages)  # fmt: skip
    with browser() as chromium:
        window = chromium.new_page(viewport={"width": NARROWEST, "height": 640}, bypass_csp=True)
        for number, (state, html) in enumerate(pages.items()):
            window.set_viewport_size({"width": NARROWEST, "height": 640})
            window.set_content(html)
            assert window.evaluate("document.documentElement.scrollWidth") <= NARROWEST, state
            window.evaluate(AXE.read_text())
            looks = [LOOKS[number % 4]] if ", " in state else LOOKS
            for width, scheme in looks:
                where = f"{state} at {width} in {scheme}"
                window.set_viewport_size({"width": width, "height": 800})
                window.emulate_media(color_scheme=scheme)
                assert window.evaluate("document.documentElement.scrollWidth") <= width, where
                found = window.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
                assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == [], where
