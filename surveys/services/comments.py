"""Reading comments: their language and how unhappy they are; and learning from a workspace's own scored ones.

Both run in sweeps, never in a request, and nothing leaves the server. A comment that was amended is read again
(answer_sql empties its language). A model below `SHOWN_FROM` is kept with its figure and reads nothing. When a model has
learned something, what was read before is read again, the newest first, a bounded part of it each turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from accounts.models import Workspace
from surveys.enums import Metric, Segment, Trust
from surveys.models import CommentModel, Response
from surveys.text import language, sentiment, training
from surveys.text.sentiment import NEGATIVE_BELOW, Model

BATCH = 250  # comments a transaction
MAX_BATCHES = 4  # in one turn: a large import is read over the hours, not at once
AGAIN_BATCHES = 8  # in one turn, of comments that are read again: nearly three million a day
EVERY = timedelta(days=1)
NEWEST = 6_000  # scored comments that are learned from


@dataclass(frozen=True)
class Reader:
    """What reads a workspace's comments. `model` is None when what was learned is not good enough to show."""

    model: Model | None
    is_starter: bool
    comments: int
    quality: float | None

    @property
    def has_too_few(self) -> bool:
        return self.comments < training.LEAST


def reader(*, workspace: Workspace | int) -> Reader:
    """The workspace's own model, the starter below `training.LEAST` scored comments, or nothing."""
    row = CommentModel.objects.of(workspace).first()
    if row is None or not row.weights:
        return Reader(sentiment.starter(), True, row.comments if row else 0, None)
    is_good = row.quality is not None and row.quality >= training.SHOWN_FROM
    model = sentiment.load(bytes(row.weights)) if is_good else None
    return Reader(model, False, row.comments, row.quality)


def read_new(*, now: datetime) -> int:
    """Read comments that were not read yet, the newest first; returns how many. Safe to run twice and in parallel."""
    total = 0
    for _turn in range(MAX_BATCHES):
        count = _read_batch()
        total += count
        if count < BATCH:
            break
    return total


@transaction.atomic
def _read_batch() -> int:
    unread = (
        Response.objects.across_workspaces()
        .filter(Q(comment_language="") & ~Q(comment=""))
        .order_by("-pk")
        .select_for_update(skip_locked=True, no_key=True)
    )
    rows = list(unread.values_list("pk", "workspace", "comment", "language")[:BATCH])
    readers = {workspace: reader(workspace=workspace) for workspace in {row[1] for row in rows}}
    read = [_read(readers[workspace].model, comment, said) for _pk, workspace, comment, said in rows]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE surveys_response r SET comment_language = v.language, sentiment = v.sentiment,"
                " is_negative = v.sentiment < %s"
                " FROM unnest(%s::bigint[], %s::text[], %s::float8[]) AS v (id, language, sentiment) WHERE r.id = v.id",
                [
                    NEGATIVE_BELOW,
                    [row[0] for row in rows],
                    [one[0] for one in read],
                    [one[1] for one in read],
                ],
            )
    return len(rows)


def read_again(*, now: datetime) -> int:
    """Read what an earlier model has read, the newest first; returns how many. Safe to run twice and in parallel.

    Where it stands is kept with the model, so it goes on there after any stop.
    """
    total, served = 0, set[int]()
    for _turn in range(AGAIN_BATCHES):
        found = _again_batch(served) or _again_batch(
            set()
        )  # one after the other, so that none waits for a large one
        if found is None:
            break
        served.add(found[0])
        total += found[1]
    return total


@transaction.atomic
def _again_batch(served: set[int]) -> tuple[int, int] | None:
    """One batch of a workspace that was not served yet: (its model, how many); None where nothing is to be read again."""
    due = (
        CommentModel.objects.across_workspaces()
        .filter(again_below__isnull=False)
        .exclude(pk__in=served)
        .order_by("trained_at", "pk")
    )
    row: CommentModel | None = due.select_for_update(skip_locked=True, no_key=True).first()
    if row is None:
        return None
    old = (
        Response.objects.of(row.workspace_id)
        .filter(pk__lt=row.again_below)
        .exclude(comment="")
        .exclude(comment_language="")  # those wait to be read at all
        .order_by("-pk")
        .select_for_update(no_key=True)
    )
    rows = list(old.values_list("pk", "comment")[:BATCH])
    model = reader(workspace=row.workspace_id).model
    _store_moods([pk for pk, _comment in rows], [_mood(model, comment) for _pk, comment in rows])
    left = rows[-1][0] if len(rows) == BATCH else None
    CommentModel.objects.of(row.workspace_id).filter(pk=row.pk).update(again_below=left)
    return row.pk, len(rows)


