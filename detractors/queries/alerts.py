"""What waits to be told, to whom, and whose hour of the day it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Q

from accounts.models import User, Workspace
from detractors.models import AlertChoice, AlertRules, Case, HeldAlert
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


def due_of(*, receiver: Receiver, now: datetime) -> list[HeldAlert]:
    """What this receiver is to be told now, claimed for this transaction, in the order in which it happened."""
    rows = HeldAlert.objects.of(receiver.workspace_id).filter(
        user=receiver.user_id, target=receiver.target_id, tell_at__lte=now
    )
    return list(rows.select_for_update(skip_locked=True, of=("self",)).order_by("at", "pk"))


def still_true(*, workspace: int, rows: Sequence[HeldAlert]) -> dict[int, tuple[datetime, int, int | None]]:
    """Of held alerts, those about a case that is open and a promise that is not kept: id -> rank, number, owner of the case."""
    found = (
        HeldAlert.objects.of(workspace)
        .filter(pk__in=[row.pk for row in rows])
        .filter(case__in=Case.objects.of(workspace).open())
        .filter(Q(timer__isnull=True) | Q(timer__met_at__isnull=True, timer__cancelled_at__isnull=True))
    )
    return {
        pk: (rank, number, owner)
        for pk, rank, number, owner in found.values_list(
            "pk", "case__rank_at", "case__number", "case__owner_id"
        )
    }


def cases_with(*, workspace: int, ids: Sequence[int]) -> dict[int, DueCase]:
    """These cases with their people, as a notice reads them."""
    cases = [DueCase(*row) for row in Case.objects.of(workspace).filter(pk__in=ids).values_list(*due.COLUMNS)]
    due.with_people(cases)
    return {case.pk: case for case in cases}


def choice_of(*, workspace: Workspace | int, user: User) -> AlertChoice | None:
    """What this member has chosen."""
    found: AlertChoice | None = AlertChoice.objects.of(workspace).filter(user=user).first()
    return found


def rules_row(*, workspace: Workspace) -> AlertRules | None:
    """What this workspace has chosen."""
    found: AlertRules | None = AlertRules.objects.of(workspace).first()
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
