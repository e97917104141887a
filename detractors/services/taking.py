"""The next case: the most urgent one an agent may work on and nobody has."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User, Workspace
from accounts.rules.sight import Sight
from detractors.enums import Category
from detractors.models import Case
from detractors.queries import queue
from detractors.services import cases


@transaction.atomic
def take_next(*, workspace: Workspace, by: User, sight: Sight, now: datetime) -> Case | None:
    """`by` becomes the owner of the most urgent visible case without one; None when there is none.

    Cases that wait for the customer are left where they are. Somebody else who asks at the same moment gets the next
    one, without waiting: a case another transaction holds is passed over.
    """
    free = queue.of_tab(workspace=workspace, user=by, tab=queue.UNASSIGNED, sight=sight)
    free = free.filter(category=Category.OPEN).order_by("rank_at", "number")
    case: Case | None = free.select_for_update(of=("self",), skip_locked=True).first()
    return cases.claim(case=case, by=by, now=now) if case is not None else None
