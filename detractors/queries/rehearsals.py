"""Rehearsals and what they found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from accounts.models import Workspace
from accounts.rules.sight import Sight
from detractors.models import Case, Rehearsal, RehearsedCase
from detractors.queries.sight import cases as visible

PAGE = 25


def latest(*, workspace: Workspace) -> list[Rehearsal]:
    """All that are kept, the latest first."""
    return list(Rehearsal.objects.of(workspace).select_related("by").order_by("-asked_at", "-pk"))


def one(*, workspace: Workspace, public_id: str) -> Rehearsal | None:
    """The rehearsal of this id."""
    found: Rehearsal | None = (
        Rehearsal.objects.of(workspace).select_related("by", "workspace").filter(public_id=public_id).first()
    )
    return found


def _rows(rehearsal: Rehearsal, sight: Sight, part: str) -> Any:
    rows = RehearsedCase.objects.of(rehearsal.workspace_id).filter(rehearsal=rehearsal)
    if part:
        rows = rows.filter(parts__contains=[part])
    if not sight.is_everything:
        seen = Case.objects.of(rehearsal.workspace_id).filter(
            visible(workspace=rehearsal.workspace, sight=sight)
        )
        rows = rows.filter(case__in=seen.values("pk"))
    return rows.select_related("case__contact", "decision__response__contact", "decision__mention__contact")


def page(
    *, rehearsal: Rehearsal, sight: Sight, part: str = "", before: int | None = None
) -> tuple[list[RehearsedCase], int | None]:
    """(cases that would be treated otherwise, newest first; where the next page begins, None at the end)."""
    rows = _rows(rehearsal, sight, part).order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def every(*, rehearsal: Rehearsal, sight: Sight) -> Iterator[RehearsedCase]:
    """All of them, in the order in which they opened."""
    found: Iterator[RehearsedCase] = _rows(rehearsal, sight, "").order_by("pk").iterator(chunk_size=500)
    return found
