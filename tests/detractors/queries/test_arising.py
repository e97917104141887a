"""Figures by touchpoint, cell and team, in a constant number of queries, within what a member may see."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Membership, Team, User, Workspace
from accounts.sight_queries import sight_of
from detractors.models import Case, SlaTimer
from detractors.queries import arising
from detractors.queries.arising import Figures
from detractors.services import decisions
from surveys.models import Response
from surveys.services import contacts, touchpoints
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


@pytest.fixture
def places(acme: Workspace, bob: User, answer: Callable[..., Response]) -> dict[str, Any]:
    """Three cases after delivery (one missed, one recovered, one not), one in the shop; an old one long ago."""
    found = {
        name: touchpoints.ensure(workspace=acme, name=name, now=MONDAY_9AM) for name in ("Delivery", "Shop")
    }
    for number, name in enumerate(("Delivery", "Delivery", "Delivery", "Shop")):
        person = contacts.upsert(workspace=acme, email=f"c{number}@customer.example", now=MONDAY_9AM)[0]
        answer(2, contact=person, touchpoint=found[name])
    old = contacts.upsert(workspace=acme, email="old@customer.example", now=MONDAY_9AM)[0]
    long_ago = MONDAY_9AM - timedelta(days=100)
    answer(2, contact=old, touchpoint=found["Shop"], now=long_ago)
    decisions.decide_pending(now=MONDAY_9AM)
    cases = list(Case.objects.of(acme).filter(touchpoint=found["Delivery"]).order_by("number"))
    SlaTimer.objects.of(acme).filter(case=cases[0]).update(breached_at=MONDAY_9AM)
    done = {"category": "CLOSED", "closed_at": MONDAY_9AM}
    Case.objects.of(acme).filter(pk=cases[1].pk).update(outcome="RECOVERED", **done)
    Case.objects.of(acme).filter(pk=cases[2].pk).update(outcome="NOT_RECOVERED", **done)
    return found


def test_each_place_has_its_volume_backlog_misses_and_recovery(
    acme: Workspace, places: dict[str, Any], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(3):
        found = arising.figures(workspace=acme, since=MONDAY_9AM - timedelta(days=30))
    by_touchpoint = arising.summed(found, lambda key: key[0])
    delivery, shop = by_touchpoint[places["Delivery"].pk], by_touchpoint[places["Shop"].pk]
    assert delivery == Figures(volume=3, breached=1, recovered=1, asked=2, backlog=1)
    assert (delivery.breach_rate, delivery.recovery_rate) == (1 / 3, 1 / 2)
    assert (shop.volume, shop.backlog, shop.recovery_rate) == (1, 2, None)  # the old one is open still
    assert list(by_touchpoint) == [places["Delivery"].pk, places["Shop"].pk]
    assert arising.summed(found, lambda key: key[1]).keys() == {None}


def test_a_case_that_missed_both_promises_is_one_miss(acme: Workspace, places: dict[str, Any]) -> None:
    SlaTimer.objects.of(acme).update(breached_at=MONDAY_9AM)
    found = arising.figures(workspace=acme, since=MONDAY_9AM - timedelta(days=30))
    assert sum(figure.breached for figure in found.values()) == 4


def test_a_member_with_limits_counts_what_they_see(
    acme: Workspace, bob: User, places: dict[str, Any]
) -> None:
    other = Team(workspace=acme, name="Elsewhere", created_at=MONDAY_9AM)
    other.save()
    Case.objects.of(acme).update(owner=None, team=other)
    Case.objects.of(acme).filter(touchpoint=places["Shop"], opened_at=MONDAY_9AM).update(owner=bob)
    Membership.objects.of(acme).filter(user=bob).update(only_own_teams=True)
    sight = sight_of(Membership.objects.of(acme).get(user=bob))
    found = arising.figures(workspace=acme, since=MONDAY_9AM - timedelta(days=30), sight=sight)
    assert sum(found.values(), Figures()) == Figures(volume=1, backlog=1)
