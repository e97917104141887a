"""Every change has an author and a line in the timeline."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from accounts.models import User
from core.arrays import array
from core.rows import Mold
from detractors.enums import EventKind
from detractors.models import Case, CaseEvent
from detractors.services import telling

# What many lines say is sent and read once.
_WRITE_ALL = """
INSERT INTO detractors_caseevent (workspace_id, case_id, kind, at, by_id, note, facts)
SELECT line.workspace_id, line.case_id, said.kind, %s, %s, '', said.facts
FROM unnest(%s::bigint[], %s::bigint[], %s::int[]) WITH ORDINALITY AS line (workspace_id, case_id, said, place)
JOIN json_to_recordset(%s) AS said (id int, kind text, facts jsonb) ON said.id = line.said
ORDER BY line.place
"""


_LINES = Mold(CaseEvent)


class Said(NamedTuple):
    """What a line says: its kind, and its facts as JSON."""

    kind: str
    facts: str


class Line(NamedTuple):
    """A line about a case that is stored; `facts` are plain values."""

    workspace_id: int
    case_id: int
    said: Said


def line(
    *, case: Case, kind: str, now: datetime, by: User | None = None, note: str = "", **facts: Any
) -> CaseEvent:
    """An unsaved line: for bulk inserts beside new cases."""
    return _LINES.make(
        workspace_id=case.workspace_id, case=case, kind=kind, by=by, at=now, note=note, facts=facts
    )


def write(
    *, case: Case, kind: str, now: datetime, by: User | None = None, note: str = "", **facts: Any
) -> CaseEvent:
    """Append a line, and tell those who watch the case."""
    event = line(case=case, kind=kind, now=now, by=by, note=note, **facts)
    event.save(force_insert=True)
    if kind in (EventKind.NOTE, EventKind.FILE_ADDED):
        telling.mentioned(case=case, event=event, now=now)
    telling.watchers(case=case, event=event, now=now)
    return event


def append(lines: Sequence[CaseEvent], *, now: datetime) -> None:
    """Append unsaved lines of one workspace with one INSERT, and tell those who watch a case where that is told."""
    if not lines:
        return
    CaseEvent.objects.of(lines[0].workspace_id).bulk_create(lines)
    for event in lines:
        telling.watchers(case=event.case, event=event, now=now)


def write_all(lines: Sequence[Line], *, now: datetime, by: User | None = None) -> None:
    """Append many lines with one INSERT, in their order; `by` None is the product itself."""
    if not lines:
        return
    places = {said: place for place, said in enumerate(dict.fromkeys(line.said for line in lines))}
    words = [
        f'{{"id":{place},"kind":{json.dumps(said.kind)},"facts":{said.facts}}}'
        for said, place in places.items()
    ]
    columns = (
        [line.workspace_id for line in lines],
        [line.case_id for line in lines],
        [places[line.said] for line in lines],
    )
    with connection.cursor() as cursor:
        cursor.execute(_WRITE_ALL, [now, by.pk if by else None, *map(array, columns), f"[{','.join(words)}]"])
