"""The npm package `oidc-provider` at the other end, its own pages walked like a person does."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests
from django.test import Client

from accounts.models import IdentityProvider, Membership, User, Workspace
from accounts.services import providers
from config.embedded.ports import LOOPBACK, free_port
from tests import oidc
from tests.accounts.signing import browser, is_in
from tests.accounts.sso.conftest import add, leave

pytestmark = [pytest.mark.django_db, pytest.mark.serial]


@pytest.fixture
def real(acme: Workspace, owner: User) -> Iterator[IdentityProvider]:
    """Single sign-on of Acme at a real provider that knows everybody at sso.example."""
    port = free_port()
    one = add(acme, owner, f"http://{LOOPBACK}:{port}", domains=["sso.example"])
    with oidc.provider(callback=providers.callback_of(one), port=port):
        yield one


def walk(url: str, name: str) -> str:
    """Sign in as `name` at the provider and agree; the address it sends the browser back to."""
    with requests.Session() as window:
        page = window.get(url, timeout=15, allow_redirects=False)
        for _step in range(12):
            if page.is_redirect:
                url = urljoin(page.url, page.headers["Location"])
                if "/callback/" in url:
                    return url
                page = window.get(url, timeout=15, allow_redirects=False)
                continue
            [action] = re.findall(r'<form[^>]* action="([^"]+)"', page.text)
            hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)"', page.text))
            typed = {"login": name, "password": "whatever"} if hidden["prompt"] == "login" else {}
            page = window.post(
                urljoin(page.url, action), data={**hidden, **typed}, timeout=15, allow_redirects=False
            )
    raise AssertionError(f"the provider never sent {name} back: {page.text[:500]}")


def back(client: Client, url: str) -> Any:
    parts = urlsplit(url)
    return client.get(parts.path, {key: values[0] for key, values in parse_qs(parts.query).items()})


def test_somebody_new_comes_in_and_comes_again(real: IdentityProvider, acme: Workspace) -> None:
    for _visit in range(2):
        client = browser()
        response = back(client, walk(leave(client, real), "nina"))
        assert (response.status_code, response.headers.get("Location")) == (302, "/w/acme/")
        assert client.get("/w/acme/cases/").status_code == 200
    member = Membership.objects.of(acme).get(user__email="nina@sso.example")
    assert (member.user.name, member.role) == ("Nina Sample", "AGENT")


def test_an_unverified_address_a_used_answer_and_a_wrong_secret_open_nothing(
    real: IdentityProvider, acme: Workspace
) -> None:
    client = browser()
    assert back(client, walk(leave(client, real), "unverified")).status_code == 403
    used = walk(leave(client, real), "nina")
    assert back(client, used).status_code == 302
    client.post("/accounts/logout/")
    assert back(client, used).status_code == 400

    # The code itself is spent at the provider too: with the state put back, it is the provider that refuses.
    state = leave(client, real)
    session = client.session
    fresh = parse_qs(urlsplit(state).query)["state"][0]
    old = parse_qs(urlsplit(used).query)
    assert session["socialaccount_states"].keys() == {fresh}
    response = client.get(
        f"/accounts/sso/{real.public_id}/callback/",
        {"state": fresh, "code": old["code"][0], "iss": old["iss"][0]},
    )
    assert response.status_code == 400

    one = providers.change(
        provider=real,
        name=real.name,
        secret="wrong",
        domains=real.domains,
        adds_members=True,
        new_role="AGENT",
    )
    response = back(client, walk(leave(client, one), "nora"))
    assert "does not accept the client id and secret" in response.content.decode()
    assert not is_in(client)
    assert Membership.objects.of(acme).filter(user__email__endswith="@sso.example").count() == 1


def test_the_settings_find_it_in_order(real: IdentityProvider) -> None:
    providers.check(provider=real)
