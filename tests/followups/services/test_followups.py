from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import User, Workspace
from core import budgets
from detractors.enums import EventKind, TimerKind
from detractors.models import Case, CaseEvent, SlaTimer
from detractors.services import cases
from followups.enums import FollowUpStatus
from followups.models import FollowUp, Mail
from followups.services import followups, plans
from outbox.enums import Kind, SuppressionReason, SuppressionScope
from outbox.models import OutboundMessage
from outbox.services import messages
from surveys.models import Contact
from surveys.services import contacts
from tests.conftest import MONDAY_9AM
from tests.followups.conftest import LATER

pytestmark = pytest.mark.django_db
TEN_PAST = MONDAY_9AM + timedelta(minutes=10)


def sent_to(address: str = "ines@customer.example") -> list[OutboundMessage]:
    return list(OutboundMessage.objects.across_workspaces().filter(to=address).order_by("id"))


def fate(case: Case, step: str = "ACKNOWLEDGE") -> tuple[str, str]:
    row = FollowUp.objects.of(case.workspace_id).get(case=case, step=step)
    return row.status, row.skipped_because


def test_the_acknowledgement_says_that_it_is_automatic_who_will_write_and_by_when(
    case: Case, acme: Workspace
) -> None:
    assert followups.send_due(now=TEN_PAST - timedelta(microseconds=1)) == 0
    assert followups.send_due(now=TEN_PAST) == 1
    [message] = sent_to()
    assert (message.mail, message.kind, message.about) == (
        "case_acknowledged",
        Kind.CUSTOMER,
        f"case:{case.pk}",
    )
    for words in (
        "Hello Ines,", "Bob Brown has your answer", "This confirmation was sent automatically",
        "You will hear from us by Monday 2 March, 10:00 UTC.",
    ):  # fmt: skip
        assert words in message.text
    assert (message.headers["Auto-Submitted"], message.reply_to) == ("auto-generated", "bob@acme.example")


def test_the_promise_is_told_in_the_customers_own_time(case: Case, ines: Contact) -> None:
    contacts.update(contact=ines, now=MONDAY_9AM, time_zone="Asia/Tokyo")
    followups.send_due(now=TEN_PAST)
    assert "by Monday 2 March, 19:00 JST." in sent_to()[0].text


def test_an_automatic_mail_meets_no_promise(case: Case, acme: Workspace) -> None:
    followups.send_due(now=TEN_PAST)
    case.refresh_from_db()
    timer = SlaTimer.objects.of(acme).get(case=case, kind=TimerKind.FIRST_RESPONSE)
    events = CaseEvent.objects.of(acme).filter(case=case, kind=EventKind.AUTO_MAIL)
    assert (case.contacted_at, case.first_responded_at, timer.met_at) == (None, None, None)
    assert [(event.note, event.by) for event in events] == [("We have your answer", None)]


def test_a_broken_promise_is_not_promised_again(case: Case) -> None:
    followups.send_due(now=MONDAY_9AM + timedelta(hours=2))
    assert "You will hear from us by" not in sent_to()[0].text


def test_the_customer_is_told_what_we_wait_for(case: Case, bob: User, news: Any) -> None:
    with news():
        cases.wait(case=case, by=bob, waiting_for="the number on the parcel", now=LATER)
    followups.send_due(now=LATER + timedelta(minutes=1))
    [message] = sent_to()
    assert (message.mail, "the number on the parcel" in message.text) == ("case_waiting", True)


def test_the_closing_mail_says_what_was_done_and_the_case_is_told_back(
    case: Case, resolve: Callable[..., Case]
) -> None:
    resolve(case, resolution="We sent a new parcel by courier.")
    at = LATER + timedelta(minutes=1)
    followups.send_due(now=at)
    case.refresh_from_db()
    [message] = sent_to()
    assert message.mail == "loop_closed"
    for words in (
        "thank you for telling us",
        "We sent a new parcel by courier.",
        "answer this mail",
        "Bob Brown",
    ):
        assert words in message.text
    assert (case.told_back_at, fate(case, "CLOSING")) == (at, (FollowUpStatus.SENT, ""))


def test_a_closing_mail_of_a_case_that_was_reopened_is_not_sent(
    case: Case, resolve: Callable[..., Case], bob: User, news: Any
) -> None:
    resolve(case)
    with news():
        cases.reopen(case=case, by=bob, reason="Not solved.", now=LATER)
    followups.send_due(now=LATER + timedelta(minutes=1))
    case.refresh_from_db()
    assert (fate(case, "CLOSING"), sent_to(), case.told_back_at) == (("SKIPPED", "NO_LONGER_TRUE"), [], None)


def no_address(ines: Contact) -> None:
    contacts.update(contact=ines, now=MONDAY_9AM, external_id="C-1", email="")


def listed(ines: Contact) -> None:
    messages.suppress(
        workspace=ines.workspace, address=ines.email, scope=SuppressionScope.ALL, reason=SuppressionReason.COMPLAINED,
        source="webhook", now=MONDAY_9AM,
    )  # fmt: skip


def bounced(ines: Contact) -> None:
    contacts.note_undeliverable(workspace=ines.workspace, address=ines.email, now=MONDAY_9AM)


def erased(ines: Contact) -> None:
    contacts.erase(contact=ines, now=MONDAY_9AM)


