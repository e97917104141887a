"""The audit log: one line for each act that is no row change; written in the transaction of the act itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.enums import Act
from accounts.models import AuditEvent, User, Workspace


@dataclass(frozen=True)
class Origin:
    """Where an act comes from: address, request id and, for programs, the prefix of the API key."""

    address: str = ""
    request_id: str = ""
    key_prefix: str = ""


_NOWHERE = Origin()
_origin: ContextVar[Origin | None] = ContextVar("origin", default=None)


@contextmanager
def origin(found: Origin) -> Iterator[None]:
    """Everything recorded inside comes from `found`; the middleware opens one for each request."""
    token = _origin.set(found)
    try:
        yield
    finally:
        _origin.reset(token)


def current_origin() -> Origin:
    """Where the act that is going on comes from; empty in a worker or a command."""
    return _origin.get() or _NOWHERE


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
        key_prefix=found.key_prefix,
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
