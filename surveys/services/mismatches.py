"""Asking whether a score is meant, and what came of it.

The page asks at once and writes nothing; who decides finds the same by the same rule, notes that it was asked, and waits
ten minutes for the customer. Silence keeps the score, and a case opens then.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from surveys.enums import Mismatch, Purpose, ResponseChannel
from surveys.models import Response
from surveys.rules import mismatch
from surveys.services import responses, trusting
from surveys.text import sentiment

HELD_FOR = timedelta(minutes=10)


def other_score(*, metric: str, score: int, comment: str) -> int | None:
    """The score to ask about; None when score and words may both be meant."""
    if not mismatch.suspects(metric, score, comment):
        return None
    return mismatch.asks(metric, score, comment, reading=sentiment.starter().score(comment))


def was_asked(response: Response) -> bool:
    """Whether the customer's page asked: only pages that belong to us do, while the answer can be changed."""
    on_page = bool(response.invitation_id) or bool(
        response.submission and response.channel == ResponseChannel.LINK
    )
    survey = response.survey
    return (
        on_page
        and survey.asks_mismatch
        and survey.edit_days > 0
        and response.purpose == Purpose.SURVEY
        and other_score(metric=response.metric, score=response.score, comment=response.comment) is not None
    )


def follow(rows: Sequence[Response], *, now: datetime) -> None:
    """Bring the mark of each of these answers up to date; in the transaction that decides about them."""
    for row in rows:
        mark = _mark(row, now)
        if mark != row.mismatch:
            row.mismatch = mark
            Response.objects.of(row.workspace_id).filter(pk=row.pk).update(mismatch=mark)


def _mark(row: Response, now: datetime) -> str:
    if row.mismatch in (Mismatch.KEPT, Mismatch.CORRECTED, Mismatch.SILENT):
        return row.mismatch
    if not was_asked(row):
        return Mismatch.CORRECTED if row.mismatch == Mismatch.ASKED else ""
    return Mismatch.ASKED if now < held_until(row) else Mismatch.SILENT


def held_until(row: Response) -> datetime:
    """When silence becomes an answer."""
    return trusting.last_change(row) + HELD_FOR


def hear(*, response_id: int, is_kept: bool, now: datetime) -> None:
    """The customer has said whether the score is meant. A correction was stored as an amendment before; twice is once."""
    mark = Mismatch.KEPT if is_kept else Mismatch.CORRECTED
    rows = (
        Response.objects.across_workspaces()
        .filter(pk=response_id)
        .filter(Q(mismatch="") | Q(mismatch=Mismatch.ASKED))
    )
    if rows.update(mismatch=mark, decide_at=now):
        responses.tell_of_amendment(
            response=Response.objects.across_workspaces().get(pk=response_id), now=now
        )
