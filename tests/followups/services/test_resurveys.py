from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import User, Workspace
from detractors.enums import EventKind
from detractors.models import Case, CaseEvent, SlaTimer
from detractors.services import cases, decisions
from followups.enums import ResurveyStatus
from followups.models import Resurvey
from followups.rules import second_question
from followups.services import followups, resurveys
from surveys.enums import InvitationStatus, Purpose, Trust
from surveys.models import Contact, Invitation, Response, Survey
from surveys.services import contacts, invitations, responses
from surveys.services import surveys as survey_service
from tests.conftest import MONDAY_9AM
from tests.followups.conftest import LATER

pytestmark = pytest.mark.django_db
ASKED = LATER + timedelta(days=14)
ANSWERED = ASKED + timedelta(hours=3)
OVER = ASKED + second_question.WINDOW


def row_of(case: Case, episode: int = 0) -> Resurvey:
    return Resurvey.objects.of(case.workspace_id).select_related("invitation").get(case=case, episode=episode)


@pytest.fixture
def asked(case: Case, resolve: Callable[..., Case], news: Any) -> Case:
    """The case is resolved, two weeks are over, Ines has the mail with the second question."""
    resolve(case)
    with news():
        resurveys.resurvey_due(now=ASKED)
        invitations.send_due(now=ASKED)
    case.refresh_from_db()
    return case


@pytest.fixture
def reply(asked: Case, news: Any) -> Callable[..., Response]:
    """reply(score, comment=...) is Ines' second answer; given again it amends the first."""

    def give(score: int, *, comment: str = "", now: Any = ANSWERED, heard: bool = True) -> Response:
        token = row_of(asked).invitation.link
        if heard:
            with news():
                recorded = responses.record_by_invitation(token=token, score=score, comment=comment, now=now)
        else:
            recorded = responses.record_by_invitation(token=token, score=score, comment=comment, now=now)
        return Response.objects.of(asked.workspace_id).get(pk=recorded.response_id)

    return give


def stands(case: Case) -> tuple[str, str]:
    case.refresh_from_db()
    return case.category, case.outcome


def kinds(case: Case) -> list[str]:
    """What happened since the customer was asked again, oldest first."""
    events = CaseEvent.objects.of(case.workspace_id).filter(case=case, at__gte=ASKED).order_by("id")
    return list(events.values_list("kind", flat=True))


# --- Asking ---------------------------------------------------------------------------------------------------


def test_nobody_is_asked_again_before_they_are_told_what_was_done(
    case: Case, resolve: Callable[..., Case], news: Any
) -> None:
    resolve(case)
    Resurvey.objects.of(case.workspace_id).update(due_at=LATER)
    assert resurveys.resurvey_due(now=LATER + timedelta(minutes=1)) == 0
    followups.send_due(now=LATER + timedelta(minutes=2))
    assert resurveys.resurvey_due(now=LATER + timedelta(minutes=2)) == 1


def test_a_closing_mail_that_never_leaves_does_not_hold_the_question_for_ever(
    case: Case, resolve: Callable[..., Case]
) -> None:
    resolve(case)
    Resurvey.objects.of(case.workspace_id).update(due_at=LATER)
    assert resurveys.resurvey_due(now=LATER + timedelta(days=1, minutes=2)) == 1


def test_the_customer_is_asked_again_when_due_and_told_what_was_done(asked: Case) -> None:
    row = row_of(asked)
    assert (row.status, row.asked_at, row.closes_at) == ("ASKED", ASKED, OVER)
    assert row.invitation is not None
    assert row.invitation.message is not None
    assert (row.invitation.purpose, row.invitation.message.mail) == (Purpose.RESURVEY, "resurvey")
    assert "A new parcel is on its way." in row.invitation.message.text
    assert kinds(asked) == [EventKind.RESURVEYED]


def test_nobody_is_asked_before_the_moment(case: Case, resolve: Callable[..., Case]) -> None:
    resolve(case)
    assert resurveys.resurvey_due(now=ASKED - timedelta(microseconds=1)) == 0
    assert row_of(case).status == ResurveyStatus.PLANNED


def test_a_survey_says_how_long_the_wait_is_and_a_weekend_is_left_out(
    case: Case, resolve: Callable[..., Case], survey: Survey
) -> None:
    survey_service.change(survey=survey, resurvey_days=5, now=MONDAY_9AM)
    case.refresh_from_db()
    resolve(case)  # on a Monday: five days later is a Saturday
    assert row_of(case).due_at == MONDAY_9AM + timedelta(days=7)


