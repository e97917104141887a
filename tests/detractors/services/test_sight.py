"""Nobody is given or told of a case they may not see, unless a person hands it to them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import Membership, Team, User, Workspace
from accounts.services import members
from detractors.enums import EscalationLevel, TimerKind
from detractors.models import Case, EscalationStep
from detractors.queries.sight import Onlookers
from detractors.services import cases, sla
from outbox.models import OutboundMessage
from surveys.models import Contact, Touchpoint
from surveys.services import contacts, touchpoints
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery(acme: Workspace) -> Touchpoint:
    return touchpoints.ensure(workspace=acme, name="Delivery", now=MONDAY_9AM)


@pytest.fixture
def customer(acme: Workspace) -> Callable[..., Contact]:
    def make(region: str) -> Contact:
        fields = {"email": f"{region}@customer.example", "attributes": {"region": region}}
        return contacts.upsert(workspace=acme, now=MONDAY_9AM, **fields)[0]

    return make


def limit(workspace: Workspace, user: User, **limits: Any) -> None:
    Membership.objects.of(workspace).filter(user=user).update(**limits)


def mailed(workspace: Workspace, mail: str) -> list[str]:
    return list(
        OutboundMessage.objects.of(workspace).filter(mail=mail).order_by("to").values_list("to", flat=True)
    )


def test_the_round_robin_passes_over_who_could_not_see_the_case(
    acme: Workspace, bob: User, delivery: Touchpoint, open_case: Callable[..., Case], customer: Any
) -> None:
    eve = members.ensure_user(email="eve@acme.example", name="Eve", now=MONDAY_9AM)
    members.add(workspace=acme, user=eve, role=Role.AGENT, team=None, now=MONDAY_9AM)
    limit(acme, bob, only_attribute="region", only_values=["East"])
    limit(acme, eve, only_touchpoints=[delivery.public_id])
    made = [
        open_case(contact=customer("west"), touchpoint=delivery),
        open_case(contact=customer("north"), touchpoint=delivery),
        open_case(contact=customer("east")),
        open_case(contact=customer("south")),
    ]
    assert [case.owner for case in made] == [eve, eve, bob, None]


def test_own_teams_means_the_team_the_case_would_come_to(
    acme: Workspace, bob: User, open_case: Callable[..., Case], customer: Any
) -> None:
    limit(acme, bob, only_own_teams=True)
    first = open_case(contact=customer("east"))
    limit(acme, bob, team=None)
    second = open_case(contact=customer("west"))
    assert (first.owner, second.owner) == (bob, None)


def test_a_case_handed_over_by_a_person_becomes_visible(
    acme: Workspace, alice: User, bob: User, delivery: Touchpoint, open_case: Callable[..., Case]
) -> None:
    limit(acme, bob, only_touchpoints=[delivery.public_id])
    case = open_case()
    client = signed_in(bob)
    before = client.get(f"/w/acme/cases/{case.number}/").status_code
    cases.assign(case=case, owner=bob, by=alice, now=MONDAY_9AM)
    after = client.get(f"/w/acme/cases/{case.number}/").status_code
    assert (case.owner, before, after) == (None, 404, 200)
    assert mailed(acme, "case_assigned")[-1] == bob.email


def test_an_unowned_case_is_told_to_managers_where_the_lead_may_not_see_it(
    acme: Workspace, alice: User, bob: User, owner: User, delivery: Touchpoint, open_case: Callable[..., Case]
) -> None:
    team = Team.objects.of(acme).get()
    team.lead = bob
    team.save()
    case = open_case()
    Case.objects.of(acme).update(owner=None, team=team)
    limit(acme, bob, only_touchpoints=[delivery.public_id])
    sla.enforce(now=MONDAY_9AM + timedelta(minutes=45))
    assert mailed(acme, "sla_warning") == [alice.email]
    Case.objects.of(acme).update(touchpoint=delivery)
    sla.enforce(now=MONDAY_9AM + timedelta(minutes=61))
    assert mailed(acme, "sla_breach") == [bob.email]
    assert case.contact is not None


def test_an_executive_with_limits_hears_only_of_what_they_may_see(
    acme: Workspace, alice: User, bob: User, delivery: Touchpoint, open_case: Callable[..., Case]
) -> None:
    acme.executives.add(bob)
    EscalationStep.objects.of(acme).filter(kind=TimerKind.FIRST_RESPONSE).update(
        level=EscalationLevel.EXECUTIVE
    )
    limit(acme, bob, only_touchpoints=[delivery.public_id])
    case = open_case()
    assert case.owner is None
    sla.enforce(now=MONDAY_9AM + timedelta(minutes=61))
    assert mailed(acme, "case_escalated") == [alice.email]


@pytest.mark.parametrize("is_limited", [False, True])
def test_a_sweep_asks_as_much_for_many_leads_as_for_two(
    acme: Workspace, delivery: Touchpoint, open_case: Callable[..., Case], is_limited: bool
) -> None:
    Membership.objects.of(acme).update(takes_cases=False)

    def asked(leads: int, now: datetime) -> int:
        for number in range(leads):
            name = f"{now:%d}{number}"
            lead = members.ensure_user(email=f"{name}@acme.example", name=name, now=MONDAY_9AM)
            team = Team(workspace=acme, name=name, lead=lead, created_at=MONDAY_9AM)
            team.save()
            members.add(workspace=acme, user=lead, role=Role.AGENT, takes_cases=False, now=MONDAY_9AM)
            limit(acme, lead, only_own_teams=is_limited)
            case = open_case(contact=None, touchpoint=delivery, now=now)
            Case.objects.of(acme).filter(pk=case.pk).update(team=team)
        OutboundMessage.objects.of(acme).delete()
        with CaptureQueriesContext(connection) as queries:
            sla.enforce(now=now + timedelta(minutes=46))
        assert len(mailed(acme, "sla_warning")) == leads
        return len(queries)

    few = asked(2, MONDAY_9AM)
    Case.objects.of(acme).all().delete()
    assert asked(9, MONDAY_9AM + timedelta(days=1)) == few


def test_the_sights_of_one_person_in_two_workspaces_are_read_together_and_kept_apart(
    acme: Workspace, globex: Workspace, bob: User, delivery: Touchpoint, open_case: Callable[..., Case]
) -> None:
    members.add(workspace=globex, user=bob, role=Role.AGENT, takes_cases=False, now=MONDAY_9AM)
    limit(acme, bob, only_own_teams=True, team=None)
    limit(globex, bob, only_own_teams=True)
    Team(workspace=globex, name="Led", lead=bob, created_at=MONDAY_9AM).save()
    here = open_case(contact=None)
    Case.objects.of(acme).update(owner=None, team=Team.objects.of(acme).get())
    here.refresh_from_db()
    there = Case(workspace=globex, team=Team.objects.of(globex).get(name="Led"))
    onlookers = Onlookers()
    with CaptureQueriesContext(connection) as queries:
        onlookers.prefetch([(acme.pk, bob.pk), (globex.pk, bob.pk)])
    assert (len(queries), onlookers.of(here, [bob]), onlookers.of(there, [bob])) == (2, [], [bob])
