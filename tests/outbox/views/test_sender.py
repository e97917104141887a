"""The sender page."""

from typing import Any

import pytest

from accounts.models import User, Workspace
from outbox.models import SenderCheck
from outbox.services import sender_checks
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db
URL = "/w/acme/settings/sender/"


@pytest.fixture(autouse=True)
def address(settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "feedback@acme.com"


def test_who_may_see_the_sender_and_have_it_checked(
    acme: Workspace, owner: User, bob: User, charlie: User
) -> None:
    people = (owner, bob, charlie)
    assert [signed_in(user).get(URL).status_code for user in people] == [200, 403, 404]
    assert [signed_in(user).post(f"{URL}check/").status_code for user in (bob, charlie)] == [403, 404]
    assert SenderCheck.objects.of(acme).count() == 0


def test_name_and_reply_address_are_saved(acme: Workspace, owner: User) -> None:
    browser = signed_in(owner)
    assert browser.post(URL, {"sender_name": "Acme Care", "reply_to": "care@acme.com"}).status_code == 302
    acme.refresh_from_db()
    assert (acme.sender_name, acme.reply_to) == ("Acme Care", "care@acme.com")
    answer = browser.post(URL, {"sender_name": "Acme", "reply_to": "nobody"})
    assert (answer.status_code, "Enter a valid email address" in answer.content.decode()) == (422, True)


def test_a_check_is_only_noted_and_the_page_asks_for_its_result(acme: Workspace, owner: User) -> None:
    browser = signed_in(owner)
    assert browser.post(f"{URL}check/", {"selector": "k1"}).status_code == 302
    check = SenderCheck.objects.of(acme).get()
    assert (check.domain, check.selector, check.checked_at, check.next_at is None) == (
        "acme.com", "k1", None, False,
    )  # fmt: skip
    page = browser.get(URL).content.decode()
    assert ("every 2s" in page, "The name servers are being asked" in page) == (True, True)


def test_findings_are_said_in_words_with_the_record_to_copy(
    acme: Workspace, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {
        "spf": {"state": "MISSING", "code": "SPF_MISSING", "name": "acme.com", "found": [], "record": "v=spf1 mx ~all", "facts": {}},
        "dkim": {"state": "UNASKED", "code": "NOT_ASKED", "name": "_domainkey.acme.com", "found": [], "record": "", "facts": {}},
        "dmarc": {"state": "WEAK", "code": "DMARC_WATCHES", "name": "_dmarc.acme.com", "found": ["v=DMARC1; p=none <b>"], "record": "v=DMARC1; p=quarantine", "facts": {}},
    }  # fmt: skip
    monkeypatch.setattr(sender_checks, "look_at", lambda **_: found)
    for _ in range(2):
        sender_checks.ask(workspace=acme, selector="", now=MONDAY_9AM)
        sender_checks.run_due(now=MONDAY_9AM)
    page = signed_in(owner).get(URL).content.decode()
    wanted = [
        'value="v=spf1 mx ~all"', 'data-copy="record-spf"', "No record says which servers may send mail",
        "could not be asked", "p=none &lt;b&gt;", "Something is missing", "Former checks",
    ]  # fmt: skip
    assert [text for text in wanted if text not in page] == []
    assert "every 2s" not in page


def test_a_bad_selector_is_said_beside_its_field(acme: Workspace, owner: User) -> None:
    answer = signed_in(owner).post(f"{URL}check/", {"selector": "a b"})
    assert (answer.status_code, "letters, digits, hyphens and dots" in answer.content.decode()) == (422, True)


def test_an_address_inside_only_says_what_to_do(acme: Workspace, owner: User, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "feedback@amends.example"
    browser = signed_in(owner)
    assert "There is no domain to check" in browser.get(URL).content.decode()
    browser.post(f"{URL}check/")
    assert SenderCheck.objects.of(acme).count() == 0
