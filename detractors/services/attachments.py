"""Files beside a case: taken by what they are, kept under random names, given out as downloads, gone with the person."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any

import structlog
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import User
from core.tokens import new_token
from detractors.enums import EventKind
from detractors.models import Attachment, Case
from detractors.rules import file_kinds
from detractors.services import timeline
from detractors.services.errors import Incomplete, MoveNotAllowed
from detractors.services.locking import lock, save

log = structlog.get_logger(__name__)

MAX_BYTES = 10 * 1024 * 1024
MOST_OF_CASE = 50
MOST_BYTES = 5 * 1024 * 1024 * 1024  # of one workspace
ENDINGS = tuple(ending for kind in file_kinds.KINDS for ending in kind.endings)
ZIP_PARTS = 5000  # of an office document; one with more is refused unread


def attach(*, case: Case, file: Any, by: User | None, now: datetime, note: str = "") -> Attachment:
    """Keep `file` (an uploaded one, with `name` and `size`) with the case; `by` None is the customer.

    The file is written before the row; if the row cannot be, the file goes again. Raises Incomplete: too large, empty, of
    a kind that is not taken, too many.
    """
    kind = _kind(file)
    row = Attachment(
        workspace_id=case.workspace_id,
        case=case,
        name=file_kinds.safe_name(str(file.name or ""), kind),
        content_type=kind.content_type,
        size=file.size,
        path=f"attachments/{new_token(24)}",
        author=by,
        created_at=now,
    )
    file.seek(0)
    stored = default_storage.save(row.path, File(file))
    row.path = stored
    try:
        with transaction.atomic():
            return _store(row, case, by, note, now)
    except BaseException:
        _delete([stored])
        raise


def attach_all(*, case: Case, files: Sequence[Any], by: User, now: datetime) -> list[Attachment]:
    """Keep several files; when one of them is not taken, none is. Raises Incomplete, which names the file."""
    for file in files:
        try:
            _kind(file)
        except Incomplete as error:
            raise Incomplete(f"{file.name}: {error.sentence}", field="file") from None
    return [attach(case=case, file=file, by=by, now=now) for file in files]


def _store(row: Attachment, case: Case, by: User | None, note: str, now: datetime) -> Attachment:
    case = lock(case)
    rows = Attachment.objects.of(case.workspace_id).filter(removed_at__isnull=True)
    if rows.filter(case=case).count() >= MOST_OF_CASE:
        raise Incomplete(_("A case has at most %(most)s files.") % {"most": MOST_OF_CASE}, field="file")
    if (rows.aggregate(all=Sum("size"))["all"] or 0) + row.size > MOST_BYTES:
        raise Incomplete(
            _("The space for files is used up: remove some that are no longer needed."), field="file"
        )
    row.case = case
    event = timeline.write(
        case=case, kind=EventKind.FILE_ADDED, by=by, now=now, note=note.strip()[:2000], file=row.name,
        attachment=row.public_id,
    )  # fmt: skip
    row.event = event
    row.save(force_insert=True)
    save(case, now=now)
    return row


@transaction.atomic
def remove(*, attachment: Attachment, by: User, now: datetime) -> None:
    """The file goes; that it was there stays in the timeline. Raises MoveNotAllowed when it is gone already."""
    case = lock(attachment.case)
    row = Attachment.objects.of(case.workspace_id).select_for_update(of=("self",)).get(pk=attachment.pk)
    if row.removed_at is not None:
        raise MoveNotAllowed(_("This file was removed already."))
    timeline.write(case=case, kind=EventKind.FILE_REMOVED, by=by, now=now, file=row.name)
    forget([row], now=now)
    save(case, now=now)


def forget(rows: Sequence[Attachment], *, now: datetime) -> int:
    """Blank the names, and delete the files once that is committed; returns how many."""
    paths = [row.path for row in rows if row.removed_at is None]
    for row in rows:
        row.name, row.removed_at = "", row.removed_at or now
        row.save(update_fields=["name", "removed_at"])

    def delete_files() -> None:
        _delete(paths)

    transaction.on_commit(delete_files, robust=True)
    return len(paths)


def open_file(attachment: Attachment) -> IO[bytes] | None:
    """The stored file; None when it was removed or cannot be reached."""
    if attachment.removed_at is not None:
        return None
    try:
        opened: IO[bytes] = default_storage.open(attachment.path, "rb")
    except OSError as error:
        log.error("attachment_unreachable", attachment=attachment.public_id, error=type(error).__name__)
        return None
    return opened


def _kind(file: Any) -> file_kinds.Kind:
    if file is None:
        raise Incomplete(_("Please choose a file."), field="file")
    if not file.size:
        raise Incomplete(_("The file is empty."), field="file")
    if file.size > MAX_BYTES:
        raise Incomplete(_("The file is larger than 10 MB."), field="file")
    file.seek(0)
    head = file.read(file_kinds.HEAD)
    kind = file_kinds.kind_of(head, _parts(file) if head.startswith(b"PK") else ())
    if kind is None:
        raise Incomplete(
            _(
                "Files of this kind are not taken: pictures, PDF, office documents without macros and plain text are."
            ),
            field="file",
        )
    return kind


def _parts(file: Any) -> tuple[str, ...]:
    """Names of the parts of a ZIP file, none of which is unpacked."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return ()
    return tuple(names) if len(names) <= ZIP_PARTS else ()


def _delete(paths: Sequence[str]) -> None:
    for path in paths:
        try:
            default_storage.delete(path)
        except OSError as error:
            log.error("attachment_not_deleted", error=type(error).__name__)
