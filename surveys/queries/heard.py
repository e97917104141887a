"""Sources of opinions: with how much they brought, and how one is found from outside."""

from __future__ import annotations

from django.db.models import Count, F

from accounts.models import Workspace
from surveys.enums import SourceKind
from surveys.models import FeedbackSource


def sources_with_counts(*, workspace: Workspace) -> list[FeedbackSource]:
    """All sources, those in use first, each with `brought`, how many mentions it brought."""
    rows = FeedbackSource.objects.of(workspace).select_related("touchpoint")
    return list(
        rows.annotate(brought=Count("mentions")).order_by(
            F("archived_at").asc(nulls_first=True), "name", "pk"
        )
    )


def source_of_address(*, public_id: str, kind: str) -> FeedbackSource | None:
    """The source whose address outside this is, if it is in use; its workspace comes with it."""
    found: FeedbackSource | None = (
        FeedbackSource.objects.across_workspaces()
        .select_related("workspace")
        .filter(public_id=public_id, kind=SourceKind(kind), archived_at__isnull=True)
        .first()
    )
    return found