def test_the_sweep_run_twice_asks_once(asked: Case) -> None:
    assert resurveys.resurvey_due(now=ASKED) == 0
    assert Invitation.objects.of(asked.workspace_id).filter(purpose=Purpose.RESURVEY).count() == 1


@pytest.mark.django_db(transaction=True)
def test_four_sweeps_at_once_ask_once(case: Case, resolve: Callable[..., Case]) -> None:
    resolve(case)
    barrier, moved = Barrier(4), []

    def sweep() -> None:
        barrier.wait()
        try:
            moved.append(resurveys.resurvey_due(now=ASKED))
        finally:
            connection.close()

    threads = [Thread(target=sweep) for _sweep in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(moved), sum(moved), Invitation.objects.of(case.workspace_id).count()) == (4, 1, 1)


def test_killed_before_its_commit_the_sweep_leaves_the_question_planned(
    case: Case, resolve: Callable[..., Case]
) -> None:
    class Killed(Exception):
        pass

    def die() -> None:
        with transaction.atomic():
            resurveys.resurvey_due(now=ASKED)
            raise Killed  # the process dies before its transaction is committed

    resolve(case)
    with pytest.raises(Killed):
        die()
    assert (row_of(case).status, Invitation.objects.of(case.workspace_id).count()) == ("PLANNED", 0)
    assert resurveys.resurvey_due(now=ASKED) == 1
    assert (row_of(case).status, Invitation.objects.of(case.workspace_id).count()) == ("ASKED", 1)


def test_a_case_reopened_by_hand_is_not_asked_about(
    case: Case, resolve: Callable[..., Case], bob: User, news: Any
) -> None:
    resolve(case)
    cases.reopen(case=case, by=bob, reason="Not solved.", now=LATER)  # the news of it get lost
    resurveys.resurvey_due(now=ASKED)
    assert (row_of(case).status, Invitation.objects.of(case.workspace_id).count()) == ("CANCELLED", 0)


def opted_out(ines: Contact) -> None:
    contacts.opt_out(contact=ines, now=LATER)


def no_address(ines: Contact) -> None:
    contacts.update(contact=ines, now=LATER, external_id="C-1", email="")


@pytest.mark.parametrize(("happens", "why"), [(opted_out, "OPTED_OUT"), (no_address, "NO_ADDRESS")])
def test_who_cannot_be_asked_is_not_and_the_case_closes_after_the_window(
    case: Case, resolve: Callable[..., Case], ines: Contact, happens: Callable[[Contact], None], why: str
) -> None:
    resolve(case)
    happens(ines)
    resurveys.resurvey_due(now=ASKED)
    row = row_of(case)
    assert row.invitation is not None
    assert (row.status, row.invitation.not_sent_because, stands(case)) == ("NOT_ASKED", why, ("RESOLVED", ""))
    resurveys.resurvey_due(now=OVER)
    assert (row_of(case).status, row_of(case).settled_at, stands(case)) == (
        "NOT_ASKED", OVER, ("CLOSED", "NO_ANSWER"),
    )  # fmt: skip


def test_after_a_month_of_outage_nobody_is_asked_about_what_is_forgotten(
    case: Case, resolve: Callable[..., Case]
) -> None:
    resolve(case)
    late = ASKED + second_question.TOO_LATE_AFTER + timedelta(seconds=1)
    resurveys.resurvey_due(now=late)
    assert (row_of(case).status, row_of(case).invitation, row_of(case).closes_at) == (
        "NOT_ASKED", None, late + second_question.WINDOW,
    )  # fmt: skip


# --- The answer -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "outcome"), [(10, "CONVERTED"), (9, "CONVERTED"), (8, "RECOVERED"), (7, "RECOVERED")]
)
def test_a_better_answer_closes_the_case_with_its_outcome(
    asked: Case, reply: Callable[..., Response], score: int, outcome: str
) -> None:
    response = reply(score, comment="All good now.")
    row = row_of(asked)
    assert stands(asked) == ("CLOSED", outcome)
    assert (row.status, row.response_id, row.score_before, row.score_after, row.settled_at) == (
        "ANSWERED", response.pk, 3, score, ANSWERED,
    )  # fmt: skip
    assert kinds(asked) == [EventKind.RESURVEYED, EventKind.ANSWER_JOINED, EventKind.RECOVERED]


