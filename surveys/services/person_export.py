"""Everything about one person as one archive: JSON for programs, a page for people, a CSV of each table.

Written into a temporary file that moves to disk when it grows. Pages have it made in the background
(services/person_archives.py); a program of the API waits for it (measured in docs/decisions/0008-erasing-and-retention.md).
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.enums import Act
from accounts.models import User, Workspace
from accounts.services import audit
from core import privacy
from core.exports import safe
from surveys.models import Contact
from surveys.services import erasing

IN_MEMORY = 4 * 1024 * 1024  # bytes; a larger archive is written to disk
BOM = "\ufeff"  # spreadsheets read the file as UTF-8


@dataclass(frozen=True)
class Table:
    """One section for the page; its rows are written here, a template takes ten times as long over many."""

    title: str
    columns: tuple[str, ...]
    body: SafeString
    n: int


def file_name(contact: Contact) -> str:
    """A name without a word of the person."""
    return f"person-{contact.public_id}.zip"


def parts() -> int:
    """How many tables an archive has."""
    return len(privacy.sections())


def export(*, contact: Contact, now: datetime, by: User | None = None) -> IO[bytes]:
    """The archive, open at its beginning; the caller closes it. Leaves PERSON_EXPORTED in the audit log."""
    file: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  handed to the caller
    rows = write(contact=contact, file=file, now=now)
    audit.record(
        act=Act.PERSON_EXPORTED,
        by=by,
        now=now,
        workspace=Workspace.objects.get(pk=contact.workspace_id),
        subject_kind="contact",
        subject_id=contact.public_id,
        detail={"rows": rows},
    )
    file.seek(0)
    return file


def write(
    *, contact: Contact, file: IO[bytes], now: datetime, step: Callable[[int], None] = lambda done: None
) -> int:
    """Write the archive into `file`, `step(n)` after each table; returns how many rows it has."""
    workspace = Workspace.objects.get(pk=contact.workspace_id)
    person = erasing.person_of(contact)
    said: dict[str, Any] = {
        "workspace": workspace.name,
        "person": contact.public_id,
        "exported_at": _plain(now),
    }
    tables: list[Table] = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for done, section in enumerate(privacy.sections(), start=1):
            rows = [list(row) for row in section.rows(person)]
            said[section.name] = [dict(zip(section.columns, map(_plain, row), strict=True)) for row in rows]
            archive.writestr(f"{section.name}.csv", _csv(section.columns, rows))
            tables.append(Table(str(section.title), section.columns, _html(rows), len(rows)))
            step(done)
        archive.writestr("person.json", json.dumps(said, ensure_ascii=False, indent=2))
        page = render_to_string(
            "surveys/person_export.html",
            {"title": contact.display_name, "workspace": workspace, "now": now, "tables": tables},
        )
        archive.writestr("index.html", page)
        archive.writestr(
            "README.txt", _("index.html is to be read, person.json is for programs, each CSV is one table.\n")
        )
    return sum(table.n for table in tables)


def _plain(cell: Any) -> Any:
    """A cell as JSON keeps it."""
    if isinstance(cell, datetime):
        return cell.isoformat().replace("+00:00", "Z")
    if cell is None or isinstance(cell, bool | int | float | dict | list):
        return cell
    return str(cell)


def _text(cell: Any) -> str:
    """A cell as it is read."""
    if cell is None or cell == {} or cell == []:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M} UTC"
    if isinstance(cell, dict | list):
        return json.dumps(cell, ensure_ascii=False, default=str)
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return str(cell)


def _html(rows: Iterable[Iterable[Any]]) -> SafeString:
    """The rows of a table, every cell escaped."""
    lines = (
        "".join(f'<td dir="auto">{escape(_text(cell))}</td>'.replace("\n", "<br>") for cell in row)
        for row in rows
    )
    return mark_safe("\n".join(f"<tr>{line}</tr>" for line in lines))


def _csv(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A table for a spreadsheet; text that begins like a formula is written as text."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([safe(cell) if isinstance(cell, str) else _text(cell) for cell in row])
    return BOM + file.getvalue()
