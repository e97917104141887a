"""RFC 8058: one POST, no cookie, no redirect, and a GET that changes nothing."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Workspace
from core.tokens import link_token
from outbox import queries
from outbox.enums import Kind
from outbox.models import Suppression
from tests.outbox.conftest import queued


@pytest.fixture
def link(acme: Workspace, kept_mail: None) -> str:
    return f"/u/{link_token('unsubscribe', queued(acme).unsubscribe_nonce)}/"


def listed(workspace: Workspace) -> dict[str, str]:
    return queries.suppressed(workspace=workspace, addresses=["maya@customer.example"])


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(acme: Workspace, link: str, method: str) -> None:
    answer = getattr(Client(), method)(link)
    assert (answer.status_code, listed(acme)) == (200, {})


def test_the_page_has_one_button_and_names_company_and_address(link: str) -> None:
    page = Client().get(link).content.decode()
    assert page.count("<button") == 1
    assert ("Acme" in page, "maya@customer.example" in page, f'action="{link}"' in page) == (True, True, True)


@pytest.mark.parametrize(
    "body",
    [
        {"data": {}},
        {"data": {"List-Unsubscribe": "One-Click"}},
        {"data": "List-Unsubscribe=One-Click", "content_type": "application/x-www-form-urlencoded"},
        {"data": b"\xff broken", "content_type": "multipart/form-data; boundary=none"},
    ],
)
def test_any_post_unsubscribes_without_cookie_or_redirect(
    acme: Workspace, link: str, body: dict[str, Any]
) -> None:
    client = Client(enforce_csrf_checks=True)
    answers = [client.post(link, **body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [dict(answer.cookies) for answer in answers] == [{}, {}]
    assert listed(acme) == {"maya@customer.example": "SURVEYS"}
    assert Suppression.objects.of(acme).count() == 1


def test_the_http_redirect_of_a_secure_site_leaves_it_alone(
    acme: Workspace, link: str, settings: Any
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert Client().post(link).status_code == 200
    assert listed(acme) == {"maya@customer.example": "SURVEYS"}


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_other_methods_are_refused(acme: Workspace, link: str, method: str) -> None:
    assert (getattr(Client(), method)(link).status_code, listed(acme)) == (405, {})


@pytest.mark.parametrize("token", ["x", "A" * 44, "%00" * 44])
def test_an_unknown_link_is_a_friendly_404(acme: Workspace, token: str) -> None:
    assert [getattr(Client(), method)(f"/u/{token}/").status_code for method in ("get", "post")] == [404, 404]


def test_a_mail_about_an_account_has_no_such_link(kept_mail: None, db: None) -> None:
    message = queued(None, kind=Kind.ACCOUNT)
    assert Client().post(f"/u/{link_token('unsubscribe', message.unsubscribe_nonce)}/").status_code == 404


def test_a_person_who_unsubscribed_still_gets_an_answer_to_a_case(acme: Workspace, link: str) -> None:
    Client().post(link)
    survey, reply = queued(acme, dedupe_key="next"), queued(acme, kind=Kind.CUSTOMER)
    assert [row.state for row in (survey, reply)] == ["SKIPPED", "SENT"]
