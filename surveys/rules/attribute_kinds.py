"""What kind of thing the values of an attribute are: numbers, days, yes or no, or else text.

Values are kept as they were written; the kind says how they are compared, and can be corrected by a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

TEXT, NUMBER, DATE, BOOLEAN = "TEXT", "NUMBER", "DATE", "BOOLEAN"
KINDS = (TEXT, NUMBER, DATE, BOOLEAN)
YES = frozenset({"true", "yes", "y", "ja", "oui", "sí", "si", "sim", "да", "evet"})
NO = frozenset({"false", "no", "n", "nein", "non", "não", "nao", "нет", "hayır"})
_NUMBER = re.compile(
    r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?", re.ASCII
)  # a leading zero is an id, not a number
_ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)

# The same in SQL, so that a million values are read in the database; a test compares both.
NUMBER_PATTERN = r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$"
DAY_PATTERN = r"^(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"


def number(text: str) -> Decimal | None:
    """The number in `text`, None if it is none."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def day(text: str) -> date | None:
    """The day in `text` as 2026-03-31, from 1900 to 2999; None if it is none."""
    match = _ISO_DAY.fullmatch(text)
    if match is None:
        return None
    try:
        found = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2999 else None


def truth(text: str) -> bool | None:
    """Yes or no in one of the languages known here; None for anything else."""
    folded = text.casefold()
    return True if folded in YES else False if folded in NO else None


def fits(kind: str, value: str) -> bool:
    """Whether a value is one of this kind; an empty one always is."""
    if kind == TEXT or not value:
        return True
    reader = {NUMBER: number, DATE: day, BOOLEAN: truth}[kind]
    return reader(value) is not None


def guess(values: Iterable[str]) -> str:
    """The kind every one of the values fits, the narrowest first; TEXT without any value."""
    seen = [value for value in values if value]
    if not seen:
        return TEXT
    return next(kind for kind in (BOOLEAN, DATE, NUMBER, TEXT) if all(fits(kind, value) for value in seen))