@pytest.mark.parametrize("score", [6, 4, 0])
def test_an_unhappy_answer_opens_the_case_again_with_the_new_words(
    asked: Case, reply: Callable[..., Response], score: int
) -> None:
    reply(score, comment="The new parcel was broken.")
    row = row_of(asked)
    assert (stands(asked), asked.reopened_count, asked.latest_score) == (("OPEN", ""), 1, score)
    assert (row.status, row.score_after) == ("ANSWERED", score)
    assert kinds(asked) == [EventKind.RESURVEYED, EventKind.ANSWER_JOINED, EventKind.REOPENED]
    said = CaseEvent.objects.of(asked.workspace_id).get(case=asked, kind=EventKind.ANSWER_JOINED)
    assert (said.note, said.facts["score"]) == ("The new parcel was broken.", score)
    running = SlaTimer.objects.of(asked.workspace_id).filter(case=asked, met_at__isnull=True)
    assert [timer.kind for timer in running] == ["RESOLUTION"]


def test_an_answer_heard_twice_counts_once(asked: Case, reply: Callable[..., Response]) -> None:
    response = reply(4)
    before = (stands(asked), asked.reopened_count, kinds(asked))
    resurveys.hear(response_id=response.pk, now=ANSWERED)
    assert resurveys.resurvey_due(now=ANSWERED) == 0
    assert (stands(asked), asked.reopened_count, kinds(asked)) == before


def test_an_answer_whose_news_got_lost_is_heard_by_the_sweep(
    asked: Case, reply: Callable[..., Response]
) -> None:
    reply(9, heard=False)
    assert stands(asked) == ("RESOLVED", "")
    assert (resurveys.resurvey_due(now=ANSWERED), resurveys.resurvey_due(now=ANSWERED)) == (1, 0)
    assert stands(asked) == ("CLOSED", "CONVERTED")


@pytest.mark.django_db(transaction=True)
def test_four_sweeps_and_the_news_of_one_answer_reopen_once(
    asked: Case, reply: Callable[..., Response]
) -> None:
    response = reply(2, heard=False)
    barrier, errors = Barrier(4), []

    def sweep(index: int) -> None:
        barrier.wait()
        try:
            if index:
                resurveys.resurvey_due(now=ANSWERED)
            else:
                resurveys.hear(response_id=response.pk, now=ANSWERED)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=sweep, args=[index]) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (errors, stands(asked), asked.reopened_count) == ([], ("OPEN", ""), 1)


@pytest.mark.parametrize(
    ("first", "then", "ends"),
    [
        (9, 7, ("CLOSED", "RECOVERED", 0)),
        (7, 9, ("CLOSED", "CONVERTED", 0)),
        (9, 3, ("OPEN", "", 1)),
        (3, 2, ("OPEN", "", 1)),
        (3, 9, ("OPEN", "", 1)),  # open again is open: its owner sees the better score and decides
    ],
)
def test_a_changed_second_answer_counts_as_it_is_now(
    asked: Case, reply: Callable[..., Response], first: int, then: int, ends: tuple[str, str, int]
) -> None:
    reply(first)
    reply(then, now=ANSWERED + timedelta(hours=1))
    assert (*stands(asked), asked.reopened_count) == ends
    row = row_of(asked)
    assert (row.score_after, row.settled_at, asked.latest_score) == (then, ANSWERED, then)
    assert kinds(asked).count(EventKind.ANSWER_AMENDED) == 1


def test_a_changed_answer_whose_news_got_lost_is_heard_by_the_sweep(
    asked: Case, reply: Callable[..., Response]
) -> None:
    reply(9)
    reply(3, now=ANSWERED + timedelta(hours=1), heard=False)
    assert resurveys.resurvey_due(now=ANSWERED + timedelta(hours=2)) == 1
    assert stands(asked) == ("OPEN", "")


def test_words_added_to_a_second_answer_reach_the_case(asked: Case, reply: Callable[..., Response]) -> None:
    reply(9)
    reply(9, comment="Thank you, Bob!", now=ANSWERED + timedelta(minutes=1))
    said = CaseEvent.objects.of(asked.workspace_id).get(case=asked, kind=EventKind.ANSWER_AMENDED)
    assert (said.note, stands(asked)) == ("Thank you, Bob!", ("CLOSED", "CONVERTED"))


def test_the_first_answer_and_its_place_in_the_headline_stay_as_they_are(
    asked: Case, reply: Callable[..., Response], acme: Workspace
) -> None:
    before = list(Response.objects.of(acme).headline().values_list("pk", "score", "segment"))
    second = reply(10)
    decisions.decide_pending(now=ANSWERED)
    assert list(Response.objects.of(acme).headline().values_list("pk", "score", "segment")) == before
    assert (second.purpose, Case.objects.of(acme).count(), asked.response.score) == ("RESURVEY", 1, 3)


