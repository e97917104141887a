from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import User, Workspace
from detractors.enums import EscalationLevel, EventKind, TimerKind
from detractors.models import Case, CaseEvent, Escalation, EscalationStep, Lateness, SlaTimer
from detractors.services import cases, enforcing, sla
from outbox.models import OutboundMessage
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


def kinds(case: Case) -> list[str]:
    return list(
        CaseEvent.objects.of(case.workspace_id)
        .filter(case=case)
        .order_by("id")
        .values_list("kind", flat=True)
    )


def at(**passed: float) -> datetime:
    return MONDAY_9AM + timedelta(**passed)


def mails(workspace: Workspace) -> list[tuple[str, str]]:
    return list(OutboundMessage.objects.of(workspace).order_by("id").values_list("mail", "to"))[
        1:
    ]  # after case_assigned


def cases_told(workspace: Workspace, about: str) -> int:
    """How many cases the mails and digests `about` something tell of; none is told twice."""
    subjects = OutboundMessage.objects.of(workspace).filter(subject__contains=about)
    return sum(
        1 if mail != "sla_digest" else int(subject.split()[0])
        for mail, subject in subjects.values_list("mail", "subject")
    )


def test_nothing_happens_before_the_warning(alice: User, bob: User, open_case: Callable[..., Case]) -> None:
    case = open_case()
    assert sla.enforce(now=at(minutes=44, seconds=59)) == sla.Enforced()
    assert kinds(case) == [EventKind.OPENED, EventKind.ASSIGNED]


