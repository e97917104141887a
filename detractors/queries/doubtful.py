"""Answers that are held because a machine may have given them, and what people have said about such answers."""

from typing import Any

from django.db.models import Exists, OuterRef

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from detractors.enums import DecisionOutcome, DecisionReason
from detractors.models import CaseDecision
from detractors.queries import rows
from surveys.models import Response, TrustChange

HELD = (DecisionReason.SCANNER, DecisionReason.DOUBTFUL)
PAGE = 50


def held(*, workspace: Workspace, sight: Sight = EVERYTHING) -> Any:
    """The answers that wait for somebody's look, the latest first."""
    waiting = CaseDecision.objects.of(workspace).filter(
        response=OuterRef("pk"), outcome=DecisionOutcome.HELD, reason__in=HELD
    )
    return rows.responses(workspace=workspace, sight=sight).filter(Exists(waiting)).order_by("-pk")


def judged(*, workspace: Workspace, sight: Sight = EVERYTHING) -> Any:
    """The answers somebody has judged, the latest answer first."""
    by_people = TrustChange.objects.of(workspace).filter(response=OuterRef("pk"), by__isnull=False)
    return rows.responses(workspace=workspace, sight=sight).filter(Exists(by_people)).order_by("-pk")


def page(
    *, workspace: Workspace, found: Any, before: int | None = None, sight: Sight = EVERYTHING
) -> tuple[list[Response], int | None]:
    """Up to `PAGE` answers with `decision` and `judgement` (their latest TrustChange), and where the next page begins."""
    wanted = list((found.filter(pk__lt=before) if before else found)[: PAGE + 1])
    shown = rows.with_decisions(workspace=workspace, page=wanted[:PAGE], sight=sight)
    changes = (
        TrustChange.objects.of(workspace).select_related("by").filter(response__in=[row.pk for row in shown])
    )
    latest = {change.response_id: change for change in changes.order_by("pk")}
    for row in shown:
        row.judgement = latest.get(row.pk)  # type: ignore[attr-defined]  # for the page
    return shown, shown[-1].pk if len(wanted) > PAGE else None


def count(*, workspace: Workspace, sight: Sight = EVERYTHING) -> int:
    """How many wait, for a sign beside the list's name."""
    return int(held(workspace=workspace, sight=sight).order_by().count())
