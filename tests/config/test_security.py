"""What holds on every page, whoever made it: headers, no cache, no cookie that scripts read, no token in a log."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User, Workspace
from accounts.services import api_keys
from core.logs import formatter, mask
from core.middleware import PERMISSIONS
from core.tokens import link_token, new_nonce
from outbox.models import OutboundMessage
from surveys.models import Contact, Survey
from surveys.services import invitations
from tests.conftest import MONDAY_9AM, signed_in
from tests.guards.test_matrix import furniture  # noqa: F401  the fixture is used by its name
from tests.guards.test_routes import STAFF_ROUTES, address

pytestmark = pytest.mark.django_db

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
}
# Pages shown inside a frame of ours: alone, without scripts, and with a policy of their own.
FRAMES = {
    "outbox:message_html",
    "followups:formatted",
    "surveys:survey_preview",
    "surveys:campaign_mail",
    "surveys:link_snippet",
}
# What pages of other sites load: the widget and its settings.
ELSEWHERE = ("/widget.js", "/widget/x.json")
FILLERS = {"str": "x", "slug": "x", "int": "1", "uuid": "00000000-0000-0000-0000-000000000000", "path": "x"}


def faults(answer: Any, *, is_frame: bool = False) -> list[str]:
    """What is missing on one answer."""
    found = [name for name, value in EVERYWHERE.items() if answer.headers.get(name) != value]
    if answer.headers.get("Referrer-Policy") not in ("same-origin", "no-referrer"):
        found.append("Referrer-Policy")
    if "no-store" not in answer.headers.get("Cache-Control", ""):
        found.append("Cache-Control")
    policy = answer.headers.get("Content-Security-Policy", "")
    if is_frame:
        if "frame-ancestors 'self'" not in policy or "sandbox" not in policy:
            found.append("Content-Security-Policy")
        return found
    if "frame-ancestors 'none'" not in policy or "base-uri 'none'" not in policy or "unsafe" in policy:
        found.append("Content-Security-Policy")
    if "object-src 'none'" not in policy and "default-src 'none'" not in policy:
        found.append("object-src")
    if answer.headers.get("X-Frame-Options") != "DENY":
        found.append("X-Frame-Options")
    if answer.status_code >= 400 and not re.fullmatch(
        r"[\w.-]{8,64}", answer.headers.get("X-Request-ID", "")
    ):
        found.append("X-Request-ID")
    return found


def outside() -> Iterator[str]:
    """Every address outside the workspaces, with something in each of its parts."""

    def walk(resolver: Any, prefix: str) -> Iterator[str]:
        for entry in resolver.url_patterns:
            path = prefix + str(entry.pattern).removeprefix("^").removesuffix("$")
            if isinstance(entry, URLResolver):
                yield from walk(entry, path)
            elif isinstance(entry, URLPattern) and not path.startswith("w/<slug:slug>/"):
                yield path

    for path in set(walk(get_resolver(), "")):
        filled = re.sub(r"<(?:(\w+):)?\w+>", lambda part: FILLERS.get(part[1] or "str", "x"), path)
        filled = re.sub(r"\(\?P<\w+>[^)]*\)(?:\+\))?|\(\?:[^)]*\)|\.\+|\[[^]]*\]\+", "x", filled).replace(
            "\\", ""
        )
        yield "/" + re.sub(r"[()+^$?]", "", filled)


def test_every_page_of_the_staff_carries_the_headers(acme: Workspace, owner: User, furniture: Any) -> None:  # noqa: F811
    client, wrong = signed_in(owner), {}
    for route in STAFF_ROUTES:
        path = address(route, "acme", furniture)
        for method in ("get", "put"):  # what answers, and what refuses
            answer = getattr(client, method)(path)
            if found := faults(answer, is_frame=route.name in FRAMES and answer.status_code == 200):
                wrong[f"{method} {route.name}"] = (answer.status_code, found)
    assert wrong == {}


def test_every_other_address_carries_them_too(db: None) -> None:
    wrong, walked = {}, sorted(set(outside()))
    for path in walked:
        answer = Client().get(path)
        if answer.status_code == 301:  # a slash is added
            answer = Client().get(answer.headers["Location"])
        missing = [one for one in faults(answer) if one != "Cache-Control" or path.startswith(("/s/", "/u/", "/accounts/"))]  # fmt: skip
        if path in ELSEWHERE:
            assert (missing, answer.headers["Cross-Origin-Resource-Policy"]) == (
                ["Cross-Origin-Resource-Policy"],
                "cross-origin",
            )
        elif missing:
            wrong[path] = (answer.status_code, missing)
    assert wrong == {}
    assert len(walked) > 60


def test_a_page_of_the_api_and_of_a_stranger_carry_them(acme: Workspace, charlie: User) -> None:
    for answer in (
        Client().get("/api/v1/contacts/"),
        signed_in(charlie).get("/w/acme/cases/"),
        Client().get("/nowhere/"),
    ):
        assert [one for one in faults(answer) if one != "Cache-Control"] == []


def test_a_form_without_its_token_is_refused_wherever_there_is_a_session(
    acme: Workspace, owner: User
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    for path in (
        "/w/acme/settings/company/",
        "/w/acme/settings/people/",
        "/accounts/logout/",
        "/accounts/login/",
    ):
        assert strict.post(path, {"name": "Evil"}).status_code == 403
    acme.refresh_from_db()
    assert acme.name == "Acme"


def test_cookies_are_for_no_script_and_no_other_site(acme: Workspace, owner: User) -> None:
    client = Client()
    client.get("/accounts/login/")
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get("/w/acme/settings/company/")
    assert answer.status_code == 200
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
    csrf = client.cookies[settings.CSRF_COOKIE_NAME]
    assert (csrf["httponly"], csrf["samesite"]) == (True, "Lax")


@pytest.mark.parametrize(
    ("given", "kept"),
    [("0b7e6a2c-trace", True), ("short", False), ("x" * 65, False), ("a b\r\nX: y" * 2, False)],
)
def test_a_request_id_from_outside_counts_only_when_our_proxy_gave_a_proper_one(
    settings: Any, given: str, kept: bool
) -> None:
    assert Client().get("/nowhere/", HTTP_X_REQUEST_ID=given)["X-Request-ID"] != given
    settings.TRUSTED_PROXIES = 1
    assert (Client().get("/nowhere/", HTTP_X_REQUEST_ID=given)["X-Request-ID"] == given) is kept


def test_the_log_knows_the_client_as_the_limits_do(settings: Any, caplog: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    Client().get("/nowhere/", HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.7")
    assert [record.msg["ip"] for record in caplog.records if isinstance(record.msg, dict) and "ip" in record.msg] == ["198.51.100.7"]  # fmt: skip


# --- Uploads --------------------------------------------------------------------------------------------------


def test_a_body_beyond_the_limit_is_refused_kindly(acme: Workspace, owner: User) -> None:
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    _key, secret = api_keys.issue(workspace=acme, name="k", by=owner, now=MONDAY_9AM)
    answer = Client().post(
        "/api/v1/contacts/", b'{"name": "' + b"x" * most + b'"}', content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (413, "TOO_LARGE")
    page = signed_in(owner).post("/w/acme/settings/company/", {"name": "x" * most})
    assert (page.status_code, "Nothing was saved." in page.content.decode()) == (413, True)
    many = signed_in(owner).post("/w/acme/settings/company/", {f"f{number}": "" for number in range(2_000)})
    assert (many.status_code, "Nothing was saved." in many.content.decode()) == (413, True)


# --- Logs -----------------------------------------------------------------------------------------------------


def test_no_log_line_holds_a_token_a_key_or_a_password(
    acme: Workspace, owner: User, bob: User, caplog: Any, settings: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("django.request", "django_structlog", "django.security", "allauth"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    survey = Survey.objects.of(acme).get()
    contact = Contact(
        workspace=acme, name="Dora", email="dora@x.example", created_at=MONDAY_9AM, updated_at=MONDAY_9AM
    )
    contact.save()
    invitation = invitations.invite(
        workspace=acme, survey=survey, contact=contact, now=MONDAY_9AM, send=False
    )
    unknown = link_token("survey", new_nonce())
    _key, secret = api_keys.issue(workspace=acme, name="k", by=owner, now=MONDAY_9AM)
    bob.password = make_password("correct-horse-battery-9")
    bob.save()
    client = Client()
    client.get(f"/s/{invitation.link}/?score=3")
    client.post(f"/s/{invitation.link}/", {"score": "3", "comment": "Late"})
    client.get(f"/s/{unknown}")
    client.get(f"/u/{unknown}/")
    client.get("/api/v1/contacts/", headers={"Authorization": f"Bearer {secret}"})
    client.get("/api/v1/contacts/", headers={"Authorization": f"Bearer {secret}x"})
    client.post("/accounts/login/", {"login": bob.email, "password": "correct-horse-battery-9"})
    Client().post("/accounts/login/", {"login": bob.email, "password": "wrong-horse-battery-9"})
    Client().post("/accounts/password/reset/", {"email": bob.email})
    reset = re.search(r"/accounts/password/reset/key/([^/\s\"]+)/", OutboundMessage.objects.across_workspaces().get(mail="password_reset").text)  # fmt: skip
    assert reset is not None
    Client().get(reset[0])
    Client().get(f"/accounts/invite/{unknown}/")
    Client().get("/accounts/login/", {"next": f"/accounts/invite/{unknown}/"})
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    secrets = [invitation.link, unknown, secret, "correct-horse-battery-9", "wrong-horse-battery-9", reset[1], session,
               settings.SECRET_KEY, settings.LINK_KEY]  # fmt: skip
    assert len(caplog.records) > 20
    for as_json in (True, False):
        told = formatter(as_json=as_json)
        lines = "\n".join(told.format(record) for record in caplog.records)
        assert [one for one in secrets if one in lines] == []


@pytest.mark.parametrize(
    "path",
    ["/s/{}/", "/s/{}", "/u/{}/", "/c/{}/", "/accounts/invite/{}/", "/setup/{}/", "%2Faccounts%2Finvite%2F{}%2F",
     "/accounts/password/reset/key/{}/", "http://x.example/s/{}/?score=3", "next=/setup/{}/"],
)  # fmt: skip
def test_every_kind_of_link_is_masked(path: str) -> None:
    token = link_token("survey", new_nonce())
    assert token not in mask(f"GET {path.format(token)} 404")
    assert "***" in mask(path.format(token))
