"""The weights of a workspace, and the cases at the front as an example of what they do."""

from __future__ import annotations

from accounts.models import Workspace
from detractors.models import Case, RankRecount, RankWeights

EXAMPLES = 6


def weights(*, workspace: Workspace) -> RankWeights | None:
    """The workspace's own weights; None while the usual ones hold."""
    found: RankWeights | None = RankWeights.objects.of(workspace).first()
    return found


def recount(*, workspace: Workspace) -> RankRecount | None:
    """The latest recount of the open cases."""
    found: RankRecount | None = RankRecount.objects.of(workspace).first()
    return found


def next_cases(*, workspace: Workspace) -> list[Case]:
    """The open cases at the front of the queue, with all their example needs."""
    rows = Case.objects.of(workspace).select_related("contact", "cell__scenario", "cell__failure")
    return list(rows.open().order_by("rank_at", "number")[:EXAMPLES])
