"""Every change has an author and a line in the timeline."""

from datetime import datetime
from typing import Any

from accounts.models import User
from detractors.models import Case, CaseEvent


def line(
    *, case: Case, kind: str, now: datetime, by: User | None = None, note: str = "", **facts: Any
) -> CaseEvent:
    """An unsaved line: for bulk inserts."""
    return CaseEvent(
        workspace_id=case.workspace_id, case=case, kind=kind, by=by, at=now, note=note, facts=facts
    )


def write(
    *, case: Case, kind: str, now: datetime, by: User | None = None, note: str = "", **facts: Any
) -> CaseEvent:
    """Append a line."""
    event = line(case=case, kind=kind, now=now, by=by, note=note, **facts)
    event.save(force_insert=True)
    return event