@pytest.mark.parametrize(
    ("happens", "reason"),
    [(no_address, "NO_ADDRESS"), (listed, "SUPPRESSED"), (bounced, "UNDELIVERABLE"), (erased, "ERASED")],
)
def test_who_cannot_be_reached_gets_no_mail_and_the_plan_says_why(
    case: Case, ines: Contact, happens: Callable[[Contact], None], reason: str
) -> None:
    happens(ines)
    assert followups.send_due(now=TEN_PAST) == 1
    assert (fate(case), OutboundMessage.objects.across_workspaces().filter(kind=Kind.CUSTOMER).count()) == (
        ("SKIPPED", reason), 0,
    )  # fmt: skip


def test_who_only_wants_no_surveys_is_still_kept_posted(case: Case, ines: Contact) -> None:
    contacts.opt_out(contact=ines, now=MONDAY_9AM)
    messages.suppress(
        workspace=ines.workspace, address=ines.email, scope=SuppressionScope.SURVEYS,
        reason=SuppressionReason.UNSUBSCRIBED, source="link", now=MONDAY_9AM,
    )  # fmt: skip
    followups.send_due(now=TEN_PAST)
    assert (fate(case), len(sent_to())) == (("SENT", ""), 1)


def test_after_a_call_nobody_is_told_that_somebody_will_call(case: Case, bob: User) -> None:
    cases.record_contact(case=case, by=bob, channel="CALL", note="", now=LATER)
    followups.send_due(now=TEN_PAST)
    assert fate(case) == ("SKIPPED", "ALREADY_ANSWERED")


def test_after_three_days_of_outage_old_news_are_not_sent(case: Case) -> None:
    followups.send_due(now=MONDAY_9AM + timedelta(days=3, seconds=1))
    assert (fate(case), sent_to()) == (("SKIPPED", "TOO_LATE"), [])


def test_a_fourth_automatic_mail_of_a_day_is_held_back(case: Case, bob: User, news: Any) -> None:
    followups.send_due(now=TEN_PAST)
    at = TEN_PAST
    for turn in range(3):
        with news():
            cases.wait(case=case, by=bob, waiting_for=f"question {turn}", now=at)
        at += timedelta(minutes=2)
        followups.send_due(now=at)
        with news():
            cases.resume(case=case, by=bob, now=at)
    rows = FollowUp.objects.of(case.workspace_id).filter(case=case, step="WAITING").order_by("due_at")
    assert [(row.status, row.skipped_because) for row in rows] == [
        ("SENT", ""), ("SENT", ""), ("SKIPPED", "TOO_MANY"),
    ]  # fmt: skip


def test_the_sweep_run_twice_sends_once(case: Case) -> None:
    assert (followups.send_due(now=TEN_PAST), followups.send_due(now=TEN_PAST)) == (1, 0)
    assert len(sent_to()) == 1


def test_killed_before_its_commit_a_sweep_leaves_nothing_behind_and_the_next_one_sends_once(
    case: Case,
) -> None:
    class Killed(Exception):
        pass

    def die() -> None:
        with transaction.atomic():
            followups.send_due(now=TEN_PAST)
            raise Killed  # the process dies before its transaction is committed

    with pytest.raises(Killed):
        die()
    case.refresh_from_db()
    assert (fate(case), sent_to(), Mail.objects.of(case.workspace_id).count()) == (("PLANNED", ""), [], 0)
    followups.send_due(now=TEN_PAST)
    assert (fate(case), len(sent_to()), Mail.objects.of(case.workspace_id).count()) == (("SENT", ""), 1, 1)


def test_a_row_that_cannot_be_sent_stands_aside_and_stops_no_other(
    case: Case, resolve: Callable[..., Case], acme: Workspace
) -> None:
    resolve(case)
    # A step no code of ours knows, as after a release was rolled back; it is the first in line.
    broken = FollowUp(workspace=acme, case=case, step="THANKS", due_at=MONDAY_9AM, created_at=MONDAY_9AM)
    broken.save()
    at = LATER + timedelta(minutes=1)
    assert followups.send_due(now=at) == 1
    broken.refresh_from_db()
    assert (fate(case, "CLOSING"), broken.status, broken.retry_at) == (
        ("SENT", ""), "PLANNED", at + followups.RETRY_AFTER,
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_four_sweeps_at_once_send_each_mail_once(
    open_case: Callable[..., Case], acme: Workspace, bob: User
) -> None:
    for number in range(6):
        contact, _new = contacts.upsert(
            workspace=acme, email=f"c{number}@customer.example", name="C", now=MONDAY_9AM
        )
        open_case(2, contact=contact)
    barrier, done = Barrier(4), []

    def sweep() -> None:
        barrier.wait()
        try:
            done.append(followups.send_due(now=TEN_PAST))
        finally:
            connection.close()

    threads = [Thread(target=sweep) for _sweep in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = OutboundMessage.objects.of(acme).filter(mail="case_acknowledged").values_list("to", flat=True)
    assert (len(done), sum(done), sorted(kept)) == (
        4,
        6,
        [f"c{number}@customer.example" for number in range(6)],
    )


def test_a_backlog_is_sent_turn_by_turn_each_within_its_time(
    case_of: Callable[..., Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ines", "omar", "lena"):
        case_of(name)
    plans.plan_missing(now=MONDAY_9AM)
    asked: list[str] = []
    monkeypatch.setattr(budgets, "enqueue_on_commit", asked.append)
    monkeypatch.setattr(budgets, "SECONDS", 0.0)
    turns = [followups.send_due(now=TEN_PAST) for _turn in range(4)]
    assert (turns, asked) == ([1, 1, 1, 0], ["followups.send_due"] * 3)
