"""The API's door opens for a usable key and one workspace, and for nothing else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.authentication import author_of
from accounts.models import ApiKey, Membership, User, Workspace
from accounts.services import api_keys
from tests.api import Api

pytestmark = pytest.mark.django_db

REFUSED = {
    "type": "urn:amends:problem:authentication-failed",
    "title": "Unauthorized",
    "status": 401,
    "detail": "This API key opens nothing: check it, or make a new one under Settings.",
    "code": "AUTHENTICATION_FAILED",
    "errors": [],
}


def test_without_a_key_there_is_nothing_to_see(acme: Workspace) -> None:
    answer = Api(acme).client.get("/api/v1/contacts/")
    assert (answer.status_code, answer["Content-Type"], answer["WWW-Authenticate"]) == (
        401, "application/problem+json", 'Bearer realm="api"',
    )  # fmt: skip
    assert answer.json()["code"] == "NOT_AUTHENTICATED"


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer ", "Bearer wrong", "Bearer abcdefgh.", "Basic {secret}", "{secret}", "Bearer {secret}x",
     "Bearer {prefix}.0123456789", "Bearer a\0b.c", "Bearer ä.b"],
)  # fmt: skip
def test_anything_but_a_whole_key_is_refused_alike(acme: Workspace, header: str) -> None:
    api = Api(acme)
    header = header.format(secret=api.secret, prefix=api.key.prefix)
    answer = api.client.get("/api/v1/contacts/", headers={"Authorization": header})
    assert (answer.status_code, answer.json()) == (401, REFUSED)


def test_a_revoked_key_opens_nothing_from_the_next_request_on(acme: Workspace) -> None:
    api = Api(acme)
    assert api.get("contacts/").status_code == 200
    api_keys.revoke(key=api.key, by=None, now=timezone.now())
    answer = api.get("contacts/")
    assert (answer.status_code, answer.json()) == (401, REFUSED)


def test_an_expired_key_opens_nothing(acme: Workspace) -> None:
    api = Api(acme)
    ApiKey.objects.filter(pk=api.key.pk).update(expiry_date=timezone.now() - timedelta(seconds=1))
    assert api.get("contacts/").json() == REFUSED


def test_the_last_use_is_noted_at_most_once_a_minute(acme: Workspace) -> None:
    api = Api(acme)
    api.get("contacts/")
    first = ApiKey.objects.get(pk=api.key.pk).last_used_at
    api.get("contacts/")
    assert ApiKey.objects.get(pk=api.key.pk).last_used_at == first
    ApiKey.objects.filter(pk=api.key.pk).update(last_used_at=first - timedelta(seconds=61))
    api.get("contacts/")
    assert ApiKey.objects.get(pk=api.key.pk).last_used_at > first


def test_the_maker_of_a_key_is_the_author_while_they_belong_to_the_workspace(
    acme: Workspace, owner: User, bob: User, charlie: User
) -> None:
    assert author_of(key=Api(acme, by=bob).key) == bob
    assert author_of(key=Api(acme, by=charlie).key) == owner
    assert author_of(key=Api(acme).key) == owner
    key = Api(acme, by=bob).key
    Membership.objects.of(acme).filter(user=bob).update(deactivated_at=timezone.now())
    assert author_of(key=key) == owner
    Membership.objects.of(acme).filter(user=bob).delete()
    assert author_of(key=key) == owner


def test_a_signed_in_session_opens_no_api(acme: Workspace, owner: User) -> None:
    client = Api(acme).client
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/api/v1/contacts/").status_code == 401
