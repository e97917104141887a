"""Invitations to events in the browser: from the queue to the list of answers, and the guest's own page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User, Workspace
from detractors.models import Case
from followups import words
from followups.models import Gathering, Guest
from followups.services import gatherings
from surveys.models import Contact
from tests.conftest import signed_in
from tests.followups.services.test_gatherings import DAY, NOON, guest, sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    def set_to(moment: Any) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    set_to(NOON)
    return set_to


def page_of(found: Guest) -> str:
    return f"/e/{found.link}/"


def test_from_the_queue_to_the_answers(
    acme: Workspace,
    alice: User,
    bob: User,
    charlie: User,
    invited: Callable[..., Case],
) -> None:
    first, second, _third = invited("ines"), invited("paul"), invited("rosa")
    lead = signed_in(alice)
    made = lead.post(
        "/w/acme/gatherings/new/", {"numbers": f"{first.number},{second.number}", "all": "", "query": ""}
    )
    row = Gathering.objects.of(acme).get()
    at = f"/w/acme/gatherings/{row.public_id}/"
    assert (made.status_code, made["Location"], Guest.objects.of(acme).count()) == (302, at, 2)
    lead.post("/w/acme/gatherings/new/", {"numbers": "", "all": "1", "query": "view=open"})
    assert Guest.objects.of(acme).exclude(gathering=row).count() == 3
    form = {
        "title": "A day at the depot", "place": "Harbour 7", "starts_at": "2026-03-20T18:00", "ends_at": "2026-03-20T20:00",
        "reply_by": "2026-03-15T18:00", "capacity": "", "most_companions": "1", "subject": "Come", "body": "Hello {{ first_name }}",
    }  # fmt: skip
    wrong = lead.post(at, {**form, "act": "keep", "body": "{{ nothing }}"})
    assert (wrong.status_code, "There is no field nothing" in wrong.content.decode()) == (422, True)
    assert lead.post(at, {**form, "act": "start"}).status_code == 302
    gatherings.send_due(now=NOON)
    answered = Client(enforce_csrf_checks=True).post(
        page_of(guest_in(row, "ines")), {"coming": "YES", "companions": "1", "note": "By train"}
    )
    assert answered.status_code == 303
    page = lead.get(at).content.decode()
    assert ("By train" in page, "Comes" in page, "+1" in page) == (True, True, True)
    table = b"".join(lead.get(f"{at}guests.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "YES,1,By train" in table
    assert (
        "Comes to “A day at the depot”, with 1 more"
        in lead.get(f"/w/acme/cases/{first.number}/").content.decode()
    )
    assert [signed_in(user).get(at).status_code for user in (bob, charlie)] == [403, 404]
    assert "A day at the depot" in lead.get("/w/acme/gatherings/").content.decode()


def guest_in(row: Gathering, name: str) -> Guest:
    found: Guest = Guest.objects.of(row.workspace_id).get(
        gathering=row, contact__email=f"{name}@customer.example"
    )
    return found


def test_the_guests_page_changes_nothing_by_looking_and_tells_nothing_of_ours(
    acme: Workspace,
    alice: User,
    invited: Callable[..., Case],
    clock: Callable[[Any], None],
) -> None:
    invited("ines")
    sent(acme, alice)
    found, browser = guest(acme, "ines"), Client()
    page = browser.get(page_of(found))
    text = page.content.decode()
    assert (page.status_code, page["Referrer-Policy"], "A day at the depot" in text) == (
        200,
        "no-referrer",
        True,
    )
    assert ("<script" in text, "Set-Cookie" in page, str(alice.display_name) in text, "Late" in text) == (
        False, False, False, False,
    )  # fmt: skip
    calendar = browser.get(f"{page_of(found)}event.ics")
    assert (calendar["Content-Type"], b"LOCATION:Harbour 7" in calendar.content) == (
        "text/calendar; charset=utf-8",
        True,
    )
    assert browser.post(page_of(found), {}).status_code == 422
    assert guest(acme, "ines").answer == ""
    assert browser.post(page_of(found), {"coming": "NO", "note": "", "companions": "0"}).status_code == 303
    assert "Thank you for letting us know" in browser.get(page_of(found)).content.decode()
    clock(NOON + 11 * DAY)
    late = browser.post(page_of(found), {"coming": "YES", "note": "", "companions": "0"})
    assert (late.status_code, "The time to answer is over" in late.content.decode()) == (422, True)
    clock(NOON + 40 * DAY)
    assert browser.get(page_of(found)).status_code == 410
    assert browser.get("/e/unknown-link/").status_code == 404


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_it_speaks_the_guests_language(
    language: str,
    acme: Workspace,
    alice: User,
    invited: Callable[..., Case],
) -> None:
    case = invited("ines")
    Contact.objects.of(acme).filter(pk=case.contact_id).update(language=language)
    sent(acme, alice)
    text = Client().get(page_of(guest(acme, "ines"))).content.decode()
    said = words.of(language)
    for key in ("g_ask", "g_yes", "g_maybe", "g_no", "g_companions", "g_send", "g_calendar"):
        assert said[key] in text


def test_every_language_has_every_word_with_its_fields() -> None:
    english = words.of("en")
    for language in words.LANGUAGES:
        said = words.of(language)
        assert set(said) == set(english)
        for key, text in english.items():
            assert ("%(" in said[key], said[key].count("%(")) == ("%(" in text, text.count("%("))
