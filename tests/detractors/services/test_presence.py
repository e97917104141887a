from datetime import timedelta

import pytest

from accounts.models import User, Workspace
from core import traces
from detractors.services import presence
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody(acme: Workspace) -> None:
    traces.forget([f"desk:{acme.pk}"])


def test_a_colleague_is_seen_for_half_a_minute_and_oneself_never(
    acme: Workspace, alice: User, bob: User
) -> None:
    presence.note(workspace=acme, number=3, user=bob, is_writing=False, now=MONDAY_9AM)

    def seen(user: User, seconds: int) -> dict[int, list[presence.Visitor]]:
        now = MONDAY_9AM + timedelta(seconds=seconds)
        return presence.others(workspace=acme, numbers=[3, 4], user=user, now=now)

    assert seen(alice, 29) == {3: [presence.Visitor(bob.pk, False)]}
    assert (seen(bob, 1), seen(alice, 30)) == ({}, {})


def test_who_writes_stands_first_and_stops_looking(
    acme: Workspace, owner: User, alice: User, bob: User
) -> None:
    for user in (alice, bob):
        presence.note(workspace=acme, number=3, user=user, is_writing=False, now=MONDAY_9AM)
    presence.note(workspace=acme, number=3, user=bob, is_writing=True, now=MONDAY_9AM)
    found = presence.others(workspace=acme, numbers=[3], user=owner, now=MONDAY_9AM)
    assert found == {3: [presence.Visitor(bob.pk, True), presence.Visitor(alice.pk, False)]}


def test_who_leaves_is_gone_at_once(acme: Workspace, alice: User, bob: User) -> None:
    presence.note(workspace=acme, number=3, user=bob, is_writing=True, now=MONDAY_9AM)
    presence.leave(workspace=acme, number=3, user=bob, now=MONDAY_9AM)
    assert presence.others(workspace=acme, numbers=[3], user=alice, now=MONDAY_9AM) == {}
