"""People change and go, for a while or for good; somebody always owns the workspace."""

from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from accounts import audit_queries, queries
from accounts.audit_words import entries
from accounts.enums import Act, Role
from accounts.models import AuditEvent, Membership, Team, User, Workspace
from accounts.services import members, people
from accounts.services.people import NOBODY
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
MONDAY = MONDAY_9AM.date()


def membership(acme: Workspace, user: User) -> Membership:
    return Membership.objects.of(acme).get(user=user)


def change(member: Membership, role: str, by: User | None = None) -> None:
    people.change(membership=member, role=role, takes_cases=True, team=member.team, by=by)


def acts(acme: Workspace) -> list[str]:
    return list(AuditEvent.objects.of(acme).order_by("pk").values_list("act", flat=True))


GOING: dict[str, Any] = {"deactivate": people.deactivate, "remove": people.remove}


def go(how: str, member: Membership, by: User | None) -> int:
    return int(GOING[how](membership=member, by=by, heirs=NOBODY, now=MONDAY_9AM))


# Roles


def test_the_last_owner_can_neither_change_role_nor_go(acme: Workspace, owner: User) -> None:
    member = membership(acme, owner)
    with pytest.raises(people.LastOwner):
        change(member, Role.ADMIN)
    for how in GOING:
        with pytest.raises(people.LastOwner):
            go(how, member, None)
    with pytest.raises(people.LastOwner):
        people.leave(membership=member, heirs=NOBODY, now=MONDAY_9AM)
    assert membership(acme, owner).role == Role.OWNER


def test_a_deactivated_owner_does_not_count(acme: Workspace, owner: User, bob: User) -> None:
    change(membership(acme, bob), Role.OWNER)
    go("deactivate", membership(acme, bob), owner)
    with pytest.raises(people.LastOwner):
        people.leave(membership=membership(acme, owner), heirs=NOBODY, now=MONDAY_9AM)


def test_one_of_two_owners_may_go(acme: Workspace, owner: User, bob: User) -> None:
    change(membership(acme, bob), Role.OWNER)
    people.leave(membership=membership(acme, owner), heirs=NOBODY, now=MONDAY_9AM)
    assert [row.user for row in Membership.objects.of(acme)] == [bob]
    assert acts(acme)[-1] == Act.LEFT


def test_nobody_changes_or_makes_somebody_above_them(acme: Workspace, owner: User, bob: User) -> None:
    change(membership(acme, bob), Role.ADMIN)
    with pytest.raises(people.AboveYou):
        change(membership(acme, bob), Role.OWNER, by=bob)
    for how in GOING:
        with pytest.raises(people.AboveYou):
            go(how, membership(acme, owner), bob)
    with pytest.raises(people.AboveYou):
        people.set_away(membership=membership(acme, owner), first=None, last=MONDAY, by=bob, now=MONDAY_9AM)
    assert membership(acme, owner).role == Role.OWNER


def test_a_member_is_limited(acme: Workspace, owner: User, bob: User) -> None:
    limits: dict[str, Any] = {
        "only_own_teams": True, "only_touchpoints": ["abc"], "only_attribute": "region", "only_values": ["North"],
    }  # fmt: skip
    people.limit(membership=membership(acme, bob), by=owner, **limits)
    member = membership(acme, bob)
    assert {name: getattr(member, name) for name in limits} == limits


# Going


@pytest.mark.parametrize("how", list(GOING))
def test_whoever_goes_leads_no_more_and_is_no_executive(
    acme: Workspace, owner: User, alice: User, how: str
) -> None:
    acme.executives.add(alice)
    go(how, membership(acme, alice), owner)
    assert Team.objects.of(acme).get().lead is None
    assert list(acme.executives.all()) == []


@pytest.mark.parametrize("how", list(GOING))
def test_that_an_executive_went_stands_in_the_audit_log_in_words(
    acme: Workspace, owner: User, alice: User, bob: User, how: str
) -> None:
    acme.executives.add(alice, owner)
    number = membership(acme, alice).pk
    go(how, membership(acme, alice), owner)
    go(how, membership(acme, bob), owner)  # who was none changes nothing
    [event] = AuditEvent.objects.of(acme).filter(act=Act.EXECUTIVES_CHANGED)
    assert (event.subject_kind, event.subject_id, event.detail) == (
        "member", str(number), {"removed": alice.pk, "executives": [owner.pk]},
    )  # fmt: skip
    [line] = audit_queries.lines(workspace=acme, wanted=audit_queries.Wanted(act=Act.EXECUTIVES_CHANGED))
    [entry] = entries(workspace=acme, lines=[line])
    assert entry.says == f"changed the executives: member “{alice.display_name}”"
    assert [(value.label, value.now) for value in entry.values] == [
        ("removed", alice.display_name),
        ("executives", owner.display_name),
    ]


def test_a_deactivated_member_is_nobody_until_let_in_again(acme: Workspace, owner: User, bob: User) -> None:
    def seen() -> dict[str, bool]:
        return {
            "inside": queries.membership_of(user=bob, slug="acme") is not None,
            "listed": bob in [row.user for row in queries.members(workspace=acme)],
            "own": bool(queries.memberships_of(user=bob)),
            "turn": bob in [row.user for row in queries.case_takers(workspace=acme, now=MONDAY_9AM)],
            "told": bob in queries.with_role(workspace=acme, roles=[Role.AGENT]),
            "role": queries.role_of(workspace=acme, user=bob) is not None,
        }

    assert set(seen().values()) == {True}
    go("deactivate", membership(acme, bob), owner)
    assert set(seen().values()) == {False}
    assert bob in [row.user for row in queries.everybody(workspace=acme)]
    people.reactivate(membership=membership(acme, bob), by=owner, now=MONDAY_9AM)
    assert set(seen().values()) == {True}
    assert acts(acme)[-2:] == [Act.MEMBER_DEACTIVATED, Act.MEMBER_REACTIVATED]


