"""Rows of the API for what hangs on cases: tasks and call-backs, as far as their case may be seen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import Workspace
from accounts.rules.sight import Sight
from detractors.models import CallAppointment, Case, Task
from detractors.queries.sight import cases as visible

_RELATED: dict[type[Any], tuple[str, ...]] = {
    Task: ("case", "owner", "author", "done_by"),
    CallAppointment: ("case", "owner"),
}


def of_cases(model: type[Any], *, workspace: Workspace, sight: Sight, case: Case | None = None) -> Any:
    """The rows of `case`, or of every case that may be seen, with whom they name."""
    found = model.objects.of(workspace).select_related(*_RELATED[model])
    if case is not None:
        return found.filter(case=case.pk)
    if sight.is_limited:
        seen = Case.objects.of(workspace).filter(visible(workspace=workspace, sight=sight))
        found = found.filter(case__in=seen.order_by().values("pk"))
    return found


def narrowed_tasks(
    found: Any,
    *,
    now: datetime,
    owner: str | None = None,
    is_done: bool | None = None,
    overdue: bool | None = None,
) -> Any:
    """Tasks of this owner (an address, or "none"), done or not, late or not."""
    found = _owned(found, owner)
    if is_done is not None:
        found = found.filter(done_at__isnull=not is_done)
    if overdue is not None:
        late = found.filter(done_at__isnull=True, due_at__lt=now)
        found = late if overdue else found.exclude(pk__in=late.order_by().values("pk"))
    return found


def narrowed_calls(found: Any, *, owner: str | None = None, is_open: bool | None = None) -> Any:
    """Call-backs of this owner, still to be made or over."""
    found = _owned(found, owner)
    if is_open is None:
        return found
    still = found.filter(done_at__isnull=True, dropped_at__isnull=True)
    return still if is_open else found.exclude(pk__in=still.order_by().values("pk"))


def _owned(found: Any, owner: str | None) -> Any:
    if owner is None:
        return found
    email = owner.strip().lower()
    return found.filter(owner__isnull=True) if email == "none" else found.filter(owner__email=email)
