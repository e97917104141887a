"""An act on every case that fits a filter: in the background, a few cases a transaction, resumable after any kill.

Who acts is looked at again for every batch: whoever may no longer do it stops there, and a case they may no longer see is not
touched. Progress is written in the transaction of the batch it speaks of, so a batch counts once whatever happens.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Membership, User, Workspace
from accounts.queries import active
from accounts.rules.permissions import Permission, can
from accounts.sight_queries import sight_of
from core.queue import nudge_on_commit
from detractors.enums import BulkStatus
from detractors.models import BulkAction, BulkPart, Case
from detractors.queries import queue
from detractors.queries.queue import Wanted
from detractors.services import bulk, bulk_moves
from detractors.services.errors import MoveNotAllowed
from surveys.services import leases

__all__ = ["can_be_undone", "run", "start", "stop", "undo"]
log = structlog.get_logger(__name__)

SWEEP = "detractors.run_bulk_acts"
BATCH = 20  # cases a transaction: whoever works on one of them hardly waits
AT_ONCE = 40  # so few are done before the page answers
WORK_SECONDS = 60.0  # of one run of the sweep, well inside the limit of a task; the next run goes on
LEASE = timedelta(seconds=60)  # many times what one batch takes
MAX_ATTEMPTS = 5  # runs in a row that ended without a batch: then a person has to look
KEPT_FOR = timedelta(days=30)  # so long there is a way back
WORKING = (BulkStatus.RUNNING, BulkStatus.UNDOING)
OVER = (BulkStatus.DONE, BulkStatus.STOPPED, BulkStatus.FAILED)
# In `last_error`: whoever acted may no longer do it; the owner, cause or status it was to give is no longer there.
NOT_ALLOWED, GONE = "NOT_ALLOWED", "GONE"


def start(
    *, workspace: Workspace, wanted: Wanted, act: str, given: Mapping[str, Any], by: User, now: datetime
) -> BulkAction:
    """Do `act` to every case that fits `wanted` and that `by` may see; few are done on return, more in the background."""
    row = BulkAction(
        workspace=workspace,
        act=act,
        done_at=now,
        done_by=by,
        status=BulkStatus.RUNNING,
        wanted={**dataclasses.asdict(wanted), "at": now.isoformat()},
        given=bulk_moves.stored(given),
        newest_case=Case.objects.of(workspace).aggregate(newest=Max("pk"))["newest"] or 0,
    )
    with transaction.atomic():
        row.save(force_insert=True)
        nudge_on_commit(SWEEP)
    _work_on(row, now, most=AT_ONCE)
    return row


@transaction.atomic
def stop(*, action: BulkAction, by: User, now: datetime) -> BulkAction:
    """Move no further case; those that were moved stay so until it is undone. Raises MoveNotAllowed."""
    row = _locked(action)
    bulk.check_undo(action=row, by=by)
    if row.status != BulkStatus.RUNNING:
        raise MoveNotAllowed(_("It is over already."))
    _finish(row, BulkStatus.STOPPED, now)
    return row


def undo(*, action: BulkAction, by: User, now: datetime) -> BulkAction:
    """Put back what nobody has touched since; a second call changes nothing. Raises MoveNotAllowed."""
    with transaction.atomic():
        row = _locked(action)
        bulk.check_undo(action=row, by=by)
        if row.status in (BulkStatus.UNDOING, BulkStatus.UNDONE):
            return row
        if not can_be_undone(row, now=now):
            raise MoveNotAllowed(_("What these cases were before is not kept any more."))
        row.status = BulkStatus.UNDOING
        row.attempts, row.last_error, row.lease_until = 0, "", None
        row.save()
        nudge_on_commit(SWEEP)
    _work_on(row, now, most=AT_ONCE)
    return row


def can_be_undone(action: BulkAction, *, now: datetime) -> bool:
    """Whether there is something to put back, and what it was is still kept."""
    return action.status in OVER and action.rows_changed > 0 and now < action.done_at + KEPT_FOR


def run(*, now: datetime) -> int:
    """Work on every act that is due, at most WORK_SECONDS; returns how many batches were done."""
    done, is_over = leases.work_through(
        lambda moment: _claim(moment, BulkAction.objects.across_workspaces()),
        _work,
        now=now,
        seconds=WORK_SECONDS,
    )
    if is_over:
        _forget_old(now)
    else:
        nudge_on_commit(SWEEP)
    return done


# One act -------------------------------------------------------------------------------------------------------


def wanted_of(row: BulkAction) -> Wanted:
    """The filter it was started with; spans of time are measured from that moment."""
    stored = dict(row.wanted or {})
    return Wanted(**{**stored, "at": datetime.fromisoformat(stored["at"])})


def _work_on(row: BulkAction, now: datetime, *, most: int) -> None:
    """The first cases at once, unless a worker has the act already; a small one is over on return."""
    began = time.monotonic()
    mine = _claim(now, BulkAction.objects.of(row.workspace_id).filter(pk=row.pk))
    if mine is not None:
        _work(mine, now, began, batches=most // BATCH)
    row.refresh_from_db()


def _claim(now: datetime, among: Any) -> BulkAction | None:
    """The oldest act nobody works on, leased to this process."""
    row: BulkAction | None = leases.claim(
        among.select_related("workspace", "done_by").filter(status__in=WORKING),
        now=now,
        lease=LEASE,
        most=MAX_ATTEMPTS,
        give_up=lambda failed: _finish(failed, BulkStatus.FAILED, now),
    )
    return row


def _work(row: BulkAction, now: datetime, began: float, *, batches: int = 1_000_000) -> int:
    """Batches of one act until it is over, taken away, or time is up; returns how many."""
    step: Callable[[BulkAction, datetime], bool] = _forth if row.status == BulkStatus.RUNNING else _back
    done = 0
    try:
        with translation.override(row.workspace.language):
            if row.rows_total is None:
                row.rows_total = _meant(row, _actor(row)).count()
            while time.monotonic() - began < WORK_SECONDS and done < batches:
                if not step(row, leases.moment(now, began)):
                    return done
                done += 1
        with leases.still_mine(row) as fresh:  # anybody may go on from here
            fresh.lease_until = None
            fresh.save(update_fields=["lease_until", "rows_total"])
    except leases.Lost:
        pass
    except (
        Exception
    ) as error:  # whatever it is, the next run tries again, and after MAX_ATTEMPTS a person is told
        log.exception("bulk_act_batch_failed", bulk_action=row.pk)
        leases.try_later(
            row,
            among=BulkAction.objects.of(row.workspace_id).filter(status__in=WORKING),
            now=leases.moment(now, began),
            last_error=type(error).__name__,
        )
    return done


def _actor(row: BulkAction) -> Membership | None:
    """The membership of who acts, as it is now."""
    found: Membership | None = (
        active(workspace=row.workspace_id).select_related("user", "team").filter(user=row.done_by_id).first()
    )
    return found


def _meant(row: BulkAction, actor: Membership | None) -> Any:
    """The cases still to come that fit and that the actor may see."""
    if actor is None:
        return Case.objects.of(row.workspace_id).none()
    fitting = queue.wanted_cases(
        workspace=row.workspace, user=actor.user, wanted=wanted_of(row), sight=sight_of(actor)
    )
    return fitting.filter(pk__gt=row.done_to, pk__lte=row.newest_case)


def _forth(row: BulkAction, now: datetime) -> bool:
    """One batch; whether there may be another."""
    with leases.still_mine(row) as fresh:
        fresh.rows_total = row.rows_total
        actor = _actor(fresh)
        try:
            given = bulk_moves.loaded(workspace=fresh.workspace, plain=fresh.given or {})
        except bulk_moves.Gone:
            given = None
        if actor is None or given is None or not bulk_moves.may(membership=actor, act=fresh.act, given=given):
            fresh.last_error = GONE if given is None else NOT_ALLOWED
            _finish(fresh, BulkStatus.STOPPED, now)
            return False
        found = list(_meant(fresh, actor).order_by("pk")[:BATCH])
        if found:
            bulk.do(action=fresh, found=found, given=given, by=actor.user, now=now)
            fresh.done_to = found[-1].pk
        if len(found) < BATCH:
            _finish(fresh, BulkStatus.DONE, now)
            return False
        leases.go_on(fresh, row, now=now, lease=LEASE)
    return True


def _back(row: BulkAction, now: datetime) -> bool:
    """The cases of one part; whether there may be another."""
    with leases.still_mine(row) as fresh:
        actor = _actor(fresh)
        parts = BulkPart.objects.of(fresh.workspace_id).filter(action=fresh, pk__gt=fresh.undone_to)
        part = parts.order_by("pk").first()
        if actor is None or not can(actor.role, Permission.WORK_CASES):
            fresh.last_error = NOT_ALLOWED
            _finish(fresh, BulkStatus.STOPPED, now)
            return False
        if part is None:
            fresh.status, fresh.lease_until = BulkStatus.UNDONE, None
            fresh.undone_at, fresh.undone_by = now, row.done_by
            fresh.save()
            return False
        bulk.put_back(action=fresh, part=part, by=actor.user, sight=sight_of(actor), now=now)
        fresh.undone_to = part.pk
        leases.go_on(fresh, row, now=now, lease=LEASE)
    return True


def _finish(row: BulkAction, status: str, now: datetime) -> None:
    """It is over, forth or back: the filter and the words go, but for the name of a tag."""
    row.status, row.lease_until = status, None
    row.finished_at = row.finished_at or now
    row.wanted = None
    row.given = {"tag": row.given["tag"]} if row.given and "tag" in row.given else None
    row.save()


def _forget_old(now: datetime) -> None:
    """What cases were before an act is kept for a month."""
    old = BulkAction.objects.across_workspaces().filter(done_at__lte=now - KEPT_FOR)
    for row in old.exclude(status__in=WORKING).order_by("done_at")[:20]:
        row.delete()


def _locked(action: BulkAction) -> BulkAction:
    row: BulkAction = (
        BulkAction.objects.of(action.workspace_id)
        .select_for_update(of=("self",))
        .select_related("workspace", "done_by")
        .get(pk=action.pk)
    )
    return row
