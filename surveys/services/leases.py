"""Long work on one row, shared out by leases: whoever holds `lease_until` goes on, and stops when it was taken away."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Q

R = TypeVar("R")


def free(now: datetime) -> Q:
    """Rows whose lease nobody has at `now`."""
    return Q(lease_until__isnull=True) | Q(lease_until__lte=now)


def first_free(rows: Any, *, now: datetime) -> Any:
    """The oldest of `rows` nobody works on, locked until the transaction ends; None when there is none.

    What another process has locked this moment is passed over. Whoever takes the row writes its lease.
    """
    return rows.select_for_update(skip_locked=True, of=("self",)).filter(free(now)).order_by("pk").first()


def claim(due: Any, *, now: datetime, lease: timedelta, most: int, give_up: Callable[[Any], None]) -> Any:
    """The oldest of the rows `due` nobody works on, leased to this process; None when there is none.

    A row that was taken `most` times without getting any further is given up (which must end its being due), and the next
    is looked for.
    """
    while True:
        with transaction.atomic():
            row = first_free(due, now=now)
            if row is None:
                return None
            row.attempts += 1
            if row.attempts <= most:
                row.lease_until = now + lease
                row.save(update_fields=["attempts", "lease_until"])
                return row
            give_up(row)


def work_through(
    claim: Callable[[datetime], R | None],
    work: Callable[[R, datetime, float], int],
    *,
    now: datetime,
    seconds: float,
) -> tuple[int, bool]:
    """Work on one row after the other for at most `seconds`; what was done, and whether nothing is left to take."""
    began = time.monotonic()
    done = 0
    while time.monotonic() - began < seconds:
        row = claim(moment(now, began))
        if row is None:
            return done, True
        done += work(row, now, began)
    return done, False


def go_on(fresh: Any, row: Any, *, now: datetime, lease: timedelta) -> None:
    """A batch of `row` is done: the lease goes on, and earlier failures are forgiven. Saves `fresh`, its locked twin."""
    fresh.attempts, fresh.last_error = 0, ""
    fresh.lease_until = row.lease_until = now + lease
    fresh.save()


def try_later(row: Any, *, among: Any, now: datetime, **facts: Any) -> None:
    """A batch failed: the row is free again in a while, a longer one each time, if it is still `among` those at work."""
    among.filter(pk=row.pk).update(lease_until=now + timedelta(seconds=15 * row.attempts), **facts)


class Lost(Exception):
    """The row was stopped, or somebody else has its lease by now."""


@contextmanager
def still_mine(row: R) -> Iterator[R]:
    """The row with its workspace, locked, if status and lease are still those this process took; raises Lost otherwise."""
    mine: Any = row
    with transaction.atomic():
        fresh: R | None = (
            mine.__class__.objects.of(mine.workspace_id)
            .select_related("workspace")
            .select_for_update(of=("self",))
            .filter(pk=mine.pk, status=mine.status, lease_until=mine.lease_until)
            .first()
        )
        if fresh is None:
            raise Lost
        yield fresh


def moment(now: datetime, began: float) -> datetime:
    """`now` moved on by the time since `began` (of time.monotonic): leases are counted from the moment they are given."""
    return now + timedelta(seconds=time.monotonic() - began)
