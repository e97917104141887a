"""Many contacts changed at once: in the background, batch by batch, resumable after any kill, and taken back again.

Progress is written in the transaction of the batch it speaks of, so a batch counts once whatever happens. Going back walks
the rows that were remembered: whoever was changed since keeps what they have, and the edit says how many those are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.enums import Act
from accounts.models import User, Workspace
from accounts.services import audit
from core.queue import nudge_on_commit
from surveys.enums import BulkEditStatus
from surveys.models import BulkEdit, BulkEditRow, Contact
from surveys.queries import audience_rows
from surveys.rules import bulk_edits as rules
from surveys.rules.bulk_edits import BadEdit
from surveys.services import bulk_edit_batches as batches
from surveys.services import leases
from surveys.services.bulk_edit_batches import Done

__all__ = ["BadEdit", "NotNow", "can_be_undone", "run", "start", "stop", "undo"]
log = structlog.get_logger(__name__)

SWEEP = "surveys.run_bulk_edits"
BATCH = 1_000  # contacts a transaction: other work on them hardly waits
AT_ONCE = 200  # so many ticked contacts are changed before the page answers
WORK_SECONDS = 60.0  # of one run of the sweep, well inside the limit of a task; the next run goes on
LEASE = timedelta(seconds=60)  # many times what one batch takes; the first count of a filter may take seconds
MAX_ATTEMPTS = 5  # runs in a row that ended without a batch: then a person has to look
KEPT_FOR = timedelta(days=30)  # so long there is a way back
FORGOTTEN_AT_ONCE = 5_000  # rows
WORKING = (BulkEditStatus.RUNNING, BulkEditStatus.UNDOING)
OVER = (BulkEditStatus.DONE, BulkEditStatus.STOPPED, BulkEditStatus.FAILED)


class NotNow(ValueError):
    """The edit is in another state than this step needs; the text says so."""


def start(
    *,
    workspace: Workspace,
    selection: Mapping[str, Any],
    field: str,
    value: str = "",
    empties: bool = False,
    by: User,
    now: datetime,
) -> BulkEdit:
    """Change `field` of everybody in `selection`: {"contacts": [ids]} or the filters of the list of contacts.

    Few ticked ones are done on return, all others in the background. Raises BadEdit for a change that cannot be made.
    """
    known = audience_rows.kinds(workspace=workspace)
    row = BulkEdit(
        workspace=workspace,
        selection=_selection(selection),
        field=field,
        value=rules.read(field, value, empties=empties, attributes=known),
        created_by=by,
        created_at=now,
    )
    newest = Contact.objects.of(workspace).aggregate(newest=Max("pk"))["newest"]
    row.newest_contact = newest or 0
    ticked = row.selection.get("contacts")
    with transaction.atomic():
        row.save()
        audit.record(
            act=Act.CONTACTS_EDITED, by=by, now=now, workspace=workspace, subject_kind="bulk_edit",
            subject_id=row.public_id,
            detail={"field": field} if ticked is None else {"field": field, "rows": len(ticked)},
        )  # fmt: skip
        nudge_on_commit(SWEEP)
    if ticked is not None and len(ticked) <= AT_ONCE:
        _work_on(row, now)
    return row


@transaction.atomic
def stop(*, edit: BulkEdit, now: datetime) -> BulkEdit:
    """Change nobody further; who is changed already stays so until it is undone. Raises NotNow."""
    row = _locked(edit, BulkEditStatus.RUNNING)
    _finish(row, BulkEditStatus.STOPPED, now)
    return row


def undo(*, edit: BulkEdit, by: User, now: datetime) -> BulkEdit:
    """Put everybody back who still has what the edit gave them; a second call changes nothing. Raises NotNow."""
    with transaction.atomic():
        row = _locked(edit, *OVER, BulkEditStatus.UNDOING)
        if row.status == BulkEditStatus.UNDOING:
            return row
        if not can_be_undone(row, now=now):
            raise NotNow(_("What these contacts were before is not kept any more."))
        row.status, row.undoer = BulkEditStatus.UNDOING, by
        row.attempts, row.last_error, row.lease_until = 0, "", None
        row.save()
        audit.record(
            act=Act.CONTACTS_RESTORED, by=by, now=now, workspace=row.workspace, subject_kind="bulk_edit",
            subject_id=row.public_id, detail={"field": row.field, "rows": row.rows_changed},
        )  # fmt: skip
        nudge_on_commit(SWEEP)
    if row.rows_changed <= AT_ONCE:
        _work_on(row, now)
    return row


def can_be_undone(edit: BulkEdit, *, now: datetime) -> bool:
    """Whether there is something to put back, and what it was is still kept."""
    return (
        edit.status in OVER
        and edit.forgotten_at is None
        and edit.rows_changed > 0
        and edit.finished_at is not None
        and now < edit.finished_at + KEPT_FOR
    )


def run(*, now: datetime) -> int:
    """Work on every edit that is due, at most WORK_SECONDS; returns how many batches were done."""
    done, is_over = leases.work_through(_claim, _work, now=now, seconds=WORK_SECONDS)
    if is_over:
        _forget_old(now)
    else:
        nudge_on_commit(SWEEP)
    return done


# One edit ------------------------------------------------------------------------------------------------------


def _selection(given: Mapping[str, Any]) -> dict[str, Any]:
    """A selection in its stored form. Raises BadEdit."""
    if "contacts" not in given:
        return {name: str(given.get(name, ""))[:200] for name in rules.FILTERS}
    ids = sorted(set(given["contacts"]))
    if not ids:
        raise rules.problem("NOBODY")
    if len(ids) > rules.MOST_TICKED:
        raise rules.problem("TOO_MANY", most=rules.MOST_TICKED)
    return {"contacts": ids}


def _work_on(row: BulkEdit, now: datetime) -> None:
    """One small edit to its end, unless a worker has it already."""
    began = time.monotonic()
    mine = _claim(now, BulkEdit.objects.of(row.workspace_id).filter(pk=row.pk))
    if mine is not None:
        _work(mine, now, began)
    row.refresh_from_db()


def _claim(now: datetime, among: Any = None) -> BulkEdit | None:
    """The oldest edit nobody works on, leased to this process."""
    rows = BulkEdit.objects.across_workspaces() if among is None else among
    row: BulkEdit | None = leases.claim(
        rows.select_related("workspace").filter(status__in=WORKING),
        now=now,
        lease=LEASE,
        most=MAX_ATTEMPTS,
        give_up=lambda failed: _finish(failed, BulkEditStatus.FAILED, now),
    )
    return row


def _work(row: BulkEdit, now: datetime, began: float) -> int:
    """Batches of one edit until it is over, taken away, or time is up."""
    step: Callable[[BulkEdit, datetime], Done] = _forth if row.status == BulkEditStatus.RUNNING else _back
    done = 0
    try:
        if row.rows_total is None:
            row.rows_total = batches.chosen(row).count()
        while time.monotonic() - began < WORK_SECONDS:
            if step(row, leases.moment(now, began)).last is None:
                return done
            done += 1
        with leases.still_mine(row) as fresh:  # time is up: anybody may go on from here
            fresh.lease_until = None
            fresh.save(update_fields=["lease_until"])
    except leases.Lost:
        pass
    except (
        Exception
    ) as error:  # whatever it is, the next run tries again, and after MAX_ATTEMPTS a person is told
        log.exception("bulk_edit_batch_failed", bulk_edit=row.pk)
        leases.try_later(
            row,
            among=BulkEdit.objects.of(row.workspace_id).filter(status__in=WORKING),
            now=leases.moment(now, began),
            last_error=type(error).__name__,
        )
    return done


def _forth(row: BulkEdit, now: datetime) -> Done:
    with leases.still_mine(row) as fresh:
        done = batches.apply(fresh, size=BATCH, now=now)
        fresh.rows_total = row.rows_total
        if done.last is None:
            _finish(fresh, BulkEditStatus.DONE, now)
            return done
        fresh.rows_done += done.seen
        fresh.rows_changed += done.written
        fresh.rows_unfit += done.unfit
        fresh.rows_same += done.seen - done.written - done.unfit
        fresh.done_to = done.last
        leases.go_on(fresh, row, now=now, lease=LEASE)
    return done


def _back(row: BulkEdit, now: datetime) -> Done:
    with leases.still_mine(row) as fresh:
        done = batches.restore(fresh, size=BATCH, now=now)
        if done.last is None:
            fresh.status, fresh.undone_at, fresh.lease_until = BulkEditStatus.UNDONE, now, None
            fresh.save()
            return done
        fresh.rows_seen_again += done.seen
        fresh.rows_restored += done.written
        fresh.undone_to = done.last
        leases.go_on(fresh, row, now=now, lease=LEASE)
    return done


def _finish(row: BulkEdit, status: str, now: datetime) -> None:
    row.status, row.lease_until = status, None
    row.finished_at = row.finished_at or now  # an undo that failed may be tried again while the rows are kept
    row.save()


def _forget_old(now: datetime) -> None:
    """What contacts were is kept for a month; then the rows go, and the words of the selection with them."""
    old = BulkEdit.objects.across_workspaces().filter(
        forgotten_at__isnull=True, finished_at__lte=now - KEPT_FOR
    )
    for row in old.exclude(status__in=WORKING).order_by("finished_at")[:20]:
        rows = BulkEditRow.objects.of(row.workspace_id).filter(bulk_edit=row)
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
        rows.filter(pk__in=ids).delete()
        if len(ids) < FORGOTTEN_AT_ONCE:
            BulkEdit.objects.of(row.workspace_id).filter(pk=row.pk).update(
                forgotten_at=now, selection={"contacts": []}
            )


def _locked(edit: BulkEdit, *states: str) -> BulkEdit:
    row: BulkEdit = (
        BulkEdit.objects.of(edit.workspace_id)
        .select_for_update(of=("self",))
        .select_related("workspace")
        .get(pk=edit.pk)
    )
    if row.status not in states:
        raise NotNow(
            _("This change is “%(status)s” by now. Reload the page.") % {"status": row.get_status_display()}
        )
    return row
