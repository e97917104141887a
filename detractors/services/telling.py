"""What members are told inside the product: who is named, who watches, whose task or call it is.

Nobody is told of a case they may not see. A key makes each thing told once, whatever runs twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import translation

from accounts.models import User, Workspace
from accounts.queries import active
from core.links import absolute_url
from detractors.enums import Digest, EventKind, NotificationKind
from detractors.models import Case, CaseEvent, Notification, NotificationChoice, Watcher
from detractors.queries import telling as queries
from detractors.queries.sight import Onlookers
from detractors.rules import mentions
from outbox.services.notices import Notice, queue_notices

# What somebody who watches a case hears of: words of the team and of the customer, and where the case stands.
WATCHED = frozenset(
    {
        EventKind.NOTE, EventKind.REPLIED, EventKind.REPLY_FAILED, EventKind.CALLED, EventKind.ANSWER_JOINED,
        EventKind.ANSWER_AMENDED, EventKind.MENTION_JOINED, EventKind.WAITING, EventKind.RESUMED, EventKind.RESOLVED,
        EventKind.REOPENED, EventKind.RECOVERED, EventKind.CLOSED, EventKind.DISMISSED, EventKind.STATUS_CHANGED,
        EventKind.TASK_ANSWERED, EventKind.MERGED, EventKind.CUSTOMER_WROTE, EventKind.CUSTOMER_SAID,
        EventKind.MAIL_DOUBTFUL,
    }
)  # fmt: skip
PERIODS = {Digest.HOURLY: timedelta(hours=1), Digest.DAILY: timedelta(days=1)}
LINES = 20  # things named in a mail; the list shows them all
BATCH = 200  # people a sweep writes to in one transaction


@dataclass(frozen=True, kw_only=True)
class News:
    """One thing to tell; see `tell`."""

    case: Case
    users: Sequence[User]
    kind: str
    key: str
    by: User | None = None
    about: Mapping[str, Any] = field(default_factory=dict)


def tell(
    *,
    case: Case,
    users: Iterable[User],
    kind: str,
    key: str,
    now: datetime,
    by: User | None = None,
    **about: Any,
) -> list[User]:
    """Tell `users` (without `by`), as far as they are members who may see the case; returns who that is.

    `key` is what makes it once; `about` names the event, task or appointment.
    """
    return tell_all([News(case=case, users=tuple(users), kind=kind, key=key, by=by, about=about)], now=now)[0]


def tell_all(news: Sequence[News], *, now: datetime) -> list[list[User]]:
    """Tell many things of one workspace in a few questions; returns who was told of each, see `tell`."""
    people = [[user for user in one.users if one.by is None or user.pk != one.by.pk] for one in news]
    wanted = {user.pk for users in people for user in users}
    if not wanted:
        return [[] for _one in news]
    workspace_id = news[0].case.workspace_id
    here = set(active(workspace=workspace_id).filter(user__in=wanted).values_list("user_id", flat=True))
    onlookers = Onlookers()
    told = [
        onlookers.of(one.case, {user.pk: user for user in users if user.pk in here}.values())
        for one, users in zip(news, people, strict=True)
    ]
    Notification.objects.of(workspace_id).bulk_create(
        [
            Notification(
                workspace_id=workspace_id, user=user, case=one.case, kind=one.kind, by=one.by, dedupe_key=one.key, at=now,
                **one.about,
            )
            for one, users in zip(news, told, strict=True)
            for user in users
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    return told


def mentioned(*, case: Case, event: CaseEvent, now: datetime) -> tuple[list[User], list[User]]:
    """Tell those who are named in a note; returns who was told, and who was named but may not see the case."""
    if "@" not in event.note:
        return [], []
    people = {row.user_id: row.user for row in active(workspace=case.workspace_id).select_related("user")}
    named = mentions.mentioned(
        event.note, [mentions.Person(user.pk, user.name, user.email) for user in people.values()]
    )
    users = [people[pk] for pk in named if event.by_id != pk]
    told = tell(
        case=case, users=users, kind=NotificationKind.MENTIONED, key=f"event:{event.pk}", by=event.by,
        event=event, now=now,
    )  # fmt: skip
    return told, [user for user in users if user not in told]


def watchers(*, case: Case, event: CaseEvent, now: datetime) -> None:
    """Tell those who watch the case of this line of its timeline; one cheap question while nobody does."""
    if event.kind not in WATCHED:
        return
    rows = Watcher.objects.of(case.workspace_id).select_related("user").filter(case=case.pk)
    users = [row.user for row in rows]
    if users:
        tell(
            case=case, users=users, kind=NotificationKind.WATCHED, key=f"event:{event.pk}", by=event.by,
            event=event, now=now,
        )  # fmt: skip


def watch(*, case: Case, user: User, now: datetime) -> None:
    """Be told of what happens in the case from now on; twice is once."""
    Watcher.objects.of(case.workspace_id).bulk_create(
        [Watcher(workspace_id=case.workspace_id, case=case, user=user, created_at=now)],
        ignore_conflicts=True,
    )


def unwatch(*, case: Case, user: User) -> None:
    """Hear no more of it."""
    Watcher.objects.of(case.workspace_id).filter(case=case, user=user).delete()


def see(
    *, workspace: Workspace, user: User | None, up_to: int, now: datetime, only: int | None = None
) -> int:
    """Mark as seen what was told up to the notification `up_to`, or `only` that one; returns how many were unseen."""
    rows = Notification.objects.of(workspace).filter(user=user, seen_at__isnull=True)
    rows = rows.filter(pk=only) if only is not None else rows.filter(pk__lte=up_to)
    return int(rows.update(seen_at=now))


def choose(*, workspace: Workspace, user: User, digest: str, now: datetime) -> NotificationChoice:
    """How often `user` wants what they have not seen as one mail."""
    digest = Digest(digest)
    period = PERIODS.get(digest)
    row, _new = NotificationChoice.objects.of(workspace).update_or_create(
        workspace=workspace,
        user=user,
        defaults={"digest": digest, "next_at": now + period if period else None},
    )
    choice: NotificationChoice = row
    return choice


def mail_digests(*, now: datetime) -> int:
    """Write to everybody whose turn it is and who has something unseen that no mail told; returns how many mails."""
    written = 0
    while True:
        with transaction.atomic():
            due = queries.digests_due(now=now, limit=BATCH)
            for choice in due:
                written += _mail(choice, now)
        if len(due) < BATCH:
            return written


def _mail(choice: NotificationChoice, now: datetime) -> int:
    """One mail, or none; the next turn is a whole period away, however late this one came."""
    choice.next_at = now + PERIODS[Digest(choice.digest)]
    choice.save(update_fields=["next_at"])
    member = active(workspace=choice.workspace_id).select_related("user").filter(user=choice.user_id).first()
    if member is None:
        return 0
    rows = queries.to_mail(member=member)
    if not rows:
        return 0
    workspace, user = choice.workspace, member.user
    with translation.override(workspace.language):
        lines = [
            {
                "kind": str(NotificationKind(row.kind).label),
                "number": row.case.number,
                "by": row.by.display_name if row.by else "",
                "url": absolute_url("detractors:case", slug=workspace.slug, number=row.case.number),
            }
            for row in rows[:LINES]
        ]
    facts = {
        "count": len(rows),
        "lines": lines,
        "more": max(len(rows) - LINES, 0),
        "url": absolute_url("detractors:notifications", slug=workspace.slug),
    }
    notice = Notice(
        mail="notification_digest",
        to=user.email,
        to_name=user.display_name,
        workspace=workspace,
        about="",
        dedupe_key=f"notifications:{workspace.pk}:{user.pk}:{rows[0].pk}",
        facts=facts,
    )
    queue_notices([notice], now=now)
    Notification.objects.of(workspace).filter(pk__in=[row.pk for row in rows]).update(mailed_at=now)
    return 1
