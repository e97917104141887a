"""One's own page: factors, sessions, browsers."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import AddWebAuthnView
from allauth.usersessions.models import UserSession
from django.http import HttpResponse, HttpResponseRedirect
from django.test import Client

from accounts.models import AuditEvent, KnownDevice, User, Workspace
from accounts.services import notices
from config import mail
from tests.accounts.signing import (
    FIREFOX,
    address,
    app_code,
    browser,
    is_in,
    mails_to,
    recovery_codes,
    type_password,
    with_app,
)  # fmt: skip
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

PASSWORD = "pw-olivia-2026"
PAGE = "/accounts/security/"


@pytest.fixture(autouse=True)
def untried(owner: User, settings: Any) -> None:
    settings.MAIL = mail.configure("smtp://127.0.0.1:1")
    owner.email = address()
    owner.save()


@pytest.fixture
def home(owner: User) -> Client:
    client = browser()
    type_password(client, owner, PASSWORD)
    return client


def text(client: Client) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(PAGE).content.decode()).split())


def subjects(user: User) -> list[str]:
    return [one.subject for one in mails_to(user)]


def prove_again(client: Client, minutes: int = 6) -> None:
    """The last step of signing in lies this long back."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= minutes * 60
    session.save()


def test_only_its_owner_gets_there(db: None) -> None:
    assert Client().get(PAGE).headers["Location"] == f"/accounts/login/?next={PAGE}"


def test_the_lists_of_the_library_lead_to_the_one_page(home: Client) -> None:
    places = ("/accounts/2fa/", "/accounts/2fa/webauthn/", "/accounts/sessions/")
    assert [home.get(place).headers["Location"] for place in places] == [PAGE] * 3


def test_the_page_names_sessions_and_browsers(home: Client, owner: User) -> None:
    type_password(
        Client(REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT=FIREFOX.replace("Linux", "Windows")),
        owner,
        PASSWORD,
    )
    shown = text(home)
    assert shown.count("This one") == 2
    assert ("Firefox on Linux" in shown, "203.0.113.9" in shown) == (True, True)
    assert "None yet: whoever learns your password is in." in shown


def test_one_session_is_ended_by_its_owner_and_by_nobody_else(home: Client, owner: User, alice: User) -> None:
    other = browser()
    type_password(other, owner, PASSWORD)
    [row] = UserSession.objects.filter(user=owner).exclude(session_key=home.session.session_key)
    signed_in(alice).post(f"{PAGE}sessions/{row.pk}/end/")
    assert is_in(other) is True
    home.post(f"{PAGE}sessions/{row.pk}/end/")
    assert (is_in(other), is_in(home)) == (False, True)
    assert AuditEvent.unscoped.filter(actor=owner).latest("id").act == "SESSIONS_ENDED"


def test_all_others_end_and_this_one_goes_on(home: Client, owner: User) -> None:
    others = [browser() for _ in range(3)]
    for other in others:
        type_password(other, owner, PASSWORD)
    home.post(f"{PAGE}sessions/end-others/")
    assert ([is_in(other) for other in others], is_in(home)) == ([False] * 3, True)
    assert "3 other sessions have ended." in home.get(PAGE).content.decode()
    assert AuditEvent.unscoped.filter(actor=owner).latest("id").detail == {"count": 3}


def test_signing_out_everywhere_ends_this_one_too_and_forgets_every_browser(
    home: Client, owner: User
) -> None:
    other = browser()
    type_password(other, owner, PASSWORD)
    home.post(f"{PAGE}sign-out-everywhere/")
    assert (is_in(home), is_in(other), KnownDevice.objects.filter(user=owner).count()) == (False, False, 0)


def test_a_forgotten_browser_is_new_again(home: Client, owner: User, alice: User) -> None:
    [device] = KnownDevice.objects.filter(user=owner)
    assert signed_in(alice).post(f"{PAGE}devices/{device.pk}/forget/").status_code == 404
    home.post(f"{PAGE}devices/{device.pk}/forget/")
    assert KnownDevice.objects.filter(user=owner).exists() is False
    home.post("/accounts/logout/")
    type_password(home, owner, PASSWORD)
    assert subjects(owner) == ["New sign-in to your account"]


# --- Factors ------------------------------------------------------------------------------------------------------


def secret_on(page: str) -> str:
    return re.findall(r'id="secret" value="([A-Z2-7]+)"', page)[0]


def test_an_app_is_set_up_with_its_first_code_and_codes_are_shown_once(
    home: Client, owner: User, django_capture_on_commit_callbacks: Any
) -> None:
    page = home.get("/accounts/2fa/totp/activate/").content.decode()
    secret = secret_on(page)
    assert ("data:image/svg+xml;base64," in page, "otpauth" in page) == (True, False)
    wrong = home.post("/accounts/2fa/totp/activate/", {"code": "000000"})
    assert (wrong.status_code, secret_on(wrong.content.decode())) == (422, secret)
    with django_capture_on_commit_callbacks(execute=True):
        done = home.post("/accounts/2fa/totp/activate/", {"code": app_code(secret)})
    assert done.headers["Location"] == "/accounts/2fa/recovery-codes/"
    first = home.get("/accounts/2fa/recovery-codes/").content.decode()
    codes = recovery_codes(owner)
    assert [code in first for code in codes] == [True] * 10
    assert (
        f'download="amends-recovery-codes.txt" href="data:text/plain;charset=utf-8,Amends%0A{codes[0]}%0A'
        in first
    )
    second = home.get("/accounts/2fa/recovery-codes/").content.decode()
    assert [code in second for code in codes] == [False] * 10
    assert subjects(owner) == ["A second factor was added to your account"]
    added = AuditEvent.unscoped.filter(actor=owner, act="FACTOR_ADDED").order_by("id")
    assert sorted(event.detail["type"] for event in added) == ["recovery_codes", "totp"]
    assert "Authenticator app" in text(home)


