"""What stands beside a case that is late: it follows every move of the case, and no move of others."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.models import User, Workspace
from dashboards.queries import invariants
from detractors.models import Case, CaseEvent, Escalation, Lateness, RootCause
from detractors.services import cases, enforcing, sla
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


def at(**passed: float) -> datetime:
    return MONDAY_9AM + timedelta(**passed)


def said(case: Case) -> tuple[bool, bool, bool]:
    """Due soon, breached, and listed at the rank of the case."""
    case.refresh_from_db()
    late = case.lateness
    assert late.rank_at in (None, case.rank_at)
    return late.is_due_soon, late.is_breached, late.rank_at is not None


def resolve(case: Case, by: User, now: datetime) -> None:
    cause = RootCause.objects.of(case.workspace_id).get(name="Late delivery")
    cases.resolve(
        case=case, by=by, root_cause=cause, resolution="Sent again.", contact={"channel": "CALL"}, now=now
    )


def test_a_case_nobody_was_warned_of_has_none(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    cases.note(case=case, by=bob, text="Looked at it.", now=at(minutes=10))
    assert not Lateness.objects.of(acme).exists()
    assert (case.is_due_soon, case.is_breached) == (False, False)


def test_it_follows_the_case_through_its_whole_life(bob: User, open_case: Callable[..., Case]) -> None:
    case = open_case()
    sla.enforce(now=at(minutes=45))
    assert said(case) == (True, False, True)
    sla.enforce(now=at(minutes=61))
    assert said(case) == (False, True, True)
    cases.wait(case=case, by=bob, waiting_for="a photo", now=at(minutes=70))
    assert said(case) == (False, True, True)
    cases.resume(case=case, by=bob, now=at(minutes=80))
    resolve(case, bob, at(minutes=90))
    assert said(case) == (False, True, False)
    cases.reopen(case=case, by=bob, reason="Not solved.", now=at(minutes=95))
    assert said(case) == (False, True, True)


def test_meeting_a_warned_promise_ends_due_soon(bob: User, open_case: Callable[..., Case]) -> None:
    case = open_case()
    sla.enforce(now=at(minutes=45))
    cases.record_contact(case=case, by=bob, channel="CALL", note="", outcome="REACHED", now=at(minutes=50))
    assert said(case) == (False, False, True)


def test_waiting_and_going_on_take_a_warned_case_out_of_the_view_and_back(
    bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    cases.record_contact(case=case, by=bob, channel="CALL", note="", outcome="REACHED", now=at(minutes=5))
    sla.enforce(now=at(days=1, hours=5))  # three quarters of two working days
    assert said(case) == (True, False, True)
    cases.wait(case=case, by=bob, waiting_for="a photo", now=at(days=1, hours=5, minutes=1))
    assert said(case) == (False, False, True)
    cases.resume(case=case, by=bob, now=at(days=1, hours=6))
    assert said(case) == (True, False, True)


def test_a_move_of_one_case_leaves_the_others_alone(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    one, other = open_case(contact=None), open_case(contact=None)
    sla.enforce(now=at(minutes=61))
    cases.note(case=one, by=bob, text="Looked at it.", now=at(minutes=62))
    versions = dict(Lateness.objects.of(acme).values_list("number", "version"))
    assert versions == {one.number: 2, other.number: 1}


@pytest.mark.django_db(transaction=True)
def test_sweepers_and_people_at_once_leave_every_promise_kept_and_marked_once(
    acme: Workspace,
    alice: User,
    bob: User,
    open_cases: Callable[..., list[Case]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(enforcing, "BATCH", 5)
    made = open_cases([None] * 30)
    moments = [at(minutes=minutes) for minutes in (45, 61, 62)]
    barrier = Barrier(5)

    def sweep() -> None:
        barrier.wait()
        for moment in moments:
            sla.enforce(now=moment)
        connection.close()

    def work(mine: list[Case]) -> None:
        barrier.wait()
        for case in mine:
            resolve(case, bob, at(minutes=58))
        connection.close()

    threads = [Thread(target=sweep) for _number in range(3)]
    threads += [Thread(target=work, args=(made[start:20:2],)) for start in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for moment in moments:  # whatever was in other hands
        sla.enforce(now=moment)
    broken = {one.check.code for one in invariants.find(now=at(minutes=63)) if not one.holds}
    assert broken - {"follow-up-overdue"} == set()  # nobody sends here
    assert Case.objects.of(acme).breached().count() == 10
    # Marked once: as many lines as marks, and as many steps as breaches.
    lines = [CaseEvent.objects.of(acme).filter(kind=kind).count() for kind in ("BREACHED", "ESCALATED")]
    breached = Lateness.objects.of(acme).filter(is_breached=True).count()
    assert lines == [breached, breached] == [Escalation.objects.of(acme).count()] * 2
