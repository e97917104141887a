"""CSV files of contacts, read as they come: any usual encoding, delimiter, quoting and line end, in constant memory.

    file = open_csv(stream)                     # looks at all of it once: size, encoding; then at its beginning
    mapping = guess_mapping(file.header, file.sample())
    for row in file.rows(mapping): ...          # a stream of checked rows, good and bad, in the order of the file

Nothing here writes to a database. Messages are `Sentence`s, in English until an edge translates them.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import BinaryIO, TextIO

from core.sentences import Sentence, gettext_noop
from surveys.rules import contact_values, csv_mapping
from surveys.rules.contact_values import BadValue, message
from surveys.rules.csv_mapping import ATTRIBUTE, BAD_ROW_COLUMNS, IGNORE

MAX_BYTES = 500 * 1024 * 1024
MAX_COLUMNS = 200
MAX_CELL = 10_000  # characters
MAX_LINE = MAX_COLUMNS * MAX_CELL  # characters of one physical line; what is longer is no CSV of ours
DELIMITERS = (",", ";", "\t", "|")
SAMPLE_LINES = 100

_CHUNK = 1 << 16
_LINE_END = re.compile(r"\r\n|\n|\r")
_SEPARATOR_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)  # what a spreadsheet writes to tell another one
_END = "\x00end of file\x00"  # handed to the parser last: a quote still open swallows it and is found out
_NUMBER = re.compile(r"[\d\s.,+\-/:%€$£]*\d[\d\s.,+\-/:%€$£]*")
_MARKS = (  # byte order marks, the longer before the shorter that begins alike
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WITHOUT_CP1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")  # bytes Windows-1252 leaves undefined
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_SPACE = " \t\r\n\u00a0\u2007\u202f\u200b\ufeff"

FILE_SENTENCES: dict[str, str] = {
    "EMPTY_FILE": gettext_noop("The file has no rows."),
    "FILE_TOO_LARGE": gettext_noop("The file is larger than %(most)s MB; split it."),
    "UNREADABLE": gettext_noop("The file begins as %(encoding)s but is not; save it as UTF-8."),
    "LINE_TOO_LONG": gettext_noop("Line %(line)s is longer than %(most)s characters; is this a CSV file?"),
    "TOO_MANY_COLUMNS": gettext_noop("The file has %(count)s columns; at most %(most)s are read."),
    "BAD_MAPPING": gettext_noop("The columns are not mapped rightly: %(problems)s"),
}
SUPERSEDED = gettext_noop("Line %(line)s is about the same contact and comes later; it wins.")


class CsvError(ValueError):
    """The file as a whole cannot be used; `code` and `sentence` say why."""

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        self.sentence = Sentence(code, FILE_SENTENCES[code], facts)
        super().__init__(str(self.sentence))


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a row: the header of the column (empty when it is the row as a whole), code, sentence."""

    column: str
    code: str
    sentence: Sentence

    @property
    def message(self) -> str:
        """The problem in English, with the column named."""
        return f"{self.column}: {self.sentence}" if self.column else str(self.sentence)


@dataclass(frozen=True)
class Row:
    """One record of the file, checked.

    `line_number` is the physical line it begins on, from 1; `cells` are as they were. `values` holds contact fields that
    are not empty (`name` is made of first and last name when it has no column of its own), `attributes` the others. A row
    is imported when it `is_good`: no errors, and no later row about the same contact (`superseded_by` is that row's line).
    """

    line_number: int
    cells: list[str]
    values: dict[str, str | Decimal]
    attributes: dict[str, str]
    errors: tuple[Problem, ...]
    superseded_by: int | None = None

    @property
    def is_good(self) -> bool:
        """Whether this row is to be imported."""
        return not self.errors and self.superseded_by is None


@dataclass
class Summary:
    """Counts of a run over the rows: `rows` = `good` + `bad` + `superseded`; `reasons` counts error codes."""

    rows: int = 0
    good: int = 0
    bad: int = 0
    superseded: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, row: Row) -> None:
        """Count `row`."""
        self.rows += 1
        self.good += row.is_good
        self.bad += bool(row.errors)
        self.superseded += row.superseded_by is not None
        self.reasons.update(problem.code for problem in row.errors)


