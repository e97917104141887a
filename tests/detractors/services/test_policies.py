from dataclasses import replace
from typing import Any

import pytest

from accounts.models import BusinessCalendar, User, Workspace
from accounts.services import calendars
from detractors.models import EscalationStep, SlaPolicy
from detractors.rules.clock import Span
from detractors.services import policies
from detractors.services.policies import Wanted
from surveys.services import audiences, touchpoints
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy(acme: Workspace) -> SlaPolicy:
    return SlaPolicy.objects.of(acme).get(is_default=True)


def wanted(policy: SlaPolicy, **changes: Any) -> Wanted:
    usual = Wanted(
        first_response=Span(30), resolution=Span(480), warn_percent=80, calendar=policy.calendar,
    )  # fmt: skip
    return replace(usual, **changes)


def change(policy: SlaPolicy, **changes: Any) -> SlaPolicy:
    return policies.change(policy=policy, wanted=wanted(policy, **changes), by=None, now=MONDAY_9AM)


def steps(policy: SlaPolicy) -> set[tuple[str, str, int]]:
    rows = EscalationStep.objects.of(policy.workspace_id).filter(policy=policy)
    return set(rows.values_list("kind", "level", "after_minutes"))


def test_a_change_is_kept_and_its_chain_stays(policy: SlaPolicy) -> None:
    before = steps(policy)
    change(policy)
    policy.refresh_from_db()
    assert (policy.first_response_minutes, policy.resolution_minutes, policy.warn_percent) == (30, 480, 80)
    assert steps(policy) == before != set()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"first_response": Span(0)}, "first_response"),
        ({"next_response": Span(0)}, "next_response"),
        ({"next_response": Span(10, "SUNDIAL")}, "next_response"),
        ({"resolution": Span(29)}, "resolution"),
        ({"resolution": Span(policies.LONGEST_MINUTES + 1)}, "resolution"),
        ({"warn_percent": 0}, "warn_percent"),
        ({"warn_percent": 100}, "warn_percent"),
    ],
)
def test_what_is_no_promise_is_refused_and_nothing_changes(
    policy: SlaPolicy, changes: dict[str, Any], field: str
) -> None:
    before = steps(policy)
    with pytest.raises(policies.PolicyError) as caught:
        change(policy, **changes)
    policy.refresh_from_db()
    assert (caught.value.field, policy.first_response_minutes, steps(policy)) == (field, 60, before)


@pytest.mark.parametrize(
    ("changes", "stored"),
    [
        ({"resolution": Span(30)}, {"resolution_minutes": 30}),
        # Minutes of two clocks cannot be compared: half an hour of working time may be a weekend away.
        ({"resolution": Span(20, "CALENDAR")}, {"resolution_minutes": 20, "resolution_clock": "CALENDAR"}),
        ({"next_response": Span(1)}, {"next_response_minutes": 1}),
        ({"warn_percent": 1}, {"warn_percent": 1}),
        ({"warn_percent": 99}, {"warn_percent": 99}),
    ],
)
def test_the_edges_are_allowed(policy: SlaPolicy, changes: dict[str, Any], stored: dict[str, Any]) -> None:
    change(policy, **changes)
    policy.refresh_from_db()
    assert {name: getattr(policy, name) for name in stored} == stored


def test_a_calendar_of_another_workspace_is_refused(policy: SlaPolicy, globex: Workspace) -> None:
    with pytest.raises(policies.PolicyError):
        change(policy, calendar=BusinessCalendar.objects.of(globex).get())


def add(policy: SlaPolicy, name: str, **changes: Any) -> SlaPolicy:
    workspace = policy.workspace
    return policies.add(
        workspace=workspace, wanted=wanted(policy, name=name, **changes), by=None, now=MONDAY_9AM
    )


def test_a_promise_is_made_for_one_kind_of_thing(policy: SlaPolicy, globex: Workspace) -> None:
    strange = touchpoints.ensure(workspace=globex, name="Elsewhere", now=MONDAY_9AM)
    for changes in (
        {"priority": "URGENT", "touchpoint": strange},
        {"touchpoint": strange},
        {"priority": "GOOD"},
    ):
        with pytest.raises(policies.PolicyError) as caught:
            add(policy, "Fast", **changes)
        assert caught.value.field == "made_for"
    with pytest.raises(policies.PolicyError) as caught:
        change(policy, priority="URGENT")  # the usual promise is for everybody
    assert caught.value.field == "made_for"


@pytest.mark.parametrize("name", ["detractors", " Detractors ", ""])
def test_a_name_is_there_and_used_once(policy: SlaPolicy, name: str) -> None:
    with pytest.raises(policies.PolicyError) as caught:
        add(policy, name)
    assert caught.value.field == "name"


def test_of_two_for_the_same_the_first_holds_and_they_can_change_places(policy: SlaPolicy) -> None:
    first, second = add(policy, "First", priority="URGENT"), add(policy, "Second", priority="URGENT")
    other = add(policy, "Cells only")
    places = SlaPolicy.objects.of(policy.workspace_id).filter(is_default=False).order_by("place", "pk")
    assert list(places) == [first, second, other]
    assert policies.move(policy=second, up=True, by=None, now=MONDAY_9AM)
    assert list(places.filter(priority="URGENT")) == [second, first]
    assert not policies.move(policy=second, up=True, by=None, now=MONDAY_9AM)
    assert not policies.move(policy=other, up=False, by=None, now=MONDAY_9AM)


def test_the_usual_promise_cannot_be_retired_and_others_come_back(policy: SlaPolicy) -> None:
    with pytest.raises(policies.PolicyError):
        policies.retire(policy=policy, by=None, now=MONDAY_9AM)
    fast = add(policy, "Fast", priority="URGENT")
    assert policies.retire(policy=fast, by=None, now=MONDAY_9AM).retired_at == MONDAY_9AM
    assert policies.bring_back(policy=fast, by=None, now=MONDAY_9AM).retired_at is None


def test_what_its_hours_would_not_reach_in_ten_years_is_refused(policy: SlaPolicy) -> None:
    sliver = BusinessCalendar.objects.of(policy.workspace_id).get()
    calendars.change(calendar=sliver, time_zone="UTC", week={"mon": [["09:00", "09:01"]]}, now=MONDAY_9AM)
    with pytest.raises(policies.PolicyError) as caught:
        change(policy, calendar=sliver, resolution=Span(522))
    assert (caught.value.field, caught.value.sentence[:41]) == (
        "resolution", "These hours are open 1 minutes a week: th",
    )  # fmt: skip
    change(policy, calendar=sliver, resolution=Span(521))
    change(policy, calendar=sliver, resolution=Span(522, "CALENDAR"))


def test_an_audience_a_promise_is_made_for_stays(policy: SlaPolicy, acme: Workspace, owner: User) -> None:
    filter = {"match": "all", "conditions": [{"field": "company", "op": "known"}]}
    audience = audiences.create(workspace=acme, name="Ours", filter=filter, by=owner, now=MONDAY_9AM)
    made = policies.add(
        workspace=acme, wanted=wanted(policy, name="For ours", audience=audience), by=None, now=MONDAY_9AM
    )
    with pytest.raises(audiences.AudienceInUse, match="“For ours” is made for this audience"):
        audiences.delete(audience=audience)
    policies.retire(policy=made, by=None, now=MONDAY_9AM)
    audiences.delete(audience=audience)
