"""Long work is shared out by leases: one holder at a time, given up after too many tries, free again after a failure."""

from datetime import datetime, timedelta

import pytest

from accounts.models import User, Workspace
from surveys.enums import BulkEditStatus
from surveys.models import BulkEdit
from surveys.services import leases
from tests.conftest import MONDAY_9AM

MINUTE = timedelta(minutes=1)


@pytest.fixture
def three(acme: Workspace, owner: User) -> list[BulkEdit]:
    rows = [
        BulkEdit(workspace=acme, selection={}, field="language", created_by=owner, created_at=MONDAY_9AM)
        for _n in range(3)
    ]
    for row in rows:
        row.save()
    return rows


def claim(now: datetime) -> BulkEdit | None:
    def give_up(row: BulkEdit) -> None:
        row.status = BulkEditStatus.FAILED
        row.save()

    due = BulkEdit.objects.across_workspaces().filter(status=BulkEditStatus.RUNNING)
    found: BulkEdit | None = leases.claim(due, now=now, lease=MINUTE, most=2, give_up=give_up)
    return found


def test_the_oldest_free_row_is_taken_and_one_tried_too_often_is_given_up_for_the_next(
    three: list[BulkEdit],
) -> None:
    first, second, third = three
    BulkEdit.objects.across_workspaces().filter(pk=first.pk).update(attempts=2)
    taken = claim(MONDAY_9AM)
    assert taken == second
    assert (taken.attempts, taken.lease_until) == (1, MONDAY_9AM + MINUTE)
    first.refresh_from_db()
    assert (first.status, first.attempts) == (BulkEditStatus.FAILED, 3)
    assert claim(MONDAY_9AM) == third
    assert claim(MONDAY_9AM) is None
    assert claim(MONDAY_9AM + MINUTE) == second  # its lease is over


def test_work_goes_from_row_to_row_until_none_is_left_or_time_is_up(three: list[BulkEdit]) -> None:
    seen: list[tuple[int, datetime]] = []

    def work(row: BulkEdit, now: datetime, began: float) -> int:
        seen.append((row.pk, now))
        return 2

    assert leases.work_through(claim, work, now=MONDAY_9AM, seconds=0) == (0, False)
    assert leases.work_through(claim, work, now=MONDAY_9AM, seconds=60) == (6, True)
    assert seen == [(row.pk, MONDAY_9AM) for row in three]


def test_a_batch_forgives_what_failed_and_a_failure_waits_longer_each_time(three: list[BulkEdit]) -> None:
    row = claim(MONDAY_9AM)
    assert row is not None
    row.attempts = 2
    everything = BulkEdit.objects.across_workspaces()
    leases.try_later(row, among=everything, now=MONDAY_9AM, last_error="OSError")
    fresh = everything.get(pk=row.pk)
    assert (fresh.lease_until, fresh.last_error) == (MONDAY_9AM + timedelta(seconds=30), "OSError")
    leases.try_later(row, among=everything.none(), now=MONDAY_9AM, last_error="no longer at work")
    assert everything.get(pk=row.pk).last_error == "OSError"
    leases.go_on(fresh, row, now=MONDAY_9AM, lease=MINUTE)
    kept = everything.get(pk=row.pk)
    assert (kept.attempts, kept.last_error, kept.lease_until) == (0, "", MONDAY_9AM + MINUTE)
    assert row.lease_until == kept.lease_until