def test_an_unhappy_second_answer_opens_no_second_case(
    asked: Case, reply: Callable[..., Response], acme: Workspace
) -> None:
    reply(1)
    decisions.decide_pending(now=ANSWERED)
    assert Case.objects.of(acme).count() == 1


def test_what_a_mail_scanner_answered_decides_nothing_until_a_person_says_otherwise(
    asked: Case, reply: Callable[..., Response], news: Any
) -> None:
    response = reply(0, heard=False)
    responses.set_trust(response=response, trust=Trust.LIKELY_SCANNER, now=ANSWERED)
    assert (resurveys.resurvey_due(now=ANSWERED), stands(asked)) == (0, ("RESOLVED", ""))
    with news():
        responses.set_trust(response=response, trust=Trust.CONFIRMED, now=ANSWERED)
    assert stands(asked) == ("OPEN", "")


def test_a_customer_who_meanwhile_has_another_open_case_is_heard_there(
    asked: Case, reply: Callable[..., Response], open_case: Callable[..., Case]
) -> None:
    other = open_case(1, now=ASKED, comment="And now the invoice is wrong.")
    reply(2, comment="Nothing works with you.")
    assert (stands(asked), stands(other)) == (("CLOSED", "NOT_RECOVERED"), ("OPEN", ""))
    said = CaseEvent.objects.of(other.workspace_id).filter(case=other, kind=EventKind.ANSWER_JOINED)
    assert [event.note for event in said] == ["Nothing works with you."]


def test_an_answer_about_an_old_solution_is_shown_and_moves_nothing(
    asked: Case, reply: Callable[..., Response], bob: User, news: Any
) -> None:
    with news():
        cases.reopen(case=asked, by=bob, reason="She called: not solved.", now=ASKED)
    reply(9, comment="Thank you for the call.")
    row = row_of(asked)
    assert (stands(asked), asked.reopened_count, row.status) == (("OPEN", ""), 1, "ANSWERED")
    assert kinds(asked) == [EventKind.RESURVEYED, EventKind.REOPENED, EventKind.ANSWER_JOINED]


# --- Silence --------------------------------------------------------------------------------------------------


def test_after_two_weeks_of_silence_the_case_closes_without_an_answer(asked: Case) -> None:
    assert resurveys.resurvey_due(now=OVER - timedelta(microseconds=1)) == 0
    assert (resurveys.resurvey_due(now=OVER), resurveys.resurvey_due(now=OVER)) == (1, 0)
    assert (stands(asked), row_of(asked).status, row_of(asked).settled_at) == (
        ("CLOSED", "NO_ANSWER"), "UNANSWERED", OVER,
    )  # fmt: skip


def test_silence_of_somebody_whose_mail_bounced_is_no_silence(asked: Case) -> None:
    invitation = row_of(asked).invitation
    assert invitation is not None
    Invitation.objects.of(asked.workspace_id).filter(pk=invitation.pk).update(
        status=InvitationStatus.NOT_SENT, not_sent_because="UNDELIVERABLE"
    )
    resurveys.resurvey_due(now=OVER)
    assert (stands(asked), row_of(asked).status) == (("CLOSED", "NO_ANSWER"), "NOT_ASKED")


@pytest.mark.parametrize(("score", "ends"), [(9, ("CLOSED", "CONVERTED")), (2, ("OPEN", ""))])
def test_an_answer_that_comes_after_the_window_counts_all_the_same(
    asked: Case, reply: Callable[..., Response], score: int, ends: tuple[str, str]
) -> None:
    resurveys.resurvey_due(now=OVER)
    reply(score, now=OVER + timedelta(days=3))
    assert (stands(asked), row_of(asked).status) == (ends, "ANSWERED")


def test_a_late_answer_whose_news_got_lost_is_heard_by_the_sweep(
    asked: Case, reply: Callable[..., Response]
) -> None:
    resurveys.resurvey_due(now=OVER)
    reply(2, now=OVER + timedelta(days=3), heard=False)
    assert (resurveys.resurvey_due(now=OVER + timedelta(days=3)), stands(asked)) == (1, ("OPEN", ""))


def test_an_answer_in_the_very_moment_of_closing_wins_over_silence(
    asked: Case, reply: Callable[..., Response]
) -> None:
    reply(8, now=OVER, heard=False)
    resurveys.resurvey_due(now=OVER)
    assert (stands(asked), row_of(asked).status) == (("CLOSED", "RECOVERED"), "ANSWERED")
