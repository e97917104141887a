"""Tasks and call-backs: of a case, of a member, of a link, and those whose time has come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F

from accounts.models import User, Workspace
from accounts.rules.sight import EVERYTHING, Sight
from detractors.models import CallAppointment, Case, Task
from detractors.queries.sight import cases as visible

SHOWN = 100


def of_case(*, case: Case) -> list[Task]:
    """All tasks of the case: the open ones by due time (those without one last), then what is done."""
    rows = Task.objects.of(case.workspace_id).select_related("owner", "author", "done_by", "event")
    rows = rows.filter(case=case)
    order = (F("done_at").asc(nulls_first=True), F("due_at").asc(nulls_last=True), "pk")
    return list(rows.order_by(*order)[:SHOWN])


def appointments_of_case(*, case: Case) -> list[CallAppointment]:
    """The call-backs of the case that were not dropped, in their order."""
    rows = CallAppointment.objects.of(case.workspace_id).select_related("owner").filter(case=case)
    return list(rows.filter(dropped_at__isnull=True).order_by("at", "pk")[:SHOWN])


def promised_to(*, case: Case, sight: Sight = EVERYTHING) -> list[Task]:
    """What the customer was promised and is not done, on any case of theirs that may be seen, by due time."""
    if case.contact_id is None:
        return []
    rows = Task.objects.of(case.workspace_id).filter(
        case__contact=case.contact_id, is_promise=True, done_at__isnull=True
    )
    seen = _seen(rows, case.workspace, sight)
    return list(
        seen.select_related("case", "owner", "event").order_by(F("due_at").asc(nulls_last=True), "pk")[:20]
    )


def task_with(*, case: Case, public_id: str) -> Task | None:
    """The task of this id on this case."""
    rows = Task.objects.of(case.workspace_id).select_related("case__workspace", "owner", "author")
    found: Task | None = rows.filter(case=case, public_id=public_id).first()
    return found


def appointment_with(*, case: Case, public_id: str) -> CallAppointment | None:
    """The call-back of this id on this case."""
    rows = CallAppointment.objects.of(case.workspace_id).select_related("case__workspace", "owner")
    found: CallAppointment | None = rows.filter(case=case, public_id=public_id).first()
    return found


def task_of_link(*, nonce: str) -> Task | None:
    """The task whose link was mailed with this nonce."""
    found: Task | None = (
        Task.objects.across_workspaces()
        .select_related("workspace", "case__workspace", "author")
        .filter(link_nonce=nonce)
        .first()
    )
    return found


def open_of(*, workspace: Workspace, user: User, sight: Sight = EVERYTHING) -> list[Task]:
    """The open tasks of `user` on cases they may see, by due time, those without one last."""
    rows = _seen(Task.objects.of(workspace).filter(owner=user, done_at__isnull=True), workspace, sight)
    return list(
        rows.select_related("case__contact", "event").order_by(F("due_at").asc(nulls_last=True), "pk")[:SHOWN]
    )


def calls_of(
    *, workspace: Workspace, user: User, since: datetime, sight: Sight = EVERYTHING
) -> list[CallAppointment]:
    """The call-backs of `user` that are still to be made, or were missed after `since`, in their order."""
    rows = CallAppointment.objects.of(workspace).filter(
        owner=user, done_at__isnull=True, dropped_at__isnull=True, at__gte=since
    )
    return list(
        _seen(rows, workspace, sight).select_related("case__contact", "owner").order_by("at", "pk")[:SHOWN]
    )


def _seen(rows: Any, workspace: Workspace, sight: Sight) -> Any:
    if not sight.is_limited:
        return rows
    return rows.filter(case__in=Case.objects.of(workspace).filter(visible(workspace=workspace, sight=sight)))


def overdue(*, now: datetime, limit: int) -> list[Task]:
    """Open tasks whose time is over and nobody was told of, the first due first, claimed for this transaction."""
    rows = Task.objects.across_workspaces().filter(
        due_at__lt=now, done_at__isnull=True, overdue_told_at__isnull=True
    )
    ids = list(
        rows.select_for_update(skip_locked=True).order_by("due_at", "pk").values_list("pk", flat=True)[:limit]
    )
    related = ("owner", "author", "case__owner", "case__touchpoint", "case__contact")
    found = Task.objects.across_workspaces().select_related(*related).filter(pk__in=ids)
    return list(found.order_by("due_at", "pk"))


def calls_due(*, now: datetime, limit: int) -> list[CallAppointment]:
    """Call-backs the sweep has to look at, in their order, claimed for this transaction."""
    rows = CallAppointment.objects.across_workspaces().filter(next_at__lte=now)
    ids = list(
        rows.select_for_update(skip_locked=True)
        .order_by("next_at", "pk")
        .values_list("pk", flat=True)[:limit]
    )
    related = ("owner", "case__owner", "case__touchpoint", "case__contact", "case__workspace")
    found = CallAppointment.objects.across_workspaces().select_related(*related).filter(pk__in=ids)
    return list(found.order_by("next_at", "pk"))
