"""A priority somebody sets by hand: one more summand of the rank, which brings the sum into that band."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from detractors.enums import EventKind, Priority
from detractors.models import Case, MatrixCell
from detractors.services import ranking, recounting, timeline
from detractors.services.errors import MoveNotAllowed
from detractors.services.locking import lock, save


@transaction.atomic
def prioritise(*, case: Case, priority: str, by: User, now: datetime) -> Case:
    """From now on the case is of this priority, whatever else changes; with "" the sum decides again.

    Its promises follow where one is made for the priority. Raises MoveNotAllowed: a case that is done, no such priority,
    nothing new.
    """
    if priority and priority not in Priority.values:
        raise MoveNotAllowed(_("There is no such priority."))
    case = lock(case)
    if not case.is_open:
        raise MoveNotAllowed(_("Only a case that is open or waits has a priority to set."))
    if ranking.by_hand(case) == priority:
        raise MoveNotAllowed(
            _("It is set to this already.") if priority else _("Nobody has set its priority by hand.")
        )
    cell = (
        MatrixCell.objects.of(case.workspace_id)
        .select_related("scenario", "failure")
        .filter(pk=case.cell_id)
        .first()
        if case.cell_id
        else None
    )
    before = case.priority
    ranking.keep_by_hand(case=case, priority=priority)
    ranking.count(case=case, weights=ranking.weights_of(workspace=case.workspace), cell=cell)
    timeline.write(
        case=case, kind=EventKind.PRIORITISED, by=by, now=now, before=before, to=case.priority,
        is_by_hand=bool(priority),
    )  # fmt: skip
    save(case, now=now)
    if before != case.priority:  # another priority may have another promise
        recounting.follow(case=case, why=recounting.PRIORITY, now=now)
        case = lock(case)
    return case
