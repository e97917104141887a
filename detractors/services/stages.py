"""The stages of cases are kept beside them, read again whenever something happened, and made anew at any time.

Who changes a case writes a line; a turn reads the cases of the lines that are new. A line can be committed after one with a
larger number, so each turn begins where the turn before had begun. Once a day every case is compared by its version, which
finds what left no line. All of it may run twice, in parallel and late: what is kept follows from the timeline alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Workspace
from detractors.models import Case, CaseStages, CaseWatch
from detractors.queries import stages as queries
from detractors.rules import stages as rule

BATCH = 500  # cases read at once
LINES = 5_000  # of timelines in one turn of one workspace
COMPARED = 5_000  # cases of another version read in one turn
COMPARED_EVERY = timedelta(days=1)
FIELDS = [name + ending for name in rule.COLUMNS for ending in ("", "_calendar")]
COPIED = ("version", "opened_at", "owner_id", "team_id", "touchpoint_id")


def sweep(*, now: datetime) -> int:
    """Read what is new in every workspace; returns how many cases were read."""
    known = CaseWatch.objects.across_workspaces().values("workspace")
    fresh = [CaseWatch(workspace=one) for one in Workspace.objects.exclude(pk__in=known)]
    CaseWatch.objects.across_workspaces().bulk_create(fresh, ignore_conflicts=True)
    done = 0
    for pk in list(CaseWatch.objects.across_workspaces().order_by("pk").values_list("pk", flat=True)):
        done += _turn(pk, now)
    return done


@transaction.atomic
def _turn(pk: int, now: datetime) -> int:
    rows = CaseWatch.objects.across_workspaces().filter(pk=pk)
    row = rows.select_for_update(skip_locked=True).first()
    if row is None:
        return 0  # somebody else is reading
    lines = queries.lines_after(workspace=row.workspace_id, event=row.safe_event, limit=LINES)
    done = keep(workspace=row.workspace_id, cases={case for _line, case in lines})
    newest = lines[-1][0] if lines else row.seen_event
    # As many as a turn takes: what is left comes next, and what came late is found by comparing.
    row.safe_event = newest if len(lines) == LINES else max(row.seen_event, row.safe_event)
    row.seen_event = newest
    if row.compared_at is None or row.compared_at <= now - COMPARED_EVERY:
        stale = queries.stale(workspace=row.workspace_id, limit=COMPARED)
        done += keep(workspace=row.workspace_id, cases=stale)
        if len(stale) < COMPARED:
            row.compared_at = now
    row.save(update_fields=["safe_event", "seen_event", "compared_at"])
    return done


def keep(*, workspace: Workspace | int, cases: Iterable[int]) -> int:
    """Read these cases (ids) again and keep what their timelines say; returns how many."""
    ids, done = sorted(set(cases)), 0
    for start in range(0, len(ids), BATCH):
        batch = list(
            Case.objects.of(workspace)
            .filter(pk__in=ids[start : start + BATCH])
            .only(
                "workspace_id",
                "opened_at",
                "owner_id",
                "team_id",
                "touchpoint_id",
                "version",
                "merged_into_id",
            )
            .order_by("pk")
        )
        found = queries.read(workspace=workspace, cases=batch)
        rows = []
        for case in batch:
            row = CaseStages(workspace_id=case.workspace_id, case_id=case.pk)
            for name in COPIED:
                setattr(row, name, getattr(case, name))
            for name, span in found[case.pk].items():
                setattr(row, name, span.working)
                setattr(row, f"{name}_calendar", span.calendar)
            rows.append(row)
        CaseStages.objects.of(workspace).bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["case"],
            update_fields=["version", "opened_at", "owner", "team", "touchpoint", *FIELDS],
        )
        done += len(rows)
    return done


def rebuild(*, workspace: Workspace) -> int:
    """Make the stages of every case anew; returns how many."""
    CaseStages.objects.of(workspace).delete()
    return keep(workspace=workspace, cases=Case.objects.of(workspace).values_list("pk", flat=True))
