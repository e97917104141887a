"""The pages about people, teams and oneself."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.dispatch import receiver
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.enums import Role
from accounts.models import MemberInvite, Membership, Team, User, Workspace
from accounts.services import invites, members, people, teams
from accounts.signals import sight_choices
from detractors.models import Case
from detractors.services import decisions
from surveys.models import Survey
from surveys.services import contacts, responses
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db
PEOPLE = "/w/acme/settings/people/"
TEAMS = "/w/acme/settings/teams/"
YOU = "/w/acme/settings/you/"


@pytest.fixture
def browser(owner: User, acme: Workspace) -> Client:
    return signed_in(owner)


def member_of(acme: Workspace, user: User) -> Membership:
    return Membership.objects.of(acme).get(user=user)


def page_of(acme: Workspace, user: User, more: str = "") -> str:
    return f"{PEOPLE}{member_of(acme, user).pk}/{more}"


def invitation(addresses: str, **changed: Any) -> dict[str, Any]:
    return {"addresses": addresses, "role": "AGENT", "team": "", "takes_cases": "on", **changed}


def open_case(acme: Workspace) -> Case:
    contact, _made = contacts.upsert(workspace=acme, email="ines@customer.example", now=timezone.now())
    survey = Survey.objects.of(acme).get()
    responses.record(workspace=acme, survey=survey, contact=contact, score=1, now=timezone.now())
    decisions.decide_pending(now=timezone.now())
    found: Case = Case.objects.of(acme).get()
    return found


def make_admin(acme: Workspace, user: User) -> Client:
    people.change(membership=member_of(acme, user), role=Role.ADMIN, takes_cases=True, team=None)
    return signed_in(user)


# Inviting


def test_several_are_invited_at_once_and_said(browser: Client, acme: Workspace) -> None:
    text = "nina@acme.example\nMax Miller <max@acme.example>; NINA@acme.example"
    page = browser.post(PEOPLE, invitation(text), follow=True).content.decode()
    found = MemberInvite.objects.of(acme).order_by("email").values_list("email", "name", "role")
    assert list(found) == [("max@acme.example", "Max Miller", "AGENT"), ("nina@acme.example", "", "AGENT")]
    assert "2 invitations are on their way." in page
    assert page.count("Send again") == 2


def test_valid_lines_go_and_the_others_come_back(browser: Client, acme: Workspace, bob: User) -> None:
    response = browser.post(PEOPLE, invitation("nina@acme.example\nnobody\nbob@acme.example", role="ANALYST"))
    form = response.context["form"]
    assert (response.status_code, form.data["addresses"], form.data["role"]) == (
        422, "nobody\nbob@acme.example", "ANALYST",
    )  # fmt: skip
    assert form.errors["addresses"] == [
        "“nobody” is no e-mail address.",
        "bob@acme.example is in this workspace already.",
    ]
    assert "An invitation is on its way to nina@acme.example." in response.content.decode()
    assert [one.email for one in MemberInvite.objects.of(acme)] == ["nina@acme.example"]


@pytest.mark.parametrize("changed", [{"addresses": ""}, {"role": "BOSS"}, {"team": "999999"}])
def test_a_form_that_does_not_fit_invites_nobody(
    browser: Client, acme: Workspace, changed: dict[str, str]
) -> None:
    assert browser.post(PEOPLE, {**invitation("nina@acme.example"), **changed}).status_code == 422
    assert MemberInvite.objects.of(acme).count() == 0


def test_more_than_fifty_are_too_many(browser: Client, acme: Workspace) -> None:
    text = "\n".join(f"n{index}@acme.example" for index in range(51))
    assert browser.post(PEOPLE, invitation(text)).status_code == 422
    assert MemberInvite.objects.of(acme).count() == 0


def test_an_invitation_is_sent_again_and_taken_back(browser: Client, acme: Workspace) -> None:
    browser.post(PEOPLE, invitation("nina@acme.example"))
    one = MemberInvite.objects.of(acme).get()
    url = f"{PEOPLE}invitations/{one.public_id}/"
    browser.post(url + "resend/")
    assert MemberInvite.objects.of(acme).get().nonce != one.nonce
    browser.post(url + "revoke/")
    assert MemberInvite.objects.of(acme).get().revoked_at is not None
    assert "nina@acme.example" not in browser.get(PEOPLE).content.decode().partition("is taken back")[2]
    assert browser.get(url + "revoke/").status_code == 405


def test_invitations_of_another_workspace_are_unknown_here(
    browser: Client, charlie: User, globex: Workspace
) -> None:
    one = invites.invite(
        workspace=globex, by=charlie, email="nina@acme.example", role="AGENT", now=MONDAY_9AM
    )
    for act in ("resend", "revoke"):
        assert browser.post(f"{PEOPLE}invitations/{one.public_id}/{act}/").status_code == 404
    assert "nina@acme.example" not in browser.get(PEOPLE).content.decode()


def test_an_admin_is_not_offered_to_make_owners(acme: Workspace, bob: User, owner: User) -> None:
    client = make_admin(acme, bob)
    roles = [code for code, _label in client.get(PEOPLE).context["form"].fields["role"].choices]
    assert roles == ["ADMIN", "MANAGER", "AGENT", "ANALYST"]
    assert client.post(PEOPLE, invitation("nina@acme.example", role="OWNER")).status_code == 422
    invites.invite(workspace=acme, by=owner, email="o@acme.example", role="OWNER", now=timezone.now())
    assert "Send again" not in client.get(PEOPLE).content.decode()


# One person


def test_role_team_and_round_robin_are_changed(browser: Client, acme: Workspace, bob: User) -> None:
    team = teams.create(workspace=acme, name="Logistics", now=MONDAY_9AM)
    browser.post(page_of(acme, bob), {"part": "role", "role": "MANAGER", "team": team.pk})
    member = member_of(acme, bob)
    assert (member.role, member.takes_cases, member.team) == ("MANAGER", False, team)


def test_the_last_owner_is_told_why_not(browser: Client, acme: Workspace, owner: User) -> None:
    response = browser.post(page_of(acme, owner), {"part": "role", "role": "ADMIN"})
    assert (response.status_code, response.context["form"].errors["role"]) == (
        422, ["A workspace needs an owner. Make somebody else an owner first."],
    )  # fmt: skip


def test_an_admin_cannot_make_change_or_remove_an_owner(acme: Workspace, owner: User, bob: User) -> None:
    client = make_admin(acme, bob)
    assert client.post(page_of(acme, bob), {"part": "role", "role": "OWNER"}).status_code == 422
    for part in ("role", "away", "sight"):
        client.post(page_of(acme, owner), {"part": part, "role": "AGENT", "away_until": "2030-01-01"})
    client.post(page_of(acme, owner, "go/"), {"act": "remove"})
    client.post(page_of(acme, owner, "go/"), {"act": "deactivate"})
    member = member_of(acme, owner)
    assert [member_of(acme, bob).role, member.role, member.away_until, member.deactivated_at] == [
        "ADMIN", "OWNER", None, None,
    ]  # fmt: skip
    assert "<form" not in client.get(page_of(acme, owner)).content.decode().partition("<main")[2]


def test_days_away_are_saved_and_shown(browser: Client, acme: Workspace, bob: User) -> None:
    until = timezone.now().date() + timedelta(days=9)
    browser.post(page_of(acme, bob), {"part": "away", "away_until": until.isoformat()})
    assert member_of(acme, bob).away_until == until
    assert f"away until {until:%-d %b}" in browser.get(PEOPLE).content.decode()
    case = open_case(acme)
    assert case.owner is None  # nobody else takes cases
    page = browser.get(f"/w/acme/cases/{case.number}/").content.decode()
    assert f"Bob Brown (away until {until:%-d %b})" in page
    Case.objects.of(acme).update(owner=bob)
    page = browser.get(f"/w/acme/cases/{case.number}/").content.decode()
    assert f"away until {until:%-d %b}</span>" in page


@pytest.mark.parametrize(
    ("first", "last"), [("2026-03-09", ""), ("2026-03-09", "2026-03-08"), ("x", "2026-03-08")]
)
def test_days_away_that_cannot_be_are_refused(
    browser: Client, acme: Workspace, bob: User, first: str, last: str
) -> None:
    data = {"part": "away", "away_from": first, "away_until": last}
    response = browser.post(page_of(acme, bob), data)
    assert (response.status_code, response.context["away_form"].data["away_from"]) == (422, first)
    assert member_of(acme, bob).away_until is None


@pytest.fixture
def choices() -> Any:
    """What an app above offers to limit people to, besides its own."""

    @receiver(sight_choices, weak=False, dispatch_uid="tests.choices")
    def offer(**_facts: Any) -> dict[str, list[Any]]:
        return {
            "touchpoints": [("tp-1", "Delivery"), ("tp-2", "Support")],
            "attributes": [("region", ["North", "South"]), ("plan", ["Pro"])],
        }

    yield
    sight_choices.disconnect(dispatch_uid="tests.choices")


@pytest.mark.usefixtures("choices")
def test_what_an_agent_sees_is_limited_and_freed_again(browser: Client, acme: Workspace, bob: User) -> None:
    url = page_of(acme, bob)
    values = ['["region", "North"]', '["region", "South"]']
    browser.post(
        url,
        {"part": "sight", "only_own_teams": "on", "only_touchpoints": ["tp-1"], "only_values": values},
    )
    member = member_of(acme, bob)
    assert (member.only_own_teams, member.only_touchpoints, member.only_attribute, member.only_values) == (
        True, ["tp-1"], "region", ["North", "South"],
    )  # fmt: skip
    page = browser.get(url).content.decode()
    assert page.count(" selected>region: ") == 2
    assert "sees a part" in browser.get(PEOPLE).content.decode()
    browser.post(url, {"part": "sight"})
    member = member_of(acme, bob)
    assert (member.only_own_teams, member.only_touchpoints, member.only_attribute, member.only_values) == (
        False, [], "", [],
    )  # fmt: skip


@pytest.mark.usefixtures("choices")
@pytest.mark.parametrize(
    "data",
    [
        {"only_values": ['["region", "North"]', '["plan", "Pro"]']},
        {"only_values": ['["region", "East"]']},
        {"only_values": ["not json"]},
        {"only_touchpoints": ["tp-3"]},
    ],
)
def test_limits_that_cannot_be_are_refused(
    browser: Client, acme: Workspace, bob: User, data: dict[str, Any]
) -> None:
    assert browser.post(page_of(acme, bob), {"part": "sight", **data}).status_code == 422
    assert member_of(acme, bob).only_touchpoints == []


def test_managers_are_not_offered_limits(browser: Client, acme: Workspace, alice: User) -> None:
    assert browser.get(page_of(acme, alice)).context["sight_form"] is None


# Going


def test_somebody_goes_and_their_cases_are_counted_and_given(
    browser: Client, acme: Workspace, owner: User, bob: User
) -> None:
    case = open_case(acme)
    assert case.owner == bob
    url = page_of(acme, bob, "go/")
    page = browser.get(url).content.decode()
    assert "<b>1 open case</b> goes" in page
    browser.post(url, {"act": "remove", "heirs": owner.pk})
    case.refresh_from_db()
    assert case.owner == owner
    assert signed_in(bob).get("/w/acme/cases/").status_code == 404


def test_a_deactivated_session_stops_at_the_next_request_and_can_be_undone(
    browser: Client, acme: Workspace, bob: User
) -> None:
    theirs = signed_in(bob)
    assert theirs.get("/w/acme/cases/").status_code == 200
    response = browser.post(page_of(acme, bob, "go/"), {"act": "deactivate"})
    assert theirs.get("/w/acme/cases/").status_code == 404
    assert theirs.get("/").context["memberships"] == []
    page = browser.get(response["Location"]).content.decode()
    [undo] = re.findall(r'<form method="post" action="([^"]+/back/)"', page)
    browser.post(undo)
    assert theirs.get("/w/acme/cases/").status_code == 200
    assert "/back/" not in browser.get(response["Location"]).content.decode()


def test_the_undo_offers_only_who_is_deactivated_here(
    browser: Client, acme: Workspace, charlie: User, globex: Workspace
) -> None:
    foreign = Membership.objects.of(globex).get(user=charlie)
    for pk in (foreign.pk, "x", 10**30, member_of(acme, User.objects.get(email="olivia@acme.example")).pk):
        assert browser.get(PEOPLE, {"deactivated": pk}).context["undo"] is None


def test_heirs_are_those_who_work_on_cases(browser: Client, acme: Workspace, bob: User, alice: User) -> None:
    ann = members.ensure_user(email="ann@acme.example", now=MONDAY_9AM)
    members.add(workspace=acme, user=ann, role=Role.ANALYST, now=MONDAY_9AM)
    people.deactivate(membership=member_of(acme, alice), by=None, heirs=people.NOBODY, now=MONDAY_9AM)
    form = browser.get(page_of(acme, bob, "go/")).context["form"]
    assert [label for _code, label in form.fields["heirs"].choices] == [
        "Whoever's turn it is", "Olivia Owner", "Nobody: they wait unassigned",
    ]  # fmt: skip
    url = page_of(acme, bob, "go/")
    assert browser.post(url, {"act": "remove", "heirs": ann.pk}).status_code == 422
    assert member_of(acme, bob).deactivated_at is None


def test_oneself_is_led_to_leaving(browser: Client, acme: Workspace, owner: User) -> None:
    assert browser.get(page_of(acme, owner, "go/"))["Location"] == YOU + "leave/"
    browser.post(page_of(acme, owner, "go/"), {"act": "remove"})
    assert member_of(acme, owner).role == "OWNER"


def test_people_cost_the_same_queries_for_one_and_three(browser: Client, acme: Workspace) -> None:
    counts = []
    for size in (1, 2):
        for at in range(size):
            user = members.ensure_user(email=f"m{size}{at}@acme.example", now=MONDAY_9AM)
            members.add(workspace=acme, user=user, role=Role.AGENT, now=MONDAY_9AM)
            browser.post(PEOPLE, invitation(f"i{size}{at}@acme.example"))
        browser.get(PEOPLE)
        with CaptureQueriesContext(connection) as queries:
            browser.get(PEOPLE)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# Oneself


def test_everybody_sets_their_own_name_zone_and_absence(acme: Workspace, bob: User) -> None:
    data = {
        "name": "Bobby", "time_zone": "Asia/Tokyo", "away_from": "2026-03-18", "away_until": "2026-03-20",
    }  # fmt: skip
    signed_in(bob).post(YOU, data)
    bob.refresh_from_db()
    member = member_of(acme, bob)
    assert (bob.name, bob.time_zone, member.away_from, member.away_until) == (
        "Bobby", "Asia/Tokyo", date(2026, 3, 18), date(2026, 3, 20),
    )  # fmt: skip


def test_going_away_offers_to_hand_over(acme: Workspace, alice: User, bob: User) -> None:
    client = signed_in(bob)
    assert "heirs" not in client.get(YOU).context["away_form"].fields
    case = open_case(acme)
    assert "heirs" in client.get(YOU).context["away_form"].fields
    until = (timezone.now() + timedelta(days=3)).date().isoformat()
    client.post(YOU, {"name": "Bob", "away_until": until, "heirs": ""})
    case.refresh_from_db()
    assert case.owner == bob
    page = client.post(YOU, {"name": "Bob", "away_until": until, "heirs": alice.pk}, follow=True)
    case.refresh_from_db()
    assert (case.owner, "1 case went over." in page.content.decode()) == (alice, True)


def test_a_profile_that_does_not_fit_is_kept_as_typed(acme: Workspace, bob: User) -> None:
    response = signed_in(bob).post(YOU, {"name": "Bobby", "away_from": "2026-03-20"})
    bob.refresh_from_db()
    assert (response.status_code, bob.name) == (422, "Bob Brown")
    assert 'value="Bobby"' in response.content.decode()


def test_one_leaves_by_oneself_and_the_last_owner_does_not(
    browser: Client, acme: Workspace, bob: User
) -> None:
    case = open_case(acme)
    client = signed_in(bob)
    assert "<b>1 open case</b> goes" in client.get(YOU + "leave/").content.decode()
    assert client.post(YOU + "leave/", {"heirs": "nobody"})["Location"] == "/"
    case.refresh_from_db()
    assert (case.owner, client.get(YOU).status_code) == (None, 404)
    response = browser.post(YOU + "leave/")
    assert response.status_code == 422
    assert "A workspace needs an owner." in response.content.decode()


# Teams


def test_a_team_is_made_changed_filled_and_dissolved(browser: Client, acme: Workspace, bob: User) -> None:
    response = browser.post(TEAMS, {"name": "Logistics", "lead": bob.pk})
    team = Team.objects.of(acme).get(name="Logistics")
    assert (response["Location"], team.lead) == (f"{TEAMS}{team.pk}/", bob)
    url = f"{TEAMS}{team.pk}/"
    browser.post(url, {"name": "Delivery", "lead": ""})
    team.refresh_from_db()
    assert (team.name, team.lead) == ("Delivery", None)
    browser.post(url, {"part": "members", "members": [member_of(acme, bob).pk]})
    assert member_of(acme, bob).team == team
    assert browser.post(url + "dissolve/", {"into": ""}).status_code == 422
    care = Team.objects.of(acme).exclude(pk=team.pk).get()
    browser.post(url + "dissolve/", {"into": care.pk})
    assert list(Team.objects.of(acme)) == [care]
    assert member_of(acme, bob).team == care


def test_a_team_that_cannot_be_is_refused(
    browser: Client, acme: Workspace, charlie: User, globex: Workspace
) -> None:
    team = Team.objects.of(acme).get()
    foreign = Membership.objects.of(globex).get(user=charlie)
    for url, data in (
        (TEAMS, {"name": team.name}),
        (TEAMS, {"name": ""}),
        (TEAMS, {"name": "X", "lead": charlie.pk}),
        (f"{TEAMS}{team.pk}/", {"name": "X", "lead": charlie.pk}),
        (f"{TEAMS}{team.pk}/", {"part": "members", "members": [foreign.pk]}),
        (f"{TEAMS}{team.pk}/dissolve/", {}),
        (f"{TEAMS}{team.pk}/dissolve/", {"into": Team.objects.of(globex).get().pk}),
    ):
        assert (url, browser.post(url, data).status_code) == (url, 422)
    assert Team.objects.of(acme).get().name == team.name


@pytest.mark.parametrize("user", ["alice", "bob"])
def test_managers_and_agents_change_no_people_and_teams(
    acme: Workspace, alice: User, bob: User, user: str
) -> None:
    client = signed_in({"alice": alice, "bob": bob}[user])
    for url in (PEOPLE, TEAMS, page_of(acme, bob), page_of(acme, bob, "go/"), page_of(acme, bob, "back/")):
        assert client.post(url).status_code == 403