def summarise(rows: Iterable[Row]) -> Summary:
    """The counts of a dry run."""
    summary = Summary()
    for row in rows:
        summary.add(row)
    return summary


class CsvFile:
    """A readable CSV file: `encoding`, `delimiter`, `header` (made up as "Column 1"... when `has_header` is false)."""

    def __init__(
        self, source: BinaryIO, encoding: str, delimiter: str | None, has_header: bool | None
    ) -> None:
        self._source = source
        self.encoding = encoding
        lines = list(islice(self._lines(), SAMPLE_LINES))
        told = _SEPARATOR_LINE.fullmatch(lines[0]) if lines else None
        self._skipped_lines = 1 if told else 0
        lines = lines[self._skipped_lines :]
        self.delimiter = delimiter or (told[1] if told else _guess_delimiter(lines))
        records = [cells for _, _, cells in _records(lines, self.delimiter) if cells]
        records = [cells for cells in records if not _is_blank(cells)]
        if not records:
            raise CsvError("EMPTY_FILE")
        self.has_header = _looks_like_header(records[0]) if has_header is None else has_header
        first = _without_empty_end(records[0]) if self.has_header else records[0]
        if len(first) > MAX_COLUMNS:
            raise CsvError("TOO_MANY_COLUMNS", count=len(first), most=MAX_COLUMNS)
        self.header: list[str] = [
            (_clean(text)[:MAX_CELL] if self.has_header else "") or f"Column {number}"
            for number, text in enumerate(first, start=1)
        ]
        self._superseded: tuple[object, dict[int, int]] | None = None

    def records(self) -> Iterator[tuple[int, int, list[str] | None]]:
        """(first line, last line, cells) of every record after the header that is not blank; None for unreadable cells."""
        lines = islice(self._lines(), self._skipped_lines, None)
        is_header = self.has_header
        for first, last, cells in _records(lines, self.delimiter):
            if cells is not None and _is_blank(cells):
                continue
            if is_header:
                is_header = False
                continue
            yield first + self._skipped_lines, last + self._skipped_lines, cells

    def sample(self, count: int = 5) -> list[list[str]]:
        """The cells of the first `count` records, for a preview and for guessing the mapping."""
        return [cells for _, _, cells in islice(self.records(), count) if cells is not None]

    def rows(self, mapping: Mapping[int, str], *, after_line: int = 0) -> Iterator[Row]:
        """Every record beginning after line `after_line`, checked, in order. Raises `CsvError` for a bad mapping.

        The file is read twice: first to know which rows a later one about the same contact supersedes.
        """
        problems = csv_mapping.check_mapping(mapping, len(self.header))
        if problems:
            raise CsvError("BAD_MAPPING", problems=" ".join(map(str, problems)))
        superseded = self._superseded_lines(mapping)
        for row in self._checked(mapping, after_line):
            by = superseded.get(row.line_number)
            yield (
                row
                if by is None
                else Row(row.line_number, row.cells, row.values, row.attributes, row.errors, by)
            )

    def _checked(self, mapping: Mapping[int, str], after_line: int = 0) -> Iterator[Row]:
        targets = [(index, target) for index, target in mapping.items() if target != IGNORE]
        for first, last, cells in self.records():
            if first <= after_line:
                continue
            if cells is None:
                unread = Problem("", "UNCLOSED_QUOTE", message("UNCLOSED_QUOTE", line=first, last=last))
                yield Row(first, [], {}, {}, (unread,))
            else:
                yield _check(first, cells, self.header, targets)

    def _superseded_lines(self, mapping: Mapping[int, str]) -> dict[int, int]:
        """{line: later line about the same contact}. Only good rows count: a bad one must not hide a good one."""
        key = tuple(sorted(mapping.items()))
        if self._superseded is None or self._superseded[0] != key:
            latest: dict[str, int] = {}
            superseded: dict[int, int] = {}
            for row in self._checked(mapping):
                if row.errors:
                    continue
                for identity in _identities(row):
                    earlier = latest.get(identity)
                    if earlier is not None:
                        superseded[earlier] = row.line_number
                    latest[identity] = row.line_number
            self._superseded = (key, superseded)
        return self._superseded[1]

    def _lines(self) -> Iterator[str]:
        """Physical lines with their ends, decoded chunk by chunk; only CR, LF and CRLF end a line."""
        self._source.seek(0)
        decoder = codecs.getincrementaldecoder(self.encoding)()
        rest, number, chunk = "", 0, b"-"
        while chunk:
            chunk = self._source.read(_CHUNK)
            rest += decoder.decode(chunk, final=not chunk)
            at = 0
            for end in _LINE_END.finditer(rest):
                if chunk and end.end() == len(rest) and rest[-1] == "\r":
                    break  # perhaps the first half of CRLF
                number += 1
                yield rest[at : end.end()]
                at = end.end()
            rest = rest[at:]
            if len(rest) > MAX_LINE:
                raise CsvError("LINE_TOO_LONG", line=number + 1, most=MAX_LINE)
        if rest:
            yield rest


