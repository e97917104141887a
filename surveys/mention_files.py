"""A CSV file of opinions -> what was heard, and the rows that are none with their reasons (no writes)."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime, tzinfo

from surveys.rules import mention_values
from surveys.rules.mentions import Heard

MOST_ROWS = 20_000
ALSO_CALLED = {
    "review": "text", "comment": "text", "content": "text", "rating": "stars", "headline": "title",
    "name": "author", "reviewer": "author", "date": "published_at", "created_at": "published_at", "link": "url",
    "e-mail": "email",
}  # what review sites call our columns  # fmt: skip


class UnreadableFile(ValueError):
    """The file as a whole is no table of opinions; `code` says why: EMPTY, NO_COLUMN, TOO_MANY, NO_CSV."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class BadLine:
    """A row that was not taken: its line in the file, what stood there, and why."""

    line: int
    cells: list[str]
    reasons: list[mention_values.Sentence]


@dataclass(frozen=True)
class Table:
    heard: list[Heard]
    bad: list[BadLine]
    ignored: list[str]  # columns that say nothing to us


def read(data: bytes, *, now: datetime, zone: tzinfo) -> Table:
    """The rows of the file. Raises UnreadableFile."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    text = text.replace("\0", "")
    if not text.strip():
        raise UnreadableFile("EMPTY")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text.splitlines()[0]))
    try:
        header = _columns(next(rows))
        known = [name in mention_values.COLUMNS for name in header]
        if not {"text", "stars", "title"} & set(header):
            raise UnreadableFile("NO_COLUMN")
        heard: list[Heard] = []
        bad: list[BadLine] = []
        for cells in rows:
            if not any(cell.strip() for cell in cells):
                continue
            if len(heard) + len(bad) >= MOST_ROWS:
                raise UnreadableFile("TOO_MANY")
            values = {
                name: cell for name, cell, is_known in zip(header, cells, known, strict=False) if is_known
            }
            try:
                heard.append(mention_values.read(values, now=now, zone=zone))
            except mention_values.NotHeard as error:
                bad.append(BadLine(rows.line_num, [cell[:200] for cell in cells[:12]], error.sentences))
    except csv.Error:
        raise UnreadableFile("NO_CSV") from None
    return Table(
        heard, bad, [name for name, is_known in zip(header, known, strict=True) if name and not is_known]
    )


def _columns(cells: list[str]) -> list[str]:
    """The names of the columns; one that goes by another name gets ours, unless ours is there besides."""
    given = [cell.strip().casefold() for cell in cells]
    found: list[str] = []
    for name in given:
        ours = ALSO_CALLED.get(name, name)
        found.append(name if ours in given or ours in found else ours)
    return found


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)
