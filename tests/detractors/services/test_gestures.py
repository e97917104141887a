"""A gesture is a remedy with a day: a task once it is granted, given when the task is done."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.models import User, Workspace
from detractors.models import Case, CaseEvent, Notification, Remedy, Task
from detractors.services import cases, promise_keeping, remedies, tasks
from detractors.services.remedies import RemedyError
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
SATURDAY = datetime(2026, 3, 7, 10, tzinfo=UTC)


def letter(case: Case, by: User, **more: object) -> Remedy:
    given = {"kind": "GESTURE", "what": "A letter by hand", "due_at": SATURDAY, "now": MONDAY_9AM, **more}
    return remedies.give(case=case, by=by, **given)  # type: ignore[arg-type]


def test_a_letter_becomes_a_task_and_is_given_when_it_is_done(
    acme: Workspace, alice: User, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case(2)
    row = letter(case, bob, owner=alice, any_day=True)
    task = Task.objects.of(acme).get()
    assert (row.task, task.owner, task.due_at, task.is_promise, row.state) == (
        task,
        alice,
        SATURDAY,
        False,
        "GRANTED",
    )
    assert promise_keeping.remind(now=SATURDAY - timedelta(hours=12)) == 1
    assert Notification.objects.of(acme).get(kind="TASK_SOON").user == alice
    tasks.done(task=task, by=alice, now=SATURDAY)
    row.refresh_from_db()
    assert (row.state, row.given_at) == ("GIVEN", SATURDAY)
    tasks.undone(task=task, by=alice, now=SATURDAY)
    row.refresh_from_db()
    assert (row.state, row.given_at) == ("GRANTED", None)
    remedies.given(remedy=row, by=bob, now=SATURDAY)
    task.refresh_from_db()
    assert (task.is_done, CaseEvent.objects.of(acme).filter(kind="REMEDY").count()) == (True, 4)


def test_without_a_weekend_the_next_working_day_is_meant_and_taking_back_drops_the_task(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    row = letter(open_case(2), bob)
    due = Task.objects.of(acme).get().due_at
    assert due is not None
    assert due.strftime("%Y-%m-%d") == "2026-03-09"
    remedies.take_back(remedy=row, by=bob, now=MONDAY_9AM)
    assert Task.objects.of(acme).count() == 0
    for wrong in ({"due_at": None}, {"due_at": MONDAY_9AM}):
        with pytest.raises(RemedyError):
            letter(row.case, bob, **wrong)


def test_what_waits_for_a_word_is_no_task_yet_and_a_day_that_went_by_moves(
    acme: Workspace, owner: User, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case(2)
    row = letter(case, bob, cost=Decimal(90))
    refused = letter(case, bob, cost=Decimal(95))
    assert (row.state, Task.objects.of(acme).count()) == ("WAITING", 0)
    late = SATURDAY + timedelta(days=4)  # a Wednesday
    remedies.refuse(remedy=refused, by=owner, note="Too dear.", now=late)
    agreed = remedies.agree(remedy=row, by=owner, now=late)
    task = Task.objects.of(acme).get()
    assert (agreed.task, task.owner, task.due_at) == (task, bob, late + timedelta(days=1))
    again = letter(case, bob, cost=Decimal(91), due_at=late + timedelta(days=3))
    cases.dismiss(case=case, by=owner, reason="A test.", now=late)
    with pytest.raises(RemedyError, match="closed"):
        remedies.agree(remedy=again, by=owner, now=late)
    assert Remedy.objects.of(acme).get(pk=again.pk).state == "WAITING"
