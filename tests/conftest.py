"""The cast and the calendar.

Alice manages Acme and leads its team, Bob is an agent there, Charlie owns Globex. Tests start on a named Monday.
"""

import gc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.contrib.auth import login
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.template import Context, Template
from django.test import Client
from django.test.signals import template_rendered
from django.test.testcases import TransactionTestCase

from accounts.enums import Role
from accounts.models import Membership, Team, User, Workspace
from accounts.services import members, workspaces
from core import deadlines
from tests import browsers, cast, emptying, templates

MONDAY_9AM = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday


def pytest_collection_finish() -> None:
    """All that is loaded by now stays to the end: looking through it for garbage again and again costs a tenth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)  # nearly all that a test makes goes by itself


@pytest.fixture(scope="session", autouse=True)
def banner_of_deadlines_is_quiet() -> None:
    """Tests play in the past, where the sweep never ran: the line about it would be on every page, and cost a query."""
    deadlines.ASKED_EVERY = float("inf")


@pytest.fixture(scope="session", autouse=True)
def pages_are_remembered_whole(django_test_environment: None) -> None:
    """A response knows its template and what the view gave it, but not the two hundred parts a page includes, each with a
    copy of everything: that is a fifth of drawing it."""

    def render(self: Template, context: Context) -> str:
        if context.template is self:
            template_rendered.send(sender=self, template=self, context=context)
        return self.nodelist.render(context)

    Template._render = render  # put back by Django, which puts its own here for tests


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The database of this worker starts as a copy of the migrated one."""
    settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = templates.migrated()


@pytest.fixture(scope="session", autouse=True)
def databases_are_emptied_of_what_was_written() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptying.at_the_end)
        yield


@pytest.fixture(autouse=True)
def live_server_has_answered_everybody(request: pytest.FixtureRequest) -> Iterator[None]:
    """The rows of a test are taken away only after the last page of its windows was answered."""
    yield
    if "live_server" in request.fixturenames:
        browsers.wait_until_served()


@pytest.fixture
def now() -> datetime:
    return MONDAY_9AM


def workspace(name: str, owner: User) -> Workspace:
    """A workspace that is four hundred days old, copied from the first of its name in this process."""
    slug = name.lower()
    day = MONDAY_9AM - timedelta(days=400)
    return cast.workspace(
        slug=slug, owner=owner, make=lambda: workspaces.create(name=name, slug=slug, owner=owner, now=day)
    )


def olivia() -> User:
    return cast.person(
        email="olivia@acme.example", name="Olivia Owner", password="pw-olivia-2026", now=MONDAY_9AM
    )


@pytest.fixture
def owner(db: None) -> User:
    return olivia()


@pytest.fixture
def acme(owner: User) -> Workspace:
    """Acme: Olivia owns it, Monday to Friday 09:00-17:00 UTC, with all a new workspace has."""
    return workspace("Acme", owner)


@pytest.fixture
def alice(acme: Workspace) -> User:
    team = Team.objects.of(acme).get()
    user = cast.person(
        email="alice@acme.example", name="Alice Adams", password="pw-alice-2026", now=MONDAY_9AM
    )
    members.add(workspace=acme, user=user, role=Role.MANAGER, team=team, takes_cases=False, now=MONDAY_9AM)
    team.lead = user
    team.save()
    return user


def robert(acme: Workspace) -> User:
    user = cast.person(email="bob@acme.example", name="Bob Brown", password="pw-bob-2026", now=MONDAY_9AM)
    members.add(workspace=acme, user=user, role=Role.AGENT, team=Team.objects.of(acme).get(), now=MONDAY_9AM)
    Membership.objects.of(acme).exclude(user=user).update(takes_cases=False)
    return user


@pytest.fixture
def bob(acme: Workspace) -> User:
    """The one member of Acme who takes cases."""
    return robert(acme)


@pytest.fixture
def charlie(db: None) -> User:
    """The stranger: owns Globex and has nothing to do with Acme."""
    user = cast.person(
        email="charlie@globex.example", name="Charlie Clark", password="pw-charlie-2026", now=MONDAY_9AM
    )
    workspace("Globex", user)
    return user


@pytest.fixture
def globex(charlie: User) -> Workspace:
    return Workspace.objects.get(slug="globex")


def signed_in(user: User) -> Client:
    """A browser in which `user` is signed in: as by `force_login`, without the session it makes first and takes back."""
    client, request = Client(), HttpRequest()
    request.session = SessionStore()
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    request.session.save()
    client._set_login_cookies(request)
    return client
