"""Review pages without a feed: somebody looks at them every N days, and is reminded by one mail each time."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation

from accounts.enums import Role
from accounts.models import User
from accounts.queries import active, with_role
from core.links import absolute_url
from outbox.services.notices import Notice, queue_notices
from surveys.enums import SourceKind
from surveys.models import FeedbackSource

AT_ONCE = 200


@transaction.atomic
def remind_due(*, now: datetime) -> int:
    """Mail who keeps the source, once each time it is due; returns how many were. Safe to run twice and in parallel."""
    due = (
        FeedbackSource.objects.across_workspaces()
        .select_related("workspace", "created_by")
        .filter(kind=SourceKind.STAFF, next_at__lte=now, archived_at__isnull=True)
        .exclude(url="")
    )
    rows = list(due.order_by("next_at", "pk").select_for_update(of=("self",), skip_locked=True)[:AT_ONCE])
    for source in rows:
        with translation.override(source.workspace.language):
            queue_notices([_notice(source, person) for person in _people(source)], now=now)
        FeedbackSource.objects.of(source.workspace_id).filter(pk=source.pk).update(
            next_at=now + timedelta(minutes=source.every_minutes), polled_at=now
        )
    return len(rows)


def _people(source: FeedbackSource) -> list[User]:
    """Who made the source while they work here, else the managers, else those above them."""
    members = active(workspace=source.workspace).select_related("user")
    keeper = members.filter(user=source.created_by_id).first() if source.created_by_id else None
    if keeper is not None:
        return [keeper.user]
    return with_role(workspace=source.workspace, roles=[Role.MANAGER]) or with_role(
        workspace=source.workspace, roles=[Role.OWNER, Role.ADMIN]
    )


def _notice(source: FeedbackSource, person: User) -> Notice:
    return Notice(
        mail="source_check",
        to=person.email,
        to_name=person.display_name,
        workspace=source.workspace,
        about="",
        dedupe_key=f"source_check:{source.pk}:{source.next_at:%Y%m%d%H%M}:{person.pk}",
        facts={
            "name": person.display_name,
            "source": source.name,
            "page": source.url,
            "url": absolute_url("detractors:mention_add", slug=source.workspace.slug),
        },
    )
