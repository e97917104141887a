"""CSV imports of contacts: look, map, check, import; resumable after any kill, and honest about every row.

The check is the import itself, rolled back batch by batch: what it counts is what the import will do. Progress is
written in the transaction of the batch it speaks of, so after a kill the next worker goes on at the right line.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, BinaryIO, cast

import structlog
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from core.queue import nudge_on_commit
from surveys import importers
from surveys.enums import OPEN_IMPORTS, ImportStatus
from surveys.models import BadRow, ContactImport
from surveys.rules import csv_mapping
from surveys.services import attributes, contacts, leases

log = structlog.get_logger(__name__)

SWEEP = "surveys.run_imports"
BATCH = 1_000  # rows a transaction: some 0.2 s, so other work on the same contacts hardly waits
SAMPLE_ROWS = 5
WORK_SECONDS = 120.0  # of one run of the sweep, well inside the limit of a task; the next run goes on
LEASE = timedelta(seconds=30)  # many times what one batch takes
BYTES_A_SECOND = 2_000_000  # a careful guess at how fast a file is read through before its first batch
MAX_ATTEMPTS = 5  # runs in a row that ended without a batch: then a person has to look
WORKING = (ImportStatus.CHECKING, ImportStatus.RUNNING)
_NUL = str.maketrans({"\x00": "\ufffd"})  # PostgreSQL keeps no NUL in text


class ImportFailed(ValueError):
    """The file or the mapping cannot be used; the text says why and what to do."""


class NotNow(ImportFailed):
    """The import is in another state than this step needs."""


def create(*, workspace: Workspace, file: Any, file_name: str, by: User, now: datetime) -> ContactImport:
    """Keep an uploaded file and look at its beginning: columns, sample, a guess at the mapping. Raises ImportFailed."""
    try:
        csv_file = importers.open_csv(file)
    except importers.CsvError as error:
        raise ImportFailed(error.sentence.say(_)) from error
    sample = csv_file.sample(SAMPLE_ROWS)
    row = ContactImport(
        workspace=workspace,
        file_name=file_name[-200:],
        encoding=csv_file.encoding,
        delimiter=csv_file.delimiter,
        columns=[_storable(text) for text in csv_file.header],
        sample=[_storable_cells(cells) for cells in sample],
        mapping={
            str(index): target for index, target in csv_mapping.guess_mapping(csv_file.header, sample).items()
        },
        created_by=by,
        created_at=now,
    )
    file.seek(0)
    row.file.save(f"{row.public_id}.csv", File(file), save=False)
    row.save()
    return row


@transaction.atomic
def check(*, contact_import: ContactImport, mapping: dict[int, str], now: datetime) -> ContactImport:
    """Start the dry run with this mapping, from the first row. Raises NotNow, ImportFailed (what is wrong with it)."""
    row = _locked(contact_import, ImportStatus.MAPPING, ImportStatus.CHECKED)
    if problems := csv_mapping.check_mapping(mapping, len(row.columns)):
        raise ImportFailed(" ".join(problem.say(_) for problem in problems))
    row.mapping = {str(index): target for index, target in sorted(mapping.items())}
    return _begin(row, ImportStatus.CHECKING)


@transaction.atomic
def start(*, contact_import: ContactImport, now: datetime) -> ContactImport:
    """Import what was checked; a second call changes nothing. Raises NotNow."""
    row = _locked(contact_import, ImportStatus.CHECKED, ImportStatus.RUNNING)
    if row.status == ImportStatus.RUNNING:
        return row
    return _begin(row, ImportStatus.RUNNING)


@transaction.atomic
def change_mapping(*, contact_import: ContactImport) -> ContactImport:
    """Back to the columns after a check. Raises NotNow."""
    row = _locked(contact_import, ImportStatus.CHECKED, ImportStatus.MAPPING)
    row.status = ImportStatus.MAPPING
    row.save(update_fields=["status"])
    return row


@transaction.atomic
def cancel(*, contact_import: ContactImport, now: datetime) -> ContactImport:
    """Stop; rows already imported stay, and the row says how many. Raises NotNow when it is over already."""
    row = _locked(contact_import, *OPEN_IMPORTS)
    _finish(row, ImportStatus.CANCELLED, now, "")
    return row


def run(*, now: datetime) -> int:
    """Work on every import that is due, at most WORK_SECONDS; returns how many batches were done."""
    batches, is_over = leases.work_through(_claim, _work, now=now, seconds=WORK_SECONDS)
    if not is_over:
        nudge_on_commit(SWEEP)
    return batches


# One import ----------------------------------------------------------------------------------------------------


def _claim(now: datetime) -> ContactImport | None:
    """The oldest import nobody works on, leased to this process."""
    with transaction.atomic():
        due = ContactImport.objects.across_workspaces().filter(status__in=WORKING)
        row: ContactImport | None = leases.first_free(due, now=now)
        if row is None:
            return None
        row.attempts += 1
        if row.attempts > MAX_ATTEMPTS:
            _finish(row, ImportStatus.FAILED, now, row.last_error or _("It was interrupted again and again."))
            return _claim(now)
        row.lease_until = now + LEASE + timedelta(seconds=_size(row) / BYTES_A_SECOND)
        row.save(update_fields=["attempts", "lease_until"])
        return row


def _work(row: ContactImport, now: datetime, began: float) -> int:
    """Batches of one import until it is done, taken away, or time is up."""
    batches = 0
    try:
        with row.file.open("rb") as stream:
            csv_file = importers.open_csv(
                cast(BinaryIO, stream), encoding=row.encoding, delimiter=row.delimiter
            )
            mapping = {int(index): target for index, target in row.mapping.items()}
            rows = csv_file.rows(mapping, after_line=row.done_to)
            if not row.rows_total:
                row.rows_total = sum(1 for _record in csv_file.records())
            while batch := list(islice(rows, BATCH)):
                _do_batch(row, batch, leases.moment(now, began))
                batches += 1
                if time.monotonic() - began >= WORK_SECONDS:
                    _let_go(row)
                    return batches
        _complete(row, leases.moment(now, began))
    except leases.Lost:
        pass
    except importers.CsvError as error:
        with leases.still_mine(row) as fresh:
            _finish(fresh, ImportStatus.FAILED, now, error.sentence.say(_))
    except (
        Exception
    ) as error:  # whatever it is, the next run tries again, and after MAX_ATTEMPTS a person is told
        log.exception("import_batch_failed", import_id=row.pk)
        leases.try_later(
            row,
            among=ContactImport.objects.of(row.workspace_id).filter(status__in=WORKING),
            now=leases.moment(now, began),
            last_error=f"{type(error).__name__}: {error}".translate(_NUL)[:500],
        )
    return batches


def _do_batch(row: ContactImport, batch: Sequence[importers.Row], now: datetime) -> None:
    """Contacts, bad rows and the progress mark of one batch, all or nothing."""
    with leases.still_mine(row) as fresh:
        bad = {item.line_number: _reasons(item) for item in batch if not item.is_good}
        good = [item for item in batch if item.is_good]
        counts, refused = _upsert(fresh, good, now)
        bad.update(refused)
        BadRow.objects.of(fresh.workspace_id).bulk_create(
            [
                BadRow(
                    workspace_id=fresh.workspace_id,
                    contact_import=fresh,
                    line=item.line_number,
                    cells=_storable_cells(item.cells),
                    reasons=bad[item.line_number],
                )
                for item in batch
                if item.line_number in bad
            ],
            batch_size=BATCH,
        )
        fresh.rows_total = row.rows_total
        fresh.rows_done += len(batch)
        fresh.rows_new += counts.new
        fresh.rows_changed += counts.changed
        fresh.rows_same += counts.same
        fresh.rows_bad += len(bad)
        fresh.done_to = batch[-1].line_number
        fresh.attempts, fresh.last_error = 0, ""
        fresh.lease_until = now + LEASE
        fresh.save()
    row.lease_until, row.done_to = fresh.lease_until, fresh.done_to


def _upsert(
    row: ContactImport, good: Sequence[importers.Row], now: datetime
) -> tuple[contacts.Counts, dict[int, list[dict[str, str]]]]:
    """Write the good rows (and take them back if this is the check): counts, and rows that cannot be kept."""
    refused = {item.line_number: [reason] for item in good if (reason := _bad_attribute(item))}
    fit = [item for item in good if item.line_number not in refused]
    with transaction.atomic():
        counts = contacts.upsert_many(
            workspace=row.workspace,
            rows=[{**item.values, "attributes": item.attributes} for item in fit],
            now=now,
        )
        if row.status == ImportStatus.CHECKING:
            transaction.set_rollback(True)
    for position in counts.conflicts:
        text = _("The address and the external id belong to two different contacts.")
        refused[fit[position].line_number] = [{"column": "", "code": "CONFLICT", "message": text}]
    return counts, refused


def _bad_attribute(item: importers.Row) -> dict[str, str] | None:
    try:
        attributes.clean(item.attributes)
    except attributes.BadAttribute as error:
        return {"column": "", "code": "BAD_ATTRIBUTE", "message": _storable(str(error))}
    return None


def _reasons(item: importers.Row) -> list[dict[str, str]]:
    """What is wrong with a row, as it is kept."""
    if item.superseded_by is not None:
        text = _(importers.SUPERSEDED) % {"line": item.superseded_by}
        return [{"column": "", "code": "SUPERSEDED", "message": text}]
    return [
        {
            "column": _storable(problem.column),
            "code": problem.code,
            "message": _storable(problem.sentence.say(_)),
        }
        for problem in item.errors
    ]


# States --------------------------------------------------------------------------------------------------------


def _begin(row: ContactImport, status: str) -> ContactImport:
    """From the first row on, with nothing counted."""
    BadRow.objects.of(row.workspace_id).filter(contact_import=row).delete()
    row.status = status
    row.rows_done = row.rows_new = row.rows_changed = row.rows_same = row.rows_bad = row.done_to = (
        row.attempts
    ) = 0
    row.lease_until, row.last_error = None, ""
    row.save()
    nudge_on_commit(SWEEP)
    return row


def _complete(row: ContactImport, now: datetime) -> None:
    with leases.still_mine(row) as fresh:
        if fresh.status == ImportStatus.CHECKING:
            fresh.status, fresh.lease_until, fresh.rows_total = ImportStatus.CHECKED, None, row.rows_total
            fresh.save(update_fields=["status", "lease_until", "rows_total"])
        else:
            _finish(fresh, ImportStatus.DONE, now, "")


def _finish(row: ContactImport, status: str, now: datetime, why: str) -> None:
    if row.status != ImportStatus.RUNNING:  # counts of a dry run would read as if rows were in
        row.rows_done = row.rows_new = row.rows_changed = row.rows_same = row.done_to = 0
    row.status, row.finished_at, row.last_error, row.lease_until = status, now, why[:500], None
    row.save()
    forget_file_on_commit(row)


def _size(row: ContactImport) -> int:
    """Bytes of the file; 0 when it cannot be reached, which the work on it will say."""
    try:
        return int(row.file.size)
    except (OSError, ValueError):
        return 0


def _let_go(row: ContactImport) -> None:
    """Time is up: anybody may go on from here."""
    with leases.still_mine(row) as fresh:
        fresh.lease_until = None
        fresh.save(update_fields=["lease_until"])


def _locked(contact_import: ContactImport, *states: str) -> ContactImport:
    row: ContactImport = (
        ContactImport.objects.of(contact_import.workspace_id).select_for_update().get(pk=contact_import.pk)
    )
    if row.status not in states:
        raise NotNow(
            _("This import is “%(status)s” by now. Reload the page.") % {"status": row.get_status_display()}
        )
    return row


def forget_file_on_commit(row: ContactImport) -> None:
    """Delete the uploaded file: it is personal data and has served."""
    stored, storage = row.file.name, row.file.storage
    if not stored:
        return

    def delete() -> None:
        storage.delete(stored)

    ContactImport.objects.of(row.workspace_id).filter(pk=row.pk).update(file="", sample=[])
    transaction.on_commit(delete, robust=True)


def _storable(text: str) -> str:
    return text.translate(_NUL)


def _storable_cells(cells: Iterable[str]) -> list[str]:
    return [_storable(cell) for cell in cells]
