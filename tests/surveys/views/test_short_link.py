"""The short address in a text: it leads to the answer page and records nothing."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Workspace
from core.tokens import new_nonce
from surveys.models import Contact, Invitation, InvitationChange, Response, Survey
from surveys.services import erasing, invitations


@pytest.fixture
def invitation(acme: Workspace, survey: Survey, dora: Contact) -> Invitation:
    return invitations.invite(workspace=acme, survey=survey, contact=dora, now=timezone.now(), send=False)


@pytest.mark.parametrize("ending", ["/", ""])
def test_it_leads_to_the_page_and_keeps_what_was_asked(invitation: Invitation, ending: str) -> None:
    answer = Client().get(f"/m/{invitation.link_nonce}{ending}?score=7&from=mailbox")
    assert (answer.status_code, answer["Location"]) == (302, f"/s/{invitation.link}/?score=7&from=mailbox")
    assert (answer["Cache-Control"], answer["Referrer-Policy"], answer["X-Robots-Tag"]) == (
        "no-store", "no-referrer", "noindex, nofollow",
    )  # fmt: skip
    assert answer.cookies == {}
    page = Client().get(answer["Location"])
    assert page.status_code == 200


def test_looking_a_hundred_times_records_nothing(acme: Workspace, invitation: Invitation) -> None:
    before = Invitation.objects.of(acme).values().get()
    for method in ("get", "head"):
        for _look in range(50):
            assert getattr(Client(), method)(f"/m/{invitation.link_nonce}/").status_code == 302
    assert Invitation.objects.of(acme).values().get() == before
    assert (Response.objects.of(acme).count(), InvitationChange.objects.of(acme).count()) == (0, 0)


def test_nothing_can_be_sent_there(acme: Workspace, invitation: Invitation) -> None:
    answer = Client().post(f"/m/{invitation.link_nonce}/", {"score": "9"})
    assert (answer.status_code, Response.objects.of(acme).count()) == (405, 0)


@pytest.mark.parametrize("made", ["unknown", "short", "wrong", "long"])
def test_an_unknown_one_is_the_friendly_page_of_unknown_links(invitation: Invitation, made: str) -> None:
    nonce = {
        "unknown": new_nonce(), "short": "abc", "wrong": "!" * 22, "long": invitation.link_nonce + "x",
    }[made]  # fmt: skip
    answer = Client().get(f"/m/{nonce}/")
    assert (answer.status_code, b"<form" in answer.content) == (404, False)


def test_an_erased_persons_link_has_ended(invitation: Invitation, dora: Contact) -> None:
    erasing.erase(contact=dora, now=timezone.now())
    page = Client().get(f"/m/{invitation.link_nonce}/", follow=True)
    assert page.status_code == 410
