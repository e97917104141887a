"""What differs between how a case was treated and how it would be, and the figures of many.

Both are plain values:

    {"opens": bool, "cell": name, "priority": code, "policy": name, "rule": name, "asked": {...} or None,
     "runs": [{"kind", "since", "due", "missed", "state"}] or None}, in any order

`asked` is what was asked of whoever got the case, None where nobody has written it down; `runs` are the promises, None where nobody can know what people would have done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from detractors.rules.clock import Run

OPENS, CELL, PRIORITY, POLICY, RULE, ASKED, DUE, MISSED = (
    "OPENS", "CELL", "PRIORITY", "POLICY", "RULE", "ASKED", "DUE", "MISSED",
)  # fmt: skip
PARTS = (OPENS, CELL, PRIORITY, POLICY, RULE, ASKED, DUE, MISSED)
_PLAIN = ((CELL, "cell"), (PRIORITY, "priority"), (POLICY, "policy"), (RULE, "rule"))
KEPT, WAS_MISSED, GIVEN_UP, STILL_OPEN = "KEPT", "MISSED", "GIVEN_UP", "OPEN"
STATES = (KEPT, WAS_MISSED, GIVEN_UP, STILL_OPEN)


def state(*, is_missed: bool, is_met: bool, is_cancelled: bool) -> str:
    """How a promise stands: missed once, it stays so."""
    if is_missed:
        return WAS_MISSED
    if is_met:
        return KEPT
    return GIVEN_UP if is_cancelled else STILL_OPEN


def run_data(run: Run) -> dict[str, Any]:
    """A promise as the clock told it, as plain values."""
    return {
        "kind": run.kind,
        "since": run.started_at.isoformat(),
        "due": run.due_at.isoformat(),
        "missed": run.is_breached,
        "state": state(
            is_missed=run.is_breached,
            is_met=run.met_at is not None,
            is_cancelled=run.cancelled_at is not None,
        ),
    }


def parts(was: Mapping[str, Any], would: Mapping[str, Any]) -> list[str]:
    """Which parts differ, in the order of PARTS."""
    if was["opens"] != would["opens"]:
        return [OPENS]
    if not was["opens"]:
        return []
    found = [part for part, name in _PLAIN if was[name] != would[name]]
    if was["asked"] is not None and _said(was["asked"]) != _said(would["asked"]):
        found.append(ASKED)
    if was["runs"] is not None and would["runs"] is not None:
        if _column(was["runs"], "due") != _column(would["runs"], "due"):
            found.append(DUE)
        if _column(was["runs"], "state") != _column(would["runs"], "state"):
            found.append(MISSED)
    return found


def _said(asked: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (asked or {}).items() if value}


def _column(runs: Sequence[Mapping[str, Any]], name: str) -> list[tuple[Any, ...]]:
    return sorted((run["since"], run["kind"], run[name]) for run in runs)


def counted(
    figures: Mapping[str, Any], pairs: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]
) -> dict[str, Any]:
    """`figures` with these cases added: how many, how many differ, and of each part how many cases say what, both ways.

    {"cases", "differ", "opens": [was, would], "parts": {part: cases}, "cell" | "priority" | "policy" | "team":
     {value: [was, would]}, "promises": {kind: {state: [was, would]}}}
    """
    found: dict[str, Any] = {
        "cases": figures.get("cases", 0),
        "differ": figures.get("differ", 0),
        "opens": list(figures.get("opens", (0, 0))),
        "parts": dict(figures.get("parts", {})),
        **{name: dict(figures.get(name, {})) for name in ("cell", "priority", "policy", "asked")},
        "promises": {kind: dict(states) for kind, states in figures.get("promises", {}).items()},
    }
    for was, would in pairs:
        found["cases"] += 1
        different = parts(was, would)
        found["differ"] += bool(different)
        for part in different:
            found["parts"][part] = found["parts"].get(part, 0) + 1
        is_unknown = (
            was["opens"] and was["asked"] is None
        )  # from before it was written down: no change of this draft
        for side, one in enumerate((was, would)):
            if one["opens"]:
                found["opens"][side] += 1
                _count(found, {**one, "asked": None} if is_unknown else one, side)
    return found


def _count(found: dict[str, Any], one: Mapping[str, Any], side: int) -> None:
    for name in ("cell", "priority", "policy"):
        _add(found[name], one[name], side)
    if one["asked"] is not None:
        _add(found["asked"], one["asked"].get("rule", ""), side)
    for run in one["runs"] or ():
        _add(found["promises"].setdefault(run["kind"], {}), run["state"], side)


def _add(counts: dict[str, Any], value: str, side: int) -> None:
    pair = list(counts.get(value, (0, 0)))
    pair[side] += 1
    counts[value] = pair
