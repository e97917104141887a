"""Whether a workspace asks everybody for a second factor."""

import pytest

from accounts.models import User, Workspace
from tests.accounts.signing import with_app
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

PAGE = "/w/acme/settings/sign-in/"


def asks(acme: Workspace) -> bool:
    acme.refresh_from_db()
    return acme.requires_second_factor


def test_who_has_no_factor_cannot_ask_for_one(acme: Workspace, owner: User) -> None:
    answer = signed_in(owner).post(PAGE, {"requires_second_factor": "on"})
    assert (answer.status_code, asks(acme)) == (422, False)
    assert "Set up a second factor for yourself first" in answer.content.decode()


def test_an_owner_with_a_factor_asks_and_stops_asking(acme: Workspace, owner: User) -> None:
    with_app(owner)
    client = signed_in(owner)
    client.post(PAGE, {"requires_second_factor": "on"})
    assert asks(acme) is True
    assert "From now on everybody needs a second factor here." in client.get(PAGE).content.decode()
    client.post(PAGE, {})
    assert asks(acme) is False


def test_the_page_says_how_many_have_none(acme: Workspace, owner: User, alice: User, bob: User) -> None:
    assert "3 people here have no second factor yet." in signed_in(owner).get(PAGE).content.decode()
    with_app(alice)
    assert "2 people here have no second factor yet." in signed_in(owner).get(PAGE).content.decode()


def test_a_manager_may_not_and_a_stranger_finds_nothing(acme: Workspace, alice: User, charlie: User) -> None:
    with_app(alice)
    assert signed_in(alice).post(PAGE, {"requires_second_factor": "on"}).status_code == 403
    assert signed_in(charlie).get(PAGE).status_code == 404
    assert asks(acme) is False
