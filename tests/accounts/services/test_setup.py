"""The first workspace of an installation."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.enums import Act, Role
from accounts.models import AuditEvent, Membership, SetupLink, User, Workspace
from accounts.services import setup
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


def facts(**changed: str) -> dict[str, Any]:
    return {
        "company": "Acme Parcel", "slug": "acme", "time_zone": "Europe/Berlin", "language": "de", "name": "Olga Owner",
        "email": "olga@acme.example", "password": "correct horse battery", **changed,
    }  # fmt: skip


def test_the_link_makes_a_workspace_with_its_owner_and_is_used_up() -> None:
    token = setup.issue(now=MONDAY_9AM)
    workspace, owner = setup.complete(token=token, now=MONDAY_9AM, **facts())
    assert (workspace.name, workspace.slug, workspace.time_zone, workspace.language) == (
        "Acme Parcel", "acme", "Europe/Berlin", "de",
    )  # fmt: skip
    assert owner.check_password("correct horse battery")
    assert Membership.objects.of(workspace).get(user=owner).role == Role.OWNER
    assert AuditEvent.objects.of(workspace).get(act=Act.WORKSPACE_CREATED).actor_id == owner.pk
    assert SetupLink.objects.get().used_at == MONDAY_9AM
    with pytest.raises(setup.Unknown):
        setup.find(token=token, now=MONDAY_9AM)


def test_a_new_link_closes_the_earlier_one_and_each_lives_a_day() -> None:
    first, second = setup.issue(now=MONDAY_9AM), setup.issue(now=MONDAY_9AM)
    with pytest.raises(setup.Unknown):
        setup.find(token=first, now=MONDAY_9AM)
    last_moment = MONDAY_9AM + timedelta(hours=24)
    assert setup.find(token=second, now=last_moment - timedelta(seconds=1)).used_at is None
    with pytest.raises(setup.Unknown):
        setup.find(token=second, now=last_moment)


@pytest.mark.parametrize("token", ["", "x", "A" * 44, "A" * 43])
def test_what_is_no_token_opens_nothing(token: str) -> None:
    setup.issue(now=MONDAY_9AM)
    with pytest.raises(setup.Unknown):
        setup.find(token=token, now=MONDAY_9AM)


def test_with_a_workspace_there_is_no_link_and_an_earlier_one_opens_nothing(
    request: pytest.FixtureRequest,
) -> None:
    token = setup.issue(now=MONDAY_9AM)
    request.getfixturevalue("acme")
    with pytest.raises(setup.SetUpAlready):
        setup.issue(now=MONDAY_9AM)
    with pytest.raises(setup.Unknown):
        setup.complete(token=token, now=MONDAY_9AM, **facts(slug="second"))
    assert [row.slug for row in Workspace.objects.all()] == ["acme"]


def test_an_address_that_has_an_account_is_not_taken_over() -> None:
    User.objects.create_user("Olga@Acme.example", "another password", joined_at=MONDAY_9AM)
    token = setup.issue(now=MONDAY_9AM)
    with pytest.raises(setup.AddressTaken):
        setup.complete(token=token, now=MONDAY_9AM, **facts())
    assert Workspace.objects.exists() is False
    assert setup.find(token=token, now=MONDAY_9AM).used_at is None


def test_what_does_not_fit_makes_nothing_and_leaves_the_link_open() -> None:
    token = setup.issue(now=MONDAY_9AM)
    with pytest.raises(ValidationError):
        setup.complete(token=token, now=MONDAY_9AM, **facts(time_zone="Nowhere"))
    assert (User.objects.exists(), Workspace.objects.exists()) == (False, False)
    assert setup.find(token=token, now=MONDAY_9AM).used_at is None


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_wins() -> None:
    token = setup.issue(now=MONDAY_9AM)
    said: list[str] = []
    start = threading.Barrier(2)

    def go(number: int) -> Callable[[], None]:
        def press() -> None:
            try:
                start.wait(timeout=10)
                setup.complete(
                    token=token,
                    now=MONDAY_9AM,
                    **facts(slug=f"acme-{number}", email=f"olga{number}@acme.example"),
                )
                said.append("made")
            except setup.Unknown:
                said.append("too late")
            finally:
                connection.close()

        return press

    threads = [threading.Thread(target=go(number)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(said) == ["made", "too late"]
    assert (Workspace.objects.count(), User.objects.count()) == (1, 1)
