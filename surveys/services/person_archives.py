"""A person's archive, made in the background: progress by tables, safe against any kill, told when it is ready.

What leaves is written down when it is downloaded, by whom. The file is kept for a few days, then removed; it goes at once
when the person is erased or merged. Its name is the row's unguessable id, so a run that begins again writes over what a
killed one left, and nothing is orphaned.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from tempfile import SpooledTemporaryFile
from typing import IO

import structlog
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils import translation

from accounts.enums import Act
from accounts.models import User
from accounts.queries import active
from accounts.services import audit
from core.links import absolute_url
from core.queue import nudge_on_commit
from outbox.services.notices import Notice, queue_notices
from surveys.enums import ArchiveStatus
from surveys.models import Contact, PersonArchive
from surveys.services import leases, person_export

log = structlog.get_logger(__name__)

SWEEP = "surveys.make_archives"
WORK_SECONDS = 60.0  # of one run of the sweep; the next run goes on
LEASE = timedelta(seconds=60)  # given again with every table
MAX_ATTEMPTS = 5
KEPT_FOR = timedelta(days=7)
MAIL = "archive_ready"


class Gone(Exception):
    """The file is not kept any more."""


@transaction.atomic
def start(*, contact: Contact, by: User, now: datetime) -> PersonArchive:
    """Have everything about `contact` put together; who asks while it is being made gets the one that is on its way."""
    Contact.objects.of(contact.workspace_id).select_for_update(no_key=True).get(pk=contact.pk)
    rows = PersonArchive.objects.of(contact.workspace_id).filter(contact=contact)
    row: PersonArchive | None = rows.filter(status=ArchiveStatus.RUNNING).first()
    if row is None:
        row = PersonArchive(
            workspace_id=contact.workspace_id,
            contact=contact,
            parts_total=person_export.parts(),
            created_by=by,
            created_at=now,
        )
        row.save()
    nudge_on_commit(SWEEP)
    return row


def latest(*, contact: Contact, now: datetime) -> PersonArchive | None:
    """The newest archive of this person that is on its way or still kept."""
    rows = PersonArchive.objects.of(contact.workspace_id).filter(contact=contact)
    found: PersonArchive | None = (
        rows.filter(
            Q(status=ArchiveStatus.RUNNING) | Q(status=ArchiveStatus.READY, finished_at__gt=now - KEPT_FOR)
        )
        .order_by("-pk")
        .first()
    )
    return found


def opened(*, archive: PersonArchive, by: User, now: datetime) -> IO[bytes]:
    """The file, open at its beginning; the caller closes it. Leaves PERSON_EXPORTED in the audit log. Raises Gone."""
    if archive.status != ArchiveStatus.READY or now >= kept_until(archive):
        raise Gone
    try:
        file: IO[bytes] = default_storage.open(_name(archive), "rb")
    except FileNotFoundError:
        raise Gone from None
    audit.record(
        act=Act.PERSON_EXPORTED,
        by=by,
        now=now,
        workspace=archive.workspace,
        subject_kind="contact",
        subject_id=archive.contact.public_id,
        detail={"rows": archive.rows},
    )
    return file


def kept_until(archive: PersonArchive) -> datetime:
    """When the file goes by age."""
    return (archive.finished_at or archive.created_at) + KEPT_FOR


def forget(*, workspace_id: int, contact_id: int) -> None:
    """Remove every archive of this person, ready or on its way, in the caller's transaction; its file after commit."""
    rows = PersonArchive.objects.of(workspace_id).filter(contact=contact_id)
    for row in rows.select_for_update().order_by("pk"):
        _delete_on_commit(row)
        row.delete()


def run(*, now: datetime) -> int:
    """Make every archive that waits, at most WORK_SECONDS, and remove those kept long enough; returns how many were made."""
    made, is_over = leases.work_through(_claim, _make, now=now, seconds=WORK_SECONDS)
    if is_over:
        _forget_old(now)
    else:
        nudge_on_commit(SWEEP)
    return made