def test_removing_the_app_takes_the_codes_along_and_is_told(home: Client, owner: User) -> None:
    with_app(owner)
    assert home.post("/accounts/2fa/totp/deactivate/").headers["Location"] == "/accounts/2fa/"
    assert Authenticator.objects.filter(user=owner).exists() is False
    assert subjects(owner) == ["A second factor was removed from your account"]
    assert AuditEvent.unscoped.filter(actor=owner, act="FACTOR_REMOVED").count() == 2


def test_new_recovery_codes_replace_the_old_ones_and_are_told(
    home: Client, owner: User, django_capture_on_commit_callbacks: Any
) -> None:
    with_app(owner)
    old = recovery_codes(owner)
    with django_capture_on_commit_callbacks(execute=True):
        home.post("/accounts/2fa/recovery-codes/generate/")
    new = recovery_codes(owner)
    assert (len(new), set(new) & set(old)) == (10, set())
    assert [code in home.get("/accounts/2fa/recovery-codes/").content.decode() for code in new[:1]] == [True]
    assert subjects(owner) == ["New recovery codes were made for your account"]


def passkey(user: User) -> str:
    """A passkey of `user`; the address that removes it."""
    row = Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Phone", "credential": {}}
    )
    return f"/accounts/2fa/webauthn/keys/{row.pk}/remove/"


@pytest.mark.parametrize(
    "change", ["add an app", "add a passkey", "remove the app", "remove a passkey", "make codes"]
)
def test_a_factor_changes_with_its_line_and_its_notice_or_not_at_all(
    home: Client, owner: User, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def factors() -> list[tuple[str, Any]]:
        return list(Authenticator.objects.filter(user=owner).order_by("pk").values_list("type", "data"))

    def cannot_tell(**_facts: Any) -> None:
        raise OSError("the disk is full")

    place, data = "/accounts/2fa/totp/activate/", {}
    if change == "add an app":
        data = {"code": app_code(secret_on(home.get(place).content.decode()))}
    elif change == "add a passkey":  # without the device, which only a browser has

        def dispatch(*_arguments: Any) -> HttpResponse:
            passkey(owner)
            return HttpResponseRedirect("/")

        place = "/accounts/2fa/webauthn/add/"
        monkeypatch.setattr(AddWebAuthnView, "dispatch", dispatch)
    elif change == "remove a passkey":
        place = passkey(owner)
    else:
        with_app(owner)
        place = "/accounts/2fa/" + (
            "totp/deactivate/" if change == "remove the app" else "recovery-codes/generate/"
        )
    before = factors()
    told = AuditEvent.unscoped.filter(act__startswith="FACTOR_")
    with monkeypatch.context() as patched:
        patched.setattr(notices, "tell", cannot_tell)
        with pytest.raises(OSError, match="the disk is full"):
            home.post(place, data)
    assert (factors(), told.count(), subjects(owner)) == (before, 0, [])

    assert (
        home.post(place, data).status_code == 302
    )  # what waits for the commit waits still: it is not needed
    assert factors() != before
    assert (told.count() > 0, len(subjects(owner))) == (True, 1)


@pytest.mark.parametrize(
    "place",
    ["/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/", "/accounts/2fa/recovery-codes/generate/"],
)
def test_minutes_after_signing_in_it_must_be_proved_again(home: Client, owner: User, place: str) -> None:
    assert home.get(place).status_code == 200
    prove_again(home)
    asked = home.get(place)
    assert asked.headers["Location"] == f"/accounts/reauthenticate/?next={place.replace('/', '%2F')}"
    assert (
        home.post("/accounts/reauthenticate/", {"password": "a-wrong-one-2026", "next": place}).status_code
        == 422
    )
    proved = home.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": place})
    assert proved.headers["Location"] == place
    assert home.get(place).status_code == 200


def test_with_a_factor_the_app_proves_it_as_well(home: Client, owner: User) -> None:
    secret = with_app(owner)
    prove_again(home)
    place = "/accounts/2fa/webauthn/add/"
    answer = home.post("/accounts/2fa/reauthenticate/", {"code": app_code(secret), "next": place})
    assert answer.headers["Location"] == place


def test_the_old_password_cannot_be_guessed_from_an_open_session(home: Client) -> None:
    typed = {
        "oldpassword": "a-wrong-one-2026",
        "password1": "seven quiet herons",
        "password2": "seven quiet herons",
    }
    statuses = [home.post("/accounts/password/change/", typed).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


def test_the_address_of_the_account_is_not_changed_here(home: Client) -> None:
    assert home.get("/accounts/email/").status_code == 404


def test_sessions_that_ended_by_themselves_are_not_listed(home: Client, owner: User) -> None:
    other = browser()
    type_password(other, owner, PASSWORD)
    rows = UserSession.objects.filter(user=owner).exclude(session_key=home.session.session_key)
    [row] = rows
    rows.update(last_seen_at=row.last_seen_at - timedelta(hours=3, minutes=1))
    assert text(home).count("Firefox on Linux") == 3  # this session, and two browsers


def test_somebody_without_a_workspace_has_the_page_too(owner: User, charlie: User, globex: Workspace) -> None:
    globex.memberships.all().delete()
    assert signed_in(charlie).get(PAGE).status_code == 200
