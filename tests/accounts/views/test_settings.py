"""The index of the settings, and taking back what the company's page saved."""

import html
import re
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from accounts.services import company, workspaces
from tests.conftest import signed_in

HOME = "/w/acme/settings/"


@pytest.fixture
def browser(owner: User, acme: Workspace) -> Client:
    return signed_in(owner)


def found(client: Client, query: str) -> list[str]:
    return [str(room["label"]) for room in client.get(HOME, {"q": query}).context["found"]]


# Searching


@pytest.mark.parametrize(
    ("query", "labels"),
    [
        ("logo", ["Company"]),
        ("LOGO", ["Company"]),
        ("public holidays", ["Working hours"]),
        ("sla", ["Promises", "Rehearsals", "Templates", "Chat"]),  # "translation" and "Slack" hold it
        ("gdpr", ["Privacy"]),
        ("canned", ["My replies", "Kept replies"]),
        ("no-such-thing", []),
    ],
)
def test_a_room_is_found_by_what_people_call_it(browser: Client, query: str, labels: list[str]) -> None:
    assert found(browser, query) == labels


def test_nothing_found_says_so_and_shows_the_way_back(browser: Client) -> None:
    text = html.unescape(browser.get(HOME, {"q": "<b>x"}).content.decode())
    assert "Nothing is called “<b>x” here" in text
    assert "Show all settings" in text


def test_without_words_everything_is_there_in_groups(browser: Client) -> None:
    page = browser.get(HOME, {"q": "  "})
    assert page.context["found"] == page.context["sections"]
    groups = re.findall(r'class="room-group"><h2>([^<]+)<', page.content.decode())
    assert groups == ["You", "Company and mail", "People and access", "Cases", "Programs and data"]


def test_a_search_finds_only_what_the_role_may_open(bob: User) -> None:
    assert found(signed_in(bob), "logo") == []
    assert found(signed_in(bob), "password") == ["Your sign-in"]


def test_every_settings_page_has_the_same_side_with_itself_marked(browser: Client) -> None:
    for room in browser.get(HOME).context["sections"]:
        page = browser.get(room["url"]).content.decode()
        if 'class="settings-side"' in page:
            side = page.partition('class="settings-side"')[2].partition("</nav>")[0]
            assert re.findall(r'href="([^"]+)" aria-current="page"', side) == [room["url"]]


# Undo


def save(client: Client, **changed: str) -> str:
    """Save the company's page; the token of the way back that is offered."""
    data = {
        "part": "company", "name": "Acme", "time_zone": "UTC", "language": "en", "quiet_days": "30", "sender_name": "",
        "reply_to": "", "phone": "", "email": "", "website": "", "address": "", **changed,
    }  # fmt: skip
    text = client.post(HOME + "company/", data, follow=True).content.decode()
    return next(iter(re.findall(r'name="token" value="([^"]+)"', text)), "")


def undo(client: Client, token: str) -> str:
    return client.post(HOME + "company/undo/", {"token": token}, follow=True).content.decode()


def test_what_was_saved_is_taken_back_once(browser: Client, acme: Workspace) -> None:
    token = save(browser, name="Acne", sender_name="Oops", quiet_days="3")
    assert "Undone" in undo(browser, token)
    acme.refresh_from_db()
    assert (acme.name, acme.sender_name, acme.quiet_days) == ("Acme", "", 30)
    assert "cannot be undone any more" in undo(browser, token)
    acme.refresh_from_db()
    assert acme.name == "Acme"


def test_saving_what_is_there_offers_no_way_back(browser: Client) -> None:
    assert save(browser) == ""


def test_the_way_back_is_offered_on_one_page(browser: Client) -> None:
    assert save(browser, name="Acne") != ""
    assert 'name="token"' not in browser.get(HOME + "company/").content.decode()


def test_a_later_change_is_not_overwritten(browser: Client, acme: Workspace) -> None:
    token = save(browser, name="Acne")
    workspaces.change(workspace=Workspace.objects.get(slug="acme"), phone="+49 30 1")
    assert "cannot be undone any more" in undo(browser, token)
    acme.refresh_from_db()
    assert (acme.name, acme.phone) == ("Acne", "+49 30 1")


def test_after_ten_minutes_it_is_too_late(browser: Client, acme: Workspace) -> None:
    token = save(browser, name="Acne")
    with pytest.raises(company.TooLate):
        company.undo(workspace=acme, token=token, now=timezone.now() + timedelta(minutes=11))


@pytest.mark.parametrize(
    "token",
    ["", "x", signing.dumps("x"), signing.dumps([1, 2], salt="other")],
    ids=["empty", "malformed", "another thing", "another salt"],
)
def test_a_made_up_token_undoes_nothing(browser: Client, token: str) -> None:
    assert "cannot be undone any more" in undo(browser, token)


def test_a_token_of_another_workspace_undoes_nothing(
    browser: Client, charlie: User, globex: Workspace
) -> None:
    token = save(browser, name="Acne")
    answer = signed_in(charlie).post("/w/globex/settings/company/undo/", {"token": token}, follow=True)
    assert "cannot be undone any more" in answer.content.decode()
    globex.refresh_from_db()
    assert globex.name == "Globex"
