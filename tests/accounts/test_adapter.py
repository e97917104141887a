"""Signing in with a password, a mailed code and a second factor; being refused alike; being locked out, or rather not."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from accounts.models import AuditEvent, User
from accounts.rules.sign_in import Purpose
from accounts.services import tries
from config import mail
from core.tokens import new_token
from outbox.models import OutboundMessage
from tests.accounts.signing import (
    address,
    app_code,
    browser,
    is_in,
    mails_to,
    network,
    recovery_codes,
    same_but_secrets,
    type_password,
    with_app,
)  # fmt: skip
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db

PASSWORD = "pw-olivia-2026"
NOBODY = "nobody-at-all@nowhere.example"


@pytest.fixture(autouse=True)
def untried(owner: User, alice: User, settings: Any) -> None:
    """Each run tries accounts nobody tried in the runs before; mail waits to be sent, so it can be read."""
    settings.MAIL = mail.configure("smtp://127.0.0.1:1")
    for user in (owner, alice):
        user.email = address()
        user.save()


def acts(user: User) -> list[tuple[str, dict]]:
    return list(
        AuditEvent.unscoped.filter(subject_kind="user", subject_id=str(user.pk))
        .order_by("id")
        .values_list("act", "detail")
    )


# --- Password -----------------------------------------------------------------------------------------------------


def test_the_right_password_opens_with_a_new_session_and_a_device_cookie(owner: User) -> None:
    client = browser()
    client.get("/accounts/login/")
    client.session.save()
    before = client.session.session_key
    answer = type_password(client, owner, PASSWORD)
    assert (answer.status_code, answer.headers["Location"], is_in(client)) == (302, "/", True)
    assert client.session.session_key != before
    cookie = answer.cookies["amends_device"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 365 * 24 * 3600)
    [(act, detail)] = acts(owner)
    assert (act, detail["methods"], detail["new_device"]) == ("SIGNED_IN", ["password"], True)


def test_a_wrong_password_and_an_unknown_address_get_the_same_page(owner: User) -> None:
    wrong = browser().post("/accounts/login/", {"login": owner.email, "password": "not-the-one-2026"})
    unknown = browser().post("/accounts/login/", {"login": NOBODY, "password": "not-the-one-2026"})
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert same_but_secrets(wrong.content, owner.email) == same_but_secrets(unknown.content, NOBODY)
    assert [
        (event.act, event.actor_id, event.subject_id)
        for event in AuditEvent.unscoped.filter(subject_kind="user").order_by("id")
    ] == [
        ("SIGN_IN_FAILED", None, str(owner.pk)),
        ("SIGN_IN_FAILED", None, ""),
    ]


def test_somebody_switched_off_does_not_get_in(owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)
    client = browser()
    type_password(client, owner, PASSWORD)
    assert is_in(client) is False


def test_the_page_of_signing_in_is_never_stored(db: None) -> None:
    assert "no-store" in browser().get("/accounts/login/").headers["Cache-Control"]


# --- Lock-out -----------------------------------------------------------------------------------------------------


def wrong(client, email: str):
    return client.post("/accounts/login/", {"login": email, "password": "a-wrong-one-2026"})


@pytest.mark.parametrize("known", [True, False])
def test_the_sixth_wrong_password_from_one_network_is_refused_and_told_when_to_come_back(
    owner: User, known: bool
) -> None:
    place, email = network(), owner.email if known else address()
    assert [wrong(browser(place), email).status_code for _ in range(5)] == [422] * 5
    refused = wrong(browser(place), email)
    assert refused.status_code == 429
    assert 290 <= int(refused.headers["Retry-After"]) <= 300
    assert "closed here for 5 minutes" in refused.content.decode()
    right = browser(place).post("/accounts/login/", {"login": email, "password": PASSWORD})
    assert right.status_code == 429  # the right password tells no more than a wrong one


def test_signing_in_rightly_is_never_counted(owner: User) -> None:
    place = network()
    assert [type_password(browser(place), owner, PASSWORD).status_code for _ in range(8)] == [302] * 8


def test_an_attacker_with_many_networks_is_stopped_and_the_owner_on_a_known_browser_is_not(
    owner: User,
) -> None:
    at_home = browser()
    type_password(at_home, owner, PASSWORD)
    at_home.post("/accounts/logout/")
    statuses = [wrong(browser(), owner.email).status_code for _ in range(32)]
    assert statuses == [422] * 30 + [429] * 2
    assert type_password(browser(), owner, PASSWORD).status_code == 429  # a strange browser has to wait
    assert type_password(at_home, owner, PASSWORD).status_code == 302


def test_the_known_browser_of_one_person_is_a_stranger_for_another(owner: User, alice: User) -> None:
    client = browser()
    type_password(client, owner, PASSWORD)
    client.post("/accounts/logout/")
    assert [wrong(client, alice.email).status_code for _ in range(6)] == [422] * 5 + [429]


def test_a_stolen_device_cookie_has_its_own_small_budget(owner: User) -> None:
    client = browser()
    type_password(client, owner, PASSWORD)
    client.post("/accounts/logout/")
    assert [wrong(client, owner.email).status_code for _ in range(11)] == [422] * 10 + [429]


def test_one_network_tries_twenty_accounts_a_minute(db: None) -> None:
    place = network()
    emails = [address() for _ in range(21)]
    assert [wrong(browser(place), email).status_code for email in emails] == [422] * 20 + [429]


def test_sixty_four_racers_get_exactly_five_tries(db: None) -> None:
    place, account = network(), new_token()

    def race(_number: int) -> bool:
        try:
            tries.spend(purpose=Purpose.PASSWORD, network=place, account=account, device=None, now=MONDAY_9AM)
        except tries.TooManyTries:
            return False
        return True

    with ThreadPoolExecutor(64) as pool:
        assert list(pool.map(race, range(64))).count(True) == 5


# --- Code by mail -------------------------------------------------------------------------------------------------


def ask_for_code(client, email: str):
    return client.post("/accounts/login/code/", {"email": email})


def code_in(user: User) -> str:
    [text] = [one.text for one in mails_to(user) if one.mail == "login_code"]
    return re.findall(r"\b\d{4}-?\d{4}\b", text)[0]


def test_the_mailed_code_signs_in_once(owner: User) -> None:
    client = browser()
    answer = ask_for_code(client, owner.email)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/code/confirm/")
    code = code_in(owner)
    [message] = mails_to(owner)
    assert (message.is_secret, (message.expires_at - message.created_at).total_seconds()) == (True, 300)
    assert client.post("/accounts/login/code/confirm/", {"code": code}).status_code == 302
    assert is_in(client) is True
    client.post("/accounts/logout/")
    client.post("/accounts/login/code/confirm/", {"code": code})
    assert is_in(client) is False


def test_the_code_works_only_in_the_browser_that_asked(owner: User) -> None:
    ask_for_code(browser(), owner.email)
    thief = browser()
    thief.post("/accounts/login/code/confirm/", {"code": code_in(owner)})
    assert is_in(thief) is False


def test_the_code_ends_after_five_minutes(owner: User) -> None:
    client = browser()
    ask_for_code(client, owner.email)
    session = client.session
    session["account_login"]["state"]["stages"]["login_by_code"]["data"]["at"] -= 301
    session.save()
    client.post("/accounts/login/code/confirm/", {"code": code_in(owner)})
    assert is_in(client) is False


def test_three_wrong_codes_end_it(owner: User) -> None:
    client = browser()
    ask_for_code(client, owner.email)
    statuses = [
        client.post("/accounts/login/code/confirm/", {"code": "0000-0000"}).status_code for _ in range(3)
    ]
    assert statuses == [422, 422, 302]
    client.post("/accounts/login/code/confirm/", {"code": code_in(owner)})
    assert is_in(client) is False


def test_an_unknown_address_sees_the_same_pages_on_the_way_of_the_code(owner: User) -> None:
    seen = {}
    for email in (owner.email, NOBODY):
        client = browser()
        pages = [
            ask_for_code(client, email),
            client.get("/accounts/login/code/confirm/"),
            client.post("/accounts/login/code/confirm/", {"code": "0000-0000"}),
        ]
        seen[email] = [(page.status_code, same_but_secrets(page.content, email)) for page in pages]
    assert seen[owner.email] == seen[NOBODY]


def test_asking_for_codes_again_and_again_is_refused_alike(owner: User) -> None:
    for email in (owner.email, address()):
        place = network()
        statuses = [ask_for_code(browser(place), email).status_code for _ in range(6)]
        assert statuses == [302] * 5 + [429]


# --- Reset --------------------------------------------------------------------------------------------------------


def reset_link(user: User) -> str:
    [text] = [one.text for one in mails_to(user) if one.mail == "password_reset"]
    return re.findall(r"https?://[^/]+(/accounts/password/reset/key/\S+)", text)[0]


def test_asking_for_a_reset_answers_alike_for_everybody(owner: User) -> None:
    seen = {}
    for email in (owner.email, NOBODY):
        client = browser()
        asked = client.post("/accounts/password/reset/", {"email": email})
        shown = client.get(asked.headers["Location"])
        seen[email] = (asked.status_code, shown.status_code, same_but_secrets(shown.content, email))
    assert seen[owner.email] == seen[NOBODY]


def test_the_reset_key_leaves_the_address_at_once_works_once_and_does_not_sign_in(owner: User) -> None:
    client = browser()
    client.post("/accounts/password/reset/", {"email": owner.email})
    link = reset_link(owner)
    opened = client.get(link)
    form = opened.headers["Location"]
    assert (opened.status_code, form.endswith("-set-password/")) == (302, True)
    assert client.get(form).headers["Referrer-Policy"] == "same-origin"
    new = "seven quiet herons"
    done = client.post(form, {"password1": new, "password2": new})
    assert (done.status_code, is_in(client)) == (302, False)
    assert "no longer works" in browser().get(link).content.decode()
    assert type_password(browser(), owner, new).status_code == 302


@pytest.mark.parametrize("password", ["short-one", "password1234", "olivia@acme.example"])
def test_a_weak_password_is_refused_with_a_reason(owner: User, password: str) -> None:
    User.objects.filter(pk=owner.pk).update(email="olivia@acme.example")
    owner.refresh_from_db()
    client = browser()
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post(
        "/accounts/password/change/",
        {"oldpassword": "pw-olivia-2026", "password1": password, "password2": password},
    )
    assert answer.status_code == 422
    owner.refresh_from_db()
    assert owner.check_password("pw-olivia-2026")


# --- Second factor ------------------------------------------------------------------------------------------------


def test_the_password_alone_does_not_open_an_account_with_a_factor(owner: User) -> None:
    secret = with_app(owner)
    client = browser()
    answer = type_password(client, owner, PASSWORD)
    assert (answer.headers["Location"], is_in(client)) == ("/accounts/2fa/authenticate/", False)
    assert client.get("/w/acme/cases/").status_code == 302
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 422
    assert client.post("/accounts/2fa/authenticate/", {"code": app_code(secret)}).status_code == 302
    assert is_in(client) is True


def test_a_code_of_the_app_opens_once_even_while_it_is_shown(owner: User) -> None:
    secret = with_app(owner)
    code = app_code(secret)
    first, second = browser(), browser()
    for client in (first, second):
        type_password(client, owner, PASSWORD)
        client.post("/accounts/2fa/authenticate/", {"code": code})
    assert (is_in(first), is_in(second)) == (True, False)


def test_an_earlier_code_is_dead_once_a_later_one_was_used(owner: User) -> None:
    secret = with_app(owner)
    first, second = browser(), browser()
    type_password(first, owner, PASSWORD)
    first.post("/accounts/2fa/authenticate/", {"code": app_code(secret, 1)})
    type_password(second, owner, PASSWORD)
    second.post("/accounts/2fa/authenticate/", {"code": app_code(secret)})
    assert (is_in(first), is_in(second)) == (True, False)


def test_a_recovery_code_opens_once_and_its_owner_is_told(owner: User) -> None:
    with_app(owner)
    code = recovery_codes(owner)[0]
    first, second = browser(), browser()
    for client in (first, second):
        type_password(client, owner, PASSWORD)
        client.post("/accounts/2fa/authenticate/", {"code": code})
    assert (is_in(first), is_in(second), len(recovery_codes(owner))) == (True, False, 9)
    [notice] = [one for one in mails_to(owner) if one.mail == "account_notice"]
    assert (notice.subject, "You have 9 left" in notice.text) == ("A recovery code was used to sign in", True)


def test_a_code_by_mail_does_not_skip_the_second_factor(owner: User) -> None:
    with_app(owner)
    client = browser()
    ask_for_code(client, owner.email)
    answer = client.post("/accounts/login/code/confirm/", {"code": code_in(owner)})
    assert (answer.headers["Location"], is_in(client)) == ("/accounts/2fa/authenticate/", False)


def test_a_reset_does_not_skip_the_second_factor(owner: User) -> None:
    with_app(owner)
    client = browser()
    client.post("/accounts/password/reset/", {"email": owner.email})
    form = client.get(reset_link(owner)).headers["Location"]
    new = "seven quiet herons"
    client.post(form, {"password1": new, "password2": new})
    answer = type_password(client, owner, new)
    assert (answer.headers["Location"], is_in(client)) == ("/accounts/2fa/authenticate/", False)


def test_codes_cannot_be_guessed_quickly(owner: User) -> None:
    with_app(owner)
    client = browser()
    type_password(client, owner, PASSWORD)
    statuses = [client.post("/accounts/2fa/authenticate/", {"code": f"{n:06}"}).status_code for n in range(6)]
    assert statuses == [422] * 5 + [429]


def test_secrets_of_factors_are_sealed_in_the_database(owner: User) -> None:
    from allauth.mfa.models import Authenticator

    secret = with_app(owner)
    [app] = Authenticator.objects.filter(user=owner, type="totp")
    [codes] = Authenticator.objects.filter(user=owner, type="recovery_codes")
    assert secret not in str(app.data)
    assert (app.data["secret"][:5], codes.data["seed"][:5]) == ("gAAAA", "gAAAA")


# --- Notices ------------------------------------------------------------------------------------------------------


def test_a_new_browser_is_told_but_the_first_one_and_a_known_one_are_not(owner: User) -> None:
    first = browser()
    type_password(first, owner, PASSWORD)
    assert mails_to(owner) == []
    first.post("/accounts/logout/")
    type_password(first, owner, PASSWORD)
    assert mails_to(owner) == []
    type_password(browser(), owner, PASSWORD)
    [notice] = mails_to(owner)
    assert (notice.mail, notice.subject, notice.kind, notice.workspace_id, notice.is_secret) == (
        "account_notice", "New sign-in to your account", "ACCOUNT", None, False,
    )  # fmt: skip
    assert "Firefox on Linux" in notice.text
    assert "/accounts/security/" in notice.text


def test_no_mail_of_an_account_holds_a_secret_that_a_page_shows(owner: User) -> None:
    client = browser()
    ask_for_code(client, owner.email)
    page = client.get("/accounts/login/code/confirm/").content.decode()
    assert code_in(owner) not in page
    assert code_in(owner).replace("-", "") not in page


def test_nothing_is_left_of_what_was_typed(owner: User) -> None:
    wrong(browser(), owner.email)
    [event] = AuditEvent.unscoped.filter(subject_kind="user")
    assert (event.detail, OutboundMessage.objects.across_workspaces().count()) == ({"step": "password"}, 0)
