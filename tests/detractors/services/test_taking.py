"""Who gets a case when many want one: each case one winner, the others are told, nobody waits for a held row."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from accounts.enums import Role
from accounts.models import Membership, Team, User, Workspace
from accounts.rules.sight import EVERYTHING
from accounts.services import members
from accounts.sight_queries import sight_of
from detractors.models import Case, CaseEvent
from detractors.services import cases, taking
from detractors.services.errors import AlreadyClaimed
from surveys.services import contacts
from tests.conftest import MONDAY_9AM

RACERS = 50


@pytest.fixture
def free(acme: Workspace, bob: User, open_case: Callable[..., Case]) -> Callable[[int], list[Case]]:
    """free(3): three cases nobody has, the first the most urgent."""

    def make(count: int) -> list[Case]:
        Membership.objects.of(acme).update(takes_cases=False)
        made = []
        for n in range(count):
            person, _new = contacts.upsert(workspace=acme, email=f"c{n}@customer.example", now=MONDAY_9AM)
            made.append(open_case(now=MONDAY_9AM, contact=person))
            Case.objects.of(acme).filter(pk=made[-1].pk).update(rank_at=MONDAY_9AM + timedelta(minutes=n))
        return made

    return make


def agents(acme: Workspace, count: int) -> list[User]:
    found = []
    for n in range(count):
        user = members.ensure_user(email=f"agent{n}@acme.example", name=f"Agent {n}", now=MONDAY_9AM)
        members.add(workspace=acme, user=user, role=Role.AGENT, takes_cases=False, now=MONDAY_9AM)
        found.append(user)
    return found


def race(people: list[User], run: Callable[[User], Any]) -> list[Any]:
    """What each got, all having begun at once."""
    gate, got = Barrier(len(people)), []

    def one(user: User) -> None:
        try:
            connection.ensure_connection()
            gate.wait(timeout=60)
            got.append(run(user))
        finally:
            connection.close()

    threads = [Thread(target=one, args=(user,)) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


@pytest.mark.django_db(transaction=True)
def test_of_fifty_who_claim_one_case_one_has_it_and_forty_nine_are_told_who(
    acme: Workspace, free: Callable[[int], list[Case]]
) -> None:
    [case] = free(1)

    def claim(user: User) -> tuple[str, str]:
        try:
            cases.claim(case=case, by=user, now=MONDAY_9AM)
        except AlreadyClaimed as error:
            return "lost", error.owner_name
        return "won", user.display_name

    got = race(agents(acme, RACERS), claim)
    [winner] = [name for what, name in got if what == "won"]
    assert [name for what, name in got if what == "lost"] == [winner] * (RACERS - 1)
    case.refresh_from_db()
    assert case.owner is not None
    assert case.owner.display_name == winner
    assert CaseEvent.objects.of(acme).filter(case=case, kind="CLAIMED").count() == 1


@pytest.mark.django_db(transaction=True)
def test_fifty_who_take_the_next_of_thirty_get_thirty_different_cases(
    acme: Workspace, free: Callable[[int], list[Case]]
) -> None:
    free(30)
    got = race(
        agents(acme, RACERS),
        lambda user: taking.take_next(workspace=acme, by=user, sight=EVERYTHING, now=MONDAY_9AM),
    )
    taken = [case.number for case in got if case is not None]
    assert (len(got), len(taken), len(set(taken))) == (RACERS, len(taken), len(taken))
    # Whoever came while another held the last rows was passed over; asking again gives what is left, each once.
    left = 30 - len(taken)
    again = [
        taking.take_next(workspace=acme, by=user, sight=EVERYTHING, now=MONDAY_9AM)
        for user in agents(acme, left + 1)
    ]
    assert sorted([*taken, *(case.number for case in again if case)]) == list(range(1, 31))
    assert again[-1] is None


@pytest.mark.django_db
def test_the_next_is_the_most_urgent_that_does_not_wait(
    acme: Workspace, bob: User, free: Callable[[int], list[Case]]
) -> None:
    first, second, _third = free(3)
    cases.wait(case=first, by=bob, waiting_for="a photo", now=MONDAY_9AM)
    case = taking.take_next(workspace=acme, by=bob, sight=EVERYTHING, now=MONDAY_9AM)
    assert case is not None
    assert (case.number, case.owner, case.assigned_because) == (second.number, bob, "Claimed.")


@pytest.mark.django_db
def test_who_sees_only_their_team_is_given_no_other_case(
    acme: Workspace, bob: User, free: Callable[[int], list[Case]]
) -> None:
    first, second = free(2)
    elsewhere = Team(workspace=acme, name="Elsewhere", created_at=MONDAY_9AM)
    elsewhere.save()
    me = Membership.objects.of(acme).select_related("user").get(user=bob)
    Membership.objects.of(acme).filter(pk=me.pk).update(only_own_teams=True)
    me.refresh_from_db()
    Case.objects.of(acme).filter(pk=first.pk).update(team=elsewhere)
    Case.objects.of(acme).filter(pk=second.pk).update(team=me.team)
    taken = [
        taking.take_next(workspace=acme, by=bob, sight=sight_of(me), now=MONDAY_9AM) for _turn in range(2)
    ]
    assert [case.number if case else None for case in taken] == [second.number, None]
