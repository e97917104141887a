"""Members by id, and which case numbers a member may see."""

from __future__ import annotations

from collections.abc import Collection

from accounts.models import Membership, Workspace
from accounts.rules.sight import Sight
from detractors.models import Case
from detractors.queries.sight import cases as visible


def names(*, workspace: Workspace, ids: Collection[int]) -> dict[int, str]:
    """The names of members by their user's id; whoever is no member is left out."""
    if not ids:
        return {}
    rows = Membership.objects.of(workspace).select_related("user").filter(user__in=sorted(ids))
    return {row.user_id: row.user.display_name for row in rows}


def may_see(*, workspace: Workspace, numbers: Collection[int], sight: Sight) -> list[int]:
    """Those of these case numbers that exist and may be seen."""
    if not numbers:
        return []
    cases = Case.objects.of(workspace).filter(number__in=sorted(numbers))
    seen = cases.filter(visible(workspace=workspace, sight=sight))
    return list(seen.order_by("number").values_list("number", flat=True))
