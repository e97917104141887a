"""Widget keys: those of a workspace, and the one a request names."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import Workspace
from surveys.models import WidgetKey


def listed(*, workspace: Workspace) -> QuerySet[WidgetKey]:
    """The keys of a workspace that were not revoked, newest first."""
    found: QuerySet[WidgetKey] = (
        WidgetKey.objects.of(workspace)
        .filter(revoked_at__isnull=True)
        .select_related("survey__workspace", "created_by", "workspace")
        .order_by("-id")
    )
    return found


def usable(*, public_id: str, now: datetime) -> WidgetKey | None:
    """The key with this public id if it works now; with its survey and workspace."""
    found: WidgetKey | None = (
        WidgetKey.objects.across_workspaces()
        .filter(_at_work(now), public_id=public_id)
        .select_related("survey__workspace", "workspace")
        .first()
    )
    return found


def is_known_origin(*, origin: str, now: datetime) -> bool:
    """Whether any key at work is taken from pages of this origin: the question of a browser before it sends."""
    found = WidgetKey.objects.across_workspaces().filter(_at_work(now), origins__contains=[origin])
    return bool(found.exists())


def heir(*, key: WidgetKey) -> WidgetKey | None:
    """The key at work that takes the place of `key`."""
    found: WidgetKey | None = (
        WidgetKey.objects.of(key.workspace_id).filter(replaces=key, revoked_at__isnull=True).first()
    )
    return found


def _at_work(now: datetime) -> Q:
    return Q(revoked_at__isnull=True) & (Q(expires_at__isnull=True) | Q(expires_at__gt=now))
