"""The first visit, as a browser sees it."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from accounts.services import setup
from core.logs import mask

pytestmark = pytest.mark.django_db


def typed(**changed: str) -> dict[str, str]:
    return {
        "company": "Acme Parcel", "slug": "acme-parcel", "time_zone": "Europe/Berlin", "language": "en",
        "name": "Olga Owner", "email": "olga@acme.example", "password": "correct horse battery", **changed,
    }  # fmt: skip


@pytest.fixture
def link() -> str:
    return f"/setup/{setup.issue(now=timezone.now())}/"


def test_without_a_workspace_the_front_door_says_how_to_begin_and_gives_nothing_away(link: str) -> None:
    page = Client().get("/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "This Amends has no workspace yet" in text
    assert ("<form" in text, link in text) == (False, False)


def test_with_a_workspace_the_front_door_asks_to_sign_in(acme: Workspace) -> None:
    assert Client().get("/")["Location"] == "/accounts/login/?next=/"


def test_looking_changes_nothing_and_is_never_stored(link: str) -> None:
    for _look in range(2):
        page = Client().get(link)
        assert page.status_code == 200
        assert "no-store" in page["Cache-Control"]
    assert Workspace.objects.exists() is False


def test_the_form_makes_the_workspace_signs_in_and_leads_to_the_first_steps(link: str) -> None:
    browser = Client()
    answer = browser.post(link, typed(), follow=True)
    assert answer.redirect_chain == [("/w/acme-parcel/", 302)]
    text = answer.content.decode()
    assert "First steps" in text
    assert "Welcome. Acme Parcel is ready" in text
    assert User.objects.get().name == "Olga Owner"
    assert browser.get(link).status_code == 404
    assert Client().post(link, typed(slug="more", email="eve@acme.example")).status_code == 404
    assert Workspace.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"company": ""}, "company"),
        ({"slug": "Not a slug"}, "slug"),
        ({"slug": "-acme"}, "slug"),
        ({"time_zone": "Nowhere"}, "time_zone"),
        ({"email": "x"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "olga@acme.example"}, "password"),
    ],
)
def test_what_does_not_fit_comes_back_with_what_was_typed(
    link: str, changed: dict[str, str], field: str
) -> None:
    answer = Client().post(link, typed(**changed))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert 'value="Olga Owner"' in answer.content.decode()
    assert "correct horse battery" not in answer.content.decode()
    assert Workspace.objects.exists() is False


def test_a_link_that_never_was_is_a_page_that_does_not_exist(link: str) -> None:
    assert Client().get(f"/setup/{'A' * 44}/").status_code == 404
    assert Client().post(f"/setup/{'A' * 44}/", typed()).status_code == 404


def test_the_link_is_no_word_of_a_log(link: str) -> None:
    assert mask(f"GET {link}") == "GET /setup/***/"
