"""What members were told, as far as they may see the case it is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts.models import Membership, User, Workspace
from accounts.rules.sight import EVERYTHING, Sight
from accounts.sight_queries import sight_of
from detractors.enums import NotificationKind
from detractors.models import Case, CaseEvent, Notification, NotificationChoice, Watcher
from detractors.queries.sight import cases as visible

PAGE = 50
COUNTED = 99  # the bell says "99+" beyond


def of_user(*, workspace: Workspace, user: User | None, sight: Sight = EVERYTHING) -> Any:
    """Everything `user` was told about cases they may see now, the latest first; nothing for nobody."""
    rows = Notification.objects.of(workspace).filter(user=user).order_by("-id")
    if sight.is_limited:
        rows = rows.filter(
            case__in=Case.objects.of(workspace).filter(visible(workspace=workspace, sight=sight))
        )
    return rows


def page(
    *, workspace: Workspace, user: User, sight: Sight = EVERYTHING, before: int | None = None
) -> tuple[list[Notification], int | None]:
    """PAGE of them with all they name, and the id the next page begins before; None at the end."""
    rows = of_user(workspace=workspace, user=user, sight=sight)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(
        rows.select_related("case__contact", "by", "event", "task", "appointment", "spike")[: PAGE + 1]
    )
    shown = found[:PAGE]
    return shown, shown[-1].pk if len(found) > PAGE else None


def one(
    *, workspace: Workspace, user: User, notification_id: int, sight: Sight = EVERYTHING
) -> Notification | None:
    """This notification of `user`, with its case; None if there is none to be seen."""
    rows = of_user(workspace=workspace, user=user, sight=sight).select_related("case", "spike")
    found: Notification | None = rows.filter(pk=notification_id).first()
    return found


def unseen(*, workspace: Workspace, user: User, sight: Sight = EVERYTHING) -> int:
    """How many are unseen, no further than COUNTED + 1."""
    rows = of_user(workspace=workspace, user=user, sight=sight).filter(seen_at__isnull=True)
    return len(rows.values_list("pk", flat=True)[: COUNTED + 1])


def choice_of(*, workspace: Workspace, user: User) -> str:
    """How often `user` wants a mail."""
    row = NotificationChoice.objects.of(workspace).filter(user=user).first()
    return row.digest if row else "NEVER"


def told_of(*, event: CaseEvent) -> list[str]:
    """Names of those who were told that they are named in this note."""
    rows = Notification.objects.of(event.workspace_id).select_related("user")
    named = rows.filter(event=event, kind=NotificationKind.MENTIONED).order_by("pk")
    return [row.user.display_name for row in named]


def addresses_told(*, workspace: Workspace, events: Iterable[int]) -> dict[int, list[str]]:
    """Who was told that they are named in each of these notes: addresses by the id of the note, one query."""
    found: dict[int, list[str]] = {}
    rows = Notification.objects.of(workspace).filter(event__in=list(events), kind=NotificationKind.MENTIONED)
    for event_id, email in rows.order_by("pk").values_list("event_id", "user__email"):
        found.setdefault(event_id, []).append(email)
    return found


def watching(*, case: Case) -> list[User]:
    """Who watches the case, by name."""
    rows = Watcher.objects.of(case.workspace_id).select_related("user").filter(case=case)
    return sorted((row.user for row in rows), key=lambda user: user.display_name.casefold())


def digests_due(*, now: datetime, limit: int) -> list[NotificationChoice]:
    """Choices whose turn it is, claimed for this transaction."""
    rows = NotificationChoice.objects.across_workspaces().filter(next_at__lte=now)
    ids = list(
        rows.select_for_update(skip_locked=True).order_by("next_at").values_list("pk", flat=True)[:limit]
    )
    return list(NotificationChoice.objects.across_workspaces().select_related("workspace").filter(pk__in=ids))


def to_mail(*, member: Membership) -> list[Notification]:
    """What the member has not seen, in no mail yet, and may see now; the latest first."""
    rows: Iterable[Notification] = (
        of_user(workspace=member.workspace, user=member.user, sight=sight_of(member))
        .filter(seen_at__isnull=True, mailed_at__isnull=True)
        .select_related("case", "by")
    )
    return list(rows)
