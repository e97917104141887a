from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.enums import Role
from accounts.models import Membership, User, Workspace
from accounts.services import members
from accounts.services.people import set_away
from detractors.enums import EventKind, TimerKind
from detractors.models import Case, CaseDecision, CaseEvent, SlaTimer
from detractors.services import cases, claiming, decisions
from outbox.models import OutboundMessage
from surveys.models import Contact, Response
from surveys.services import contacts, responses
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


def outcomes(workspace: Workspace) -> list[tuple[int, str, str]]:
    rows = CaseDecision.objects.of(workspace).order_by("response__id")
    return [(row.response.score, row.outcome, row.reason) for row in rows.select_related("response")]


@pytest.mark.parametrize(
    ("score", "outcome"), [(0, "OPENED"), (6, "OPENED"), (7, "NOT_OPENED"), (10, "NOT_OPENED")]
)
def test_every_answer_gets_exactly_one_decision(
    acme: Workspace, bob: User, answer: Callable[..., Response], score: int, outcome: str
) -> None:
    answer(score)
    assert decisions.decide_pending(now=MONDAY_9AM) == 1
    assert decisions.decide_pending(now=MONDAY_9AM) == 0
    reason = "DETRACTOR" if outcome == "OPENED" else "NOT_DETRACTOR"
    assert outcomes(acme) == [(score, outcome, reason)]