def _claim(now: datetime) -> PersonArchive | None:
    """The oldest archive nobody works on, leased to this process."""
    due = PersonArchive.objects.across_workspaces().filter(status=ArchiveStatus.RUNNING)
    row: PersonArchive | None = leases.claim(
        due.select_related("workspace", "contact", "created_by"),
        now=now,
        lease=LEASE,
        most=MAX_ATTEMPTS,
        give_up=lambda failed: _give_up(failed, now),
    )
    return row


def _give_up(row: PersonArchive, now: datetime) -> None:
    row.status, row.lease_until, row.finished_at = ArchiveStatus.FAILED, None, now
    log.error("person_archive_failed", archive=row.public_id)
    _delete_on_commit(row)
    row.save(update_fields=["attempts", "lease_until", "status", "finished_at"])


def _make(row: PersonArchive, now: datetime, began: float) -> int:
    """One archive, unless it was taken away meanwhile; returns how many were made."""

    def step(done: int) -> None:
        with leases.still_mine(row) as fresh:
            fresh.parts_done = done
            fresh.lease_until = row.lease_until = leases.moment(now, began) + LEASE
            fresh.save(update_fields=["parts_done", "lease_until"])

    try:
        with SpooledTemporaryFile(max_size=person_export.IN_MEMORY) as file:
            with translation.override(row.workspace.language):
                rows = person_export.write(contact=row.contact, file=file, now=now, step=step)
            size = file.tell()
            file.seek(0)
            with leases.still_mine(row) as fresh:  # erased meanwhile: nothing is stored
                default_storage.delete(_name(row))  # what a killed run left
                default_storage.save(_name(row), File(file))
                fresh.status, fresh.lease_until = ArchiveStatus.READY, None
                fresh.rows, fresh.size, fresh.parts_done = rows, size, fresh.parts_total
                fresh.finished_at = leases.moment(now, began)
                fresh.save()
                _tell(fresh, row.created_by, now)
    except leases.Lost:
        return 0
    except Exception:  # the next run tries again, and after MAX_ATTEMPTS the page says that it failed
        log.exception("person_archive_not_made", archive=row.public_id)
        running = PersonArchive.objects.of(row.workspace_id).filter(status=ArchiveStatus.RUNNING)
        leases.try_later(row, among=running, now=leases.moment(now, began))
        return 0
    return 1


def _tell(row: PersonArchive, person: User | None, now: datetime) -> None:
    """One mail to whoever asked, while they work here; it names nobody and holds no data, only the way to the page."""
    if person is None or not active(workspace=row.workspace).filter(user=person).exists():
        return
    with translation.override(row.workspace.language):
        notice = Notice(
            mail=MAIL,
            to=person.email,
            to_name=person.display_name,
            workspace=row.workspace,
            about="",
            dedupe_key=f"{MAIL}:{row.pk}",
            facts={
                "name": person.display_name,
                "days": KEPT_FOR.days,
                "url": absolute_url(
                    "surveys:contact_archive",
                    slug=row.workspace.slug,
                    public_id=row.contact.public_id,
                    archive_id=row.public_id,
                ),
            },
        )
        queue_notices([notice], now=now)


def _forget_old(now: datetime) -> None:
    """What was kept long enough: the file goes, that it was made stays."""
    with transaction.atomic():
        old = PersonArchive.objects.across_workspaces().filter(
            status=ArchiveStatus.READY, finished_at__lte=now - KEPT_FOR
        )
        for row in old.select_for_update(skip_locked=True).order_by("finished_at")[:100]:
            row.status = ArchiveStatus.GONE
            row.save(update_fields=["status"])
            _delete_on_commit(row)


def _delete_on_commit(row: PersonArchive) -> None:
    stored = _name(row)

    def delete() -> None:
        default_storage.delete(stored)

    transaction.on_commit(delete, robust=True)


def _name(row: PersonArchive) -> str:
    return f"archives/{row.public_id}.zip"
