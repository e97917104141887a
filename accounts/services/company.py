"""Taking back the last change of the company's page, from the record of changes itself."""

from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db import transaction

from accounts.history import kinds
from accounts.models import Workspace
from accounts.services import workspaces

UNDO_FOR = timedelta(minutes=10)
_SALT = "accounts.company.undo"


class TooLate(ValueError):
    """The time is over, it was undone already, or somebody has changed something since."""


def undo_token(*, workspace: Workspace) -> str:
    """What takes back the change just made, while nothing else changes and for UNDO_FOR; "" without one."""
    last = _last(workspace)
    if last is None or not last.was:
        return ""
    return signing.dumps([workspace.pk, last.pk], salt=_SALT)


@transaction.atomic
def undo(*, workspace: Workspace, token: str, now: datetime) -> Workspace:
    """The former values of the change the token names. Undoing is a change itself, so a token works once.

    Raises TooLate.
    """
    try:
        whose, change = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise TooLate(token) from error
    locked = Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
    last = _last(locked)
    if last is None or (whose, change) != (locked.pk, last.pk) or now - last.pgh_created_at > UNDO_FOR:
        raise TooLate(token)
    former = {name: value for name, value in (last.was or {}).items() if name in workspaces.EDITABLE}
    if not former:
        raise TooLate(token)
    return workspaces.change(workspace=locked, **former)


def _last(workspace: Workspace) -> Any:
    """The latest change of the workspace's own row."""
    rows = kinds()["workspace"].objects.of(workspace)
    return rows.filter(pgh_obj_id=workspace.pk).order_by("-pgh_id").first()
