"""Single sign-on in the settings."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from accounts.models import AuditEvent, IdentityProvider, User, Workspace
from accounts.services import providers
from core.sealing import unseal
from tests.conftest import MONDAY_9AM, signed_in
from tests.oidc import CLIENT, SECRET, Issuer

pytestmark = pytest.mark.django_db

ADD = "/w/acme/settings/sign-in/providers/add/"


@pytest.fixture(autouse=True)
def on_loopback(settings: Any) -> None:
    settings.ALLOW_PRIVATE_NETWORKS = True


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    one = Issuer()
    yield one
    one.stop()


@pytest.fixture
def olivia(acme: Workspace, owner: User) -> Client:
    return signed_in(owner)


def typed(issuer: str, **more: str) -> dict[str, str]:
    return {
        "name": "Acme account", "issuer": issuer, "client_id": CLIENT, "secret": SECRET,
        "domains": "acme.example, @Acme.org", "new_role": "ANALYST", **more,
    }  # fmt: skip


def made(workspace: Workspace) -> IdentityProvider:
    return IdentityProvider.objects.of(workspace).get()


def test_adding_seals_the_secret_tests_and_shows_the_callback(
    olivia: Client, issuer: Issuer, acme: Workspace
) -> None:
    response = olivia.post(ADD, typed(issuer.url), follow=True)
    one = made(acme)
    page = response.content.decode()
    assert f"/accounts/sso/{one.public_id}/callback/" in page
    assert "The provider answers as it should." in page
    assert SECRET not in page
    assert (SECRET in one.sealed_secret, unseal(one.sealed_secret)) == (False, SECRET)
    assert (one.domains, one.adds_members, one.new_role) == (["acme.example", "acme.org"], False, "ANALYST")
    [event] = AuditEvent.objects.of(acme).filter(act="PROVIDER_ADDED")
    assert event.subject_id == str(one.pk)
    assert "Acme account" in olivia.get("/w/acme/settings/sign-in/").content.decode()


@pytest.mark.parametrize(
    ("metadata", "keys", "says"),
    [
        ({"issuer": "http://other.example"}, None, "It calls itself"),
        ({"token_endpoint": None}, None, "does not name: token_endpoint"),
        ({"token_endpoint": "javascript:alert(1)"}, None, "not https"),
        ({"response_types_supported": ["id_token"]}, None, "authorization code flow"),
        ({"id_token_signing_alg_values_supported": ["HS256"]}, None, "signs with none of"),
        ({}, [], "publishes no key"),
        ({"jwks_uri": "http://127.0.0.1:1/none"}, None, "nobody answers there"),
    ],
)
def test_the_test_says_in_words_what_is_wrong(
    olivia: Client, issuer: Issuer, acme: Workspace, metadata: dict[str, Any], keys: Any, says: str
) -> None:
    issuer.metadata, issuer.keys = metadata, keys
    olivia.post(ADD, typed(issuer.url))
    response = olivia.post(f"/w/acme/settings/sign-in/providers/{made(acme).public_id}/test/", follow=True)
    assert says in response.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("issuer", "login.example.com", "begins with https://"),
        ("issuer", "https://u:p@login.example.com", "begins with https://"),
        ("issuer", "https://login.example.com/?a=b", "no “?”"),
        ("domains", "not a domain", "is no mail domain"),
        ("domains", "gmail.com", "Anybody can have an address"),
        ("secret", "", "This field is required"),
        ("new_role", "OWNER", "not one of the available choices"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    olivia: Client, acme: Workspace, field: str, value: str, says: str
) -> None:
    response = olivia.post(ADD, {**typed("https://login.example.com"), field: value})
    page = response.content.decode()
    assert response.status_code == 422
    assert says in page
    assert "Acme account" in page
    assert not IdentityProvider.objects.of(acme).exists()


def test_letting_everybody_in_needs_a_domain(olivia: Client) -> None:
    response = olivia.post(ADD, typed("https://login.example.com", domains="", adds_members="on"))
    assert response.status_code == 422
    assert "Name the domains" in response.content.decode()


def test_names_and_clients_are_there_once(olivia: Client, issuer: Issuer) -> None:
    olivia.post(ADD, typed(issuer.url))
    same_name = olivia.post(ADD, typed(issuer.url, name="acme ACCOUNT", client_id="x"))
    same_client = olivia.post(ADD, typed(issuer.url, name="Second"))
    assert (same_name.status_code, same_client.status_code) == (422, 422)
    assert "Another one has this name" in same_name.content.decode()
    assert "This client of this issuer is here already" in same_client.content.decode()


def test_settings_change_and_the_secret_stays_when_left_empty(
    olivia: Client, issuer: Issuer, acme: Workspace
) -> None:
    olivia.post(ADD, typed(issuer.url))
    place = f"/w/acme/settings/sign-in/providers/{made(acme).public_id}/"
    assert SECRET not in olivia.get(place).content.decode()
    change = {
        "name": "Renamed",
        "secret": "",
        "domains": "acme.example",
        "adds_members": "on",
        "new_role": "AGENT",
    }
    assert olivia.post(place, {**change, "issuer": "https://evil.example"}).status_code == 302
    one = made(acme)
    assert (one.name, one.issuer, one.adds_members, one.new_role) == ("Renamed", issuer.url, True, "AGENT")
    assert unseal(one.sealed_secret) == SECRET
    olivia.post(place, {**change, "secret": "a new one"})
    assert unseal(made(acme).sealed_secret) == "a new one"


def test_switching_and_removing(olivia: Client, issuer: Issuer, acme: Workspace, alice: User) -> None:
    olivia.post(ADD, typed(issuer.url))
    one = made(acme)
    SocialAccount.objects.create(user=alice, provider=one.public_id, uid="a")
    place = f"/w/acme/settings/sign-in/providers/{one.public_id}/"
    olivia.post(f"{place}switch/", {"on": "0"})
    assert made(acme).is_active is False
    olivia.post(f"{place}switch/", {"on": "1"})
    assert made(acme).is_active is True
    page = olivia.post(f"{place}remove/", follow=True).content.decode()
    assert "1 person was connected" in page
    assert (IdentityProvider.objects.of(acme).exists(), SocialAccount.objects.exists()) == (False, False)
    assert AuditEvent.objects.of(acme).filter(act="PROVIDER_REMOVED").count() == 1
    assert olivia.get(place).status_code == 404


def test_who_may_not_change_settings_gets_403_and_a_stranger_404(
    acme: Workspace, owner: User, alice: User, charlie: User
) -> None:
    one = providers.add(
        workspace=acme, by=owner, name="Acme account", issuer="https://login.example.com", client_id="c",
        secret="s", domains=[], adds_members=False, new_role="ANALYST", now=MONDAY_9AM,
    )  # fmt: skip
    place = f"/w/acme/settings/sign-in/providers/{one.public_id}/"
    for path in (ADD, place, f"{place}test/", f"{place}switch/", f"{place}remove/"):
        assert signed_in(alice).post(path).status_code == 403
        assert signed_in(charlie).post(path).status_code == 404
    assert IdentityProvider.objects.of(acme).filter(is_active=True).exists()
