"""Rows of closing the loop for the scan: a remedy that waits, a promise to a customer, events and their guests."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from detractors.models import Case, LossReason, Remedy, Task
from detractors.services import remedies, retention, tasks
from followups.models import Gathering, Guest
from followups.services import gatherings

if TYPE_CHECKING:
    from bench.scan.cast import Cast


def waiting_remedy(cast: Cast) -> Remedy:
    """One that waits for the owner's word."""
    case = cast.case()
    row = remedies.give(case=case, by=cast.owner, kind="GIFT", what="Chocolate", now=timezone.now())
    Remedy.objects.of(cast.workspace).filter(pk=row.pk).update(state="WAITING", granted_at=None)
    row.refresh_from_db()
    return row


def loss_reason(cast: Cast) -> LossReason:
    name = f"Reason {cast.number()}"
    rows = LossReason.objects.of(cast.workspace)
    return rows.first() or retention.add_reason(workspace=cast.workspace, name=name, now=timezone.now())


def customer_promise(cast: Cast) -> Task:
    due_at = timezone.now() + timedelta(days=2)
    return tasks.add(
        case=cast.case(),
        title="Call",
        by=cast.owner,
        owner=cast.owner,
        due_at=due_at,
        is_promise=True,
        now=timezone.now(),
    )


def gathering(cast: Cast) -> Gathering:
    cases = Case.objects.of(cast.workspace).filter(pk=cast.case().pk)
    return gatherings.draft(workspace=cast.workspace, by=cast.owner, cases=cases, now=timezone.now())


def guest(cast: Cast) -> Guest:
    """Of an event that was told."""
    row = gathering(cast)
    Gathering.objects.of(cast.workspace).filter(pk=row.pk).update(
        state="SENDING", started_at=timezone.now(), started_by=cast.owner, place="Here"
    )
    found: Guest = Guest.objects.of(cast.workspace).get(gathering=row)
    return found
