from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User, Workspace
from detractors.enums import EventKind, NotificationKind
from detractors.models import CallAppointment, Case, CaseEvent, Notification
from detractors.services import appointments
from detractors.services.errors import Incomplete, MoveNotAllowed
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
LATER = MONDAY_9AM + timedelta(minutes=10)
NOON = MONDAY_9AM + timedelta(hours=3)


@pytest.fixture
def case(bob: User, open_case: Callable[..., Case]) -> Case:
    return open_case()


def planned(case: Case, by: User, **more: object) -> CallAppointment:
    return appointments.plan(case=case, by=by, now=LATER, **{"at": NOON, **more})  # type: ignore[arg-type]


def told(user: User) -> list[str]:
    rows = Notification.objects.across_workspaces().filter(user=user).order_by("id")
    return list(rows.values_list("kind", flat=True))


def test_it_is_reminded_of_before_and_told_as_missed_after_once_each(bob: User, case: Case) -> None:
    call = planned(case, bob, minutes=30, remind_minutes=15)
    turns = [
        appointments.sweep(now=NOON + timedelta(minutes=minutes)) for minutes in (-16, -15, -10, 29, 30, 45)
    ]
    assert (turns, told(bob)) == (
        [0, 1, 0, 0, 1, 0],
        [NotificationKind.CALL_SOON, NotificationKind.CALL_MISSED],
    )
    call.refresh_from_db()
    assert (call.missed_at, call.next_at) == (NOON + timedelta(minutes=30), None)


def test_after_an_outage_only_the_miss_is_told(bob: User, case: Case) -> None:
    planned(case, bob)
    assert (appointments.sweep(now=NOON + timedelta(hours=6)), told(bob)) == (
        1,
        [NotificationKind.CALL_MISSED],
    )


def test_a_planned_call_is_no_first_response_and_a_made_one_that_reached_the_customer_is(
    acme: Workspace, bob: User, case: Case
) -> None:
    call = planned(case, bob)
    case.refresh_from_db()
    assert case.first_responded_at is None
    appointments.made(call=call, by=bob, outcome="REACHED", note="She is glad.", now=NOON)
    case.refresh_from_db()
    assert case.first_responded_at == NOON
    line = CaseEvent.objects.of(acme).get(case=case, kind=EventKind.CALLED)
    assert (line.by, line.note) == (bob, "She is glad.")
    assert appointments.sweep(now=NOON + timedelta(days=1)) == 0
    with pytest.raises(MoveNotAllowed):
        appointments.made(call=call, by=bob, outcome="REACHED", note="Twice.", now=NOON)


def test_a_missed_call_can_still_be_made(bob: User, case: Case) -> None:
    call = planned(case, bob)
    appointments.sweep(now=NOON + timedelta(hours=1))
    made = appointments.made(call=call, by=bob, outcome="NO_ANSWER", note="", now=NOON + timedelta(hours=2))
    case.refresh_from_db()
    assert (made.done_at, case.first_responded_at) == (NOON + timedelta(hours=2), None)


def test_a_dropped_call_is_told_to_nobody(bob: User, case: Case) -> None:
    appointments.drop(call=planned(case, bob), by=bob, now=LATER)
    assert (appointments.sweep(now=NOON + timedelta(hours=1)), told(bob)) == (0, [])


@pytest.mark.parametrize("at", [MONDAY_9AM, MONDAY_9AM + timedelta(days=400)])
def test_a_time_that_is_over_or_too_far_is_refused(bob: User, case: Case, at: object) -> None:
    with pytest.raises(Incomplete) as caught:
        planned(case, bob, at=at)
    assert caught.value.field == "at"
