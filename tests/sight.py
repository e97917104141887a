"""Cases, answers and contacts of every kind a limit can tell apart, and the rule once more in plain Python."""

import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from accounts.enums import Role
from accounts.models import Membership, Team, User, Workspace
from accounts.services import members
from detractors.models import Case
from detractors.services import decisions
from surveys.models import Contact, Invitation, Response, Survey, Touchpoint
from surveys.services import contacts, invitations, responses, touchpoints
from tests.conftest import MONDAY_9AM

TEAMS, PLACES, REGIONS = ("Care", "Sales", None), ("Delivery", "Support", None), ("East", "West", None)


@dataclass
class World:
    """Acme with a case for every combination of team, touchpoint and region, owned by Bob, Dora or nobody."""

    workspace: Workspace
    teams: dict[str, Team]
    touchpoints: dict[str, Touchpoint]
    bob: User
    dora: User
    cases: list[Case] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    invitations: list[Invitation] = field(default_factory=list)


def furnish(workspace: Workspace, bob: User) -> World:
    """27 unhappy customers with a case, some with a second answer that joined from elsewhere, and 9 happy ones."""
    dora = members.ensure_user(
        email="dora@acme.example", name="Dora Dale", password="pw-dora-2026", now=MONDAY_9AM
    )
    care, sales = (
        Team.objects.of(workspace).get(),
        Team(workspace=workspace, name="Sales", created_at=MONDAY_9AM),
    )
    care.name = "Care"
    care.save()
    sales.save()
    members.add(
        workspace=workspace, user=dora, role=Role.AGENT, team=sales, takes_cases=False, now=MONDAY_9AM
    )
    Membership.objects.of(workspace).update(takes_cases=False)
    there = {
        name: touchpoints.ensure(workspace=workspace, name=name, now=MONDAY_9AM) for name in PLACES if name
    }
    world = World(workspace, {"Care": care, "Sales": sales}, there, bob, dora)
    survey = Survey.objects.of(workspace).get()
    wanted: dict[int, tuple[Team | None, User | None]] = {}
    owners = itertools.cycle([None, bob, dora, None, None])
    for number, (team, place, region) in enumerate(itertools.product(TEAMS, PLACES, REGIONS)):
        moment = MONDAY_9AM + timedelta(minutes=number)
        contact = person(workspace, number, region)
        invitation = invitations.invite(
            workspace=workspace, survey=survey, contact=contact, now=moment, send=False,
            touchpoint=there.get(place or ""),
        )  # fmt: skip
        recorded = responses.record_by_invitation(
            token=invitation.link, score=number % 7, comment=f"parcel {number}", now=moment
        )
        first = Response.objects.of(workspace).get(invitation=invitation)
        assert recorded is not None
        wanted[first.pk] = (world.teams.get(team or ""), next(owners))
        if (
            number % 3 == 0
        ):  # another answer of the same customer, from the other touchpoint: it joins the case
            other = there["Support" if place == "Delivery" else "Delivery"]
            responses.record(workspace=workspace, survey=survey, contact=contact, score=1, touchpoint=other,
                             now=moment + timedelta(seconds=1))  # fmt: skip
    for number, (place, region) in enumerate(itertools.product(PLACES, REGIONS), start=100):
        responses.record(workspace=workspace, survey=survey, contact=person(workspace, number, region), score=10,
                         touchpoint=there.get(place or ""), now=MONDAY_9AM)  # fmt: skip
    person(workspace, 200, "East")  # has neither an answer nor a case
    responses.record(
        workspace=workspace,
        survey=survey,
        contact=None,
        score=9,
        touchpoint=there["Delivery"],
        now=MONDAY_9AM,
    )
    decisions.decide_pending(now=MONDAY_9AM + timedelta(hours=1))
    for case in Case.objects.of(workspace):
        case.team, case.owner = wanted[case.response_id]
        case.save()
    read(world)
    return world


def person(workspace: Workspace, number: int, region: str | None) -> Contact:
    """A contact with a region, written in its own way here and there."""
    spelt = region.upper() if region and number % 2 else region
    return contacts.upsert(
        workspace=workspace, external_id=f"c-{number}", email=f"c{number}@customer.example", name=f"Customer {number}",
        company="Ibex", attributes={"region": spelt} if spelt else {}, now=MONDAY_9AM,
    )[0]  # fmt: skip


