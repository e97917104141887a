"""The customer's own page on a small phone: nothing an axe run minds, nothing that scrolls sideways."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from detractors.models import Case
from surveys.models import Contact
from tests.followups.conftest import LATER
from tests.guards.test_answer_page_in_browser import AXE, browser

pytestmark = [pytest.mark.django_db, pytest.mark.serial]
LANGUAGES = ("en", "de", "ar", "he")


@pytest.fixture
def pages(
    monkeypatch: pytest.MonkeyPatch, case: Case, resolve: Callable[..., Case]
) -> dict[tuple[str, str], str]:
    """Every state of the page in four languages, made before a browser runs: the two cannot share a thread."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATER)
    made: dict[tuple[str, str], str] = {}
    address = f"/c/{case.link}/"

    def keep(state: str, response: Any) -> None:
        made[state, language] = response.content.decode().replace("<details", "<details open")

    for language in LANGUAGES:
        Contact.objects.of(case.workspace_id).filter(pk=case.contact_id).update(language=language)
        keep("new", Client().get(address))
        keep("refused", Client().post(address, {"do": "call"}))
    resolve(case)
    for language in LANGUAGES:
        Contact.objects.of(case.workspace_id).filter(pk=case.contact_id).update(language=language)
        keep("over", Client().post(address, {"do": "say", "solved": "no"}))
    return made


def test_it_is_for_everybody(pages: dict[tuple[str, str], str]) -> None:
    with browser() as chromium:
        window = chromium.new_page(viewport={"width": 320, "height": 640}, bypass_csp=True)
        for number, (where, html) in enumerate(pages.items()):
            window.emulate_media(color_scheme=("light", "dark")[number % 2])
            window.set_content(html)
            window.evaluate(AXE.read_text())
            assert window.evaluate("document.documentElement.scrollWidth") <= 320, where
            found = window.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
            assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == [], where
