"""Sessions end by themselves, factors are asked for, and nobody can be signed in longer than they should."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, User, Workspace
from accounts.services import api_keys, sessions
from config import mail
from tests.accounts.signing import (
    address,
    browser,
    is_in,
    mails_to,
    type_password,
    with_app,
)  # fmt: skip
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db

PASSWORD = "pw-olivia-2026"
QUEUE = "/w/acme/cases/"


@pytest.fixture(autouse=True)
def untried(owner: User, settings: Any) -> None:
    settings.MAIL = mail.configure("smtp://127.0.0.1:1")
    owner.email = address()
    owner.save()


def age(client: Client, *, began: timedelta = timedelta(), seen: timedelta = timedelta()) -> None:
    """The session of this browser began, and was last used, this long before it did."""
    session = client.session
    session[sessions.BEGAN] -= int(began.total_seconds())
    session[sessions.SEEN] -= int(seen.total_seconds())
    session.save()


def opens(client: Client) -> bool:
    return client.get(QUEUE).status_code == 200


# --- Ends ---------------------------------------------------------------------------------------------------------


def test_three_idle_hours_end_a_session_for_good(acme: Workspace, owner: User) -> None:
    client = signed_in(owner)
    age(client, seen=timedelta(hours=2, minutes=59))
    assert opens(client)
    age(client, seen=timedelta(hours=3))
    key = client.session.session_key
    answer = client.get(QUEUE)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/accounts/login/?next={QUEUE}")
    assert Session.objects.filter(pk=key).exists() is False
    assert "nothing happened here for a while" in client.get(answer.headers["Location"]).content.decode()


def test_twelve_hours_end_a_session_however_busy(acme: Workspace, owner: User) -> None:
    client = signed_in(owner)
    age(client, began=timedelta(hours=11, minutes=59))
    assert opens(client)
    age(client, began=timedelta(minutes=2))
    assert client.get(QUEUE).status_code == 302
    assert is_in(client) is False


def test_the_ends_follow_the_installation(acme: Workspace, owner: User, settings: Any) -> None:
    settings.SESSION_IDLE = timedelta(minutes=10)
    client = signed_in(owner)
    age(client, seen=timedelta(minutes=11))
    assert opens(client) is False


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", f"{QUEUE}?since=x"),
        ("get", "/w/acme/notifications/bell/"),
        ("get", f"{QUEUE}views/counts/"),
        ("get", f"{QUEUE}here/?n=1"),
        ("post", f"{QUEUE}1/here/"),
    ],
)
def test_a_page_that_asks_by_itself_keeps_no_session_awake(
    acme: Workspace, owner: User, method: str, path: str
) -> None:
    client = signed_in(owner)
    age(client, seen=timedelta(hours=2))
    getattr(client, method)(path)
    age(client, seen=timedelta(hours=1))
    assert opens(client) is False


def test_using_it_keeps_it_awake_and_costs_a_write_once_a_minute(
    acme: Workspace, owner: User, django_assert_num_queries: Any
) -> None:
    client = signed_in(owner)
    age(client, seen=timedelta(hours=2))
    assert opens(client)
    age(client, seen=timedelta(hours=2))
    assert opens(client)
    seen = client.session[sessions.SEEN]
    assert opens(client)
    assert client.session[sessions.SEEN] == seen


def test_the_key_changes_when_somebody_signs_in(owner: User) -> None:
    client = browser()
    client.get("/accounts/login/code/")
    session = client.session
    session["left"] = "behind"
    session.save()
    client.cookies["amends_session"] = session.session_key
    type_password(client, owner, PASSWORD)
    assert client.session.session_key != session.session_key
    assert Session.objects.filter(pk=session.session_key).exists() is False


def test_signing_in_again_starts_the_clock_again(acme: Workspace, owner: User) -> None:
    client = signed_in(owner)
    age(client, began=timedelta(hours=13))
    client.get(QUEUE)
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert opens(client)


def test_whoever_is_switched_off_is_out_at_once_and_stays_out(acme: Workspace, owner: User) -> None:
    client = signed_in(owner)
    assert opens(client)
    sessions.switch_off(user=owner, now=timezone.now())
    assert client.get(QUEUE).status_code == 302
    User.objects.filter(pk=owner.pk).update(is_active=True)
    assert client.get(QUEUE).status_code == 302


def test_a_new_password_ends_every_other_session_and_is_told(acme: Workspace, owner: User) -> None:
    here, there = browser(), browser()
    for client in (here, there):
        type_password(client, owner, PASSWORD)
    new = "seven quiet herons"
    answer = here.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert answer.headers["Location"] == "/accounts/security/"
    assert (opens(here), opens(there)) == (True, False)
    [notice] = [one for one in mails_to(owner) if one.subject == "Your password was changed"]
    assert notice.to == owner.email
    acts = AuditEvent.unscoped.filter(actor=owner).order_by("id").values_list("act", flat=True)
    assert list(acts)[-2:] == ["SESSIONS_ENDED", "PASSWORD_CHANGED"]


def test_signing_out_is_recorded_and_leaves_no_session(acme: Workspace, owner: User) -> None:
    client = browser()
    type_password(client, owner, PASSWORD)
    key = client.session.session_key
    client.post("/accounts/logout/")
    assert Session.objects.filter(pk=key).exists() is False
    assert AuditEvent.unscoped.filter(actor=owner).latest("id").act == "SIGNED_OUT"


def test_a_fragment_leads_the_whole_page_to_the_sign_in(acme: Workspace, owner: User) -> None:
    answer = Client().get(
        QUEUE,
        {"since": "x"},
        HTTP_HX_REQUEST="true",
        HTTP_HX_CURRENT_URL=f"http://testserver{QUEUE}?view=mine",
    )
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (
        200, f"/accounts/login/?next={QUEUE}%3Fview%3Dmine",
    )  # fmt: skip


# --- A workspace that asks for a second factor --------------------------------------------------------------------


@pytest.fixture
def strict(acme: Workspace) -> Workspace:
    acme.requires_second_factor = True
    acme.save()
    return acme


def test_a_member_without_a_factor_is_led_to_the_page_that_sets_one_up(strict: Workspace, bob: User) -> None:
    client = signed_in(bob)
    answer = client.get("/w/acme/cases/?view=mine")
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        "/accounts/security/second-factor/?workspace=acme&next=%2Fw%2Facme%2Fcases%2F%3Fview%3Dmine",
    )
    page = client.get(answer.headers["Location"]).content.decode()
    assert "Acme asks everybody who works there for a second step" in page
    with_app(bob)
    assert client.get("/accounts/2fa/").headers["Location"] == "/w/acme/cases/?view=mine"
    assert opens(client)


def test_nothing_is_done_on_the_way(strict: Workspace, owner: User) -> None:
    answer = signed_in(owner).post("/w/acme/settings/company/", {"name": "Changed"})
    assert (
        answer.headers["Location"] == "/accounts/security/second-factor/?workspace=acme&next=%2Fw%2Facme%2F"
    )
    strict.refresh_from_db()
    assert strict.name == "Acme"


def test_a_stranger_learns_nothing_of_it(strict: Workspace, charlie: User) -> None:
    assert signed_in(charlie).get(QUEUE).status_code == 404


def test_other_workspaces_are_not_affected(strict: Workspace, charlie: User) -> None:
    assert signed_in(charlie).get("/w/globex/cases/").status_code == 200


def test_api_keys_are_not_affected(strict: Workspace, owner: User) -> None:
    _key, secret = api_keys.issue(workspace=strict, name="shop", by=owner, now=MONDAY_9AM)
    assert Client().get("/api/v1/surveys/", HTTP_AUTHORIZATION=f"Bearer {secret}").status_code == 200


@pytest.mark.parametrize("goes_to", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_the_way_on_never_leaves_the_site(strict: Workspace, bob: User, goes_to: str) -> None:
    client = signed_in(bob)
    client.get("/accounts/security/second-factor/", {"workspace": "acme", "next": goes_to})
    assert client.get("/accounts/2fa/").headers["Location"] == "/accounts/security/"


@pytest.mark.parametrize("goes_to", ["1", "accounts:nothing", "nowhere", "w/acme/cases/", "1) AND (SELECT 1"])
@pytest.mark.parametrize("has_one", [False, True])
def test_the_way_on_is_a_path_and_never_the_name_of_a_page(
    acme: Workspace, bob: User, goes_to: str, has_one: bool
) -> None:
    client = signed_in(bob)
    if has_one:
        Authenticator.objects.create(user=bob, type=Authenticator.Type.TOTP, data={"secret": "sealed"})
    answer = client.get("/accounts/security/second-factor/", {"workspace": "acme", "next": goes_to})
    assert answer.status_code == (302 if has_one else 200)
    assert client.get("/accounts/2fa/").headers["Location"] == "/accounts/security/"
