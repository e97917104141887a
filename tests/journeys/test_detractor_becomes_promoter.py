"""The whole story of one unhappy customer, with the clock moved by hand."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import pytest

import config.celery  # noqa: F401  hints go to the tests' own broker
from accounts.models import User, Workspace
from detractors.enums import TimerKind
from detractors.models import Case, RootCause, SlaTimer
from detractors.services import cases, decisions
from followups.models import FollowUp, Resurvey
from followups.services import followups, plans, replies, resurveys
from outbox.models import OutboundMessage
from surveys.models import Contact, Invitation, Response, Survey
from surveys.services import contacts, invitations, responses
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
ADDRESS = "ines@customer.example"
News = Callable[[], AbstractContextManager[Any]]


@pytest.fixture
def news(django_capture_on_commit_callbacks: Any) -> News:
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def ines(acme: Workspace) -> Contact:
    return contacts.upsert(
        workspace=acme, email=ADDRESS, name="Ines Iglesias", company="Ibex", now=MONDAY_9AM
    )[0]


def turn(now: datetime, news: News) -> None:
    """One turn of everything that runs by itself."""
    with news():
        invitations.send_due(now=now)
        decisions.decide_pending(now=now)
        followups.send_due(now=now)
        plans.plan_missing(now=now)
        resurveys.resurvey_due(now=now)
        invitations.send_due(now=now)


def mails() -> list[str]:
    """What Ines got, in order."""
    rows = OutboundMessage.objects.across_workspaces().filter(to=ADDRESS).order_by("id")
    return list(rows.values_list("mail", flat=True))


def answer(survey_invitation: Invitation, score: int, comment: str, now: datetime, news: News) -> None:
    with news():
        responses.record_by_invitation(token=survey_invitation.link, score=score, comment=comment, now=now)


def unhappy(acme: Workspace, ines: Contact, news: News) -> Case:
    survey = Survey.objects.of(acme).get()
    with news():
        invitation = invitations.invite(workspace=acme, survey=survey, contact=ines, now=MONDAY_9AM)
    turn(MONDAY_9AM, news)
    answer(invitation, 3, "The parcel came late.", MONDAY_9AM + timedelta(minutes=2), news)
    turn(MONDAY_9AM + timedelta(minutes=2), news)
    return Case.objects.of(acme).get()


def put_right(case: Case, bob: User, news: News) -> datetime:
    """Bob answers within the promise and solves it the next day; the moment the customer is asked again."""
    with news():
        replies.send(
            case=case, by=bob, subject="", body="Dear {{ first_name }}, I am sorry. I am on it.",
            submission="form-1", now=MONDAY_9AM + timedelta(minutes=30),
        )  # fmt: skip
    tuesday = MONDAY_9AM + timedelta(days=1)
    with news():
        cases.resolve(
            case=case, by=bob, root_cause=RootCause.objects.of(case.workspace_id).get(name="Late delivery"),
            resolution="We sent a new parcel by courier and changed the carrier.", now=tuesday,
        )  # fmt: skip
    turn(tuesday + timedelta(minutes=2), news)
    return tuesday + timedelta(days=14)


def test_a_detractor_becomes_a_promoter(acme: Workspace, bob: User, ines: Contact, news: News) -> None:
    case = unhappy(acme, ines, news)
    assert (case.owner, case.score, case.stated_complaint) == (bob, 3, "The parcel came late.")
    turn(MONDAY_9AM + timedelta(minutes=12), news)
    asked_again = put_right(case, bob, news)
    turn(asked_again - timedelta(minutes=1), news)
    assert mails() == ["survey_invitation", "case_acknowledged", "case_reply", "loop_closed"]
    turn(asked_again, news)
    assert mails()[4:] == ["resurvey"]
    row = Resurvey.objects.of(acme).select_related("invitation").get()
    assert row.invitation is not None
    answer(row.invitation, 9, "That is how it should be.", asked_again + timedelta(hours=1), news)
    turn(asked_again + timedelta(hours=1), news)
    case.refresh_from_db()
    row.refresh_from_db()
    timers = SlaTimer.objects.of(acme).filter(case=case)
    assert (case.category, case.outcome, case.latest_score) == ("CLOSED", "CONVERTED", 9)
    assert (row.status, row.score_before, row.score_after) == ("ANSWERED", 3, 9)
    assert sorted((timer.kind, timer.breached_at) for timer in timers) == [
        (TimerKind.FIRST_RESPONSE, None), (TimerKind.RESOLUTION, None),
    ]  # fmt: skip
    assert (case.first_response_minutes, case.told_back_at) == (28, MONDAY_9AM + timedelta(days=1, minutes=2))
    # The headline keeps the first answer: being asked again does not lift it.
    assert list(Response.objects.of(acme).headline().values_list("score", flat=True)) == [3]
    assert len(mails()) == 5


def test_a_detractor_who_is_still_unhappy_is_taken_up_again(
    acme: Workspace, bob: User, ines: Contact, news: News
) -> None:
    case = unhappy(acme, ines, news)
    asked_again = put_right(case, bob, news)
    turn(asked_again, news)
    row = Resurvey.objects.of(acme).select_related("invitation").get()
    assert row.invitation is not None
    answer(row.invitation, 4, "The new one is broken.", asked_again + timedelta(hours=1), news)
    turn(asked_again + timedelta(hours=1), news)
    case.refresh_from_db()
    assert (case.category, case.outcome, case.reopened_count, case.owner) == ("OPEN", "", 1, bob)
    assert Case.objects.of(acme).count() == 1
    told_bob = OutboundMessage.objects.across_workspaces().filter(to="bob@acme.example", mail="case_assigned")
    assert told_bob.count() == 2  # when it was his, and now
    # Solved a second time, she is told a second time and asked a second time.
    with news():
        cases.resolve(
            case=case, by=bob, root_cause=RootCause.objects.of(acme).get(name="Damaged or wrong delivery"),
            resolution="A colleague brought a new one.", now=asked_again + timedelta(days=1),
        )  # fmt: skip
    turn(asked_again + timedelta(days=1, minutes=2), news)
    turn(asked_again + timedelta(days=15, minutes=2), news)
    assert mails()[-2:] == ["loop_closed", "resurvey"]
    steps = FollowUp.objects.of(acme).filter(case=case, step="CLOSING").order_by("episode")
    assert list(steps.values_list("episode", "status")) == [(0, "SENT"), (1, "SENT")]
    again = Resurvey.objects.of(acme).select_related("invitation").get(episode=1)
    assert again.invitation is not None
    answer(again.invitation, 8, "", asked_again + timedelta(days=16), news)
    case.refresh_from_db()
    assert (case.category, case.outcome) == ("CLOSED", "RECOVERED")