def _store_moods(ids: list[int], moods: list[float | None]) -> None:
    """Those that changed; a row that stays as it is is not written."""
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE surveys_response r SET sentiment = v.sentiment, is_negative = v.sentiment < %s"
            " FROM unnest(%s::bigint[], %s::float8[]) AS v (id, sentiment)"
            " WHERE r.id = v.id AND r.sentiment IS DISTINCT FROM v.sentiment",
            [NEGATIVE_BELOW, ids, moods],
        )


def _read(model: Model | None, comment: str, expected: str) -> tuple[str, float | None]:
    return language.of(comment, expected=expected), _mood(model, comment)


def _mood(model: Model | None, comment: str) -> float | None:
    score = model.score(comment) if model else None
    return None if score is None else round(score, 4)


def learn_due(*, now: datetime) -> int:
    """Learn anew for one workspace whose day has come; returns how many. One a turn: learning takes its time."""
    workspace_id = _claim(now)
    if workspace_id is None:
        return 0
    before, samples = reader(workspace=workspace_id).model, _samples(workspace_id)
    facts: dict[str, Any] = {"comments": len(samples), "trained_at": now, "weights": b"", "quality": None}
    if len(samples) >= training.LEAST:
        learned = training.learn(samples, starter=sentiment.starter())
        facts |= {
            "weights": sentiment.dump(learned.model),
            "quality": learned.quality,
            "comments": learned.comments,
            "uses_starter": True,
        }
    CommentModel.objects.of(workspace_id).update(**facts)
    if reader(workspace=workspace_id).model != before:
        _begin_again(workspace_id)
    return 1


def _begin_again(workspace_id: int) -> None:
    """From the newest comment on; where an earlier round is still on its way it goes on, with the new model."""
    newest = Response.objects.of(workspace_id).order_by("-pk").values_list("pk", flat=True).first()
    if newest is not None:
        CommentModel.objects.of(workspace_id).filter(again_below=None).update(again_below=newest + 1)


@transaction.atomic
def _claim(now: datetime) -> int | None:
    """The next workspace to learn for, put off until tomorrow: whoever fails is not tried again at once."""
    due = CommentModel.objects.across_workspaces().filter(next_at__lte=now).order_by("next_at")
    row = due.select_for_update(skip_locked=True).first()
    if row is not None:
        CommentModel.objects.across_workspaces().filter(pk=row.pk).update(next_at=now + EVERY)
        return int(row.workspace_id)
    known = CommentModel.objects.across_workspaces().values("workspace")
    new = Workspace.objects.exclude(pk__in=known).order_by("pk").first()
    if new is None:
        return None
    CommentModel.objects.of(new).bulk_create(
        [CommentModel(workspace=new, weights=b"", comments=0, trained_at=now, next_at=now + EVERY)],
        ignore_conflicts=True,
    )
    return int(new.pk)


def _samples(workspace_id: int) -> list[training.Sample]:
    """The newest comments of promoters and detractors, by whom."""
    rows = (
        Response.objects.of(workspace_id)
        .filter(metric=Metric.NPS, segment__in=[Segment.PROMOTER, Segment.DETRACTOR])
        .exclude(trust=Trust.LIKELY_SCANNER)
        .exclude(comment="")
        .order_by("-pk")
        .values_list("comment", "segment", "contact")[:NEWEST]
    )
    read = [
        training.Sample(comment, segment == Segment.PROMOTER, str(contact or ""))
        for comment, segment, contact in rows
    ]
    return [sample for sample in read if training.has_words(sample.text)]
