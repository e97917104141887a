"""What the pages of promises show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.models import Workspace
from detractors.enums import TimerKind
from detractors.models import Recount, SlaPolicy, SlaTimer
from surveys.models import Audience, Touchpoint

FIGURES_DAYS = 30


@dataclass(frozen=True)
class Kept:
    """First responses of the last FIGURES_DAYS: kept in time, and all that were kept or missed."""

    met: int
    judged: int

    @property
    def percent(self) -> int | None:
        """The share kept, rounded down; None without any."""
        return self.met * 100 // self.judged if self.judged else None


def listed(*, workspace: Workspace) -> list[SlaPolicy]:
    """All policies with what they are made for, in their order; the retired last."""
    rows = SlaPolicy.objects.of(workspace).select_related("calendar", "touchpoint", "audience", "workspace")
    rows = rows.prefetch_related("calendar__holidays")
    return sorted(rows, key=lambda policy: (policy.retired_at is not None, policy.place, policy.pk))


def rows(*, workspace: Workspace) -> QuerySet[SlaPolicy]:
    """The same as a queryset, for lists in pages."""
    found: QuerySet[SlaPolicy] = SlaPolicy.objects.of(workspace).select_related(
        "calendar", "touchpoint", "audience"
    )
    return found


def offered(*, workspace: Workspace) -> list[SlaPolicy]:
    """The policies that hold, without the retired."""
    return [policy for policy in listed(workspace=workspace) if policy.retired_at is None]


def made_for_audience(*, workspace: Workspace, audience: Audience) -> list[str]:
    """The names of the promises that hold for an audience."""
    rows = SlaPolicy.objects.of(workspace).filter(audience=audience, retired_at__isnull=True)
    return list(rows.order_by("place", "pk").values_list("name", flat=True))


def one(*, workspace: Workspace, pk: int) -> SlaPolicy | None:
    """The policy with this id."""
    rows = SlaPolicy.objects.of(workspace).select_related("calendar", "touchpoint", "audience", "workspace")
    found: SlaPolicy | None = rows.filter(pk=pk).first()
    return found


def kept(*, workspace: Workspace, now: datetime) -> dict[int, Kept]:
    """How first responses were kept, by policy: one query over the timers of the last FIGURES_DAYS."""
    missed = Q(breached_at__isnull=False)
    rows = (
        SlaTimer.objects.of(workspace)
        .filter(
            kind=TimerKind.FIRST_RESPONSE,
            started_at__gte=now - timedelta(days=FIGURES_DAYS),
            cancelled_at__isnull=True,
        )
        .order_by()
        .values("policy")
        .annotate(
            met=Count("pk", filter=Q(met_at__isnull=False) & ~missed), missed=Count("pk", filter=missed)
        )
    )
    return {row["policy"]: Kept(row["met"], row["met"] + row["missed"]) for row in rows}


def touchpoints(*, workspace: Workspace) -> list[Touchpoint]:
    """What a promise can be made for, by name."""
    return list(Touchpoint.objects.of(workspace).order_by("name"))


def audiences(*, workspace: Workspace) -> list[Audience]:
    """Whom a promise can be made for, by name."""
    return list(Audience.objects.of(workspace).order_by("name"))


def recount(*, workspace: Workspace) -> Recount | None:
    """The recount that is under way, else the latest."""
    found: Any = Recount.objects.of(workspace).order_by("-asked_at", "-pk").first()
    return found if isinstance(found, Recount) else None
