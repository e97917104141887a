"""People come, change and go; somebody always owns the workspace."""

import pytest

from accounts.enums import Role
from accounts.models import Membership, Team, User, Workspace
from accounts.services import members, people
from tests.conftest import MONDAY_9AM


def membership(acme: Workspace, user: User) -> Membership:
    return Membership.objects.of(acme).get(user=user)


def change(member: Membership, role: str) -> None:
    people.change(membership=member, role=role, takes_cases=True, away_until=None, team=member.team)


def invite(acme: Workspace, email: str) -> Membership:
    return people.invite(
        workspace=acme, email=email, name="New", role=Role.AGENT, team=None, takes_cases=True, now=MONDAY_9AM
    )


def test_somebody_new_is_made_without_a_password(acme: Workspace) -> None:
    member = invite(acme, "New@Acme.Example")
    assert (member.user.email, member.user.has_usable_password(), member.role) == (
        "new@acme.example",
        False,
        Role.AGENT,
    )


def test_somebody_of_another_workspace_keeps_name_and_password(acme: Workspace, charlie: User) -> None:
    member = invite(acme, "CHARLIE@globex.example")
    assert (member.user_id, member.user.name, member.user.check_password("pw-charlie-2026")) == (
        charlie.pk, "Charlie Clark", True,
    )  # fmt: skip


def test_a_member_is_not_invited_twice(acme: Workspace, bob: User) -> None:
    with pytest.raises(people.AlreadyMember):
        invite(acme, "bob@acme.example")
    assert membership(acme, bob).role == Role.AGENT


def test_the_last_owner_can_neither_change_role_nor_go(acme: Workspace, owner: User) -> None:
    member = membership(acme, owner)
    with pytest.raises(people.LastOwner):
        change(member, Role.ADMIN)
    with pytest.raises(people.LastOwner):
        people.remove(membership=member)
    assert membership(acme, owner).role == Role.OWNER


def test_one_of_two_owners_may_go(acme: Workspace, owner: User, bob: User) -> None:
    change(membership(acme, bob), Role.OWNER)
    people.remove(membership=membership(acme, owner))
    assert [row.user for row in Membership.objects.of(acme)] == [bob]


def test_a_lead_who_goes_leads_no_more(acme: Workspace, alice: User) -> None:
    people.remove(membership=membership(acme, alice))
    assert Team.objects.of(acme).get().lead is None


def test_only_a_member_can_lead(acme: Workspace, bob: User, charlie: User) -> None:
    team = Team.objects.of(acme).get()
    assert people.set_lead(team=team, lead=bob).lead == bob
    with pytest.raises(people.NotAMember):
        people.set_lead(team=team, lead=charlie)
    assert people.set_lead(team=team, lead=None).lead is None


def test_an_away_member_is_known_by_date(acme: Workspace, bob: User) -> None:
    day = MONDAY_9AM.date()
    people.change(
        membership=membership(acme, bob), role=Role.AGENT, takes_cases=True, away_until=day, team=None
    )
    assert membership(acme, bob).away_until == day
    members.set_away(membership=membership(acme, bob), until=None)
    assert membership(acme, bob).away_until is None
