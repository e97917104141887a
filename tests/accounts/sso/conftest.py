"""Acme with a provider, and the ways people take through it."""

import html
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.models import IdentityProvider, User, Workspace
from accounts.services import providers
from tests.accounts.signing import browser
from tests.conftest import MONDAY_9AM
from tests.oidc import CLIENT, SECRET, Issuer


@pytest.fixture(autouse=True)
def on_loopback(settings: Any) -> None:
    """The providers of these tests answer on this machine."""
    settings.ALLOW_PRIVATE_NETWORKS = True


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    one = Issuer()
    yield one
    one.stop()


def add(workspace: Workspace, by: User, issuer: str, **facts: Any) -> IdentityProvider:
    """Single sign-on of `workspace` for acme.example that lets everybody in as agents."""
    return providers.add(
        workspace=workspace,
        by=by,
        now=MONDAY_9AM,
        **{
            "name": "Acme account", "issuer": issuer, "client_id": CLIENT, "secret": SECRET,
            "domains": ["acme.example"], "adds_members": True, "new_role": "AGENT", **facts,
        },
    )  # fmt: skip


@pytest.fixture
def provider(acme: Workspace, owner: User, issuer: Issuer) -> IdentityProvider:
    return add(acme, owner, issuer.url)


def leave(client: Client, provider: IdentityProvider, **typed: Any) -> str:
    """Press the button; the address at the provider to which the page leads."""
    page = client.post(f"/accounts/sso/{provider.public_id}/", typed)
    return target(page)


def target(page: Any) -> str:
    assert page.status_code == 200, page.content.decode()
    [url] = re.findall(r'http-equiv="refresh" content="0; url=([^"]+)"', page.content.decode())
    return html.unescape(url)


def come_back(client: Client, provider: IdentityProvider, state: str, **answer: Any) -> Any:
    query = {"code": "the-code", "state": state, **answer}
    return client.get(f"/accounts/sso/{provider.public_id}/callback/", query)


@pytest.fixture
def sign_in(provider: IdentityProvider, issuer: Issuer) -> Callable[..., Any]:
    """sign_in(client) goes to the provider and comes back; returns the answer to the callback."""

    def go(client: Client | None = None, *, through: IdentityProvider = provider, **typed: Any) -> Any:
        client = client or browser()
        response = come_back(client, through, issuer.remember(leave(client, through, **typed)))
        response.client = client
        return response

    return go