def test_deactivating_twice_is_once(acme: Workspace, owner: User, bob: User) -> None:
    member = membership(acme, bob)
    go("deactivate", member, owner)
    people.deactivate(membership=member, by=owner, heirs=NOBODY, now=MONDAY_9AM + timedelta(days=1))
    assert membership(acme, bob).deactivated_at == MONDAY_9AM
    assert acts(acme).count(Act.MEMBER_DEACTIVATED) == 1


def test_nobody_deactivates_or_removes_themselves(acme: Workspace, owner: User, bob: User) -> None:
    change(membership(acme, bob), Role.OWNER)
    for how in GOING:
        with pytest.raises(people.NotYourself):
            go(how, membership(acme, bob), bob)


def test_going_from_one_workspace_leaves_the_others(
    acme: Workspace, owner: User, bob: User, globex: Workspace
) -> None:
    members.add(workspace=globex, user=bob, role=Role.AGENT, now=MONDAY_9AM)
    go("remove", membership(acme, bob), owner)
    assert [row.workspace for row in queries.memberships_of(user=bob)] == [globex]


def test_acting_on_somebody_who_is_gone_says_so(acme: Workspace, owner: User, bob: User) -> None:
    member = membership(acme, bob)
    people.leave(membership=membership(acme, bob), heirs=NOBODY, now=MONDAY_9AM)
    with pytest.raises(people.NotAMember):
        go("remove", member, owner)


@pytest.mark.parametrize("who", ["analyst", "stranger", "themselves"])
def test_cases_go_only_to_who_can_work_on_them(
    acme: Workspace, owner: User, bob: User, charlie: User, who: str
) -> None:
    analyst = members.ensure_user(email="ann@acme.example", now=MONDAY_9AM)
    members.add(workspace=acme, user=analyst, role=Role.ANALYST, now=MONDAY_9AM)
    to = {"analyst": analyst, "stranger": charlie, "themselves": bob}[who]
    with pytest.raises(people.NotAMember):
        people.remove(membership=membership(acme, bob), by=owner, heirs=people.Heirs(to=to), now=MONDAY_9AM)
    assert membership(acme, bob).role == Role.AGENT


@pytest.mark.django_db(transaction=True)
def test_two_owners_leaving_at_once_leave_one_behind(acme: Workspace, owner: User, bob: User) -> None:
    change(membership(acme, bob), Role.OWNER)
    barrier, outcomes = Barrier(2), []

    def leave(member: Membership) -> None:
        barrier.wait()
        try:
            people.leave(membership=member, heirs=NOBODY, now=MONDAY_9AM)
            outcomes.append("gone")
        except people.LastOwner:
            outcomes.append("stays")
        finally:
            connection.close()

    threads = [Thread(target=leave, args=[membership(acme, user)]) for user in (owner, bob)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["gone", "stays"]
    assert Membership.objects.of(acme).filter(role=Role.OWNER).count() == 1


# Away


@pytest.mark.parametrize(
    ("first", "last", "gets"),
    [
        (None, None, True),
        (None, MONDAY, False),
        (None, MONDAY - timedelta(days=1), True),
        (MONDAY, MONDAY, False),
        (MONDAY + timedelta(days=1), MONDAY + timedelta(days=9), True),
    ],
)
def test_the_round_robin_leaves_out_who_is_away(
    acme: Workspace, bob: User, first: date | None, last: date | None, gets: bool
) -> None:
    people.set_away(membership=membership(acme, bob), first=first, last=last, by=bob, now=MONDAY_9AM)
    takers = queries.case_takers(workspace=acme, now=MONDAY_9AM)
    assert (bob in [taker.user for taker in takers]) is gets
    assert queries.away_days(workspace=acme, now=MONDAY_9AM) == ({} if gets else {bob.pk: last})


def test_days_away_are_those_of_the_persons_own_zone(acme: Workspace, bob: User) -> None:
    people.set_away(membership=membership(acme, bob), first=None, last=MONDAY, by=bob, now=MONDAY_9AM)
    evening = MONDAY_9AM + timedelta(hours=11)  # 20:00 in London, the next day in Auckland

    def is_away(zone: str) -> bool:
        people.change_profile(user=bob, name="Bob Brown", time_zone=zone)
        return queries.away_days(workspace=acme, now=evening) != {}

    assert (is_away("Europe/London"), is_away("Pacific/Auckland"), is_away("")) == (True, False, True)
    acme.time_zone = "Pacific/Auckland"
    assert queries.away_days(workspace=acme, now=evening) == {}


def test_coming_back_forgets_the_first_day_too(acme: Workspace, bob: User) -> None:
    member = membership(acme, bob)
    people.set_away(membership=member, first=MONDAY, last=MONDAY, by=bob, now=MONDAY_9AM)
    people.set_away(membership=member, first=MONDAY, last=None, by=bob, now=MONDAY_9AM)
    member.refresh_from_db()
    assert (member.away_from, member.away_until) == (None, None)
