"""Widget keys on their page: made, moved to other sites, rotated, revoked."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.enums import Act, Role
from accounts.history import kinds
from accounts.key_forms import signed_token
from accounts.models import AuditEvent, Membership, User, Workspace
from core.sealing import unseal
from surveys.models import Response, Survey, WidgetKey
from surveys.rules.questions import Condition
from surveys.services import questions, widget_keys
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/w/acme/settings/widget-keys/"


@pytest.fixture
def browser(owner: User, acme: Workspace) -> Client:
    return signed_in(owner)


def filled(workspace: Workspace, **changed: Any) -> dict[str, Any]:
    survey = Survey.objects.of(workspace).get().public_id
    return {
        "once": signed_token(),
        "name": "Shop",
        "survey": survey,
        "origins": "https://Shop.example/\n\nhttps://b.example:8443",
        **changed,
    }


def make(workspace: Workspace, by: User) -> WidgetKey:
    survey = Survey.objects.of(workspace).get()
    return widget_keys.issue(
        workspace=workspace,
        survey=survey,
        name="Shop",
        origins=["https://shop.example"],
        by=by,
        now=timezone.now(),
    )


def test_one_is_made_for_a_survey_and_its_sites(browser: Client, acme: Workspace, owner: User) -> None:
    assert browser.post(PAGE, filled(acme)).status_code == 302
    key = WidgetKey.objects.of(acme).get()
    assert (key.name, key.survey, key.origins, key.created_by) == (
        "Shop", Survey.objects.of(acme).get(), ["https://shop.example", "https://b.example:8443"], owner,
    )  # fmt: skip
    assert (key.public_id[:3], len(key.public_id)) == ("pk_", 25)
    assert key.public_id in browser.get(PAGE).content.decode()
    [event] = AuditEvent.objects.of(acme).filter(act=Act.KEY_ISSUED, subject_kind="widget_key")
    assert (event.actor, event.subject_id, event.detail) == (
        owner, str(key.pk), {"survey": key.survey_id, "origins": 2},
    )  # fmt: skip


def test_a_form_sent_twice_makes_one(browser: Client, acme: Workspace) -> None:
    drawn = browser.get(PAGE).context["form"]["once"].value()
    sent = filled(acme, once=drawn)
    assert [browser.post(PAGE, sent).status_code for _ in range(2)] == [302, 302]
    assert WidgetKey.objects.of(acme).count() == 1
    assert browser.post(PAGE, filled(acme)).status_code == 302  # another form, another key
    assert WidgetKey.objects.of(acme).count() == 2


@pytest.mark.parametrize("token", ["", "made-up"])
def test_a_form_that_is_not_ours_comes_back_with_what_was_typed(
    browser: Client, acme: Workspace, token: str
) -> None:
    answer = browser.post(PAGE, filled(acme, once=token))
    form = answer.context["form"]
    assert (answer.status_code, WidgetKey.objects.of(acme).count(), form["name"].value()) == (422, 0, "Shop")
    assert browser.post(PAGE, filled(acme, once=form["once"].value())).status_code == 302


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"), ({"survey": "nothing"}, "survey"), ({"origins": ""}, "origins"),
        ({"origins": "https://*.shop.example"}, "origins"), ({"origins": "https://shop.example/cart"}, "origins"),
        ({"origins": "null"}, "origins"), ({"origins": " \n "}, "origins"),
    ],
)  # fmt: skip
def test_what_does_not_fit_comes_back(
    browser: Client, acme: Workspace, given: dict[str, str], field: str
) -> None:
    answer = browser.post(PAGE, filled(acme, **given))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert WidgetKey.objects.of(acme).count() == 0


def test_the_survey_of_another_workspace_is_none(browser: Client, acme: Workspace, globex: Workspace) -> None:
    foreign = Survey.objects.of(globex).get().public_id
    assert browser.post(PAGE, filled(acme, survey=foreign)).status_code == 422


def test_moving_it_to_other_sites_is_remembered(browser: Client, acme: Workspace, owner: User) -> None:
    key = make(acme, owner)
    page = f"{PAGE}{key.public_id}/"
    assert browser.post(page, {"part": "origins", "origins": "https://new.example"}).status_code == 302
    assert browser.post(page, {"part": "origins", "origins": "nowhere"}).status_code == 422
    assert WidgetKey.objects.of(acme).get().origins == ["https://new.example"]
    last = kinds()["widget_key"].objects.of(acme).latest("pgh_id")
    assert (last.pgh_label, last.was) == ("update", {"origins": ["https://shop.example"]})


def test_rotating_leaves_both_until_the_chosen_moment(browser: Client, acme: Workspace, owner: User) -> None:
    old = make(acme, owner)
    page = f"{PAGE}{old.public_id}/"
    form = browser.get(page).context["rotate_form"]
    until = (timezone.now() + timedelta(hours=5)).replace(second=0, microsecond=0)
    sent = {"part": "rotate", "until": until.strftime("%Y-%m-%dT%H:%M"), "once": form["once"].value()}
    assert [browser.post(page, sent).status_code for _ in range(2)] == [302, 409]
    new = WidgetKey.objects.of(acme).get(replaces=old)
    old.refresh_from_db()
    assert (old.expires_at, new.expires_at, new.survey, new.origins) == (until, None, old.survey, old.origins)
    rows = {row["key"].pk: row["is_replaced"] for row in browser.get(PAGE).context["rows"]}
    assert rows == {old.pk: True, new.pk: False}


def test_a_revoked_one_leaves_the_list(browser: Client, acme: Workspace, owner: User) -> None:
    key = make(acme, owner)
    assert browser.post(f"{PAGE}{key.public_id}/revoke/").status_code == 302
    assert (browser.get(PAGE).context["rows"], browser.get(f"{PAGE}{key.public_id}/").status_code) == (
        [],
        404,
    )
    acts = AuditEvent.objects.of(acme).filter(subject_kind="widget_key").order_by("pk")
    assert list(acts.values_list("act", flat=True)) == ["KEY_ISSUED", "KEY_REVOKED"]


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AGENT, Role.ANALYST])
def test_only_admins_see_them(acme: Workspace, owner: User, bob: User, role: str) -> None:
    Membership.objects.of(acme).filter(user=bob).update(role=role)
    key = make(acme, owner)
    for path in (PAGE, f"{PAGE}{key.public_id}/"):
        assert (signed_in(bob).get(path).status_code, signed_in(bob).post(path).status_code) == (403, 403)


LOOK = {
    "part": "look", "mode": "INLINE", "side": "LEFT", "urls": "/checkout/*\n\n!/checkout/pay", "delay": "0", "scroll": "50",
    "percent": "10", "again_days": "30",
}  # fmt: skip


def test_how_it_asks_is_kept_and_remembered(browser: Client, acme: Workspace, owner: User) -> None:
    key = make(acme, owner)
    page = f"{PAGE}{key.public_id}/"
    assert browser.post(page, LOOK)["Location"] == page
    key.refresh_from_db()
    assert key.settings == {
        "mode": "INLINE", "side": "LEFT", "urls": ["/checkout/*", "!/checkout/pay"], "delay": 0, "scroll": 50, "percent": 10,
        "again_days": 30,
    }  # fmt: skip
    assert kinds()["widget_key"].objects.of(acme).latest("pgh_id").was == {"settings": {}}
    assert browser.get(page).context["look_form"]["urls"].value() == "/checkout/*\n!/checkout/pay"


@pytest.mark.parametrize(
    "given",
    [{"urls": "checkout"}, {"percent": "0"}, {"delay": ""}, {"mode": "BANNER"}, {"again_days": "366"}],
)
def test_a_way_of_asking_that_does_not_fit_comes_back(
    browser: Client, acme: Workspace, owner: User, given: dict[str, str]
) -> None:
    key = make(acme, owner)
    answer = browser.post(f"{PAGE}{key.public_id}/", LOOK | given)
    assert (answer.status_code, list(answer.context["look_form"].errors)) == (422, list(given))
    key.refresh_from_db()
    assert key.settings == {}


def test_the_secret_is_shown_once_and_kept_sealed(browser: Client, acme: Workspace, owner: User) -> None:
    key = make(acme, owner)
    page = f"{PAGE}{key.public_id}/"
    shown = browser.post(page, {"part": "secret"})
    secret = shown.context["secret"]
    key.refresh_from_db()
    assert (len(secret), unseal(key.secret), secret in shown.content.decode()) == (43, secret, True)
    assert secret not in browser.get(page).content.decode()
    assert secret not in str(list(kinds()["widget_key"].objects.of(acme).values()))
    assert browser.post(page, {"part": "secret"}).context["secret"] != secret
    acts = AuditEvent.objects.of(acme).filter(subject_kind="widget_key").order_by("pk")
    assert list(acts.values_list("act", flat=True)) == ["KEY_ISSUED", "KEY_ISSUED", "KEY_ROTATED"]


def test_the_page_gives_the_tag_the_policy_and_a_preview_that_hands_nothing_in(
    browser: Client, acme: Workspace, owner: User
) -> None:
    key = make(acme, owner)
    page = browser.get(f"{PAGE}{key.public_id}/")
    base = settings.BASE_URL
    assert (
        page.context["snippet"]
        == f'<script src="{base}/widget.js" data-key="{key.public_id}" async></script>'
    )
    assert page.context["policy"] == f"script-src {base}/widget.js; connect-src {base}"
    preview = browser.get(f"{PAGE}{key.public_id}/preview/").content.decode()
    assert f'data-preview="{PAGE}{key.public_id}/preview.json"' in preview
    shown = browser.get(f"{PAGE}{key.public_id}/preview.json").json()
    assert shown["question"].startswith("How likely")


def test_the_preview_asks_what_the_widget_would_ask_next_and_keeps_nothing(
    browser: Client, acme: Workspace, owner: User
) -> None:
    key = make(acme, owner)
    what = questions.add(
        survey=key.survey, kind="SINGLE", text="What was it?", options=["Price", "Speed"], is_required=True,
        condition=Condition(classes=("DETRACTOR",)), now=MONDAY_9AM,
    )  # fmt: skip
    config = f"{PAGE}{key.public_id}/preview.json"

    def asked(score: str, said: str = "") -> list[str]:
        answer = browser.get(config, {"score": score, "said": said, "lang": "en"}).json()
        return [one["text"] for one in answer["questions"]]

    assert [asked("2"), asked("9"), asked("11")] == [["What was it?"], [], []]
    assert asked("2", json.dumps({what.public_id: None})) == []
    assert [browser.get(config, {"score": "2", "said": said}).status_code for said in ("[", "[]")] == [
        400,
        400,
    ]
    assert Response.objects.of(acme).count() == 0
