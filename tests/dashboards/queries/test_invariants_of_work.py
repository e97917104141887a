from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User, Workspace
from dashboards.queries import invariants
from detractors.models import Case
from detractors.services import appointments, snoozing, statuses, tasks
from tests.conftest import MONDAY_9AM
from tests.detractors.conftest import answer, ines, open_case, survey  # noqa: F401  # fixtures

pytestmark = pytest.mark.django_db
SOON = MONDAY_9AM + timedelta(minutes=30)
LATE = MONDAY_9AM + timedelta(hours=3)
WORK = ("work-unlooked", "status-contradicts-category")


def broken() -> dict[str, list[str]]:
    found = [one for one in invariants.find(now=LATE) if one.check.code in WORK and not one.holds]
    return {one.check.code: sorted(row[2].split(" ")[0] for row in one.rows) for one in found}


def test_what_no_sweep_has_looked_at_is_found_and_is_whole_after_the_sweeps(
    acme: Workspace,
    bob: User,
    open_case: Callable[..., Case],  # noqa: F811
) -> None:
    case = open_case()
    snoozing.snooze(case=case, until=SOON, by=bob, now=MONDAY_9AM)
    tasks.add(case=case, title="Ask", due_at=SOON, owner=bob, by=bob, now=MONDAY_9AM)
    appointments.plan(case=case, at=SOON, by=bob, now=MONDAY_9AM)
    assert broken() == {"work-unlooked": ["call-back", "snooze", "task"]}
    snoozing.sweep(now=LATE)
    tasks.tell_overdue(now=LATE)
    appointments.sweep(now=LATE)
    assert broken() == {}


def test_a_status_of_another_category_is_found(
    acme: Workspace,
    bob: User,
    open_case: Callable[..., Case],  # noqa: F811
) -> None:
    case = open_case()
    waiting = statuses.add(workspace=acme, name="Parts on the way", category="WAITING", now=MONDAY_9AM)
    assert broken() == {}
    Case.objects.of(acme).filter(pk=case.pk).update(status=waiting)
    assert broken() == {"status-contradicts-category": ["OPEN"]}
