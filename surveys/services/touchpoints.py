"""Moments of the customer's journey."""

from datetime import datetime

from accounts.models import Workspace
from core.tokens import new_public_id
from surveys.enums import TouchpointKind
from surveys.models import Touchpoint
from surveys.rules.verbatim import clean_line

NAME_LIMIT = 80  # characters


class UnnamedTouchpoint(ValueError):
    """A touchpoint needs a name of 1 to 80 characters."""


def ensure(
    *, workspace: Workspace, name: str, now: datetime, kind: str = TouchpointKind.TRANSACTIONAL
) -> Touchpoint:
    """The touchpoint of this name, made if unknown; an existing one keeps its kind. Raises UnnamedTouchpoint."""
    name = clean_line(name)
    if not 0 < len(name) <= NAME_LIMIT:
        raise UnnamedTouchpoint(f"a touchpoint's name has 1 to {NAME_LIMIT} characters, not {len(name)}")
    touchpoints = Touchpoint.objects.of(workspace)
    known: Touchpoint | None = touchpoints.filter(name=name).first()
    if known is None:
        touchpoint = Touchpoint(
            workspace=workspace, name=name, kind=kind, created_at=now, public_id=new_public_id()
        )
        touchpoints.bulk_create(
            [touchpoint], ignore_conflicts=True
        )  # somebody else's, made meanwhile, is as good
        known = touchpoints.get(name=name)
    return known
