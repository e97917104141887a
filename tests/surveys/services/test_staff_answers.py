"""Answers one of us wrote down for a customer."""

from datetime import timedelta

import pytest

from accounts.enums import Act
from accounts.models import AuditEvent, User, Workspace
from detractors.models import Case
from detractors.services import decisions
from surveys.enums import ResponseChannel, Trust
from surveys.models import Contact, Response, ResponseChange, Survey
from surveys.services import responses, staff_answers
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db

FORM = "a" * 22


def enter(acme: Workspace, survey: Survey, by: User, **given: object) -> Response:
    facts = {"score": 3, "channel": ResponseChannel.CALL, "submission": FORM, "now": MONDAY_9AM} | given
    return staff_answers.enter(workspace=acme, survey=survey, by=by, **facts)  # type: ignore[arg-type]


def test_it_counts_in_the_headline_and_says_who_entered_it(
    acme: Workspace, survey: Survey, dora: Contact, bob: User
) -> None:
    enter(acme, survey, bob, contact=dora, comment="Nobody calls back")
    row = Response.objects.of(acme).get()
    assert (row.trust, row.channel, row.entered_by, row.is_by_staff) == (Trust.STAFF, "CALL", bob, True)
    assert ResponseChange.objects.of(acme).get().after_series == "HEADLINE"


def test_the_audit_log_names_who_entered_it_and_no_word_of_it(
    acme: Workspace, survey: Survey, dora: Contact, bob: User
) -> None:
    answer = enter(acme, survey, bob, contact=dora, comment="Nobody calls back")
    event = AuditEvent.objects.of(acme).get(act=Act.ANSWER_ENTERED)
    assert (event.actor, event.subject_kind, event.subject_id) == (bob, "answer", answer.public_id)
    assert event.detail == {"channel": "CALL", "survey": survey.public_id}


def test_an_unhappy_one_opens_a_case_like_any_other(
    acme: Workspace, survey: Survey, dora: Contact, bob: User
) -> None:
    enter(acme, survey, bob, contact=dora)
    decisions.decide_pending(now=MONDAY_9AM)
    assert (Case.objects.of(acme).get().contact, Case.objects.of(acme).get().score) == (dora, 3)


def test_the_same_form_again_is_one_answer_amended(
    acme: Workspace, survey: Survey, dora: Contact, bob: User
) -> None:
    enter(acme, survey, bob, contact=dora, score=3)
    enter(acme, survey, bob, contact=dora, score=8, now=MONDAY_9AM + timedelta(minutes=1))
    assert [row.score for row in Response.objects.of(acme)] == [8]


@pytest.mark.parametrize("channel", [ResponseChannel.EMAIL, ResponseChannel.REVIEW, ResponseChannel.API])
def test_what_nobody_of_us_hears_is_refused(acme: Workspace, survey: Survey, bob: User, channel: str) -> None:
    with pytest.raises(staff_answers.NotByStaff):
        enter(acme, survey, bob, channel=channel)
    assert not Response.objects.of(acme).exists()


def test_a_refused_answer_leaves_no_line_in_the_audit_log(acme: Workspace, survey: Survey, bob: User) -> None:
    with pytest.raises(responses.AnswerFromTheFuture):
        enter(acme, survey, bob, responded_at=MONDAY_9AM + timedelta(days=1))
    assert not AuditEvent.objects.of(acme).filter(act=Act.ANSWER_ENTERED).exists()
