"""Merge fields in texts people write: questions, subjects, mails, replies.

Syntax, all of it: `{{ first_name }}` is replaced by the field's value; `{{ first_name | "there" }}` by the value or,
when it is empty or unknown, by the fall-back in quotes (straight, single or typographic; `\\"` is a quote within). Names
are letters, digits and underscores, parts joined by dots (`contact.first_name`). Any other `{{` is an error, never
passed through: a customer must not see half a field. This is no template engine: no logic, no calls, no attribute
access; values are looked up by their whole name in a plain mapping and what they contain is never read again.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

_FIELD = re.compile(
    r"""\{\{ \s*
        (?P<name> [a-z_][a-z0-9_]* (?: \. [a-z0-9_]+ )* ) \s*
        (?: \| \s* (?:
            "(?P<double>  (?: [^"\\\n] | \\. )* )" |
            '(?P<single>  (?: [^'\\\n] | \\. )* )' |
            [“„](?P<curly> [^”“\n]* )[”“]
        ) \s* )?
    \}\}""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_OPENING = re.compile(r"\{\{")
_ESCAPE = re.compile(r"\\(.)")
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


class MergeError(ValueError):
    """A text with merge fields cannot be used."""


class MergeSyntaxError(MergeError):
    """`places` lists the beginnings of what looks like a field but is none, as (line, column, excerpt), from 1."""

    def __init__(self, places: list[tuple[int, int, str]]) -> None:
        self.places = tuple(places)
        said = "; ".join(f"line {line}, column {column}: {excerpt}" for line, column, excerpt in places)
        super().__init__(f'write a merge field as {{{{ name }}}} or {{{{ name | "fall-back" }}}}: {said}')


class UnfilledFields(MergeError):
    """`fields` lists every field that is unknown or empty and has no fall-back, each once, in order of appearance."""

    def __init__(self, unknown: list[str], empty: list[str], fields: list[str]) -> None:
        self.unknown = tuple(unknown)
        self.empty = tuple(empty)
        self.fields = tuple(fields)
        super().__init__(f"no value and no fall-back for: {', '.join(fields)}")


@dataclass(frozen=True)
class MergeField:
    """One field of a text: `fallback` is None when it has none, `start` and `end` are character positions."""

    name: str
    fallback: str | None
    start: int
    end: int


def parse(text: str) -> list[MergeField]:
    """The fields of `text` in order, names in lower case. Raises `MergeSyntaxError` listing every bad place."""
    found, bad, at = [], [], 0
    while opening := _OPENING.search(text, at):
        match = _FIELD.match(text, opening.start())
        if match is None:
            bad.append(_place(text, opening.start()))
            at = opening.end()
        else:
            found.append(MergeField(match["name"].lower(), _fallback(match), match.start(), match.end()))
            at = match.end()
    if bad:
        raise MergeSyntaxError(bad)
    return found


def fields(text: str) -> list[str]:
    """The names of the fields in `text`, each once, in order of appearance. Raises `MergeSyntaxError`."""
    return list(dict.fromkeys(field.name for field in parse(text)))


def unknown_fields(text: str, declared: Collection[str]) -> list[str]:
    """Fields of `text` outside `declared`, with or without fall-back: for the editor to warn of a misspelled name."""
    return [name for name in fields(text) if name not in declared]


def missing_fields(text: str, values: Mapping[str, object]) -> list[str]:
    """Fields that `values` leaves unfilled and that have no fall-back, each once. Raises `MergeSyntaxError`."""
    wanted = (field.name for field in parse(text) if field.fallback is None)
    return [name for name in dict.fromkeys(wanted) if not _filled(values.get(name))]


def render(
    text: str, values: Mapping[str, object], *, escape_values: bool = False, single_line: bool = False
) -> str:
    """`text` with its fields replaced, in one pass.

    `escape_values` escapes values and fall-backs for HTML (when `text` is HTML already); `single_line` turns line breaks
    and control characters of values and fall-backs into a space (for subjects and other headers). Raises
    `MergeSyntaxError`, and `UnfilledFields` listing all that are unknown or empty without fall-back.
    """
    found = parse(text)
    unfilled = missing_fields(text, values)
    if unfilled:
        unknown = [name for name in unfilled if name not in values]
        raise UnfilledFields(unknown, [name for name in unfilled if name in values], unfilled)
    pieces, at = [], 0
    for field in found:
        value = _filled(values.get(field.name)) or field.fallback or ""
        if single_line:
            value = _BREAKS.sub(" ", value)
        pieces += [text[at : field.start], html.escape(value) if escape_values else value]
        at = field.end
    return "".join([*pieces, text[at:]])


def _filled(value: object) -> str:
    """The value as text, without space around it; None, and what is only space, is empty."""
    return "" if value is None else str(value).strip()


def _fallback(match: re.Match[str]) -> str | None:
    for kind in ("double", "single"):
        if match[kind] is not None:
            return _ESCAPE.sub(r"\1", match[kind])
    return match["curly"]


def _place(text: str, at: int) -> tuple[int, int, str]:
    line_start = text.rfind("\n", 0, at) + 1
    return text.count("\n", 0, at) + 1, at - line_start + 1, text[at : at + 24].splitlines()[0]
