"""The audit log: one line for each act that is no row change; written in the transaction of the act itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.enums import Act
from accounts.history import kinds, workspace_column
from accounts.models import AuditEvent, User, Workspace
from core import acting


@dataclass(frozen=True)
class Origin:
    """Where an act comes from: address, request id and, for programs, the prefix of the API key."""

    address: str = ""
    request_id: str = ""
    key_prefix: str = ""


@contextmanager
def origin(found: Origin) -> Iterator[None]:
    """Everything recorded inside comes from `found`; requests have theirs from core/acting.py."""
    facts = {"address": found.address, "request": found.request_id, "key": found.key_prefix}
    with acting.acting(lambda: facts):
        yield


def current_origin() -> Origin:
    """Where the act that is going on comes from; empty in a worker or a command."""
    facts = acting.facts()
    return Origin(facts.get("address", ""), facts.get("request", ""), facts.get("key", ""))


def record(
    *,
    act: Act,
    by: User | None,
    now: datetime,
    workspace: Workspace | None = None,
    subject_kind: str = "",
    subject_id: object = "",
    detail: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Add one line. `detail` holds ids, codes and counts, never words of people (erasing does not reach here)."""
    found = current_origin()
    event = AuditEvent(
        workspace=workspace,
        actor=by,
        key_prefix=found.key_prefix[:8],
        act=act,
        subject_kind=subject_kind,
        subject_id=str(subject_id)[:40],
        detail=dict(detail or {}),
        address=found.address or None,
        request_id=found.request_id[:40],
        at=now,
    )
    event.save()
    return event


@transaction.atomic
def forget(*, workspace: Workspace | int | None, before: datetime, most: int = 1_000) -> int:
    """Delete acts and changes older than `before`: the one door in the wall that keeps rows of the record.

    At most `most` rows of each table, so that no lock is held long: call it until it answers 0. Returns how many went.
    With `workspace` None: acts that belong to no workspace.
    """
    key = workspace.pk if isinstance(workspace, Workspace) else workspace
    tables = [(AuditEvent._meta.db_table, "workspace_id", "id", "at")]
    if key is not None:
        tables += [
            (change._meta.db_table, workspace_column(change), "pgh_id", "pgh_created_at")
            for change in kinds().values()
        ]
    whose = "{} IS NULL" if key is None else "{} = %(workspace)s"
    gone = 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('amends.retention', 'on', true)")
        for table, owner, primary, moment in tables:
            cursor.execute(
                f"DELETE FROM {table} WHERE {primary} IN "
                f"(SELECT {primary} FROM {table} WHERE {whose.format(owner)} AND {moment} < %(before)s LIMIT %(most)s)",
                {"workspace": key, "before": before, "most": most},
            )
            gone += cursor.rowcount
        cursor.execute("SELECT set_config('amends.retention', '', true)")
    return gone