def read(world: World) -> None:
    """Take all rows into memory: what follows is compared with them, not with another query."""
    of = world.workspace
    world.cases = list(Case.objects.of(of).select_related("contact", "touchpoint", "response"))
    world.answers = list(Response.objects.of(of).select_related("contact", "touchpoint"))
    world.contacts = list(Contact.objects.of(of))
    world.invitations = list(Invitation.objects.of(of).select_related("contact", "touchpoint"))


LIMITS: list[dict[str, Any]] = [
    {"only_own_teams": own, "only_touchpoints": places, "only_attribute": name, "only_values": values}
    for own in (False, True)
    for places in ([], ["Delivery"], ["Support", "gone"])
    for name, values in (("", []), ("region", ["EAST", "north"]), ("plan", ["gold"]))
]


def limit(world: World, user: User, **limits: Any) -> Membership:
    """Give `user` these limits; touchpoints by name."""
    membership = (
        Membership.objects.of(world.workspace).select_related("user", "team", "workspace").get(user=user)
    )
    for name, value in limits.items():
        setattr(membership, name, value)
    names = limits.get("only_touchpoints", [])
    membership.only_touchpoints = [
        world.touchpoints[name].public_id if name in world.touchpoints else name for name in names
    ]
    membership.save()
    return membership


class BruteForce:
    """What a member may see, decided row by row."""

    def __init__(self, world: World, membership: Membership) -> None:
        self.world, self.member = world, membership
        led = {team.pk for team in world.teams.values() if team.lead_id == membership.user_id}
        self.teams = led | ({membership.team_id} if membership.team_id else set())
        self.by_answer = {
            decision.response_id: decision.case_id
            for case in world.cases
            for decision in case.decisions.all()
        }
        self.seen = {case.pk for case in world.cases if self._sees(case)}

    def _place(self, row: Any) -> bool:
        wanted = self.member.only_touchpoints
        return not wanted or (row.touchpoint is not None and row.touchpoint.public_id in wanted)

    def _value(self, contact: Contact | None) -> bool:
        name = self.member.only_attribute
        if not name:
            return True
        value = contact.attributes.get(name) if contact else None
        return value is not None and value.lower() in [one.lower() for one in self.member.only_values]

    def _sees(self, case: Case) -> bool:
        if not self.is_limited or case.owner_id == self.member.user_id:
            return True
        in_team = not self.member.only_own_teams or case.team_id in self.teams
        return in_team and self._place(case) and self._value(case.contact)

    @property
    def is_limited(self) -> bool:
        return bool(self.member.only_own_teams or self.member.only_touchpoints or self.member.only_attribute)

    def cases(self) -> set[int]:
        return {case.number for case in self.world.cases if case.pk in self.seen}

    def sees_answer(self, answer: Response) -> bool:
        if not self.is_limited or self.by_answer.get(answer.pk) in self.seen:
            return True
        return not self.member.only_own_teams and self._place(answer) and self._value(answer.contact)

    def answers(self) -> list[Response]:
        return [answer for answer in self.world.answers if self.sees_answer(answer)]

    def contacts(self) -> set[str]:
        return {contact.public_id for contact in self.world.contacts if self._sees_contact(contact)}

    def _sees_contact(self, contact: Contact) -> bool:
        if not self.is_limited:
            return True
        if any(case.contact_id == contact.pk for case in self.world.cases if case.pk in self.seen):
            return True
        if self.member.only_own_teams or not self._value(contact):
            return False
        theirs = (answer for answer in self.world.answers if answer.contact_id == contact.pk)
        return not self.member.only_touchpoints or any(self._place(answer) for answer in theirs)

    def invitations(self) -> set[str]:
        by_case = {
            answer.invitation_id
            for answer in self.world.answers
            if self.by_answer.get(answer.pk) in self.seen
        }
        return {
            row.public_id
            for row in self.world.invitations
            if not self.is_limited
            or row.pk in by_case
            or (not self.member.only_own_teams and self._place(row) and self._value(row.contact))
        }
