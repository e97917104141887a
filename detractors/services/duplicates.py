"""Two cases turn out to be one: one goes into the other, and for a while that can be undone.

The decisions of answers stay where they are, so that every answer keeps the case it opened: the page of the case that is
kept shows the words of both. What is still to be done moves over, and comes back when the merge is undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.models import User
from detractors.enums import Category, EventKind, Outcome, TimerKind
from detractors.models import CallAppointment, Case, CaseMerge, CaseTag, SlaTimer, Task, Watcher
from detractors.queries import clock as clock_queries
from detractors.queries.cases import open_case_of
from detractors.services import recounting, sla, timeline
from detractors.services.errors import Incomplete, MoveNotAllowed, OtherCaseOpen
from detractors.services.locking import lock, save

UNDO_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Preview:
    """What would move from `other` to `keep`, before anybody decides."""

    keep: Case
    other: Case
    tasks: int
    calls: int
    tags: int
    watchers: int
    same_customer: bool
    sooner: Sequence[
        tuple[str, datetime, datetime]
    ]  # promises of `keep` that would be due earlier: kind, now, then


def preview(*, keep: Case, other: Case, now: datetime) -> Preview:
    """What a merge would do. Raises MoveNotAllowed where it cannot be."""
    _check(keep, other)
    rows = {"case": other}
    workspace = keep.workspace_id
    return Preview(
        keep=keep,
        other=other,
        tasks=Task.objects.of(workspace).filter(**rows, done_at__isnull=True).count(),
        calls=CallAppointment.objects.of(workspace)
        .filter(**rows, done_at__isnull=True, dropped_at__isnull=True)
        .count(),
        tags=CaseTag.objects.of(workspace).filter(**rows).count(),
        watchers=Watcher.objects.of(workspace).filter(**rows).count(),
        same_customer=keep.contact_id is not None and keep.contact_id == other.contact_id,
        sooner=clock_queries.with_duplicate(keep=keep, other=other, now=now),
    )


@transaction.atomic
def merge(*, keep: Case, other: Case, by: User, now: datetime) -> CaseMerge:
    """`other` is closed and shown within `keep`; its open tasks, call-backs, tags and watchers move, its clocks stop.

    A promise of `keep` goes on with the time that of `other` has used, where that is more, and an answer owed in `other` is
    owed in `keep`: merging wins no time.
    Raises MoveNotAllowed: the same case, one that is merged already, one that is closed or resolved.
    """
    first, second = sorted((keep, other), key=lambda case: case.pk)  # two mergers at once take turns
    locked = {case.pk: lock(case) for case in (first, second)}
    keep, other = locked[keep.pk], locked[other.pk]
    _check(keep, other)
    moved = {
        "category": other.category,
        "waiting_since": other.waiting_since.isoformat() if other.waiting_since else None,
        "timers": _running(other),
        "tasks": _move(Task.objects.of(keep.workspace_id).filter(case=other, done_at__isnull=True), keep),
        "calls": _move(
            CallAppointment.objects.of(keep.workspace_id).filter(
                case=other, done_at__isnull=True, dropped_at__isnull=True
            ),
            keep,
        ),
        "tags": _copy_tags(other, keep),
        "watchers": _copy_watchers(other, keep, now),
    }
    taken = clock_queries.lanes_of(workspace=other.workspace_id, case=other.pk)
    unanswered = SlaTimer.objects.of(other.workspace_id).filter(
        case=other, kind__in=[TimerKind.FIRST_RESPONSE, TimerKind.NEXT_RESPONSE], met_at__isnull=True, cancelled_at__isnull=True
    )  # fmt: skip
    waits_since = unanswered.order_by("started_at").values_list("started_at", flat=True).first()
    sla.cancel(case=other, now=now)
    other.category, other.closed_at, other.outcome = Category.CLOSED, now, Outcome.DISMISSED
    other.waiting_since, other.merged_into = None, keep
    row = CaseMerge(workspace_id=keep.workspace_id, keep=keep, other=other, author=by, at=now, moved=moved)
    row.save(force_insert=True)
    timeline.write(
        case=keep, kind=EventKind.MERGED, by=by, now=now, number=other.number, merge=row.pk, taken=taken
    )
    timeline.write(case=other, kind=EventKind.MERGED, by=by, now=now, number=keep.number)
    sla.owe_for_duplicate(case=keep, since=waits_since, merge=row.pk, now=now)
    save(other, now=now)
    save(keep, now=now)
    recounting.follow(case=keep, why=recounting.MERGED, now=now)
    return row


@transaction.atomic
def undo(*, merge: CaseMerge, by: User, now: datetime) -> Case:
    """As it was: `other` is open again with its clocks, and what moved moves back (what was done meanwhile stays done).

    Raises MoveNotAllowed after UNDO_FOR or when it was undone, OtherCaseOpen when its customer has another open case now.
    """
    first, second = sorted((merge.keep, merge.other), key=lambda case: case.pk)
    locked = {case.pk: lock(case) for case in (first, second)}
    keep, other = locked[merge.keep_id], locked[merge.other_id]
    row = CaseMerge.objects.of(keep.workspace_id).select_for_update(of=("self",)).get(pk=merge.pk)
    if row.undone_at is not None or other.merged_into_id != keep.pk:
        raise MoveNotAllowed(_("This merge was undone already."))
    if now > row.at + UNDO_FOR:
        raise MoveNotAllowed(_("A merge can be undone for a day; this one is older."))
    if other.contact_id and other.split_from_id is None:
        found = open_case_of(workspace=other.workspace, contact_id=other.contact_id, or_split=False)
        if found is not None:
            sentence = _("The customer has another open case, #%(number)s: go on there.") % {
                "number": found.number
            }
            raise OtherCaseOpen(sentence, case=found)
    _restore(other, row.moved)
    sla.refresh(case=other)
    _move(_still(Task, keep, row.moved["tasks"]), other)
    _move(_still(CallAppointment, keep, row.moved["calls"]), other)
    CaseTag.objects.of(keep.workspace_id).filter(case=keep, tag__in=row.moved["tags"]).delete()
    Watcher.objects.of(keep.workspace_id).filter(case=keep, user__in=row.moved["watchers"]).delete()
    row.undone_at = now
    row.save(update_fields=["undone_at"])
    timeline.write(case=keep, kind=EventKind.UNMERGED, by=by, now=now, number=other.number, merge=row.pk)
    timeline.write(case=other, kind=EventKind.UNMERGED, by=by, now=now, number=keep.number)
    save(other, now=now)
    save(keep, now=now)
    recounting.follow(case=other, why=recounting.UNMERGED, now=now)  # hours and promises may be others by now
    if keep.is_open:
        recounting.follow(case=keep, why=recounting.UNMERGED, now=now)
    return other


def _check(keep: Case, other: Case) -> None:
    if keep.workspace_id != other.workspace_id or keep.pk == other.pk:
        raise Incomplete(_("Choose another case."), field="other")
    for case in (keep, other):
        if case.merged_into_id is not None:
            raise MoveNotAllowed(
                _("Case #%(number)s was merged with another one already.") % {"number": case.number}
            )
    if not keep.is_open or not other.is_open:
        raise MoveNotAllowed(_("Only cases that are open or wait can be merged."))


_CLOCK = ("paused_at", "remaining_seconds", "warn_remaining_seconds", "next_at")


def _running(case: Case) -> list[dict[str, Any]]:
    """The running timers with what stopping them would forget."""
    timers = SlaTimer.objects.of(case.workspace_id).filter(
        case=case, met_at__isnull=True, cancelled_at__isnull=True
    )
    return [
        {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
        for row in timers.order_by("pk").values("pk", *_CLOCK)
    ]


def _restore(case: Case, moved: dict[str, Any]) -> None:
    """The clocks run on as if they had never stood: a merge made and undone is no way to win time."""
    case.category, case.closed_at, case.outcome, case.merged_into = moved["category"], None, "", None
    waiting_since = moved.get("waiting_since")
    case.waiting_since = parse_datetime(waiting_since) if waiting_since else None
    before = {row["pk"]: row for row in moved["timers"]}
    timers = SlaTimer.objects.of(case.workspace_id).select_for_update().filter(pk__in=before, case=case)
    for timer in timers.order_by("pk"):
        row = before[timer.pk]
        timer.cancelled_at = None
        timer.paused_at = parse_datetime(row["paused_at"]) if row["paused_at"] else None
        timer.remaining_seconds = row["remaining_seconds"]
        timer.warn_remaining_seconds = row["warn_remaining_seconds"]
        timer.next_at = parse_datetime(row["next_at"]) if row["next_at"] else None
        timer.save()


def _move(rows: Any, to: Case) -> list[int]:
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.model.objects.of(to.workspace_id).filter(pk__in=ids).update(case=to)
    return ids


def _still(model: Any, case: Case, ids: list[int]) -> Any:
    """Those of the rows that are still with the case."""
    return model.objects.of(case.workspace_id).filter(pk__in=ids, case=case)


def _copy_tags(source: Case, target: Case) -> list[int]:
    rows = CaseTag.objects.of(source.workspace_id)
    have = set(rows.filter(case=target).values_list("tag_id", flat=True))
    new = [pk for pk in rows.filter(case=source).values_list("tag_id", flat=True) if pk not in have]
    rows.bulk_create([CaseTag(workspace_id=target.workspace_id, case=target, tag_id=pk) for pk in new])
    return new


def _copy_watchers(source: Case, target: Case, now: datetime) -> list[int]:
    rows = Watcher.objects.of(source.workspace_id)
    have = set(rows.filter(case=target).values_list("user_id", flat=True))
    new = [pk for pk in rows.filter(case=source).values_list("user_id", flat=True) if pk not in have]
    rows.bulk_create(
        [Watcher(workspace_id=target.workspace_id, case=target, user_id=pk, created_at=now) for pk in new]
    )
    return new
