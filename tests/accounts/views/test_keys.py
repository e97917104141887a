"""The keys page: a secret is shown once, a rotation leaves no gap, and one form makes one key."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts import key_forms
from accounts.enums import Role
from accounts.models import ApiKey, Membership, User, Workspace
from accounts.services import api_keys
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
PAGE = "/w/acme/settings/keys/"


@pytest.fixture
def browser(owner: User, acme: Workspace) -> Client:
    return signed_in(owner)


def filled(browser: Client, **changed: Any) -> dict[str, Any]:
    once = browser.get(PAGE).context["form"]["once"].value()
    return {"name": "Shop", "can": "read", "days": "365", "once": once, **changed}


def make(workspace: Workspace, by: User | None, **more: Any) -> ApiKey:
    key, _secret = api_keys.issue(workspace=workspace, name="Shop", by=by, now=timezone.now(), **more)
    return key


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def lines(browser: Client) -> list[dict[str, Any]]:
    return browser.get(PAGE).context["rows"]


def test_the_secret_is_in_the_answer_and_nowhere_else(
    browser: Client, acme: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = browser.post(PAGE, filled(browser))
    secret = answer.context["secret"]
    assert (answer.status_code, answer["Cache-Control"], "Location" in answer) == (200, "no-store", False)
    assert f'value="{secret}"' in answer.content.decode()
    assert f"-H &quot;Authorization: Bearer {secret}&quot;" in answer.content.decode()
    assert ApiKey.objects.is_valid(secret) is True
    key = ApiKey.objects.get(workspace=acme)
    assert secret not in str(ApiKey.objects.filter(pk=key.pk).values().get())
    hidden = secret.partition(".")[2]
    places = [caplog.text, str(answer.cookies), str([row.get_decoded() for row in Session.objects.all()])]
    assert [hidden in place for place in places] == [False] * 3
    assert hidden not in browser.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("given", "scopes"),
    [
        ({"can": "read"}, ["read"]),
        ({"can": "everything"}, ["read", "write"]),
        ({"can": "chosen", "scopes": ["cases:read", "responses:write"]}, ["responses:write", "cases:read"]),
        ({"can": "read", "scopes": ["cases:write"]}, ["read"]),
    ],
)
def test_presets_and_what_is_chosen(
    browser: Client, acme: Workspace, given: dict[str, Any], scopes: list[str]
) -> None:
    assert browser.post(PAGE, filled(browser, **given)).status_code == 200
    assert ApiKey.objects.get(workspace=acme).scopes == scopes


@pytest.mark.parametrize(("days", "expected"), [("30", 30), ("90", 90), ("365", 365), ("0", None)])
def test_how_long_it_works(browser: Client, acme: Workspace, days: str, expected: int | None) -> None:
    before = timezone.now()
    browser.post(PAGE, filled(browser, days=days))
    end = ApiKey.objects.get(workspace=acme).expiry_date
    if expected is None:
        assert end is None
    else:
        assert timedelta(0) <= end - before - timedelta(days=expected) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 51}, "name"),
        ({"can": "all"}, "can"),
        ({"can": "chosen"}, "scopes"),
        ({"can": "chosen", "scopes": ["root"]}, "scopes"),
        ({"days": "366"}, "days"),
        ({"once": "forged"}, "__all__"),
        ({"once": "a\0b"}, "__all__"),
    ],
)
def test_what_does_not_fit_comes_back_as_it_was_typed(
    browser: Client, acme: Workspace, given: dict[str, Any], field: str
) -> None:
    answer = browser.post(PAGE, filled(browser, **given))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert ApiKey.objects.filter(workspace=acme).count() == 0


def test_a_form_that_lay_open_too_long_comes_back_fresh(
    browser: Client, acme: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = filled(browser, name="Late")
    monkeypatch.setattr(key_forms, "FORM_LIFE", timedelta(seconds=-1))
    answer = browser.post(PAGE, form)
    fresh = answer.context["form"]["once"].value()
    assert (answer.status_code, 'value="Late"' in answer.content.decode(), fresh != form["once"]) == (
        422,
        True,
        True,
    )
    monkeypatch.undo()
    assert browser.post(PAGE, {**form, "once": fresh}).status_code == 200
    assert ApiKey.objects.filter(workspace=acme).count() == 1


def test_sending_the_form_again_makes_no_second_key_and_says_so(browser: Client, acme: Workspace) -> None:
    form = filled(browser)
    secret = browser.post(PAGE, form).context["secret"]
    again = browser.post(PAGE, form)
    assert (again.status_code, again.context["secret"]) == (200, "")
    assert "This form was sent before" in text(again)
    assert secret.partition(".")[2] not in again.content.decode()
    assert ApiKey.objects.filter(workspace=acme).count() == 1


def test_a_name_is_taken_once(browser: Client, acme: Workspace) -> None:
    browser.post(PAGE, filled(browser))
    assert browser.post(PAGE, filled(browser, name="shop ")).status_code == 422
    assert ApiKey.objects.filter(workspace=acme).count() == 1


def test_rotating_shows_the_new_secret_and_both_keys_as_a_pair(
    browser: Client, acme: Workspace, owner: User
) -> None:
    old = make(acme, owner, can_do=["cases:read"])
    form = browser.get(f"{PAGE}{old.prefix}/rotate/").context["form"]
    until = form.initial["until"]
    assert timedelta(hours=23, minutes=58) < until - timezone.now() < timedelta(hours=24, minutes=1)
    sent = {"until": until.strftime("%Y-%m-%dT%H:%M"), "days": "90", "once": form["once"].value()}
    answer = browser.post(f"{PAGE}{old.prefix}/rotate/", sent)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    new = ApiKey.objects.get(workspace=acme, replaces=old)
    assert ApiKey.objects.key_generator.verify(answer.context["secret"], new.hashed_key)
    assert [(row["key"].prefix, row["is_heir"], row["is_replaced"]) for row in lines(browser)] == [
        (new.prefix, True, False), (old.prefix, False, True),
    ]  # fmt: skip
    again = browser.post(f"{PAGE}{old.prefix}/rotate/", sent)
    assert (again.status_code, again.context["secret"], ApiKey.objects.filter(workspace=acme).count()) == (
        200,
        "",
        2,
    )


@pytest.mark.parametrize(("hours", "status"), [(-1, 422), (0, 200), (719, 200), (721, 422)])
def test_the_overlap_has_bounds(
    browser: Client, acme: Workspace, owner: User, hours: int, status: int
) -> None:
    old = make(acme, owner)
    once = browser.get(f"{PAGE}{old.prefix}/rotate/").context["form"]["once"].value()
    until = (timezone.now() + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")
    answer = browser.post(f"{PAGE}{old.prefix}/rotate/", {"until": until, "days": "90", "once": once})
    assert answer.status_code == status


@pytest.mark.parametrize(("act", "revoked"), [("finish", [True, False]), ("cancel", [False, True])])
def test_a_rotation_is_finished_or_cancelled_at_once(
    browser: Client, acme: Workspace, owner: User, act: str, revoked: list[bool]
) -> None:
    old, now = make(acme, owner), timezone.now()
    new, _secret = api_keys.rotate(key=old, by=owner, until=now + timedelta(days=1), expires_at=None, now=now)
    assert browser.post(f"{PAGE}{old.prefix}/{act}/").status_code == 302
    assert [ApiKey.objects.get(pk=key.pk).revoked for key in (old, new)] == revoked
    left = old if act == "cancel" else new
    again = browser.post(f"{PAGE}{left.prefix}/{act}/")
    assert (again.status_code, "No key is in the place of this one" in text(again)) == (409, True)


def test_a_key_whose_maker_may_make_none_any_more_is_told_and_adopted(
    browser: Client, acme: Workspace, owner: User, bob: User
) -> None:
    Membership.objects.of(acme).filter(user=bob).update(role=Role.ADMIN)
    key = make(acme, bob)
    assert [row["is_orphan"] for row in lines(browser)] == [False]
    for change in ({"role": Role.AGENT}, {"role": Role.ADMIN, "deactivated_at": timezone.now()}):
        Membership.objects.of(acme).filter(user=bob).update(**change)
        assert [row["is_orphan"] for row in lines(browser)] == [True]
    assert "made by somebody who may no longer make keys" in text(browser.get(PAGE))
    browser.post(f"{PAGE}{key.prefix}/adopt/")
    assert ApiKey.objects.get(pk=key.pk).created_by == owner
    assert [row["is_orphan"] for row in lines(browser)] == [False]


@pytest.mark.parametrize(
    ("days", "said"), [(None, None), (15, None), (13, "ends soon"), (-1, "ended"), (-31, "No keys")]
)
def test_the_list_warns_two_weeks_before_the_end(
    browser: Client, acme: Workspace, owner: User, days: int | None, said: str | None
) -> None:
    make(acme, owner, expires_at=timezone.now() + timedelta(days=days) if days is not None else None)
    page = text(browser.get(PAGE))
    found = [word for word in ("ends soon", "ended", "No keys") if re.search(rf"\b{word}\b", page)]
    assert found == ([said] if said else [])


def test_the_list_says_who_made_a_key_what_it_may_and_when_it_was_used(
    browser: Client, acme: Workspace, owner: User
) -> None:
    key = make(acme, owner, can_do=["cases:read", "contacts:write"])
    page = text(browser.get(PAGE))
    for said in (
        "Olivia Owner",
        f"{key.prefix}.",
        "Read cases and their timelines",
        "Add, change and erase contacts",
    ):
        assert said in page
    api_keys.mark_used(key=key, now=timezone.now())
    assert [row["key"].last_used_at is None for row in lines(browser)] == [False]


@pytest.mark.parametrize("act", ["revoke", "finish", "cancel", "adopt", "rotate"])
def test_a_key_of_another_workspace_is_not_there(
    browser: Client, globex: Workspace, charlie: User, act: str
) -> None:
    key = make(globex, charlie)
    assert browser.post(f"{PAGE}{key.prefix}/{act}/").status_code == 404
    assert ApiKey.objects.get(pk=key.pk).revoked is False


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AGENT, Role.ANALYST])
def test_only_admins_see_keys(acme: Workspace, owner: User, bob: User, role: str) -> None:
    Membership.objects.of(acme).filter(user=bob).update(role=role)
    key, client = make(acme, owner), signed_in(bob)
    assert [client.get(PAGE).status_code, client.post(PAGE, {}).status_code] == [403, 403]
    assert client.post(f"{PAGE}{key.prefix}/revoke/").status_code == 403
