"""A saved filter over contacts, as data: what may stand in it, and what is wrong with one.

    {"match": "all" | "any", "conditions": [{"field": name, "op": code, "value": text}, ...]}

A field is one of `FIELDS` or `attribute:<name>`; its kind says which comparisons there are. Values are kept as text in
one form: whole numbers and amounts with a point, days as 2026-03-02. `read` gives back the filter in that form, or
raises `BadFilter` with a sentence for every condition that cannot be.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core.sentences import Sentence, gettext_noop
from surveys.rules import attribute_kinds
from surveys.rules.attribute_kinds import BOOLEAN, DATE, NUMBER, TEXT

ALL, ANY = "all", "any"
MOST_CONDITIONS = 20
LONGEST_VALUE = 200
LONGEST_AGE = 3650  # days
ATTRIBUTE = "attribute:"
CHOICE, MOMENT, FLAG = "CHOICE", "MOMENT", "FLAG"

FIELDS: dict[str, str] = {
    "last_score": NUMBER,
    "last_segment": CHOICE,
    "last_asked_at": MOMENT,
    "last_answered_at": MOMENT,
    "created_at": MOMENT,
    "language": TEXT,
    "company": TEXT,
    "account_value": NUMBER,
    "respondent_type": CHOICE,
    "is_watched": FLAG,
    "has_email": FLAG,
    "has_phone": FLAG,
}
CHOICES: dict[str, tuple[str, ...]] = {
    "last_segment": ("PROMOTER", "PASSIVE", "DETRACTOR"),
    "respondent_type": ("CUSTOMER", "EMPLOYEE", "COMPETITOR", "PUBLIC"),
}
OPS: dict[str, tuple[str, ...]] = {
    TEXT: ("is", "is_not", "contains", "known", "unknown"),
    NUMBER: ("is", "at_least", "at_most", "known", "unknown"),
    DATE: ("on", "before", "after", "known", "unknown"),
    BOOLEAN: ("yes", "no", "known", "unknown"),
    CHOICE: ("is", "is_not", "unknown"),
    MOMENT: ("within_days", "before_days", "before", "after", "never"),
    FLAG: ("yes", "no"),
}
ALWAYS_KNOWN = {"created_at": ("never",), "respondent_type": ("unknown",)}  # comparisons that hold for nobody
BARE = frozenset({"known", "unknown", "never", "yes", "no"})  # comparisons without a value

SENTENCES: dict[str, str] = {
    "NO_FILTER": gettext_noop("A filter is a list of conditions and whether all or any of them must hold."),
    "NO_CONDITION": gettext_noop("Give at least one condition: a filter without one means nobody."),
    "TOO_MANY": gettext_noop("At most %(most)s conditions."),
    "UNKNOWN_FIELD": gettext_noop("Nothing of a contact is called %(field)s."),
    "UNKNOWN_OP": gettext_noop("There is no such comparison for this: %(op)s."),
    "NO_VALUE": gettext_noop("Say what to compare with."),
    "TOO_LONG": gettext_noop("Longer than %(most)s characters."),
    "NOT_PRINTABLE": gettext_noop("Holds a character that cannot be printed; remove it."),
    "BAD_NUMBER": gettext_noop("%(value)s is no number; write 12 or 12.5."),
    "BAD_DAY": gettext_noop("%(value)s is no day; write it as 2026-03-31."),
    "BAD_DAYS": gettext_noop("%(value)s is no count of days from 0 to %(most)s."),
    "BAD_CHOICE": gettext_noop("%(value)s is none of the choices."),
    "BAD_SCORE": gettext_noop("%(value)s is no score: those go from 0 to 10."),
    "NOBODY": gettext_noop("Nobody can fit: %(low)s or more and %(high)s or less contradict each other."),
    "TWO_VALUES": gettext_noop("Nobody can fit: it cannot be %(one)s and %(other)s at once."),
}


@dataclass(frozen=True)
class Condition:
    """One line of a filter, in its stored form."""

    field: str
    op: str
    value: str = ""

    def as_data(self) -> dict[str, str]:
        return {"field": self.field, "op": self.op, "value": self.value}


@dataclass(frozen=True)
class Filter:
    """What `read` gives back; `match` is ALL or ANY."""

    match: str
    conditions: tuple[Condition, ...]

    def as_data(self) -> dict[str, Any]:
        return {"match": self.match, "conditions": [one.as_data() for one in self.conditions]}


class BadFilter(ValueError):
    """The filter cannot be used. `problems` are (number of the condition from 0, or None for the whole; sentence)."""

    def __init__(self, problems: Sequence[tuple[int | None, Sentence]]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(str(sentence) for _at, sentence in problems))


def kind_of(field: str, attributes: Mapping[str, str]) -> str | None:
    """The kind of a field; `attributes` maps the names of those known to their kinds. None if there is no such field."""
    if field.startswith(ATTRIBUTE):
        return attributes.get(field.removeprefix(ATTRIBUTE))
    return FIELDS.get(field)


def ops_of(field: str, attributes: Mapping[str, str]) -> tuple[str, ...]:
    """The comparisons there are for a field; none for an unknown one."""
    kind = kind_of(field, attributes)
    return tuple(op for op in OPS.get(kind or "", ()) if op not in ALWAYS_KNOWN.get(field, ()))


def read(data: Any, *, attributes: Mapping[str, str]) -> Filter:
    """The filter in `data`, in its stored form. Raises BadFilter for one that is malformed, empty or fits nobody."""
    if isinstance(data, list):
        data = {"match": ALL, "conditions": data}
    rows = data.get("conditions") if isinstance(data, Mapping) else None
    if (
        not isinstance(data, Mapping)
        or not isinstance(rows, list)
        or data.get("match", ALL) not in (ALL, ANY)
    ):
        raise BadFilter([(None, _problem("NO_FILTER"))])
    if not rows:
        raise BadFilter([(None, _problem("NO_CONDITION"))])
    if len(rows) > MOST_CONDITIONS:
        raise BadFilter([(None, _problem("TOO_MANY", most=MOST_CONDITIONS))])
    found: list[Condition] = []
    problems: list[tuple[int | None, Sentence]] = []
    for at, row in enumerate(rows):
        try:
            found.append(_condition(row, attributes))
        except _Wrong as wrong:
            problems.append((at, wrong.sentence))
    match = data.get("match", ALL)
    if not problems and match == ALL and (clash := _contradiction(found, attributes)):
        problems.append((None, clash))
    if problems:
        raise BadFilter(problems)
    return Filter(match, tuple(found))


class _Wrong(Exception):
    def __init__(self, code: str, **facts: object) -> None:
        self.sentence = _problem(code, **facts)


def _condition(row: Any, attributes: Mapping[str, str]) -> Condition:
    if not isinstance(row, Mapping) or not isinstance(row.get("field"), str):
        raise _Wrong("NO_FILTER")
    field, op, value = row["field"], row.get("op", ""), row.get("value", "")
    kind = kind_of(field, attributes)
    if kind is None:
        raise _Wrong("UNKNOWN_FIELD", field=field.removeprefix(ATTRIBUTE)[:60])
    if not isinstance(op, str) or op not in ops_of(field, attributes):
        raise _Wrong("UNKNOWN_OP", op=str(op)[:20])
    if op in BARE:
        return Condition(field, op)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _Wrong("NO_VALUE")
    text = unicodedata.normalize("NFC", str(value)).strip()
    if not text:
        raise _Wrong("NO_VALUE")
    if len(text) > LONGEST_VALUE:
        raise _Wrong("TOO_LONG", most=LONGEST_VALUE)
    if not text.isprintable():
        raise _Wrong("NOT_PRINTABLE")
    return Condition(field, op, _value(field, kind, op, text))


def _value(field: str, kind: str, op: str, text: str) -> str:
    if kind == NUMBER:
        number = attribute_kinds.number(text)
        if number is None:
            raise _Wrong("BAD_NUMBER", value=text[:40])
        if field == "last_score" and not (0 <= number <= 10 and number == int(number)):
            raise _Wrong("BAD_SCORE", value=text[:40])
        return f"{number:f}"
    if kind == CHOICE:
        if text not in CHOICES[field]:
            raise _Wrong("BAD_CHOICE", value=text[:40])
        return text
    if op in ("within_days", "before_days"):
        if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= LONGEST_AGE):
            raise _Wrong("BAD_DAYS", value=text[:40], most=LONGEST_AGE)
        return str(int(text))
    if kind in (DATE, MOMENT):
        day = attribute_kinds.day(text)
        if day is None:
            raise _Wrong("BAD_DAY", value=text[:40])
        return day.isoformat()
    return text


def _contradiction(found: Sequence[Condition], attributes: Mapping[str, str]) -> Sentence | None:
    """Why no contact at all can fit all of these; None if some could."""
    for field in dict.fromkeys(one.field for one in found):
        mine = [one for one in found if one.field == field]
        kind = kind_of(field, attributes)
        exact = list(dict.fromkeys(_same(one.value) for one in mine if one.op in ("is", "on")))
        if len(exact) > 1:
            return _problem("TWO_VALUES", one=exact[0], other=exact[1])
        bare = {one.op for one in mine}
        for one, other in (("yes", "no"), ("known", "unknown")):
            if {one, other} <= bare:
                return _problem("TWO_VALUES", one=one, other=other)
        if kind == NUMBER:
            lows = [Decimal(one.value) for one in mine if one.op in ("at_least", "is")]
            highs = [Decimal(one.value) for one in mine if one.op in ("at_most", "is")]
        elif kind in (DATE, MOMENT):
            lows = [_ordinal(one.value) + (one.op == "after") for one in mine if one.op in ("after", "on")]
            highs = [_ordinal(one.value) - (one.op == "before") for one in mine if one.op in ("before", "on")]
        else:
            continue
        if lows and highs and max(lows) > min(highs):
            said = (max(lows), min(highs))
            if kind != NUMBER:
                said = (date.fromordinal(int(said[0])), date.fromordinal(int(said[1])))  # type: ignore[assignment]
            return _problem("NOBODY", low=said[0], high=said[1])
    return None


def _same(value: str) -> str:
    return value.casefold()


def _ordinal(text: str) -> Decimal:
    return Decimal(date.fromisoformat(text).toordinal())


def _problem(code: str, **facts: object) -> Sentence:
    return Sentence(code, SENTENCES[code], facts)
