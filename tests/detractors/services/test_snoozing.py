from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.models import User, Workspace
from detractors.enums import Category, EventKind, NotificationKind
from detractors.models import Case, CaseEvent, Notification, RootCause, SlaTimer
from detractors.queries import queue
from detractors.services import cases, decisions, sla, snoozing, statuses
from detractors.services.errors import Incomplete, MoveNotAllowed
from surveys.services import contacts
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
LATER = MONDAY_9AM + timedelta(minutes=10)
TOMORROW = MONDAY_9AM + timedelta(days=1)


@pytest.fixture
def case(bob: User, open_case: Callable[..., Case]) -> Case:
    return open_case()


def seen_in(workspace: Workspace, user: User) -> dict[str, int]:
    return {
        tab: queue.of_tab(workspace=workspace, user=user, tab=tab).count()
        for tab in (queue.MINE, queue.OPEN, queue.SNOOZED, queue.DUE_SOON, queue.BREACHED)
    }


def woken(case: Case) -> list[CaseEvent]:
    return list(CaseEvent.objects.of(case.workspace_id).filter(case=case, kind=EventKind.WOKEN))


def test_a_snoozed_case_is_hidden_from_the_usual_views_until_its_time(
    acme: Workspace, bob: User, case: Case
) -> None:
    snoozing.snooze(case=case, until=TOMORROW, by=bob, now=LATER)
    assert seen_in(acme, bob) == {"mine": 0, "open": 0, "snoozed": 1, "due-soon": 0, "breached": 0}
    assert snoozing.sweep(now=TOMORROW - timedelta(seconds=1)) == 0
    assert [snoozing.sweep(now=TOMORROW) for _turn in range(2)] == [1, 0]
    assert seen_in(acme, bob) == {"mine": 1, "open": 1, "snoozed": 0, "due-soon": 0, "breached": 0}
    told = Notification.objects.of(acme).get(user=bob)
    assert (len(woken(case)), told.kind) == (1, NotificationKind.WOKEN)


def test_the_clock_goes_on_and_a_case_that_is_late_is_shown_all_the_same(
    acme: Workspace, bob: User, case: Case
) -> None:
    before = list(
        SlaTimer.objects.of(acme).filter(case=case).order_by("pk").values_list("due_at", "paused_at")
    )
    snoozing.snooze(case=case, until=None, by=bob, now=LATER)
    assert (
        list(SlaTimer.objects.of(acme).filter(case=case).order_by("pk").values_list("due_at", "paused_at"))
        == before
    )
    sla.enforce(now=MONDAY_9AM + timedelta(hours=2))
    assert (seen_in(acme, bob)["snoozed"], seen_in(acme, bob)["breached"]) == (1, 1)


def test_an_answer_of_the_customer_wakes_it_whatever_the_time(
    acme: Workspace, bob: User, case: Case, answer: Callable[..., object]
) -> None:
    snoozing.snooze(case=case, until=TOMORROW, by=bob, now=LATER)
    answer(1, now=LATER, comment="Still nothing.")
    decisions.decide_pending(now=LATER)
    case.refresh_from_db()
    assert (case.snoozed_at, [event.facts["kind_of_waking"] for event in woken(case)]) == (
        None,
        [snoozing.ANSWER],
    )
    assert snoozing.sweep(now=TOMORROW) == 0


def test_the_customers_own_words_end_wait_snooze_and_the_status_of_waiting(
    acme: Workspace, bob: User, case: Case
) -> None:
    cases.wait(case=case, by=bob, waiting_for="a photo", now=LATER)
    parts = statuses.add(workspace=acme, name="Parts on the way", category=Category.WAITING, now=LATER)
    statuses.put(case=case, status=parts, by=bob, now=LATER)
    snoozing.snooze(case=case, until=TOMORROW, by=bob, now=LATER)
    heard = sla.customer_wrote(case=case, at=LATER, now=LATER)
    case.refresh_from_db()
    assert (heard.category, heard.snoozed_at, heard.status) == (Category.OPEN, None, None)
    assert (case.category, case.snoozed_at, case.status_id) == (Category.OPEN, None, None)


def test_they_wake_in_the_order_of_their_times(
    acme: Workspace, bob: User, open_case: Callable[..., Case], case: Case
) -> None:
    maya, _new = contacts.upsert(workspace=acme, email="maya@customer.example", now=MONDAY_9AM)
    other = open_case(contact=maya)
    snoozing.snooze(case=case, until=TOMORROW, by=bob, now=LATER)
    snoozing.snooze(case=other, until=TOMORROW - timedelta(hours=1), by=bob, now=LATER)
    assert snoozing.sweep(now=TOMORROW + timedelta(hours=6)) == 2
    events = CaseEvent.objects.of(acme).filter(kind=EventKind.WOKEN).order_by("id")
    assert list(events.values_list("case_id", flat=True)) == [other.pk, case.pk]


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_wake_it_once(acme: Workspace, bob: User, case: Case) -> None:
    snoozing.snooze(case=case, until=TOMORROW, by=bob, now=LATER)
    barrier, counts = Barrier(4), []

    def run() -> None:
        barrier.wait()
        counts.append(snoozing.sweep(now=TOMORROW))
        connection.close()

    threads = [Thread(target=run) for _index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sum(counts), len(woken(case))) == (1, 1)


def test_what_is_done_is_not_asleep(acme: Workspace, bob: User, case: Case) -> None:
    snoozing.snooze(case=case, until=TOMORROW, by=bob, now=LATER)
    cases.record_contact(case=case, by=bob, channel="REPLY", note="Sorry!", now=LATER)
    cause = RootCause.objects.of(acme).get(name="Late delivery")
    done = cases.resolve(case=case, by=bob, root_cause=cause, resolution="Sent again.", now=LATER)
    assert (done.category, done.snoozed_at, done.snoozed_until) == (Category.RESOLVED, None, None)
    with pytest.raises(MoveNotAllowed):
        snoozing.snooze(case=case, until=TOMORROW, by=bob, now=LATER)


@pytest.mark.parametrize("until", [MONDAY_9AM, MONDAY_9AM + timedelta(days=400)])
def test_a_time_that_is_over_or_too_far_is_refused(bob: User, case: Case, until: object) -> None:
    with pytest.raises(Incomplete):
        snoozing.snooze(case=case, until=until, by=bob, now=LATER)  # type: ignore[arg-type]
