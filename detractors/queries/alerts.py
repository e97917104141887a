"""What waits to be told, to whom, and whose hour of the day it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Q

from accounts.models import User, Workspace
from core.arrays import array
from detractors.models import AlertChoice, Case, HeldAlert
from detractors.models.case import OPEN_CATEGORIES
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
    nth: int  # the place of its case in the order of the queue, among those told to this receiver


class Row(NamedTuple):
    """A row of what waits, claimed: alerts of one kind to one receiver."""

    pk: int
    receiver: Receiver
    mail: str
    level: str


class StillTrue(NamedTuple):
    """What is still true of the rows of one receiver: of how many cases, in which rows, whose, and the first of them."""

    cases: int
    rows: frozenset[int]
    are_readers: bool
    are_nobodys: bool
    alerts: list[Held]


_CLAIM = """
SELECT held.id, held.workspace_id, held.user_id, held.target_id, held.mail, held.level
FROM detractors_heldalert AS held
JOIN unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS wanted (workspace_id, user_id, target_id)
  ON wanted.workspace_id = held.workspace_id AND wanted.user_id IS NOT DISTINCT FROM held.user_id
    AND wanted.target_id IS NOT DISTINCT FROM held.target_id
WHERE held.tell_at <= %s
ORDER BY held.id FOR UPDATE OF held SKIP LOCKED
"""
# The alerts of the first cases of each receiver, as they happened; of all others only how many cases they are about.
_STILL_TRUE = """
WITH so AS (
  SELECT held.id, held.user_id, held.mail, held.level, held.because, held.at,
    item.place, item.key, item.case_id, item.timer_id, found.owner_id, wanted.receiver,
    dense_rank() OVER (PARTITION BY wanted.receiver ORDER BY found.rank_at, found.number) AS nth
  FROM unnest(%s::bigint[], %s::int[]) AS wanted (id, receiver)
  JOIN detractors_heldalert AS held ON held.id = wanted.id
  CROSS JOIN LATERAL unnest(held.cases, held.timers, held.keys) WITH ORDINALITY AS item (case_id, timer_id, key, place)
  JOIN detractors_case AS found
    ON found.id = item.case_id AND found.workspace_id = held.workspace_id AND found.category = ANY(%s)
  LEFT JOIN detractors_slatimer AS timer ON timer.id = item.timer_id AND timer.workspace_id = held.workspace_id
  WHERE (item.timer_id = 0 OR (timer.id IS NOT NULL AND timer.met_at IS NULL AND timer.cancelled_at IS NULL))
    AND (held.mail <> %s OR item.key = ANY(%s::text[]))
)
SELECT receiver, max(nth), array_agg(DISTINCT id),
  bool_and(user_id IS NOT NULL AND owner_id IS NOT DISTINCT FROM user_id), bool_and(owner_id IS NULL),
  json_agg(json_build_array(mail, level, because, key, case_id, timer_id, nth) ORDER BY at, id, place)
    FILTER (WHERE %s::int IS NULL OR nth <= %s)
FROM so GROUP BY receiver
"""


def claim(*, receivers: Sequence[Receiver], now: datetime) -> list[Row]:
    """What these receivers are to be told now, claimed for this transaction."""
    columns = zip(*receivers, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [*map(array, columns), now])
        return [Row(pk, Receiver(*of), mail, level) for pk, *of, mail, level in cursor.fetchall()]


def still_true(
    *, rows: Iterable[Row], cases: int | None = None, only: tuple[str, Sequence[str]] = ("", ())
) -> dict[Receiver, StillTrue]:
    """What of these rows is still so, by receiver, and the alerts of their most urgent `cases`, or all.

    `only` names a mail, and the keys of those of its alerts that can be so.
    """
    rows = list(rows)
    receivers = list(dict.fromkeys(row.receiver for row in rows))
    numbers = {receiver: number for number, receiver in enumerate(receivers)}
    asked = array(row.pk for row in rows), array(numbers[row.receiver] for row in rows)
    with connection.cursor() as cursor:
        cursor.execute(_STILL_TRUE, [*asked, list(OPEN_CATEGORIES), only[0], list(only[1]), cases, cases])
        return {
            receivers[number]: StillTrue(
                count, frozenset(pks), are_readers, are_nobodys, [Held(*alert) for alert in alerts]
            )
            for number, count, pks, are_readers, are_nobodys, alerts in cursor.fetchall()
        }


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
