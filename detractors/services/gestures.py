"""A remedy with a day of its own is a task: done, the customer has it; not done after all, they have not."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from detractors.enums import EventKind, RemedyState
from detractors.models import Case, Remedy, Task
from detractors.services import timeline


def task_done(*, case: Case, task: Task, by: User | None, now: datetime) -> None:
    """The remedy this task is for has been given. A task of none changes nothing."""
    _turn(case, task, RemedyState.GRANTED, RemedyState.GIVEN, by, now)


def task_undone(*, case: Case, task: Task, by: User | None, now: datetime) -> None:
    """It was not given after all: it is granted and still to be done."""
    _turn(case, task, RemedyState.GIVEN, RemedyState.GRANTED, by, now)


def _turn(
    case: Case, task: Task, before: RemedyState, after: RemedyState, by: User | None, now: datetime
) -> None:
    rows = Remedy.objects.of(case.workspace_id)
    row = rows.select_for_update(of=("self",)).filter(task=task.pk, state=before).first()
    if row is None:
        return
    row.state, row.given_at = after, now if after == RemedyState.GIVEN else None
    row.save(update_fields=["state", "given_at"])
    timeline.write(
        case=case, kind=EventKind.REMEDY, by=by, now=now, state=row.state, remedy=row.public_id, remedy_kind=row.kind,
        what=row.what, value=str(row.value), cost=str(row.cost),
    )  # fmt: skip
