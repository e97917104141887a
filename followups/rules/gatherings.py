"""Places at an event: people, companions counted."""

from __future__ import annotations

from collections.abc import Iterable

YES = "YES"
FULL, FEW = "g_full", "g_few"  # keys of followups.words


def taken(guests: Iterable[tuple[str, int]]) -> int:
    """How many places those who come need; each guest is (answer, companions)."""
    return sum(1 + companions for answer, companions in guests if answer == YES)


def left(*, capacity: int | None, taken: int) -> int | None:
    """Places that are free; None where there are enough for everybody."""
    return None if capacity is None else max(0, capacity - taken)


def refusal(*, answer: str, companions: int, left: int | None) -> str:
    """Why this answer cannot be taken: all places are gone, or fewer are left than people come; empty when it can."""
    if answer != YES or left is None or 1 + companions <= left:
        return ""
    return FEW if left else FULL
