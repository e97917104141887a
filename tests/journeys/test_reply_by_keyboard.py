"""A reply is written, formatted, promised, sent and taken back without a mouse; the page is well made meanwhile."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User, Workspace
from detractors.models import Case, Task
from followups.models import Mail, PendingReply
from followups.services import pending_replies, reply_templates
from tests.browsers import Complaints, sideways, violations
from tests.conftest import MONDAY_9AM
from tests.journeys.test_by_keyboard_alone import make, window  # noqa: F401  the same desk

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def browser(chromium: Any) -> Any:
    return chromium


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    default = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": default}


def test_a_reply_with_a_promise_and_a_file_by_keyboard_alone(
    browser: Any,
    live_server: Any,
    acme: Workspace,
    bob: User,
    make: Any,  # noqa: F811  the fixture
) -> None:
    case: Case = make("Ines")
    body = 'Dear {{ first_name | "there" }},\n\nthank you. {{ cursor }}\n\nYours, {{ agent_first_name }}'
    reply_templates.add(workspace=acme, name="Say sorry", body=body, shortcut="sorry", now=MONDAY_9AM)
    complaints = Complaints()
    page = window(browser, live_server, bob, complaints, bypass_csp=True)
    page.goto(f"/w/acme/cases/{case.number}/")
    page.wait_for_selector("#reply-form [name=body][data-offers]")
    keys = page.keyboard
    keys.press("r")
    page.wait_for_function("document.activeElement.name === 'body'")
    keys.type("/sor")
    page.wait_for_selector(".mention-box:not([hidden]) [role=option][aria-selected=true]")
    keys.press("Tab")
    page.wait_for_function("document.querySelector('#reply-form [name=body]').value.includes('thank you')")
    page.wait_for_function("document.activeElement.name === 'body'")
    tomorrow = timezone.localtime() + timedelta(days=1)
    keys.type(f"I will call you on {tomorrow:%Y-%m-%d} at 23:30. It is ")
    keys.press("Control+b")
    keys.type("our")
    for _letter in "**":
        keys.press("ArrowRight")
    keys.type(" fault.")
    page.wait_for_selector("input[name=promise]:checked")
    page.wait_for_selector("#reply-preview strong:text-is('our')")
    page.set_input_files(
        "#reply-form [name=files]", [{"name": "map.txt", "mimeType": "text/plain", "buffer": b"here"}]
    )
    page.wait_for_selector("[data-chosen] li")
    assert (violations(page), sideways(page), complaints.lines) == ([], 0, [])
    page.focus("#reply-form [name=body]")
    keys.press("Control+Enter")
    page.wait_for_selector("#pending li")
    pending = PendingReply.objects.of(acme).get()
    assert (len(pending.files), len(pending.promises)) == (1, 1)
    page.focus("#pending button")
    keys.press("Enter")
    page.wait_for_selector("#reply-form [name=body]")
    assert "It is **our** fault." in page.input_value("#reply-form [name=body]")
    page.focus("#reply-form [name=body]")
    keys.type(" ")  # the promise is found again
    page.wait_for_selector("input[name=promise]:checked")
    keys.press("Control+Enter")
    page.wait_for_selector("#pending li")
    pending_replies.leave_due(now=timezone.now() + timedelta(seconds=20))
    mail = Mail.objects.of(acme).get(by=bob)
    assert ("<strong>our</strong>" in mail.html, mail.files.count()) == (True, 1)
    task = Task.objects.of(acme).get(case=case)
    assert (task.is_promise, task.owner, task.due_at) == (
        True, bob, tomorrow.replace(hour=23, minute=30, second=0, microsecond=0),
    )  # fmt: skip
    page.goto("/w/acme/promised/")
    page.wait_for_selector(".task-title")
    assert (violations(page), sideways(page), complaints.lines) == ([], 0, [])
