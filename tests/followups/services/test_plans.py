from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User, Workspace
from detractors.enums import EventKind
from detractors.models import Case, CaseEvent
from detractors.services import cases
from followups.enums import FollowUpStatus, FollowUpStep, SkippedBecause
from followups.models import FollowUp, Resurvey
from followups.services import followups, plans
from tests.conftest import MONDAY_9AM
from tests.followups.conftest import LATER

pytestmark = pytest.mark.django_db
TEN_PAST = MONDAY_9AM + timedelta(minutes=10)


def planned(case: Case) -> list[tuple[str, int, Any]]:
    rows = FollowUp.objects.of(case.workspace_id).filter(case=case).order_by("created_at", "id")
    return list(rows.values_list("step", "episode", "due_at"))


def test_a_new_case_gets_its_acknowledgement_ten_minutes_after_the_answer(case: Case) -> None:
    assert planned(case) == [("ACKNOWLEDGE", 0, TEN_PAST)]


def test_an_answer_that_reached_us_a_day_late_gets_its_grace_from_then(
    open_case: Callable[..., Case], news: Any
) -> None:
    with news():
        case = open_case(2, now=MONDAY_9AM, responded_at=MONDAY_9AM - timedelta(days=1))
    assert planned(case) == [("ACKNOWLEDGE", 0, TEN_PAST)]


def test_each_wait_of_a_case_has_its_own_mail(case: Case, bob: User, news: Any) -> None:
    for minutes in (1, 2):
        with news():
            cases.wait(
                case=case, by=bob, waiting_for="the order number", now=LATER + timedelta(minutes=minutes)
            )
            cases.resume(case=case, by=bob, now=LATER + timedelta(minutes=minutes, seconds=30))
    assert planned(case)[1:] == [
        ("WAITING", 0, LATER + timedelta(minutes=2)), ("WAITING", 0, LATER + timedelta(minutes=3)),
    ]  # fmt: skip


def test_resolving_plans_the_closing_mail_and_the_second_question(
    case: Case, resolve: Callable[..., Case]
) -> None:
    resolve(case)
    assert planned(case)[1:] == [("CLOSING", 0, LATER + timedelta(minutes=1))]
    row = Resurvey.objects.of(case.workspace_id).get(case=case)
    assert (row.status, row.due_at, row.score_before) == ("PLANNED", LATER + timedelta(days=14), 3)


def test_a_case_resolved_a_second_time_is_told_a_second_time(
    case: Case, resolve: Callable[..., Case], bob: User, news: Any
) -> None:
    resolve(case)
    with news():
        cases.reopen(case=case, by=bob, reason="Came back broken.", now=LATER)
    resolve(case)
    assert [(step, episode) for step, episode, _due in planned(case)] == [
        ("ACKNOWLEDGE", 0), ("CLOSING", 0), ("CLOSING", 1),
    ]  # fmt: skip
    rows = Resurvey.objects.of(case.workspace_id).filter(case=case).order_by("episode")
    assert list(rows.values_list("episode", "status")) == [(0, "CANCELLED"), (1, "PLANNED")]


def test_what_lost_news_should_have_planned_is_planned_by_the_sweep_once(
    open_case: Callable[..., Case], bob: User
) -> None:
    opened = open_case(3)  # nobody listens: as if the process had died right after the commit
    assert planned(opened) == []
    assert (plans.plan_missing(now=LATER), plans.plan_missing(now=LATER)) == (1, 0)
    assert planned(opened) == [("ACKNOWLEDGE", 0, TEN_PAST)]
    cases.wait(case=opened, by=bob, waiting_for="a photo", now=LATER)
    assert (plans.plan_missing(now=LATER), plans.plan_missing(now=LATER)) == (1, 0)
    cases.resume(case=opened, by=bob, now=LATER)
    later = LATER + timedelta(minutes=5)
    cases.wait(case=opened, by=bob, waiting_for="a receipt", now=later)
    assert (plans.plan_missing(now=later), plans.plan_missing(now=later)) == (1, 0)


def test_a_resolved_case_without_plans_gets_them_from_the_sweep(
    case: Case, bob: User, cause: Any, acme: Workspace
) -> None:
    cases.resolve(
        case=case, by=bob, root_cause=cause, resolution="Done.", now=LATER,
        contact={"channel": "CALL", "note": "", "outcome": "REACHED"},
    )  # fmt: skip
    assert (plans.plan_missing(now=LATER), plans.plan_missing(now=LATER)) == (2, 0)
    assert planned(case)[1:] == [("CLOSING", 0, LATER + timedelta(minutes=1))]
    assert Resurvey.objects.of(acme).filter(case=case).count() == 1


def test_a_mail_switched_off_by_hand_is_never_sent_and_the_case_says_who_did_it(
    case: Case, bob: User
) -> None:
    row = FollowUp.objects.of(case.workspace_id).get(case=case)
    plans.switch_off(follow_up=row, by=bob, now=LATER)
    assert followups.send_due(now=TEN_PAST) == 0
    row.refresh_from_db()
    assert (row.status, row.skipped_because) == (FollowUpStatus.SKIPPED, SkippedBecause.SWITCHED_OFF)
    event = CaseEvent.objects.of(case.workspace_id).filter(case=case, kind=EventKind.AUTO_MAIL).get()
    assert event.note == "“We have your answer” is not sent: Bob Brown switched it off."


def test_a_mail_that_has_left_cannot_be_switched_off(case: Case, bob: User) -> None:
    followups.send_due(now=TEN_PAST)
    row = FollowUp.objects.of(case.workspace_id).get(case=case, step=FollowUpStep.ACKNOWLEDGE)
    with pytest.raises(plans.NotPlanned):
        plans.switch_off(follow_up=row, by=bob, now=TEN_PAST)
    row.refresh_from_db()
    assert row.status == FollowUpStatus.SENT
