"""What waits to be told, to whom, and whose hour of the day it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Q

from accounts.models import User, Workspace
from detractors.models import AlertChoice, Case, HeldAlert
from detractors.models.case import OPEN_CATEGORIES
from detractors.queries import due
from detractors.queries.due import DueCase
from outbox.models import ChatTarget

OWN_CASES = 20  # named in a daily mail


class Receiver(NamedTuple):
    """Who is told: a person of a workspace, or a chat target of it."""

    workspace_id: int
    user_id: int | None = None
    target_id: int | None = None


def receivers_due(*, now: datetime, limit: int) -> list[Receiver]:
    """Who has alerts whose time has come, the longest waiting first."""
    rows = HeldAlert.objects.across_workspaces().filter(tell_at__lte=now)
    found = rows.values_list("workspace_id", "user_id", "target_id").order_by().distinct()[:limit]
    return [Receiver(*row) for row in found]


class Held(NamedTuple):
    """One alert that waited and is still true: its case is open, its promise not kept."""

    mail: str
    level: str
    because: str
    key: str
    case_id: int
    timer_id: int  # 0: about no promise
    rank_at: datetime
    number: int
    owner_id: int | None


_STILL_TRUE = """
SELECT held.mail, held.level, held.because, item.key, item.case_id, item.timer_id, found.rank_at, found.number, found.owner_id
FROM detractors_heldalert AS held
CROSS JOIN LATERAL unnest(held.cases, held.timers, held.keys) WITH ORDINALITY AS item (case_id, timer_id, key, place)
JOIN detractors_case AS found
  ON found.id = item.case_id AND found.workspace_id = held.workspace_id AND found.category = ANY(%s)
LEFT JOIN detractors_slatimer AS timer ON timer.id = item.timer_id AND timer.workspace_id = held.workspace_id
WHERE held.id = ANY(%s)
  AND (item.timer_id = 0 OR (timer.id IS NOT NULL AND timer.met_at IS NULL AND timer.cancelled_at IS NULL))
ORDER BY held.at, held.id, item.place
"""


def due_of(*, receiver: Receiver, now: datetime) -> tuple[list[int], list[Held]]:
    """What this receiver is to be told now, claimed for this transaction: ids of the rows, and what of them is still true,
    in the order in which it happened."""
    rows = HeldAlert.objects.of(receiver.workspace_id).filter(
        user=receiver.user_id, target=receiver.target_id, tell_at__lte=now
    )
    ids = list(rows.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True))
    if not ids:
        return [], []
    with connection.cursor() as cursor:
        cursor.execute(_STILL_TRUE, [list(OPEN_CATEGORIES), ids])
        return ids, [Held(*row) for row in cursor.fetchall()]


def cases_with(*, workspace: int, ids: Sequence[int]) -> dict[int, DueCase]:
    """These cases with their people, as a notice reads them."""
    cases = [DueCase(*row) for row in Case.objects.of(workspace).filter(pk__in=ids).values_list(*due.COLUMNS)]
    due.with_people(cases)
    return {case.pk: case for case in cases}


def choice_of(*, workspace: Workspace | int, user: User) -> AlertChoice | None:
    """What this member has chosen."""
    found: AlertChoice | None = AlertChoice.objects.of(workspace).filter(user=user).first()
    return found


def dailies_due(*, now: datetime, limit: int) -> list[AlertChoice]:
    """Members whose hour it is, claimed for this transaction."""
    rows = AlertChoice.objects.across_workspaces().filter(daily_next_at__lte=now)
    ids = list(
        rows.select_for_update(skip_locked=True)
        .order_by("daily_next_at")
        .values_list("pk", flat=True)[:limit]
    )
    return list(
        AlertChoice.objects.across_workspaces().select_related("workspace", "user").filter(pk__in=ids)
    )


def targets_due(*, now: datetime, limit: int) -> list[ChatTarget]:
    """Chat targets whose hour it is, claimed for this transaction."""
    rows = ChatTarget.objects.across_workspaces().filter(digest_next_at__lte=now)
    ids = list(
        rows.select_for_update(skip_locked=True)
        .order_by("digest_next_at")
        .values_list("pk", flat=True)[:limit]
    )
    return list(ChatTarget.objects.across_workspaces().select_related("workspace").filter(pk__in=ids))


def own_cases(*, workspace: Workspace, user: User) -> tuple[int, list[Case]]:
    """How many open cases somebody owns, and the most urgent of them."""
    rows = Case.objects.of(workspace).open().filter(owner=user)
    return rows.count(), list(rows.select_related("contact").order_by("rank_at", "number")[:OWN_CASES])


def standing(*, workspace: Workspace, now: datetime, until: datetime) -> dict[str, Any]:
    """How the work stands: open cases, those of nobody, due until then, and past due."""
    found: dict[str, Any] = (
        Case.objects.of(workspace)
        .open()
        .aggregate(
            open=Count("pk"),
            unassigned=Count("pk", filter=Q(owner__isnull=True)),
            due=Count("pk", filter=Q(next_due_at__gte=now, next_due_at__lt=until)),
            late=Count("pk", filter=Q(next_due_at__lt=now)),
        )
    )
    return found
