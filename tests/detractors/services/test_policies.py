from typing import Any

import pytest

from accounts.models import BusinessCalendar, Workspace
from detractors.models import EscalationStep, SlaPolicy
from detractors.services import policies

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy(acme: Workspace) -> SlaPolicy:
    return SlaPolicy.objects.of(acme).get(is_default=True)


def change(policy: SlaPolicy, **changes: Any) -> SlaPolicy:
    words = {
        "first_response_minutes": 30, "resolution_minutes": 480, "warn_percent": 80, "calendar": policy.calendar,
        "steps": {("FIRST_RESPONSE", "MANAGER"): 15, ("RESOLUTION", "EXECUTIVE"): 0},
    }  # fmt: skip
    return policies.change(policy=policy, **{**words, **changes})


def steps(policy: SlaPolicy) -> set[tuple[str, str, int]]:
    rows = EscalationStep.objects.of(policy.workspace_id).filter(policy=policy)
    return set(rows.values_list("kind", "level", "after_minutes"))


def test_a_change_is_kept_and_steps_are_exactly_those_given(policy: SlaPolicy) -> None:
    change(policy)
    policy.refresh_from_db()
    assert (policy.first_response_minutes, policy.resolution_minutes, policy.warn_percent) == (30, 480, 80)
    assert steps(policy) == {("FIRST_RESPONSE", "MANAGER", 15), ("RESOLUTION", "EXECUTIVE", 0)}
    change(policy, steps={})
    assert steps(policy) == set()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"first_response_minutes": 0}, "first_response"),
        ({"resolution_minutes": 29}, "resolution"),
        ({"resolution_minutes": policies.LONGEST_MINUTES + 1}, "resolution"),
        ({"warn_percent": 0}, "warn_percent"),
        ({"warn_percent": 100}, "warn_percent"),
        ({"steps": {("RESOLUTION", "NOBODY"): 1}}, "steps"),
        ({"steps": {("NEXT_RESPONSE", "LEAD"): 1}}, "steps"),
        ({"steps": {("RESOLUTION", "LEAD"): -1}}, "RESOLUTION_LEAD"),
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


@pytest.mark.parametrize("changes", [{"resolution_minutes": 30}, {"warn_percent": 1}, {"warn_percent": 99}])
def test_the_edges_are_allowed(policy: SlaPolicy, changes: dict[str, Any]) -> None:
    change(policy, **changes)
    policy.refresh_from_db()
    assert {name: getattr(policy, name) for name in changes} == changes


def test_a_calendar_of_another_workspace_is_refused(policy: SlaPolicy, globex: Workspace) -> None:
    with pytest.raises(policies.PolicyError):
        change(policy, calendar=BusinessCalendar.objects.of(globex).get())
