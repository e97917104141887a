"""Long work on one row, shared out by leases: whoever holds `lease_until` goes on, and stops when it was taken away."""

import time
from collections.abc import Iterator
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
