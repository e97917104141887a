"""The workspace's own names of statuses: which are offered, and the one a case shows."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Workspace
from detractors.enums import Category
from detractors.models import Case, CaseStatus


def shown_name(workspace: Workspace | int) -> Any:
    """For a query of cases: the name of its own status, else of the usual one of its category, else null."""
    usual = CaseStatus.objects.of(workspace).filter(category=OuterRef("category"), is_default=True)
    return Coalesce("status__name", Subquery(usual.values("name")[:1]))


def everything(*, workspace: Workspace) -> list[CaseStatus]:
    """All of them, those in use in their order within the categories, then the retired ones."""
    order = {code: place for place, code in enumerate(Category.values)}
    rows = CaseStatus.objects.of(workspace).select_related("workspace")
    return sorted(
        rows, key=lambda row: (row.retired_at is not None, order[row.category], row.position, row.pk)
    )


def offered(*, workspace: Workspace, category: str = "") -> list[CaseStatus]:
    """Those a case of `category` (or of any) can be given, in their order."""
    rows = CaseStatus.objects.of(workspace).filter(retired_at__isnull=True)
    rows = rows.filter(category=category) if category else rows
    return list(rows.order_by("position", "pk"))


def status_with(*, workspace: Workspace, public_id: str) -> CaseStatus | None:
    """The status of this public id."""
    found: CaseStatus | None = (
        CaseStatus.objects.of(workspace).select_related("workspace").filter(public_id=public_id).first()
    )
    return found


def status_named(*, workspace: Workspace, name: str) -> CaseStatus | None:
    """The status of this name (any case) or public id, retired ones too."""
    named = Q(public_id=name) | Q(name__iexact=name.strip())
    found: CaseStatus | None = CaseStatus.objects.of(workspace).filter(named).first()
    return found


def having(status: CaseStatus) -> Q:
    """The cases that show this status: it was chosen for them, or it is the usual one and none was chosen."""
    chosen = Q(status=status)
    return chosen | Q(status__isnull=True, category=status.category) if status.is_default else chosen


def uses(*, workspace: Workspace) -> dict[int, int]:
    """For how many cases each status was chosen."""
    rows = Case.objects.of(workspace).filter(status__isnull=False).values_list("status")
    return dict(rows.annotate(Count("pk")))
