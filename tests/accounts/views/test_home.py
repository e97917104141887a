"""The first page of a workspace."""

import re

import pytest
from django.test import Client

from accounts.models import User, Workspace
from outbox.models import OutboundMessage
from tests.conftest import signed_in

HOME = "/w/acme/"


@pytest.fixture
def browser(owner: User, acme: Workspace) -> Client:
    return signed_in(owner)


def test_those_who_set_it_up_see_the_first_steps_and_everybody_else_their_home(
    browser: Client, alice: User, bob: User
) -> None:
    page = browser.get(HOME).content.decode()
    assert re.findall(r"\d of \d done", page) == ["1 of 6 done"]  # there are colleagues
    for user in (alice, bob):
        assert signed_in(user).get(HOME)["Location"] == "/w/acme/home/"


def test_a_step_is_confirmed_with_one_press(browser: Client) -> None:
    answer = browser.post(f"{HOME}first-steps/confirm/", {"step": "HOURS"}, follow=True)
    assert "1 of 6 done" in answer.content.decode()
    answer = browser.post(f"{HOME}first-steps/confirm/", {"step": "CONTACTS"}, follow=True)
    assert "There is no such step." in answer.content.decode()


def test_the_test_mail_goes_to_oneself_and_leads_back(browser: Client, owner: User, acme: Workspace) -> None:
    url = re.findall(r'action="(/w/acme/surveys/[^"]+/test/)"', browser.get(HOME).content.decode())[0]
    answer = browser.post(url, {"from": "first-steps"}, follow=True)
    assert answer.redirect_chain == [(HOME, 302)]
    assert "A test is on its way to olivia@acme.example." in answer.content.decode()
    mail = OutboundMessage.objects.of(acme).get()
    assert (mail.to, mail.subject.startswith("Test: "), mail.kind) == (owner.email, True, "STAFF")


def test_saving_the_hours_confirms_them(browser: Client) -> None:
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:00")
    browser.post(f"{HOME}settings/hours/", {"time_zone": "UTC", **week})
    assert "1 of 6 done" in browser.get(HOME).content.decode()


def test_hidden_leads_to_the_home_and_the_settings_bring_it_back(browser: Client) -> None:
    answer = browser.post(f"{HOME}first-steps/hide/", follow=True)
    assert answer.redirect_chain == [("/w/acme/settings/", 302)]
    assert "Show again" in answer.content.decode()
    assert browser.get(HOME)["Location"] == "/w/acme/home/"
    browser.post(f"{HOME}first-steps/hide/", {"undo": "1"})
    assert browser.get(HOME).status_code == 200


@pytest.mark.parametrize("path", ["first-steps/confirm/", "first-steps/hide/"])
def test_only_those_who_set_it_up_may(path: str, alice: User, charlie: User, acme: Workspace) -> None:
    assert signed_in(alice).post(HOME + path).status_code == 403
    assert signed_in(charlie).post(HOME + path).status_code == 404