def open_csv(
    source: bytes | BinaryIO,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    has_header: bool | None = None,
) -> CsvFile:
    """Open CSV bytes or a seekable binary stream; what is not given is found out. Raises `CsvError`.

    The stream stays the caller's: it is read and moved, never closed.
    """
    stream = io.BytesIO(source) if isinstance(source, bytes | bytearray) else source
    return CsvFile(stream, _encoding(stream, encoding), delimiter, has_header)


class BadRowsWriter:
    """Writes the rows that were not imported: the original columns, then "line" and "reason".

    The text begins with a byte order mark so that spreadsheets read it as UTF-8. Cells a spreadsheet would run as a formula
    are given a leading apostrophe, which `open_csv` takes off again when the corrected file comes back.
    """

    def __init__(self, stream: TextIO, header: Sequence[str], delimiter: str = ",") -> None:
        self._columns = len(header)
        stream.write("\ufeff")
        self._writer = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")
        self._writer.writerow([neutral(text) for text in (*header, *BAD_ROW_COLUMNS)])

    def write(self, line_number: int, cells: Sequence[str], reasons: Iterable[str]) -> None:
        """Write one row with its reasons; cells beyond the header follow after the reason."""
        padded = [*cells[: self._columns], *[""] * (self._columns - len(cells))]
        reason = " ".join(reasons)
        everything = [*padded, str(line_number), reason, *cells[self._columns :]]
        self._writer.writerow([neutral(text) for text in everything])


def neutral(text: str) -> str:
    """A cell no spreadsheet takes for a formula (OWASP, "CSV Injection")."""
    return "'" + text if text.startswith(_FORMULA) else text


# Encoding, delimiter, header --------------------------------------------------------------------------------------------