def test_a_case_has_its_owner_promises_words_and_mail(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case(3, comment="The parcel never came")
    assert (case.number, case.owner, case.category, case.stated_complaint) == (
        1,
        bob,
        "OPEN",
        "The parcel never came",
    )
    timers = {timer.kind: timer for timer in SlaTimer.objects.of(acme)}
    assert timers[TimerKind.FIRST_RESPONSE].due_at == MONDAY_9AM + timedelta(minutes=60)
    assert timers[TimerKind.FIRST_RESPONSE].warn_at == MONDAY_9AM + timedelta(minutes=45)
    assert timers[TimerKind.RESOLUTION].due_at == MONDAY_9AM + timedelta(days=1, hours=8)
    assert case.next_due_at == timers[TimerKind.FIRST_RESPONSE].due_at
    assert list(CaseEvent.objects.of(acme).values_list("kind", flat=True)) == [
        EventKind.OPENED,
        EventKind.ASSIGNED,
    ]
    assert list(OutboundMessage.objects.of(acme).values_list("mail", "to")) == [("case_assigned", bob.email)]


def test_a_second_unhappy_answer_joins_the_open_case(
    acme: Workspace, bob: User, answer: Callable[..., Response], open_case: Callable[..., Case]
) -> None:
    case = open_case(3)
    answer(1, comment="Still nothing", now=MONDAY_9AM + timedelta(hours=1))
    decisions.decide_pending(now=MONDAY_9AM + timedelta(hours=1))
    assert outcomes(acme) == [(3, "OPENED", "DETRACTOR"), (1, "JOINED", "OPEN_CASE")]
    case.refresh_from_db()
    assert (Case.objects.of(acme).count(), case.latest_score, case.score) == (1, 1, 3)
    assert "Still nothing" in case.search


def test_two_answers_of_one_customer_in_one_batch_make_one_case(
    acme: Workspace, bob: User, answer: Callable[..., Response]
) -> None:
    answer(2)
    answer(4)
    decisions.decide_pending(now=MONDAY_9AM)
    assert outcomes(acme) == [(2, "OPENED", "DETRACTOR"), (4, "JOINED", "OPEN_CASE")]


def test_anonymous_answers_open_a_case_each(
    acme: Workspace, bob: User, answer: Callable[..., Response]
) -> None:
    answer(2, contact=None)
    answer(2, contact=None)
    decisions.decide_pending(now=MONDAY_9AM)
    assert [case.contact for case in Case.objects.of(acme)] == [None, None]


def test_an_old_answer_is_counted_but_opens_nothing(acme: Workspace, answer: Callable[..., Response]) -> None:
    answer(1, responded_at=MONDAY_9AM - timedelta(days=7, seconds=1))
    decisions.decide_pending(now=MONDAY_9AM)
    assert outcomes(acme) == [(1, "NOT_OPENED", "HISTORICAL")]
    assert OutboundMessage.objects.of(acme).count() == 0


def test_seven_days_are_not_old_and_old_ones_open_on_demand(
    acme: Workspace, answer: Callable[..., Response]
) -> None:
    answer(1, responded_at=MONDAY_9AM - timedelta(days=7))
    answer(1, responded_at=MONDAY_9AM - timedelta(days=30), open_case=True, contact=None)
    decisions.decide_pending(now=MONDAY_9AM)
    assert sorted(outcome for _score, outcome, _reason in outcomes(acme)) == ["OPENED", "OPENED"]
    old = Case.objects.of(acme).get(contact=None)
    assert old.opened_at == MONDAY_9AM - timedelta(days=30)
    assert min(SlaTimer.objects.of(acme).values_list("started_at", flat=True)) == MONDAY_9AM


def test_a_likely_scanner_is_held_and_decided_when_confirmed(
    acme: Workspace, answer: Callable[..., Response]
) -> None:
    response = answer(0, trust="LIKELY_SCANNER")
    decisions.decide_pending(now=MONDAY_9AM)
    assert outcomes(acme) == [(0, "HELD", "SCANNER")]
    responses.set_trust(response=response, trust="CONFIRMED", now=MONDAY_9AM)
    decisions.decide_pending(now=MONDAY_9AM)
    assert outcomes(acme) == [(0, "OPENED", "DETRACTOR")]


def test_a_promoter_who_changes_to_two_gets_a_case(acme: Workspace, answer: Callable[..., Response]) -> None:
    response = answer(9)
    decisions.decide_pending(now=MONDAY_9AM)
    responses.amend(response=response, score=2, now=MONDAY_9AM + timedelta(minutes=1))
    decisions.decide_pending(now=MONDAY_9AM + timedelta(minutes=1))
    assert outcomes(acme) == [(2, "OPENED", "DETRACTOR")]


def test_a_detractor_who_changes_to_nine_keeps_the_case_and_its_owner_sees_it(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case(3)
    assert case.response is not None
    responses.amend(response=case.response, score=9, now=MONDAY_9AM + timedelta(minutes=1))
    decisions.decide_pending(now=MONDAY_9AM + timedelta(minutes=1))
    case.refresh_from_db()
    assert (case.category, case.score, case.latest_score) == ("OPEN", 3, 9)
    assert list(CaseEvent.objects.of(acme).values_list("kind", flat=True))[-1] == EventKind.ANSWER_AMENDED


def test_words_added_later_reach_the_case(acme: Workspace, bob: User, open_case: Callable[..., Case]) -> None:
    case = open_case(3)
    assert (case.stated_complaint, case.response is None) == ("", False)
    responses.amend(
        response=case.response, comment="The parcel never came", now=MONDAY_9AM + timedelta(minutes=1)
    )
    decisions.decide_pending(now=MONDAY_9AM + timedelta(minutes=1))
    case.refresh_from_db()
    assert case.stated_complaint == "The parcel never came"
    assert Case.objects.of(acme).matching("parcel").get() == case


def test_cases_go_round_and_pass_over_the_absent(
    acme: Workspace, bob: User, answer: Callable[..., Response]
) -> None:
    people = [bob]
    for name in ("cleo", "dan"):
        user = members.ensure_user(email=f"{name}@acme.example", name=name.title(), now=MONDAY_9AM)
        members.add(workspace=acme, user=user, role=Role.AGENT, now=MONDAY_9AM)
        people.append(user)
    away = Membership.objects.of(acme).get(user=people[2])
    set_away(membership=away, first=None, last=MONDAY_9AM.date(), now=MONDAY_9AM)
    for _turn in range(4):
        answer(2, contact=None)
        decisions.decide_pending(now=MONDAY_9AM)
    assert list(Case.objects.of(acme).order_by("number").values_list("owner__name", flat=True)) == [
        "Bob Brown", "Cleo", "Bob Brown", "Cleo",
    ]  # fmt: skip


def test_without_anybody_to_take_it_the_lead_hears_of_the_case(
    acme: Workspace, alice: User, open_case: Callable[..., Case]
) -> None:
    Membership.objects.of(acme).update(takes_cases=False)
    case = open_case(3)
    assert case.owner is None
    assert [message.mail for message in OutboundMessage.objects.of(acme)] == ["case_assigned"]


def test_an_analyst_takes_no_cases(acme: Workspace, bob: User, open_case: Callable[..., Case]) -> None:
    Membership.objects.of(acme).filter(user=bob).update(role=Role.ANALYST)
    assert open_case(3).owner is None


def test_one_bad_answer_does_not_stop_the_others(
    acme: Workspace, bob: User, answer: Callable[..., Response], globex: Workspace
) -> None:
    bad = answer(2)
    answer(3, contact=None)
    with connection.cursor() as cursor:  # a value no code of ours could write
        cursor.execute("UPDATE surveys_contact SET account_value = 'NaN' WHERE id = %s", [bad.contact_id])
    assert decisions.decide_pending(now=MONDAY_9AM) == 1
    assert [case.contact for case in Case.objects.of(acme)] == [None]
    bad.refresh_from_db()
    assert bad.decide_at == MONDAY_9AM + claiming.RETRY_AFTER  # it stands aside and is tried again


@pytest.mark.django_db(transaction=True)
def test_many_workers_decide_each_answer_once(
    acme: Workspace, bob: User, ines: Contact, answer: Callable[..., Response]
) -> None:
    for index in range(60):
        contact, _made = contacts.upsert(
            workspace=acme, email=f"c{index % 20}@customer.example", now=MONDAY_9AM
        )
        answer(index % 7, contact=contact)
    barrier = Barrier(4)

    def work() -> None:
        barrier.wait()
        for _turn in range(5):
            decisions.decide_pending(now=MONDAY_9AM)
        connection.close()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counted = [outcome for _score, outcome, _reason in outcomes(acme)]
    assert (len(counted), counted.count("OPENED"), counted.count("JOINED")) == (60, 20, 40)
    assert list(Case.objects.of(acme).order_by("number").values_list("number", flat=True)) == list(
        range(1, 21)
    )


def test_an_answer_after_the_case_was_dismissed_opens_a_new_one(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    first = open_case(3)
    cases.dismiss(case=first, by=bob, reason="A test by ourselves", now=MONDAY_9AM)
    assert open_case(2, now=MONDAY_9AM + timedelta(days=1)).number == 2
