"""What a survey said is kept once somebody has answered to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from surveys.models import Response, Survey, SurveyVersion
from surveys.queries import spoken


@contextmanager
def changing(*, survey: Survey, now: datetime, by: User | None = None) -> Iterator[None]:
    """Around every change of what `survey` says: a new version is written if the old words have been answered.

    The first change after an answer writes two: what was said until now, which every answer without a version was given
    to, and what is said from now on. A version that nobody answered to takes the new words. The survey's row changes too,
    so that pages kept in other processes are made anew.
    """
    with transaction.atomic():
        rows = Survey.objects.of(survey.workspace_id).select_related("workspace", "current_version")
        before = rows.select_for_update(of=("self",)).get(pk=survey.pk)
        said = spoken.now(survey=before).stored()
        yield
        after = rows.get(pk=survey.pk)
        says = spoken.now(survey=after).stored()
        if says != said:
            after.current_version = _current(after, said, says, now, by)
        after.updated_at = now
        after.save(update_fields=["current_version", "updated_at"])
        survey.current_version, survey.updated_at = after.current_version, now


def _current(
    survey: Survey, said: dict[str, Any], says: dict[str, Any], now: datetime, by: User | None
) -> SurveyVersion | None:
    current: SurveyVersion | None = survey.current_version
    answers = Response.objects.of(survey.workspace_id).filter(survey=survey, version=current)
    if not answers.exists():
        if current is not None:
            current.words = says
            current.save(update_fields=["words"])
        return current
    if current is None:
        current = _write(survey, 1, said, now, None)
    return _write(survey, current.number + 1, says, now, by)


def _write(
    survey: Survey, number: int, words: dict[str, Any], now: datetime, by: User | None
) -> SurveyVersion:
    version = SurveyVersion(
        workspace=survey.workspace, survey=survey, number=number, words=words, created_by=by, created_at=now
    )
    version.save()
    return version
