"""Cases that are out of sight for a while."""

from __future__ import annotations

from datetime import datetime

from detractors.models import Case


def due(*, now: datetime, limit: int) -> list[Case]:
    """Cases to wake, the earliest first, claimed for this transaction."""
    rows = Case.objects.across_workspaces().filter(snoozed_until__lte=now)
    ids = list(
        rows.select_for_update(skip_locked=True, no_key=True)
        .order_by("snoozed_until", "pk")
        .values_list("pk", flat=True)[:limit]
    )
    return list(Case.objects.across_workspaces().filter(pk__in=ids).order_by("snoozed_until", "pk"))
