"""Mentions with what became of them: the list, one of them, the rows of the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from detractors.models import CaseDecision
from detractors.models.case import OPEN_CATEGORIES
from detractors.queries.sight import visible_ids
from surveys.models import FeedbackSource, Mention
from surveys.queries import sight as sights

PAGE = 50
NO_CLASS = "NONE"  # neither stars nor words said how happy they are


def seen(*, workspace: Workspace, sight: Sight = EVERYTHING) -> Any:
    """All mentions that may be seen, newest first, with all a row shows."""
    return (
        Mention.objects.of(workspace)
        .filter(sights.mentions(workspace=workspace, sight=sight))
        .select_related("source", "contact", "touchpoint", "entered_by")
        .order_by("-published_at", "-id")
    )


def wanted(
    *,
    workspace: Workspace,
    sight: Sight = EVERYTHING,
    source: str = "",
    segment: str = "",
    channel: str = "",
    is_open: bool = False,
) -> Any:
    """Those that fit every given filter; `is_open`: with a case somebody still has to work on."""
    rows = seen(workspace=workspace, sight=sight)
    if source:
        rows = rows.filter(
            source__in=FeedbackSource.objects.of(workspace).filter(public_id=source).values("pk")
        )
    if segment:
        rows = rows.filter(segment="" if segment == NO_CLASS else segment)
    if channel:
        rows = rows.filter(channel=channel)
    if is_open:
        decided = CaseDecision.objects.of(workspace).filter(
            mention__isnull=False, case__category__in=OPEN_CATEGORIES
        )
        rows = rows.filter(pk__in=decided.values("mention"))
    return rows


def page(*, rows: Any, before: Mention | None) -> tuple[list[Mention], bool]:
    """Up to PAGE rows after `before`, and whether there are more."""
    if before is not None:
        at = before.published_at
        rows = rows.filter(published_at__lte=at).filter(Q(published_at__lt=at) | Q(pk__lt=before.pk))
    found = list(rows[: PAGE + 1])
    return found[:PAGE], len(found) > PAGE


def with_decisions(
    *, workspace: Workspace, page: Sequence[Mention], sight: Sight = EVERYTHING
) -> list[Mention]:
    """The same mentions, each with `decision`; a case that may not be seen is not named."""
    found = {
        decision.mention_id: decision
        for decision in CaseDecision.objects.of(workspace)
        .select_related("case")
        .filter(mention__in=[row.pk for row in page])
    }
    cases = {decision.case_id for decision in found.values() if decision.case_id}
    visible = visible_ids(workspace=workspace, sight=sight, ids=cases)
    for decision in found.values():
        if decision.case_id not in visible:
            decision.case = None
    for row in page:
        row.decision = found.get(row.pk)  # type: ignore[attr-defined]
    return list(page)


def one(*, workspace: Workspace, public_id: str, sight: Sight = EVERYTHING) -> Mention | None:
    """The mention of this id; None for unknown, hidden and foreign ones alike."""
    found: Mention | None = seen(workspace=workspace, sight=sight).filter(public_id=public_id).first()
    return found


def sources(*, workspace: Workspace) -> list[FeedbackSource]:
    """Where mentions came from, by name."""
    return list(FeedbackSource.objects.of(workspace).order_by("name", "pk"))