def test_the_owner_is_warned_once(
    acme: Workspace, alice: User, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    assert sla.enforce(now=at(minutes=45)) == sla.Enforced(warned=1)
    assert sla.enforce(now=at(minutes=46)) == sla.Enforced()
    assert mails(acme) == [("sla_warning", bob.email)]
    case.refresh_from_db()
    assert (case.is_due_soon, case.is_breached) == (True, False)


def test_a_promise_is_kept_up_to_its_due_moment(bob: User, open_case: Callable[..., Case]) -> None:
    open_case()
    sla.enforce(now=at(minutes=45))
    assert sla.enforce(now=at(minutes=60)).breached == 0
    assert sla.enforce(now=at(minutes=60, microseconds=1)).breached == 1


def test_a_breach_is_marked_told_and_escalated_once(
    acme: Workspace, alice: User, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    sla.enforce(now=at(minutes=45))
    assert sla.enforce(now=at(minutes=61)) == sla.Enforced(breached=1, escalated=1)
    assert sla.enforce(now=at(minutes=62)) == sla.Enforced()
    assert mails(acme) == [
        ("sla_warning", bob.email),
        ("sla_breach", bob.email),
        ("case_escalated", alice.email),
    ]
    assert kinds(case)[2:] == [EventKind.DUE_SOON, EventKind.BREACHED, EventKind.ESCALATED]
    case.refresh_from_db()
    assert (case.is_due_soon, case.is_breached) == (False, True)


def test_after_an_outage_each_missed_step_comes_once_and_in_order(
    acme: Workspace, alice: User, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    policy = case.policy
    assert policy is not None
    EscalationStep(
        workspace=acme,
        policy=policy,
        kind=TimerKind.FIRST_RESPONSE,
        level=EscalationLevel.EXECUTIVE,
        after_minutes=120,
    ).save()
    assert sla.enforce(now=at(hours=6)) == sla.Enforced(warned=1, breached=1, escalated=2)
    assert kinds(case)[2:] == [
        EventKind.DUE_SOON,
        EventKind.BREACHED,
        EventKind.ESCALATED,
        EventKind.ESCALATED,
    ]
    assert "sla_warning" not in [mail for mail, _to in mails(acme)]  # too late to warn
    assert sla.enforce(now=at(hours=7)) == sla.Enforced()


def test_escalation_waits_for_working_hours(
    acme: Workspace, alice: User, bob: User, open_case: Callable[..., Case]
) -> None:
    friday = MONDAY_9AM + timedelta(days=4, hours=7)  # 16:00; due 17:00
    case = open_case(now=friday)
    assert case.policy is not None
    EscalationStep.objects.of(acme).filter(kind=TimerKind.FIRST_RESPONSE).update(after_minutes=30)
    sla.enforce(now=friday + timedelta(hours=2))
    timer = SlaTimer.objects.of(acme).get(kind=TimerKind.FIRST_RESPONSE)
    assert (timer.due_at, timer.next_at) == (
        friday + timedelta(hours=1),
        MONDAY_9AM + timedelta(days=7, minutes=30),
    )


def test_friday_half_past_four_is_due_on_monday_half_past_nine(
    bob: User, open_case: Callable[..., Case], acme: Workspace
) -> None:
    open_case(now=MONDAY_9AM + timedelta(days=4, hours=7, minutes=30))
    timer = SlaTimer.objects.of(acme).get(kind=TimerKind.FIRST_RESPONSE)
    assert timer.due_at == MONDAY_9AM + timedelta(days=7, minutes=30)


def test_a_reply_meets_the_first_response_and_only_that(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    cases.record_contact(case=case, by=bob, channel="REPLY", note="Sorry!", now=at(minutes=30))
    first, resolution = SlaTimer.objects.of(acme).order_by("kind")
    assert (first.met_at, first.next_at, resolution.met_at) == (at(minutes=30), None, None)
    case.refresh_from_db()
    assert (case.first_response_minutes, case.first_response_minutes_calendar) == (30, 30)
    assert case.next_due_at == resolution.due_at


def test_a_late_reply_is_a_breach_even_if_no_sweep_saw_it(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    cases.record_contact(case=case, by=bob, channel="CALL", note="", outcome="REACHED", now=at(minutes=90))
    timer = SlaTimer.objects.of(acme).get(kind=TimerKind.FIRST_RESPONSE)
    assert (timer.met_at, timer.breached_at) == (at(minutes=90), at(minutes=90))
    case.refresh_from_db()
    assert case.is_breached
    assert EventKind.BREACHED in kinds(case)


def test_an_attempt_is_no_response(acme: Workspace, bob: User, open_case: Callable[..., Case]) -> None:
    case = open_case()
    cases.record_contact(case=case, by=bob, channel="CALL", note="", outcome="NO_ANSWER", now=at(minutes=5))
    assert SlaTimer.objects.of(acme).get(kind=TimerKind.FIRST_RESPONSE).met_at is None


def test_waiting_stops_the_resolution_clock_and_resuming_shifts_it(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    cases.wait(case=case, by=bob, waiting_for="a photo", now=at(hours=1))
    paused = SlaTimer.objects.of(acme).get(kind=TimerKind.RESOLUTION)
    assert (paused.next_at, paused.remaining_seconds) == (None, 15 * 3600)
    assert SlaTimer.objects.of(acme).get(kind=TimerKind.FIRST_RESPONSE).paused_at is None
    cases.resume(case=case, by=bob, now=at(hours=3))
    assert SlaTimer.objects.of(acme).get(kind=TimerKind.RESOLUTION).due_at == MONDAY_9AM + timedelta(
        days=2, hours=2
    )


def test_a_missed_promise_stays_missed_through_a_wait(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    late = at(days=2)
    cases.wait(case=case, by=bob, waiting_for="a photo", now=late)
    timer = SlaTimer.objects.of(acme).get(kind=TimerKind.RESOLUTION)
    due = timer.due_at
    assert timer.breached_at == late
    cases.resume(case=case, by=bob, now=late + timedelta(hours=1))
    timer.refresh_from_db()
    assert (timer.breached_at, timer.due_at) == (late, due)


def test_a_bounced_reply_starts_the_clock_again(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    event = cases.record_contact(case=case, by=bob, channel="REPLY", note="Sorry!", now=at(minutes=30))
    cases.undo_contact(case=case, event_id=event.pk, reason="The address does not exist.", now=at(minutes=31))
    cases.undo_contact(case=case, event_id=event.pk, reason="The address does not exist.", now=at(minutes=31))
    timer = SlaTimer.objects.of(acme).get(kind=TimerKind.FIRST_RESPONSE)
    assert (timer.met_at, timer.next_at) == (None, timer.warn_at)
    case.refresh_from_db()
    assert (case.contacted_at, case.first_response_minutes) == (None, None)
    assert kinds(case).count(EventKind.REPLY_FAILED) == 1


def test_a_bounce_after_a_call_leaves_the_call_as_first_response(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    reply = cases.record_contact(case=case, by=bob, channel="REPLY", note="Sorry!", now=at(minutes=10))
    cases.record_contact(case=case, by=bob, channel="CALL", note="", outcome="REACHED", now=at(minutes=20))
    cases.undo_contact(case=case, event_id=reply.pk, reason="Bounced.", now=at(minutes=30))
    case.refresh_from_db()
    assert (case.first_response_minutes, case.contacted_at) == (20, at(minutes=20))
    assert SlaTimer.objects.of(acme).get(kind=TimerKind.FIRST_RESPONSE).met_at is not None


@pytest.mark.django_db(transaction=True)
def test_many_sweeps_warn_breach_and_escalate_each_once(
    acme: Workspace, alice: User, bob: User, open_case: Callable[..., Case]
) -> None:
    for _index in range(40):
        open_case(contact=None)
    barrier = Barrier(4)
    done: list[sla.Enforced] = []

    def work() -> None:
        barrier.wait()
        for minutes in (45, 61, 62):
            done.append(sla.enforce(now=at(minutes=minutes)))
        connection.close()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    total = sla.Enforced()
    for result in done:
        total.add(result)
    assert total == sla.Enforced(warned=40, breached=40, escalated=40)
    assert Escalation.objects.of(acme).count() == 40
    events = CaseEvent.objects.of(acme)
    assert [events.filter(kind=kind).count() for kind in ("DUE_SOON", "BREACHED", "ESCALATED")] == [
        40,
        40,
        40,
    ]
    assert cases_told(acme, "escalated to you") == 40


@pytest.mark.django_db(transaction=True)
def test_a_case_somebody_is_working_on_is_left_for_the_next_turn(
    bob: User, open_case: Callable[..., Case]
) -> None:
    open_case()
    held, let_go = Event(), Event()

    def work() -> None:
        with transaction.atomic():
            Case.objects.across_workspaces().select_for_update().get()
            held.set()
            let_go.wait(20)
        connection.close()

    worker = Thread(target=work)
    worker.start()
    held.wait(20)
    assert sla.enforce(now=at(minutes=61)) == sla.Enforced()
    let_go.set()
    worker.join()
    assert sla.enforce(now=at(minutes=61)) == sla.Enforced(warned=1, breached=1, escalated=1)


def test_a_case_with_one_promise_missed_and_another_nearly_is_both(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    SlaTimer.objects.of(acme).filter(kind=TimerKind.RESOLUTION).update(
        warn_at=at(minutes=50), next_at=at(minutes=50)
    )
    assert sla.enforce(now=at(minutes=61)) == sla.Enforced(warned=2, breached=1, escalated=1)
    case.refresh_from_db()
    assert (case.is_due_soon, case.is_breached) == (True, True)


def test_a_promise_that_is_nearly_due_keeps_its_case_in_that_view_when_another_is_missed(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    SlaTimer.objects.of(acme).filter(kind=TimerKind.RESOLUTION).update(
        warn_at=at(minutes=50), next_at=at(minutes=50)
    )
    sla.enforce(now=at(minutes=55))
    sla.enforce(now=at(minutes=61))
    case.refresh_from_db()
    assert (case.is_due_soon, case.is_breached, case.version, case.lateness.version) == (True, True, 1, 2)


def test_more_than_a_batch_is_done_in_one_turn(
    acme: Workspace, alice: User, bob: User, open_case: Callable[..., Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enforcing, "BATCH", 3)
    for _number in range(7):
        open_case(contact=None)
    assert sla.enforce(now=at(minutes=61)) == sla.Enforced(warned=7, breached=7, escalated=7)
    assert (cases_told(acme, "overdue"), cases_told(acme, "escalated to you")) == (7, 7)
    assert Lateness.objects.of(acme).filter(is_breached=True, is_due_soon=False).count() == 7


def test_a_bad_row_stands_aside_and_the_others_are_done(
    acme: Workspace, alice: User, bob: User, open_case: Callable[..., Case]
) -> None:
    bad, *good = [open_case(contact=None) for _number in range(3)]
    # Its step was taken before anybody knew of the breach: the row that makes a step happen once refuses a second.
    timer = SlaTimer.objects.of(acme).get(case=bad, kind=TimerKind.FIRST_RESPONSE)
    step = EscalationStep.objects.of(acme).get(kind=timer.kind)
    Escalation(
        workspace=acme, timer=timer, level=step.level, step=step.pk, due_at=timer.due_at, at=timer.due_at
    ).save()
    assert sla.enforce(now=at(minutes=61)) == sla.Enforced(warned=2, breached=2, escalated=2, put_aside=1)
    timer.refresh_from_db()
    assert (timer.breached_at, timer.next_at) == (None, at(minutes=61) + sla.RETRY_AFTER)
    assert [kinds(case)[-1] for case in good] == [EventKind.ESCALATED] * 2
    assert kinds(bad) == [EventKind.OPENED, EventKind.ASSIGNED]
    assert cases_told(acme, "overdue") == 2


def test_with_nothing_due_the_sweep_asks_once(
    bob: User, open_case: Callable[..., Case], django_assert_num_queries: Callable[..., Any]
) -> None:
    open_case()
    with django_assert_num_queries(1):
        assert sla.enforce(now=at(minutes=44)) == sla.Enforced()


def test_a_line_of_the_timeline_says_which_promise_and_when(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    sla.enforce(now=at(minutes=61))
    due_at = at(minutes=60).isoformat()
    lines = CaseEvent.objects.of(acme).filter(case=case, at=at(minutes=61)).order_by("id")
    assert [(line.kind, line.by_id, line.note, line.facts) for line in lines] == [
        ("DUE_SOON", None, "", {"timer": "FIRST_RESPONSE", "due_at": due_at}),
        ("BREACHED", None, "", {"timer": "FIRST_RESPONSE", "due_at": due_at}),
        (
            "ESCALATED",
            None,
            "",
            {
                "timer": "FIRST_RESPONSE",
                "due_at": due_at,
                "level": "MANAGER",
                "step_at": due_at,
                "to": ["Olivia Owner"],
            },
        ),
    ]
