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


def test_old_comments_are_read_again_by_what_was_learned_and_only_then(
    acme: Workspace, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "LEAST", 40)
    monkeypatch.setattr(comments, "BATCH", 25)
    many(survey, 60)
    for _turn in range(3):
        comments.read_new(now=MONDAY_9AM)
    by_starter = dict(Response.objects.of(acme).values_list("pk", "sentiment"))
    comments.learn_due(now=MONDAY_9AM)
    wordless, silent = answer(survey, 3, ""), answer(survey, 3, "")
    assert comments.read_again(now=MONDAY_9AM) == 60
    model = comments.reader(workspace=acme).model
    assert model is not None
    rows = Response.objects.of(acme).exclude(comment="")
    assert {row.pk: row.sentiment for row in rows} == {
        row.pk: round(model.score(row.comment) or 0, 4) for row in rows
    }
    assert {row.pk: row.sentiment for row in rows} != by_starter
    assert [row.is_negative for row in rows] == [
        (row.sentiment or 0) < sentiment.NEGATIVE_BELOW for row in rows
    ]
    for row in (wordless, silent):
        row.refresh_from_db()
        assert row.sentiment is None
    # Learned again from the same words: nothing is new, nothing is read.
    comments.learn_due(now=MONDAY_9AM + DAY)
    assert comments.read_again(now=MONDAY_9AM + DAY) == 0


def test_reading_again_goes_on_where_it_stood_and_serves_every_workspace(
    acme: Workspace, globex: Workspace, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comments, "BATCH", 10)
    monkeypatch.setattr(comments, "AGAIN_BATCHES", 2)
    many(survey, 30)
    theirs = Survey.objects.of(globex).select_related("workspace").get()
    many(theirs, 5)
    for _turn in range(2):
        comments.read_new(now=MONDAY_9AM)
    newest = Response.objects.across_workspaces().order_by("-pk").values_list("pk", flat=True)[0]
    for workspace in (acme, globex):
        CommentModel.objects.of(workspace).create(
            workspace=workspace, weights=b"", comments=0, trained_at=MONDAY_9AM, again_below=newest + 1
        )
    Response.objects.across_workspaces().update(sentiment=0.0, is_negative=True)

    def left() -> tuple[int, int]:
        return tuple(Response.objects.of(one).filter(sentiment=0.0).count() for one in (acme, globex))  # type: ignore[return-value]

    assert (comments.read_again(now=MONDAY_9AM), left()) == (15, (20, 0))
    assert (comments.read_again(now=MONDAY_9AM), left()) == (20, (0, 0))
    comments.read_again(now=MONDAY_9AM)
    assert set(CommentModel.objects.across_workspaces().values_list("again_below", flat=True)) == {None}


def test_a_model_that_became_poor_takes_its_words_back(
    acme: Workspace, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "LEAST", 40)
    many(survey, 60)
    comments.read_new(now=MONDAY_9AM)
    monkeypatch.setattr(training, "quality", lambda *_samples, **_facts: 0.6)
    comments.learn_due(now=MONDAY_9AM)
    assert comments.read_again(now=MONDAY_9AM) == 60
    assert set(Response.objects.of(acme).values_list("sentiment", "is_negative")) == {(None, None)}


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
