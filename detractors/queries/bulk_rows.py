"""Acts on many cases, found again."""

from typing import Any

from accounts.models import User, Workspace
from accounts.rules.sight import EVERYTHING, Sight
from detractors.models import BulkAction, BulkPart, Case
from detractors.queries import queue
from detractors.queries.queue import Wanted
from detractors.queries.sight import cases as visible

COUNTED = 10_000  # a count stops here and says "10,000+"


def action_with(*, workspace: Workspace, public_id: str) -> BulkAction | None:
    """The act of this id in the workspace."""
    found: BulkAction | None = (
        BulkAction.objects.of(workspace)
        .select_related("workspace", "done_by")
        .filter(public_id=public_id)
        .first()
    )
    return found


def going_on(*, workspace: Workspace, public_id: str, act: str, by: User) -> BulkAction | None:
    """The act of this id that its doer may still add to."""
    rows = BulkAction.objects.of(workspace).filter(public_id=public_id, act=act, done_by=by, newest_case=0)
    found: BulkAction | None = rows.filter(undone_at__isnull=True).first()
    return found


def count(*, workspace: Workspace, user: User, wanted: Wanted, sight: Sight) -> int:
    """How many cases fit, no further than COUNTED + 1."""
    rows = queue.wanted_cases(workspace=workspace, user=user, wanted=wanted, sight=sight)
    return len(rows.order_by().values_list("pk", flat=True)[: COUNTED + 1])


def left_of(*, action: BulkAction, most: int, sight: Sight = EVERYTHING) -> list[dict[str, Any]]:
    """The first cases that were left, and why, as far as they may still be seen."""
    return _told(action, "left", most, sight)


def kept_of(*, action: BulkAction, most: int, sight: Sight = EVERYTHING) -> list[dict[str, Any]]:
    """The first cases that undoing did not put back, and why, as far as they may still be seen."""
    return _told(action, "kept", most, sight)


def _told(action: BulkAction, column: str, most: int, sight: Sight) -> list[dict[str, Any]]:
    parts = BulkPart.objects.of(action.workspace_id).filter(action=action).exclude(**{column: []})
    found: list[dict[str, Any]] = []
    for told in parts.order_by("pk").values_list(column, flat=True)[:most]:
        found += told
        if len(found) >= most:
            break
    found = found[:most]
    if not sight.is_limited or not found:
        return found
    seen = Case.objects.of(action.workspace_id).filter(
        visible(workspace=action.workspace, sight=sight), number__in=[one["number"] for one in found]
    )
    numbers = set(seen.values_list("number", flat=True))
    return [one for one in found if one["number"] in numbers]
