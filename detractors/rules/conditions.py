"""Conditions of a rule, as data: what may stand in them, and whether they hold for the facts of an answer.

    {"match": "all" | "any", "groups": [{"match": "all" | "any", "conditions": [{"field", "op", "value"}, ...]}, ...]}

A `Field` says what kind a fact is and what can be chosen. No group at all means: always. A fact that is unknown (None, or
missing) fits only the comparison "unknown"; "is not" holds for it, too, because what is unknown is not the value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.sentences import Sentence, gettext_noop
from detractors.rules import expressions
from detractors.rules.expressions import Facts
from surveys.rules.audience_filter import Condition
from surveys.rules.audience_filter import Filter as Group

ALL, ANY = "all", "any"
NUMBER, TEXT, CHOICE, FLAG = "NUMBER", "TEXT", "CHOICE", "FLAG"
OPS: dict[str, tuple[str, ...]] = {
    NUMBER: ("is", "at_least", "at_most", "known", "unknown"),
    TEXT: ("contains", "not_contains", "is", "is_not", "known", "unknown"),
    CHOICE: ("is", "is_not", "known", "unknown"),
    FLAG: ("yes", "no"),
}
BARE = frozenset({"known", "unknown", "yes", "no"})  # comparisons without a value
MOST_GROUPS, MOST_CONDITIONS, LONGEST_VALUE = 5, 20, 200

SENTENCES: dict[str, str] = {
    "NO_SHAPE": gettext_noop("Conditions are groups, and whether all or any of them must hold."),
    "NO_CONDITION": gettext_noop("This group has no condition."),
    "TOO_MANY": gettext_noop("At most %(groups)s groups and %(most)s conditions."),
    "UNKNOWN_FIELD": gettext_noop("Choose what is compared."),
    "UNKNOWN_OP": gettext_noop("Choose how it is compared."),
    "NO_VALUE": gettext_noop("Say what to compare with."),
    "TOO_LONG": gettext_noop("Longer than %(most)s characters."),
    "BAD_NUMBER": gettext_noop("%(value)s is no number; write 12 or 12.5."),
    "BAD_CHOICE": gettext_noop("Choose one of the values."),
}


@dataclass(frozen=True)
class Field:
    """A fact that can be compared; `choices` are (value, words) of a CHOICE."""

    name: str
    kind: str
    label: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Conditions:
    match: str = ALL
    groups: tuple[Group, ...] = ()

    def as_data(self) -> dict[str, Any]:
        return {"match": self.match, "groups": [one.as_data() for one in self.groups]}

    @property
    def is_always(self) -> bool:
        return not self.groups

    @classmethod
    def stored(cls, data: Mapping[str, Any]) -> Conditions:
        """From the stored form, which was read once already."""
        return cls(
            data.get("match", ALL),
            tuple(
                Group(
                    group.get("match", ALL),
                    tuple(
                        Condition(one["field"], one["op"], one.get("value", ""))
                        for one in group["conditions"]
                    ),
                )
                for group in data.get("groups", ())
            ),
        )


class BadConditions(ValueError):
    """They cannot be used. `problems` are ((group, condition) from 0, or None for the whole; sentence)."""

    def __init__(self, problems: Sequence[tuple[tuple[int, int] | None, Sentence]]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(str(sentence) for _at, sentence in problems))


class _Wrong(Exception):
    def __init__(self, code: str, **facts: object) -> None:
        self.sentence = _problem(code, **facts)


def _problem(code: str, **facts: object) -> Sentence:
    return Sentence(code, SENTENCES[code], facts)


def read(data: Any, *, fields: Mapping[str, Field]) -> Conditions:
    """The conditions in `data`, in their stored form. Raises BadConditions."""
    groups = data.get("groups", []) if isinstance(data, Mapping) else None
    if (
        not isinstance(data, Mapping)
        or not isinstance(groups, list)
        or data.get("match", ALL) not in (ALL, ANY)
        or not all(_is_group(one) for one in groups)
    ):
        raise BadConditions([(None, _problem("NO_SHAPE"))])
    if len(groups) > MOST_GROUPS or sum(len(one["conditions"]) for one in groups) > MOST_CONDITIONS:
        raise BadConditions([(None, _problem("TOO_MANY", groups=MOST_GROUPS, most=MOST_CONDITIONS))])
    problems: list[tuple[tuple[int, int] | None, Sentence]] = []
    found: list[Group] = []
    for at, group in enumerate(groups):
        kept = []
        if not group["conditions"]:
            problems.append(((at, 0), _problem("NO_CONDITION")))
        for place, row in enumerate(group["conditions"]):
            try:
                kept.append(_condition(row, fields))
            except _Wrong as wrong:
                problems.append(((at, place), wrong.sentence))
        found.append(Group(group.get("match", ALL), tuple(kept)))
    if problems:
        raise BadConditions(problems)
    return Conditions(data.get("match", ALL), tuple(found))


def _is_group(one: Any) -> bool:
    return (
        isinstance(one, Mapping)
        and isinstance(one.get("conditions"), list)
        and one.get("match", ALL) in (ALL, ANY)
    )


def _condition(row: Any, fields: Mapping[str, Field]) -> Condition:
    name = row.get("field") if isinstance(row, Mapping) else None
    field = fields.get(name) if isinstance(name, str) else None
    if field is None:
        raise _Wrong("UNKNOWN_FIELD")
    op, value = row.get("op", ""), row.get("value", "")
    if op not in OPS[field.kind]:
        raise _Wrong("UNKNOWN_OP")
    if op in BARE:
        return Condition(field.name, op)
    if isinstance(value, bool) or not isinstance(value, str | int | float) or not str(value).strip():
        raise _Wrong("NO_VALUE")
    text = str(value).strip()
    if len(text) > LONGEST_VALUE:
        raise _Wrong("TOO_LONG", most=LONGEST_VALUE)
    if field.kind == NUMBER:
        number = expressions.number(text)
        if number is None:
            raise _Wrong("BAD_NUMBER", value=text[:40])
        return Condition(field.name, op, f"{number:f}")
    if field.kind == CHOICE and text not in {value for value, _words in field.choices}:
        raise _Wrong("BAD_CHOICE")
    return Condition(field.name, op, text)


def holds(conditions: Conditions, facts: Mapping[str, Any] | Facts) -> bool:
    """Whether the conditions hold for `facts`: field -> value, None where unknown, a list where there are several.

    The library judges (see rules.expressions). Facts that several rules are asked about are read once as `Facts`.
    """
    return expressions.holds(conditions, facts if isinstance(facts, Facts) else Facts(facts))