def _encoding(stream: BinaryIO, given: str | None) -> str:
    """The encoding, after reading all of the stream once: a mark decides, else UTF-8 if all is, else Windows or Latin-1."""
    stream.seek(0)
    beginning = stream.read(4)
    marked = given or next((name for mark, name in _MARKS if beginning.startswith(mark)), None)
    decoder = codecs.getincrementaldecoder(marked or "utf-8")()
    stream.seek(0)
    size, is_readable, has_undefined = 0, True, False
    chunk = b"-"
    while chunk:
        chunk = stream.read(1 << 20)
        size += len(chunk)
        if size > MAX_BYTES:
            raise CsvError("FILE_TOO_LARGE", most=MAX_BYTES // (1024 * 1024))
        has_undefined = has_undefined or not _WITHOUT_CP1252.isdisjoint(chunk)
        if is_readable:
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeError:
                is_readable = False
    if is_readable:
        return marked or "utf-8"
    if marked:
        raise CsvError("UNREADABLE", encoding=marked.removesuffix("-sig").upper())
    return "latin-1" if has_undefined else "cp1252"


def _guess_delimiter(lines: list[str]) -> str:
    """The delimiter that makes the header known, then the rows alike, then the columns many."""

    def score(delimiter: str) -> tuple[int, float, int]:
        records = [cells for _, _, cells in _records(lines, delimiter) if cells and not _is_blank(cells)]
        if not records:
            return 0, 0.0, 0
        widths = Counter(map(len, records))
        width, alike = max(widths.items(), key=lambda item: (item[1], item[0]))
        if width < 2:
            return 0, 0.0, 0
        known = sum(csv_mapping.is_known_header(_clean(text)) for text in records[0])
        return known, alike / len(records), width

    return max(DELIMITERS, key=score)


def _looks_like_header(cells: Sequence[str]) -> bool:
    texts = [_clean(text) for text in _without_empty_end(cells)]
    if any("@" in text for text in texts):
        return False
    if any(csv_mapping.is_known_header(text) for text in texts):
        return True
    filled = [text.casefold() for text in texts if text]
    return len(set(filled)) == len(filled) == len(texts) and not any(
        _NUMBER.fullmatch(text) for text in filled
    )


def _records(lines: Iterable[str], delimiter: str) -> Iterator[tuple[int, int, list[str] | None]]:
    """(first line, last line, cells) of every record; cells are None when a quote was opened and not closed."""

    def with_end() -> Iterator[str]:
        yield from lines
        yield _END

    reader = csv.reader(with_end(), delimiter=delimiter)
    while True:
        first = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:  # a cell beyond the parser's own limit, far above ours: a quote that never closes
            yield first, reader.line_num, None
            continue
        if cells and cells[-1].endswith(_END):
            if cells != [_END]:
                yield first, reader.line_num - 1, None
            return
        yield first, reader.line_num, cells


# One row ----------------------------------------------------------------------------------------------------------------


def _check(line: int, cells: list[str], header: list[str], targets: list[tuple[int, str]]) -> Row:
    count, expected = len(cells), len(header)
    if count > expected:
        count = len(_without_empty_end(cells))
    if count != expected and (count > expected or len(cells) < expected):
        code = "TOO_MANY_CELLS" if count > expected else "TOO_FEW_CELLS"
        return Row(line, cells, {}, {}, (Problem("", code, message(code, count=count, expected=expected)),))
    values: dict[str, str | Decimal] = {}
    attributes: dict[str, str] = {}
    errors: list[Problem] = []
    for index, target in targets:
        text = _clean(cells[index])
        if not text:
            continue
        try:
            if len(text) > MAX_CELL:
                raise BadValue("TOO_LONG", most=MAX_CELL)
            if target.startswith(ATTRIBUTE):
                contact_values.check_characters(text, is_free_text=True)
                attributes[target[len(ATTRIBUTE) :]] = text
            else:
                values[target] = contact_values.read(target, text)
        except BadValue as error:
            errors.append(Problem(header[index], error.code, error.sentence))
    if not errors and "email" not in values and "external_id" not in values:
        errors.append(Problem("", "NO_IDENTITY", message("NO_IDENTITY")))
    if "name" not in values:
        name = " ".join(str(values[part]) for part in ("first_name", "last_name") if part in values)
        if name:
            values["name"] = name
    return Row(line, cells, values, attributes, tuple(errors))


def _identities(row: Row) -> list[str]:
    """What makes two rows be about the same contact, upper and lower case alike."""
    return [
        f"{name}:{str(row.values[name]).casefold()}"
        for name in ("external_id", "email")
        if name in row.values
    ]


def _clean(text: str) -> str:
    """A cell without space around it, and without the apostrophe that kept a spreadsheet from running it."""
    text = text.strip(_SPACE)
    return text[1:] if text[:1] == "'" and text[1:].startswith(_FORMULA) else text


def _is_blank(cells: Sequence[str]) -> bool:
    return not any(text.strip(_SPACE) for text in cells)


def _without_empty_end(cells: Sequence[str]) -> list[str]:
    """The cells without the empty ones at the end, which spreadsheets like to add."""
    kept = list(cells)
    while len(kept) > 1 and not kept[-1].strip(_SPACE):
        kept.pop()
    return kept
