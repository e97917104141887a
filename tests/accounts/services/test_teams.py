"""Teams are made, filled and dissolved; cases and members never get lost on the way."""

import pytest

from accounts.models import Membership, Team, User, Workspace
from accounts.services import invites, teams
from detractors.models import Case
from detractors.services import decisions
from surveys.models import Survey
from surveys.services import contacts, responses
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


@pytest.fixture
def care(acme: Workspace) -> Team:
    return Team.objects.of(acme).get()


@pytest.fixture
def logistics(acme: Workspace, bob: User) -> Team:
    return teams.create(workspace=acme, name=" Logistics ", now=MONDAY_9AM)


@pytest.fixture
def case(acme: Workspace, bob: User, care: Team) -> Case:
    contact, _made = contacts.upsert(workspace=acme, email="ines@customer.example", now=MONDAY_9AM)
    survey = Survey.objects.of(acme).get()
    responses.record(workspace=acme, survey=survey, contact=contact, score=1, now=MONDAY_9AM)
    decisions.decide_pending(now=MONDAY_9AM)
    found: Case = Case.objects.of(acme).get()
    assert found.team == care
    return found


def test_a_team_is_made_and_renamed(acme: Workspace, logistics: Team, bob: User) -> None:
    assert (logistics.name, logistics.lead) == ("Logistics", None)
    assert teams.change(team=logistics, name="Delivery", lead=bob).lead == bob


def test_two_teams_have_two_names(acme: Workspace, care: Team, logistics: Team, globex: Workspace) -> None:
    with pytest.raises(teams.NameTaken):
        teams.create(workspace=acme, name="Logistics", now=MONDAY_9AM)
    with pytest.raises(teams.NameTaken):
        teams.change(team=care, name="Logistics", lead=None)
    with pytest.raises(teams.TeamError):
        teams.create(workspace=acme, name="  ", now=MONDAY_9AM)
    assert teams.create(workspace=globex, name="Logistics", now=MONDAY_9AM).workspace == globex


def test_only_an_active_member_leads(acme: Workspace, care: Team, bob: User, charlie: User) -> None:
    with pytest.raises(teams.NotAMember):
        teams.change(team=care, name=care.name, lead=charlie)
    Membership.objects.of(acme).filter(user=bob).update(deactivated_at=MONDAY_9AM)
    with pytest.raises(teams.NotAMember):
        teams.change(team=care, name=care.name, lead=bob)


def test_members_move_between_teams(
    acme: Workspace, care: Team, logistics: Team, owner: User, bob: User
) -> None:
    mine = Membership.objects.of(acme)
    assert teams.set_members(team=logistics, members=[mine.get(user=bob)]) == 1
    assert {row.user: row.team for row in mine} == {owner: care, bob: logistics}
    assert teams.set_members(team=logistics, members=[]) == 1
    assert mine.get(user=bob).team is None


def test_a_strangers_membership_is_in_no_team_here(
    acme: Workspace, care: Team, charlie: User, globex: Workspace
) -> None:
    with pytest.raises(teams.NotAMember):
        teams.set_members(team=care, members=[Membership.objects.of(globex).get(user=charlie)])


def test_a_dissolved_team_leaves_everything_to_another(
    acme: Workspace, care: Team, logistics: Team, case: Case, owner: User, bob: User
) -> None:
    invitation = invites.invite(
        workspace=acme, by=owner, email="nina@acme.example", role="AGENT", team=care, now=MONDAY_9AM
    )
    before = case.version
    assert teams.dissolve(team=care, into=logistics, now=MONDAY_9AM) == 1
    case.refresh_from_db()
    invitation.refresh_from_db()
    assert (case.team, case.version, invitation.team) == (logistics, before + 1, logistics)
    assert {row.team for row in Membership.objects.of(acme)} == {logistics}


@pytest.mark.parametrize("has_members", [True, False])
def test_a_team_that_is_not_empty_is_not_simply_deleted(
    acme: Workspace, care: Team, logistics: Team, case: Case, has_members: bool
) -> None:
    if not has_members:
        Membership.objects.of(acme).update(team=None)
    with pytest.raises(teams.NeedsHeir):
        teams.dissolve(team=care, into=None, now=MONDAY_9AM)
    case.refresh_from_db()
    assert (case.team, Team.objects.of(acme).count()) == (care, 2)


def test_an_empty_team_goes_and_the_last_one_stays(acme: Workspace, care: Team, logistics: Team) -> None:
    assert teams.dissolve(team=logistics, into=None, now=MONDAY_9AM) == 0
    with pytest.raises(teams.LastTeam):
        teams.dissolve(team=care, into=None, now=MONDAY_9AM)
    assert list(Team.objects.of(acme)) == [care]


def test_nothing_goes_to_a_team_of_another_workspace(
    acme: Workspace, care: Team, logistics: Team, globex: Workspace
) -> None:
    foreign = Team.objects.of(globex).get()
    for into in (foreign, care):
        with pytest.raises(teams.NeedsHeir):
            teams.dissolve(team=care, into=into, now=MONDAY_9AM)
