"""How long a workspace keeps what, and the daily run that removes the rest: in batches, once a day, and told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog
from django.db import connection, transaction
from django.db.models import F

from accounts.enums import Act
from accounts.models import RetentionRule, RetentionRun, Workspace
from accounts.services import audit
from core import retention

log = structlog.get_logger(__name__)

MOST_BATCHES = 400  # of one part in one day: the rest goes tomorrow
RUNS_SHOWN = 14


class DaysOutOfBounds(ValueError):
    """Fewer days than the kind's `least`, or more than MOST_DAYS; `code` names the kind."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def days_of(*, workspace: Workspace) -> dict[str, int | None]:
    """Days by kind, the workspace's own or the default; None keeps until somebody deletes."""
    own = dict(RetentionRule.objects.of(workspace).values_list("kind", "days"))
    return {kind.code: own.get(kind.code, kind.days) for kind in retention.kinds()}


@transaction.atomic
def change(*, workspace: Workspace, days: Mapping[str, int | None], now: datetime) -> list[str]:
    """Set the days of the given kinds; returns the codes that changed. They hold from the next day's run on.

    Raises DaysOutOfBounds, KeyError for an unknown kind.
    """
    before = days_of(workspace=workspace)
    changed = []
    for code, wanted in days.items():
        kind = retention.kind(code)
        if wanted is not None and not kind.least <= wanted <= retention.MOST_DAYS:
            raise DaysOutOfBounds(code)
        if before[code] != wanted:
            RetentionRule.objects.of(workspace).update_or_create(
                kind=code, defaults={"days": wanted, "changed_at": now}, create_defaults={
                    "workspace": workspace, "kind": code, "days": wanted, "changed_at": now,
                },
            )  # fmt: skip
            changed.append(code)
    return changed


def before_of(*, workspace: Workspace, days: int, now: datetime) -> datetime:
    """What is older than this goes: the beginning of the local day `days` days ago, so a kept day is kept whole."""
    zone = ZoneInfo(workspace.time_zone)
    day = now.astimezone(zone).date() - timedelta(days=days)
    return datetime.combine(day, time(), zone)


def preview(*, workspace: Workspace, now: datetime) -> dict[str, int]:
    """How many of each kind the next run would remove, counted no further than COUNTED_TO + 1."""
    tomorrow = now + timedelta(days=1)
    found: dict[str, int] = {}
    for code, days in days_of(workspace=workspace).items():
        if days is None:
            found[code] = 0
            continue
        before = before_of(workspace=workspace, days=days, now=tomorrow)
        found[code] = sum(
            part.count(workspace.pk, before, retention.COUNTED_TO + 1) for part in retention.parts(code)
        )
    return found


def last_runs(*, workspace: Workspace) -> list[RetentionRun]:
    """The latest runs that removed something, newest first."""
    rows = RetentionRun.objects.of(workspace).filter(removed__gt=0).order_by("-ran_on", "kind")
    return list(rows[:RUNS_SHOWN])


# The run ---------------------------------------------------------------------------------------------------------


def run(*, now: datetime) -> int:
    """Every workspace whose local day has not had its run gets it; returns how many things went.

    Safe to run twice, in parallel, or late: a kind is claimed for its day by inserting its RetentionRun.
    """
    removed = _run_shared(now)
    for workspace in Workspace.objects.order_by("pk"):
        try:
            removed += _run_workspace(workspace, now)
        except Exception:  # one workspace stops no other; what is left goes tomorrow
            log.exception("retention_failed", workspace=workspace.pk)
    return removed


def _run_shared(now: datetime) -> int:
    removed = 0
    for before, remove in retention.shared(now):
        for _turn in range(MOST_BATCHES):
            with transaction.atomic():
                gone = remove(before, retention.SHARED_BATCH)
            removed += gone
            if gone < retention.SHARED_BATCH:
                break
    return removed


def _run_workspace(workspace: Workspace, now: datetime) -> int:
    zone = ZoneInfo(workspace.time_zone)
    today = now.astimezone(zone).date()
    done = set(RetentionRun.objects.of(workspace).filter(ran_on=today).values_list("kind", flat=True))
    fresh = {
        code
        for code, moment in RetentionRule.objects.of(workspace).values_list("kind", "changed_at")
        if moment.astimezone(zone).date() >= today  # there is a night to think it over
    }
    removed: dict[str, int] = {}
    for code, days in days_of(workspace=workspace).items():
        if days is None or code in done or code in fresh or not _claim(workspace, code, now):
            continue
        removed[code] = _remove(workspace, code, before_of(workspace=workspace, days=days, now=now), now)
    if any(removed.values()):
        audit.record(
            act=Act.RETENTION_RAN,
            by=None,
            now=now,
            workspace=workspace,
            detail={code: n for code, n in removed.items() if n},
        )
    return sum(removed.values())


def _claim(workspace: Workspace, code: str, now: datetime) -> bool:
    """Take the kind's run of this local day; False when somebody has it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_retentionrun (workspace_id, kind, removed, ran_on, ran_at)"
            " VALUES (%(workspace)s, %(kind)s, 0, (%(now)s AT TIME ZONE %(zone)s)::date, %(now)s)"
            " ON CONFLICT (workspace_id, kind, ran_on) DO NOTHING RETURNING id",
            {"workspace": workspace.pk, "kind": code, "zone": workspace.time_zone, "now": now},
        )
        return cursor.fetchone() is not None


def _remove(workspace: Workspace, code: str, before: datetime, now: datetime) -> int:
    """Batch by batch, each with its count in the run's row; returns the sum."""
    today = now.astimezone(ZoneInfo(workspace.time_zone)).date()
    run_ = RetentionRun.objects.of(workspace).filter(kind=code, ran_on=today)
    removed = 0
    for part in retention.parts(code):
        for _turn in range(MOST_BATCHES):
            with transaction.atomic():
                gone = part.remove(workspace.pk, before, now, part.batch)
                run_.update(removed=F("removed") + gone)
            removed += gone
            if gone < part.batch:
                break
    return removed
