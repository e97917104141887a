"""Comments are read by the sweep, learned from once a day, and read again when they are amended."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User, Workspace
from surveys.models import CommentModel, Contact, Response, Survey
from surveys.services import comments, responses
from surveys.text import sentiment, training
from tests.conftest import MONDAY_9AM, signed_in
from tests.surveys.text.test_text import HAPPY, UNHAPPY

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def answer(survey: Survey, score: int, comment: str, **facts: Any) -> Response:
    return responses.record(
        workspace=survey.workspace, survey=survey, score=score, comment=comment, now=MONDAY_9AM, **facts
    )


def many(survey: Survey, count: int) -> None:
    for number in range(count):
        words = HAPPY if number % 2 else UNHAPPY
        answer(survey, 10 if number % 2 else 1, f"{words[number % 4]} {number}")


def test_a_comment_is_read_with_its_language_whatever_the_score(survey: Survey) -> None:
    row = answer(survey, 10, "Terrible service, never again, I want my money back")
    silent = answer(survey, 3, "nil")
    wordless = answer(survey, 3, "")
    assert comments.read_new(now=MONDAY_9AM) == 2
    assert comments.read_new(now=MONDAY_9AM) == 0
    row.refresh_from_db()
    assert (row.comment_language, row.is_negative) == ("en", True)
    assert row.sentiment is not None
    assert row.sentiment < sentiment.NEGATIVE_BELOW
    for other, code in ((silent, "und"), (wordless, "")):
        other.refresh_from_db()
        assert (other.comment_language, other.sentiment, other.is_negative) == (code, None, None)


def test_amended_words_are_read_again_and_a_changed_score_alone_is_not(survey: Survey) -> None:
    row = answer(survey, 10, "Terrible service, never again, I want my money back")
    comments.read_new(now=MONDAY_9AM)
    responses.amend(response=row, score=9, now=MONDAY_9AM)
    assert comments.read_new(now=MONDAY_9AM) == 0
    responses.amend(response=row, comment="Excellent service, thank you so much", now=MONDAY_9AM)
    assert comments.read_new(now=MONDAY_9AM) == 1
    row.refresh_from_db()
    assert row.is_negative is False


def test_below_three_hundred_the_starter_reads(acme: Workspace, survey: Survey) -> None:
    many(survey, 10)
    assert comments.learn_due(now=MONDAY_9AM) == 1
    row = CommentModel.objects.of(acme).get()
    assert (row.comments, row.quality, row.next_at) == (10, None, MONDAY_9AM + DAY)
    found = comments.reader(workspace=acme)
    assert (found.is_starter, found.has_too_few, found.model) == (True, True, sentiment.starter())
    assert comments.learn_due(now=MONDAY_9AM) == 0
    assert comments.learn_due(now=MONDAY_9AM + DAY) == 1


def test_a_workspace_learns_its_own_words_and_a_poor_model_reads_nothing(
    acme: Workspace, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "LEAST", 40)
    many(survey, 60)
    comments.learn_due(now=MONDAY_9AM)
    row = CommentModel.objects.of(acme).get()
    assert row.comments == 60
    assert row.quality is not None
    assert row.quality > 0.95
    found = comments.reader(workspace=acme)
    assert found.model is not None
    assert (found.model.score("slow and rude") or 1) < 0.5
    CommentModel.objects.of(acme).update(quality=0.74)
    assert comments.reader(workspace=acme).model is None
    unread = answer(survey, 1, "slow and rude again")
    comments.read_new(now=MONDAY_9AM)
    unread.refresh_from_db()
    assert (unread.comment_language, unread.sentiment, unread.is_negative) == ("en", None, None)


def test_the_list_shows_unhappy_words_alone(
    acme: Workspace, survey: Survey, dora: Contact, owner: User
) -> None:
    answer(survey, 10, "Terrible service, never again", contact=dora)
    answer(survey, 2, "Excellent service, thank you", contact=dora)
    comments.read_new(now=MONDAY_9AM)
    days = {"period": "custom", "since": "2026-03-01", "until": "2026-03-03"}
    client = signed_in(owner)
    both = client.get("/w/acme/answers/", days).content.decode()
    assert "Terrible service" in both
    assert "Excellent service" in both
    assert "Not enough comments yet" in both
    some = client.get("/w/acme/answers/", days | {"negative": "1"}).content.decode()
    assert "Terrible service" in some
    assert "Excellent service" not in some
