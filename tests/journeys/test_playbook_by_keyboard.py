"""A playbook is written without a mouse: a step is added, moved, taken away and put back, the sentence follows, nothing is lost."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User, Workspace
from detractors.models import Case
from followups.models import Playbook
from followups.queries import playbooks as queries
from tests.browsers import Complaints, sideways, violations
from tests.journeys.test_by_keyboard_alone import make, window  # noqa: F401  the same desk

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]


def test_a_playbook_is_written_by_keyboard_alone(
    chromium: Any,
    live_server: Any,
    acme: Workspace,
    alice: User,
    make: Callable[[str], Case],  # noqa: F811  the fixture
) -> None:
    make("Ines")
    complaints = Complaints()
    page = window(
        chromium, live_server, alice, complaints, bypass_csp=True, viewport={"width": 360, "height": 900}
    )
    page.goto("/w/acme/playbooks/new/")
    keys = page.keyboard
    page.focus("#play-name")
    keys.type("Late parcels")
    page.focus("#s0-subject")
    keys.type("Is it there?")
    keys.press("Tab")
    keys.type("Dear {{ first_name }}")
    page.wait_for_selector("#playbook-said :text('send the mail “Is it there?”')")
    page.wait_for_selector("#s0-preview :text('Dear Ines')")  # as she would read it

    page.focus("#play-add")
    keys.press("Enter")
    page.wait_for_function("document.activeElement.id === 's1-kind'")  # on to what the new step does
    page.locator(":focus").select_option("TASK")  # what typing its first letters does
    page.wait_for_selector("#s1-title")
    page.focus("#s1-title")
    keys.type("Call her")
    page.focus("#s1-up")
    keys.press("Enter")
    page.wait_for_selector("li:first-child > fieldset > [name=step][value='1']", state="attached")
    assert page.evaluate("document.activeElement.id") == "s1-up"  # it moves with its step
    page.focus("#s0-gone")
    keys.press("Enter")
    page.wait_for_function("document.activeElement.id === 'play-restore'")
    keys.press("Enter")
    page.wait_for_selector("#s0-subject")
    assert page.input_value("#s0-subject") == "Is it there?"
    assert (violations(page), sideways(page)) == ([], 0)
    page.focus(".play-save .btn-primary")
    keys.press("Enter")
    page.wait_for_selector("h1:text('Late parcels')")
    row = Playbook.objects.of(acme).get(name="Late parcels")
    assert [step.kind for step in queries.steps(playbook=row)] == ["TASK", "MAIL"]
    assert complaints.lines == []
    page.context.close()
