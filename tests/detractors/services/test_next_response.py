"""After our first response the customer's words owe them a next one; only a person keeps that promise."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User, Workspace
from detractors.models import Case, CaseEvent, RootCause, SlaPolicy, SlaTimer
from detractors.queries import clock
from detractors.rules.clock import Span
from detractors.services import cases, decisions, duplicates, policies, sla
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def case(acme: Workspace, bob: User, open_case: Callable[..., Case]) -> Case:
    """Open since nine, answered at 9:10, with two working hours promised for each further answer."""
    policy = SlaPolicy.objects.of(acme).select_related("calendar", "workspace").get()
    wanted = policies.Wanted(
        first_response=Span(60),
        next_response=Span(120),
        resolution=Span(960),
        calendar=policy.calendar,
    )
    policies.change(policy=policy, wanted=wanted, by=None, now=MONDAY_9AM)
    case = open_case()
    return reply(case, bob, MONDAY_9AM + 10 * MINUTE)


def reply(case: Case, by: User, at: Any) -> Case:
    cases.record_contact(case=case, by=by, channel="REPLY", note="Sorry", now=at)
    return Case.objects.of(case.workspace_id).select_related("workspace").get(pk=case.pk)


def next_responses(case: Case) -> list[SlaTimer]:
    return list(
        SlaTimer.objects.of(case.workspace_id).filter(case=case, kind="NEXT_RESPONSE").order_by("started_at")
    )


def test_words_after_the_first_response_start_the_clock_once(case: Case) -> None:
    sla.customer_wrote(case=case, at=MONDAY_9AM + HOUR, now=MONDAY_9AM + HOUR)
    case = sla.customer_wrote(case=case, at=MONDAY_9AM + 2 * HOUR, now=MONDAY_9AM + 2 * HOUR)
    [timer] = next_responses(case)
    assert (timer.started_at, timer.due_at) == (MONDAY_9AM + HOUR, MONDAY_9AM + 3 * HOUR)
    assert (case.customer_wrote_at, case.next_due_at) == (MONDAY_9AM + 2 * HOUR, MONDAY_9AM + 3 * HOUR)
    line = CaseEvent.objects.of(case.workspace_id).get(case=case, kind="PROMISED")
    assert (line.facts["starts"], line.facts["due_at"]) == ("NEXT_RESPONSE", timer.due_at.isoformat())


def test_words_before_our_first_response_owe_nothing_more(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    case = sla.customer_wrote(case=case, at=MONDAY_9AM + MINUTE, now=MONDAY_9AM + MINUTE)
    assert (next_responses(case), case.customer_wrote_at) == ([], MONDAY_9AM + MINUTE)


@pytest.mark.parametrize(
    ("outcome", "is_met"), [("REACHED", True), ("NO_ANSWER", False), ("VOICEMAIL", False)]
)
def test_a_call_that_reached_them_keeps_it_and_an_attempt_does_not(
    case: Case, bob: User, outcome: str, is_met: bool
) -> None:
    sla.customer_wrote(case=case, at=MONDAY_9AM + HOUR, now=MONDAY_9AM + HOUR)
    at = MONDAY_9AM + 2 * HOUR
    cases.record_contact(case=case, by=bob, channel="CALL", outcome=outcome, note="", now=at)
    assert [timer.met_at for timer in next_responses(case)] == [at if is_met else None]


def test_an_automatic_mail_keeps_nothing(case: Case) -> None:
    sla.customer_wrote(case=case, at=MONDAY_9AM + HOUR, now=MONDAY_9AM + HOUR)
    cases.note_automatic(case=case, what="We are on it", now=MONDAY_9AM + 2 * HOUR)
    assert [timer.met_at for timer in next_responses(case)] == [None]


def test_a_late_reply_keeps_it_late(case: Case, bob: User) -> None:
    sla.customer_wrote(case=case, at=MONDAY_9AM + HOUR, now=MONDAY_9AM + HOUR)
    case = reply(case, bob, MONDAY_9AM + 4 * HOUR)
    [timer] = next_responses(case)
    assert (timer.met_at, timer.breached_at) == (MONDAY_9AM + 4 * HOUR, MONDAY_9AM + 4 * HOUR)
    assert case.is_breached


def test_a_reply_that_bounced_did_not_keep_it(case: Case, bob: User) -> None:
    sla.customer_wrote(case=case, at=MONDAY_9AM + HOUR, now=MONDAY_9AM + HOUR)
    at = MONDAY_9AM + 2 * HOUR
    event = cases.record_contact(case=case, by=bob, channel="REPLY", note="", now=at)
    cases.undo_contact(case=case, event_id=event.pk, reason="bounced", now=at + MINUTE)
    [timer] = next_responses(case)
    assert (timer.met_at, timer.next_at) == (None, timer.warn_at)


def test_writing_ends_the_wait_for_the_customer(case: Case, bob: User) -> None:
    cases.wait(case=case, by=bob, waiting_for="the invoice", now=MONDAY_9AM + HOUR)
    case = sla.customer_wrote(case=case, at=MONDAY_9AM + 3 * HOUR, now=MONDAY_9AM + 3 * HOUR)
    resolution = SlaTimer.objects.of(case.workspace_id).get(case=case, kind="RESOLUTION")
    assert (case.category, resolution.paused_at) == ("OPEN", None)
    assert resolution.due_at == MONDAY_9AM + timedelta(days=2) + 2 * HOUR  # two hours were waited for


def test_resolving_gives_it_up_and_a_missed_one_stays_missed(case: Case, bob: User, acme: Workspace) -> None:
    sla.customer_wrote(case=case, at=MONDAY_9AM + HOUR, now=MONDAY_9AM + HOUR)
    cause = RootCause.objects.of(acme).filter(parent__isnull=False).first()
    at = MONDAY_9AM + 5 * HOUR
    cases.resolve(case=case, by=bob, root_cause=cause, resolution="Refunded", now=at)
    [timer] = next_responses(case)
    assert (timer.met_at, timer.cancelled_at, timer.breached_at, timer.next_at) == (None, at, at, None)


@pytest.mark.parametrize(("words", "count"), [("And nobody calls", 1), ("", 0)])
def test_an_answer_that_joins_with_words_is_the_customer_writing(
    case: Case, answer: Callable[..., Any], words: str, count: int
) -> None:
    answer(2, comment=words, now=MONDAY_9AM + 2 * HOUR)
    decisions.decide_pending(now=MONDAY_9AM + 2 * HOUR)
    assert len(next_responses(case)) == count


def test_the_sweep_warns_of_it_and_marks_it(case: Case) -> None:
    sla.customer_wrote(case=case, at=MONDAY_9AM + HOUR, now=MONDAY_9AM + HOUR)
    sla.enforce(now=MONDAY_9AM + 3 * HOUR)
    [timer] = next_responses(case)
    assert (timer.warned_at, timer.breached_at) == (MONDAY_9AM + 3 * HOUR, None)
    sla.enforce(now=MONDAY_9AM + 3 * HOUR + MINUTE)
    timer.refresh_from_db()
    assert timer.breached_at == MONDAY_9AM + 3 * HOUR + MINUTE


def test_a_case_resolved_by_a_reply_that_bounced_owes_its_first_response_when_it_opens_again(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    """Whoever opens it: nobody has answered yet, and the next reply that arrives is the first response."""
    for by in (bob, None):
        case, cause = open_case(contact=None, comment=str(by)), RootCause.objects.of(acme).first()
        event = cases.record_contact(
            case=case, by=bob, channel="REPLY", note="", now=MONDAY_9AM + 10 * MINUTE
        )
        cases.resolve(case=case, by=bob, root_cause=cause, resolution="Done", now=MONDAY_9AM + 10 * MINUTE)
        cases.undo_contact(case=case, event_id=event.pk, reason="bounced", now=MONDAY_9AM + 12 * MINUTE)
        cases.reopen(case=case, by=by, reason="Not reached", now=MONDAY_9AM + 20 * MINUTE)
        case.refresh_from_db()
        assert (case.contacted_at, case.first_responded_at) == (None, None)
        first = SlaTimer.objects.of(case.workspace_id).get(case=case, kind="FIRST_RESPONSE")
        assert (first.met_at, first.due_at) == (None, MONDAY_9AM + HOUR)
        cases.record_contact(case=case, by=bob, channel="REPLY", note="", now=MONDAY_9AM + 30 * MINUTE)
        first.refresh_from_db()
        assert first.met_at == MONDAY_9AM + 30 * MINUTE
        assert list(clock.disagreements(now=MONDAY_9AM + 31 * MINUTE)) == []


def test_an_answer_owed_in_a_duplicate_is_owed_in_the_case_that_takes_it_in(
    acme: Workspace, bob: User, case: Case, open_case: Callable[..., Case]
) -> None:
    """The case was answered at 9:10, and the customer wrote again at 9:30 in another one: undone, each owes its own."""
    other = open_case(contact=None, comment="And another thing", now=MONDAY_9AM + 30 * MINUTE)
    now = MONDAY_9AM + 40 * MINUTE
    merge = duplicates.merge(keep=case, other=other, by=bob, now=now)
    [owed] = next_responses(case)
    assert (owed.started_at, owed.due_at, owed.met_at) == (
        MONDAY_9AM + 30 * MINUTE,
        MONDAY_9AM + 150 * MINUTE,
        None,
    )
    assert list(clock.disagreements(now=now)) == []
    duplicates.undo(merge=merge, by=bob, now=now + MINUTE)
    [owed] = next_responses(case)
    assert owed.cancelled_at == now + MINUTE
    assert list(clock.disagreements(now=now + MINUTE)) == []
    reply(case, bob, now + 2 * MINUTE)  # we spoke to them after they wrote: nothing is owed any more
    duplicates.merge(keep=case, other=other, by=bob, now=now + 3 * MINUTE)
    assert len(next_responses(case)) == 1
