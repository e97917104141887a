"""Conditions as expressions of the `rule-engine` library, which judges them.

Each condition is one comparison of a symbol with a literal; groups are joined with `and` and `or`, in brackets. What a fact
is decides how it is read, and by that the type its symbol has in the expression's context:

    NUMBER    a number                              score <= 3
    TEXT      without case and accents              "invoice" in words
    NUMBERS   several                               $any([one <= 3 for one in answer_x])
    TEXTS     several                               "b" in answer_x
    FLAG      true, or null                         is_public == true
    UNKNOWN   null, which reaches and holds nothing  score != null

An expression is compiled once for the kinds its facts have, and kept. Several rules are asked as one expression first, which
is all most answers need.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from detractors.rules.matrix import plain
from surveys.rules.audience_filter import Condition

if TYPE_CHECKING:
    from detractors.rules.conditions import Conditions

NUMBER, TEXT, NUMBERS, TEXTS, FLAG, UNKNOWN = "NUMBER", "TEXT", "NUMBERS", "TEXTS", "FLAG", "UNKNOWN"
KEPT = 4_096  # compiled expressions of a process
_NO_SYMBOL = re.compile(r"[^A-Za-z0-9_]+")
_RESERVED = frozenset({"and", "or", "not", "in", "for", "if", "true", "false", "null", "nan", "inf", "one"})
_JOINS = {"all": " and ", "any": " or "}


def number(value: object) -> Decimal | None:
    """The number in `value`, None if it is none or beyond all measure."""
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < Decimal(10) ** 15 else None


# Facts ------------------------------------------------------------------------------------------------------


class Facts:
    """The facts of one answer, read for the expressions that ask about them; each is read once."""

    __slots__ = ("_facts", "_kinds", "_read")

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self._facts = facts
        self._kinds: dict[str, str] = {}
        self._read: dict[tuple[str, str], Any] = {}

    def _values(self, field: str) -> list[Any]:
        fact = self._facts.get(field)
        several = fact if isinstance(fact, list | tuple) else (fact,)
        return [one for one in several if one is not None and one != ""]

    def kind(self, field: str) -> str:
        """What the fact is: NUMBER, TEXT, NUMBERS, TEXTS, or UNKNOWN when it says nothing."""
        found = self._kinds.get(field)
        if found is None:
            found = self._kinds[field] = self._find_kind(field)
        return found

    def _find_kind(self, field: str) -> str:
        values = self._values(field)
        if not values:
            return UNKNOWN
        is_number = all(_is_number(one) for one in values)
        if isinstance(self._facts[field], list | tuple):
            return NUMBERS if is_number else TEXTS
        return NUMBER if is_number else TEXT

    def plain(self, field: str) -> Any:
        """The fact as it came; None where nothing is known."""
        return self._facts.get(field)

    def read(self, field: str, kind: str) -> Any:
        """The fact as its symbol takes it."""
        key = (field, kind)
        if key not in self._read:
            self._read[key] = _READ[kind](self._values(field))
        return self._read[key]


def _is_number(one: object) -> bool:
    return isinstance(one, int | float | Decimal) and not isinstance(one, bool) and number(one) is not None


def _numbers(values: list[Any]) -> tuple[Decimal, ...]:
    return tuple(found for one in values if (found := number(one)) is not None)


_READ: dict[str, Callable[[list[Any]], Any]] = {
    NUMBER: lambda values: next(iter(_numbers(values)), None),  # null when a text is no number
    NUMBERS: _numbers,
    TEXT: lambda values: plain(str(values[0])),
    TEXTS: lambda values: tuple(plain(str(one)) for one in values),
    FLAG: lambda values: any(one is True for one in values) or None,
    UNKNOWN: lambda _values: None,
}


# The library ------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def library() -> Any:
    """The library, loaded when first asked for: it works out its grammar while it is loaded, which takes half a second.
    The web server, the schedule and most commands judge no rule and start without it; a worker has it from its start."""
    import rule_engine

    return rule_engine


@lru_cache(maxsize=1)
def _types() -> dict[str, Any]:
    kinds = library().DataType
    return {
        NUMBER: kinds.FLOAT,
        TEXT: kinds.STRING,
        NUMBERS: kinds.ARRAY(kinds.FLOAT),
        TEXTS: kinds.ARRAY(kinds.STRING),
        FLAG: kinds.BOOLEAN,
        UNKNOWN: kinds.NULL,
    }


# Expressions ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Compiled:
    """An expression, and the rule the library made of it."""

    text: str
    rule: Any

    def holds(self, facts: Facts) -> bool:
        return bool(self.rule.matches(facts))


def holds(conditions: Conditions, facts: Facts) -> bool:
    """Whether the conditions hold for the facts."""
    kinds = tuple(facts.kind(one.field) for group in conditions.groups for one in group.conditions)
    return compiled(conditions, kinds).holds(facts)


@lru_cache(maxsize=KEPT)
def compiled(conditions: Conditions, kinds: tuple[str, ...]) -> Compiled:
    """The conditions for facts of these kinds, one kind for each condition in their order."""
    symbols: dict[str, tuple[str, str]] = {}
    text = _text(conditions, kinds, symbols)
    return Compiled(text, _judge(text, symbols))


def _judge(text: str, symbols: Mapping[str, tuple[str, str]]) -> Any:
    """What the library makes of an expression. It is proven with the types of its symbols, and judges without looking at the
    type of each value again: `Facts.read` gives what the type promises."""
    engine, kinds = library(), _types()
    types = {symbol: kinds[kind] for symbol, (_field, kind) in symbols.items()}
    engine.Rule(text, context=engine.Context(type_resolver=engine.type_resolver_from_dict(types)))

    def resolve(facts: Facts, symbol: str) -> Any:
        field, kind = symbols[symbol]
        return facts.read(field, kind)

    return engine.Rule(text, context=engine.Context(resolver=resolve))


class AnyOf:
    """Several conditions asked as one: whether any of them holds. Keep one for many facts."""

    def __init__(self, several: Sequence[Conditions]) -> None:
        self._several = tuple(several)
        self._fields = tuple(
            dict.fromkeys(
                one.field for conditions in several for group in conditions.groups for one in group.conditions
            )
        )
        self._compiled: dict[tuple[str, ...], Compiled] = {}

    def holds(self, facts: Facts) -> bool:
        """Whether at least one of the conditions holds for the facts."""
        kinds = tuple([facts.kind(field) for field in self._fields])
        found = self._compiled.get(kinds)
        if found is None:
            found = self._compiled[kinds] = _any_of(
                self._several, tuple(zip(self._fields, kinds, strict=True))
            )
        return found.holds(facts)


@lru_cache(maxsize=KEPT // 8)
def _any_of(several: tuple[Conditions, ...], kinds: tuple[tuple[str, str], ...]) -> Compiled:
    known, symbols = dict(kinds), dict[str, tuple[str, str]]()
    words: dict[
        str, list[str]
    ] = {}  # by field: rules by a word are the most frequent, and looked for all at once
    parts = []
    for one in several:
        asked = [it for group in one.groups for it in group.conditions]
        if len(asked) == 1 and asked[0].op == "contains" and known[asked[0].field] == TEXT:
            words.setdefault(asked[0].field, []).append(re.escape(plain(asked[0].value)))
        else:
            parts.append(_text(one, tuple(known[it.field] for it in asked), symbols))
    for field, looked_for in words.items():
        parts.append(f"{_symbol(field, TEXT, symbols)} =~~ {_literal('|'.join(looked_for))}")
    text = _joined(parts, "any")
    return Compiled(text, _judge(text, symbols))


def text_of(conditions: Conditions, kinds: Mapping[str, str]) -> str:
    """The expression as a person reads it; `kinds` are those of the fields, TEXT for all others."""
    found = tuple(kinds.get(one.field, TEXT) for group in conditions.groups for one in group.conditions)
    return compiled(conditions, found).text


def _text(conditions: Conditions, kinds: tuple[str, ...], symbols: dict[str, tuple[str, str]]) -> str:
    if not conditions.groups:
        return "true"
    left = iter(kinds)
    groups = []
    for group in conditions.groups:
        parts = [_comparison(one, next(left), symbols) for one in group.conditions]
        groups.append(_joined(parts, group.match))
    return _joined(groups, conditions.match)


def _joined(parts: list[str], match: str) -> str:
    if len(parts) == 1:
        return parts[0]
    if not parts:  # all of none hold, any of none does not
        return "true" if match == "all" else "false"
    looser = (" or ",) if match == "all" else (" and ", " or ")
    return _JOINS[match].join(f"({one})" if any(word in one for word in looser) else one for one in parts)


def _comparison(condition: Condition, kind: str, symbols: dict[str, tuple[str, str]]) -> str:
    write = _WRITTEN.get(condition.op)
    if write is None:
        return "false"  # a comparison that was taken away holds for nothing
    limit = number(condition.value)
    asked = kind
    if condition.op in ("yes", "no"):
        kind = FLAG
    elif kind == UNKNOWN:
        pass
    elif condition.op in ("at_least", "at_most"):
        kind = NUMBERS if kind in (NUMBERS, TEXTS) else NUMBER
    elif condition.op in ("contains", "not_contains") or (condition.op in ("is", "is_not") and limit is None):
        kind = TEXTS if kind in (NUMBERS, TEXTS) else TEXT
    literal = f"{limit:f}" if limit is not None and kind in (NUMBER, NUMBERS) else _quoted(condition.value)
    symbol = _symbol(condition.field, kind, symbols)
    if kind == NUMBER and asked == TEXT:  # a text may be no number
        return f"{symbol} != null and {write(symbol, literal, kind)}"
    return write(symbol, literal, kind)


def _symbol(field: str, kind: str, symbols: dict[str, tuple[str, str]]) -> str:
    """The name of the fact in the expression: attribute_plan for attribute:plan."""
    name = _NO_SYMBOL.sub("_", field)
    if not name or name[0].isdigit() or name in _RESERVED:
        name = f"_{name}"
    symbol, turn = name, 1
    while symbols.setdefault(symbol, (field, kind)) != (field, kind):
        turn += 1
        symbol = f"{name}_{turn}"
    return symbol


def _quoted(value: str) -> str:
    """A literal of the value as facts are compared."""
    return _literal(plain(value))


def _literal(text: str) -> str:
    """The text as the library reads it, with everything escaped that could end it."""
    letters = []
    for letter in text:
        if letter in '\\"':
            letters.append(f"\\{letter}")
        elif letter.isprintable():
            letters.append(letter)
        else:
            letters.append(f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}")
    return f'"{"".join(letters)}"'


def _is(symbol: str, literal: str, kind: str) -> str:
    return f"{literal} in {symbol}" if kind in (NUMBERS, TEXTS) else f"{symbol} == {literal}"


def _is_not(symbol: str, literal: str, kind: str) -> str:
    return f"not ({literal} in {symbol})" if kind in (NUMBERS, TEXTS) else f"{symbol} != {literal}"


def _contains(symbol: str, literal: str, kind: str) -> str:
    if kind == UNKNOWN:
        return f"{symbol} != null"
    return f"$any([{literal} in one for one in {symbol}])" if kind == TEXTS else f"{literal} in {symbol}"


def _reaches(sign: str) -> Callable[[str, str, str], str]:
    def write(symbol: str, literal: str, kind: str) -> str:
        if kind == UNKNOWN:
            return f"{symbol} != null"
        return (
            f"$any([one {sign} {literal} for one in {symbol}])"
            if kind == NUMBERS
            else f"{symbol} {sign} {literal}"
        )

    return write


_WRITTEN: dict[str, Callable[[str, str, str], str]] = {
    "is": _is,
    "is_not": _is_not,
    "contains": _contains,
    "not_contains": lambda symbol, literal, kind: f"not ({_contains(symbol, literal, kind)})",
    "at_least": _reaches(">="),
    "at_most": _reaches("<="),
    "known": lambda symbol, _literal, _kind: f"{symbol} != null",
    "unknown": lambda symbol, _literal, _kind: f"{symbol} == null",
    "yes": lambda symbol, _literal, _kind: f"{symbol} == true",
    "no": lambda symbol, _literal, _kind: f"{symbol} != true",
}
