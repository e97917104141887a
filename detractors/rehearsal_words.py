"""The words of rehearsals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import moments
from detractors.enums import Priority, TimerKind
from detractors.rules import rehearsing as rules

PART_WORDS: dict[str, Any] = {
    rules.OPENS: gettext_lazy("Opens or not"),
    rules.CELL: gettext_lazy("Cell"),
    rules.PRIORITY: gettext_lazy("Priority"),
    rules.POLICY: gettext_lazy("Promise"),
    rules.RULE: gettext_lazy("Priority rule"),
    rules.ASKED: gettext_lazy("Whose it is"),
    rules.DUE: gettext_lazy("Due moments"),
    rules.MISSED: gettext_lazy("Kept or missed"),
}
STATE_WORDS: dict[str, Any] = {
    rules.KEPT: gettext_lazy("kept"),
    rules.WAS_MISSED: gettext_lazy("missed"),
    rules.GIVEN_UP: gettext_lazy("given up"),
    rules.STILL_OPEN: gettext_lazy("still open"),
}


@dataclass(frozen=True)
class Pair:
    """A value of one part, with how many cases it had and would have."""

    label: str
    was: int
    would: int

    @property
    def change(self) -> int:
        return self.would - self.was


def pairs(figures: Mapping[str, Any], name: str) -> list[Pair]:
    """How many cases say what of a part, most first."""
    words = _VALUES[name]
    found = [Pair(words(value), was, would) for value, (was, would) in figures.get(name, {}).items()]
    return sorted(found, key=lambda pair: (-max(pair.was, pair.would), pair.label))


def promises(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """By kind of promise: kept, missed, given up, still open, each was and would."""
    found = []
    for kind in TimerKind:
        states = figures.get("promises", {}).get(kind.value)
        if states:
            cells = [Pair(str(STATE_WORDS[one]), *states.get(one, (0, 0))) for one in rules.STATES]
            found.append({"kind": kind.label, "cells": cells})
    return found


def differing(figures: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    """(part, its words, cases) of the parts in which cases differ."""
    parts = figures.get("parts", {})
    return [(part, str(PART_WORDS[part]), parts[part]) for part in rules.PARTS if parts.get(part)]


def lines(was: Mapping[str, Any], would: Mapping[str, Any], parts: list[str]) -> list[tuple[str, str, str]]:
    """(part in words, what was, what would be) of a case."""
    found = []
    for part in parts:
        if part in _OF_PART:
            said = _OF_PART[part]
            found.append((str(PART_WORDS[part]), said(was), said(would)))
    if rules.DUE in parts or rules.MISSED in parts:
        found += _promise_lines(was["runs"], would["runs"])
    return found


def _promise_lines(was: Any, would: Any) -> list[tuple[str, str, str]]:
    found = []
    for kind in TimerKind:
        old, new = (
            sorted((run for run in runs if run["kind"] == kind), key=lambda run: run["since"])
            for runs in (was, would)
        )
        for place in range(max(len(old), len(new))):
            before = _run(old[place]) if place < len(old) else _("not promised")
            after = _run(new[place]) if place < len(new) else _("not promised")
            if before != after:
                found.append((str(kind.label), before, after))
    return found


def _run(run: Mapping[str, Any]) -> str:
    due = moments.in_words(datetime.fromisoformat(run["due"]))
    return _("%(state)s, due %(moment)s") % {"state": STATE_WORDS[run["state"]], "moment": due}


def _priority(value: str) -> str:
    return str(Priority(value).label) if value in Priority.values else value


def asked(said: Mapping[str, Any] | None) -> str:
    """What was asked of whoever gets the case."""
    if said is None:
        return _("not written down")
    if not said.get("rule"):
        return _("the owning team") if said.get("team") else _("whose turn it is")
    return _("rule “%(name)s”") % {"name": said["rule"]}


_OF_PART: dict[str, Any] = {
    rules.OPENS: lambda one: _("a case opens") if one["opens"] else _("no case"),
    rules.CELL: lambda one: one["cell"] or _("Unmapped"),
    rules.PRIORITY: lambda one: _priority(one["priority"]),
    rules.POLICY: lambda one: one["policy"] or _("nothing promised"),
    rules.RULE: lambda one: one["rule"] or _("none"),
    rules.ASKED: lambda one: asked(one["asked"]),
}
_VALUES: dict[str, Any] = {
    "cell": lambda value: value or _("Unmapped"),
    "priority": _priority,
    "policy": lambda value: value or _("nothing promised"),
    "asked": lambda value: value or _("no rule"),
}
