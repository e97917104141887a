"""Acts on many cases, found again."""

from accounts.models import User, Workspace
from detractors.models import BulkAction


def action_with(*, workspace: Workspace, public_id: str) -> BulkAction | None:
    """The act of this id in the workspace."""
    found: BulkAction | None = BulkAction.objects.of(workspace).filter(public_id=public_id).first()
    return found


def going_on(*, workspace: Workspace, public_id: str, act: str, by: User) -> BulkAction | None:
    """The act of this id that its doer may still add to."""
    rows = BulkAction.objects.of(workspace).filter(public_id=public_id, act=act, done_by=by)
    found: BulkAction | None = rows.filter(undone_at__isnull=True).first()
    return found
