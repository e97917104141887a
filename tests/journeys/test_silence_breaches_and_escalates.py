"""Nobody answers a customer: the promise is warned about, missed, escalated, each once, in working time only."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.models import User, Workspace
from dashboards.queries import invariants
from dashboards.services import tallies
from detractors.enums import EventKind, TimerKind
from detractors.models import Case, CaseEvent, SlaTimer
from detractors.services import cases, sla
from followups.services import followups
from outbox.models import OutboundMessage
from outbox.services import deliveries
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db(transaction=True)

FRIDAY_1630 = datetime(2026, 3, 6, 16, 30, tzinfo=UTC)
MONDAY = datetime(2026, 3, 9, tzinfo=UTC)


def monday(hours: int, minutes: int = 0) -> datetime:
    return MONDAY + timedelta(hours=hours, minutes=minutes)


def kinds(case: Case) -> list[str]:
    events = CaseEvent.objects.of(case.workspace_id).filter(case=case).order_by("id")
    quiet = {EventKind.AUTO_MAIL}
    return [kind for kind in events.values_list("kind", flat=True) if kind not in quiet]


def staff_mails(workspace: Workspace) -> list[tuple[str, str]]:
    rows = OutboundMessage.objects.of(workspace).filter(kind="STAFF").order_by("id")
    return list(rows.values_list("mail", "to"))


def timer(case: Case, kind: str) -> SlaTimer:
    return SlaTimer.objects.of(case.workspace_id).get(case=case, kind=kind)


def broken_promises(now: datetime) -> dict[str, tuple[tuple[str, str, str], ...]]:
    return {finding.check.code: finding.rows for finding in invariants.find(now=now) if not finding.holds}


def test_a_weekend_is_no_working_time_and_monday_brings_warning_breach_and_the_manager(
    acme: Workspace, alice: User, bob: User, unhappy: Callable[..., Case]
) -> None:
    case = unhappy(now=FRIDAY_1630)
    assert (case.owner, case.next_due_at) == (bob, monday(9, 30))
    silent = [sla.enforce(now=FRIDAY_1630 + timedelta(hours=hour)) for hour in range(64)]
    assert silent == [sla.Enforced()] * 64  # every hour until Monday 08:30
    assert sla.enforce(now=monday(9, 15)) == sla.Enforced(warned=1)
    assert sla.enforce(now=monday(9, 30)) == sla.Enforced()  # due, not late
    assert sla.enforce(now=monday(9, 31)) == sla.Enforced(breached=1, escalated=1)
    assert [sla.enforce(now=monday(9, minute)) for minute in range(32, 60)] == [sla.Enforced()] * 28
    assert staff_mails(acme) == [
        ("case_assigned", bob.email),
        ("sla_warning", bob.email),
        ("sla_breach", bob.email),
        ("case_escalated", alice.email),
    ]
    assert kinds(case) == [
        EventKind.OPENED,
        EventKind.ASSIGNED,
        EventKind.DUE_SOON,
        EventKind.BREACHED,
        EventKind.ESCALATED,
    ]
    page = signed_in(alice).get("/w/acme/cases/?view=breached").content.decode()
    assert f"/w/acme/cases/{case.number}/" in page


def test_a_late_reply_meets_the_promise_late_and_the_breach_stays(
    acme: Workspace, alice: User, bob: User, unhappy: Callable[..., Case]
) -> None:
    case = unhappy(now=FRIDAY_1630)
    sla.enforce(now=monday(10))
    cases.record_contact(case=case, by=bob, channel="CALL", note="Reached her.", now=monday(10, 30))
    case.refresh_from_db()
    first = timer(case, TimerKind.FIRST_RESPONSE)
    assert (first.due_at, first.breached_at, first.met_at) == (monday(9, 30), monday(10), monday(10, 30))
    # 30 working minutes on Friday, 90 on Monday; for the customer the weekend counted, too.
    assert (case.first_response_minutes, case.first_response_minutes_calendar) == (120, 3960)
    assert case.is_breached


def test_waiting_for_the_customer_stops_the_clock_and_silence_after_it_breaches_later(
    acme: Workspace, alice: User, bob: User, unhappy: Callable[..., Case]
) -> None:
    case = unhappy(now=FRIDAY_1630)
    cases.record_contact(case=case, by=bob, channel="CALL", note="Asked for the invoice.", now=monday(9, 10))
    assert timer(case, TimerKind.RESOLUTION).due_at == monday(24 + 16, 30)  # 16 working hours: Tuesday 16:30
    cases.wait(case=case, by=bob, waiting_for="the invoice", now=monday(11))
    assert sla.enforce(now=monday(24 + 17)) == sla.Enforced()  # Tuesday passes
    cases.resume(case=case, by=bob, now=monday(48 + 11))  # Wednesday 11:00: two working days waited
    assert timer(case, TimerKind.RESOLUTION).due_at == monday(72 + 16, 30)  # Thursday 16:30
    assert sla.enforce(now=monday(72 + 16, 30)) == sla.Enforced(warned=1)
    assert sla.enforce(now=monday(72 + 16, 31)).breached == 1
    assert Counter(mail for mail, _to in staff_mails(acme)) == {
        "case_assigned": 1,
        "sla_warning": 1,
        "sla_breach": 1,
        "case_escalated": 1,
    }


def test_eight_sweepers_at_once_do_each_step_once(
    acme: Workspace, alice: User, bob: User, unhappy: Callable[..., Case]
) -> None:
    case = unhappy(now=FRIDAY_1630)
    start = Barrier(8)

    def sweep() -> None:
        start.wait()
        sla.enforce(now=monday(9, 45))
        connection.close()

    threads = [Thread(target=sweep) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(kinds(case)) == {
        EventKind.OPENED: 1,
        EventKind.ASSIGNED: 1,
        EventKind.DUE_SOON: 1,
        EventKind.BREACHED: 1,
        EventKind.ESCALATED: 1,
    }
    assert Counter(mail for mail, _to in staff_mails(acme)) == {  # too late to warn: that mail is spared
        "case_assigned": 1,
        "sla_breach": 1,
        "case_escalated": 1,
    }


def test_the_alarms_really_leave_by_mail_and_the_loop_holds_all_the_way(
    acme: Workspace, alice: User, bob: User, unhappy: Callable[..., Case], postman: object
) -> None:
    unhappy(now=FRIDAY_1630)
    for moment in (FRIDAY_1630, monday(9, 15), monday(9, 45)):
        sla.enforce(now=moment)
        followups.send_due(now=moment)
        deliveries.sweep(now=moment)
        tallies.fold_all(now=moment)
        assert broken_promises(moment) == {}
    staff = [address for address in postman.addresses if address.endswith("@acme.example")]  # type: ignore[attr-defined]
    assert Counter(staff) == {bob.email: 3, alice.email: 1}
