"""Whether a customer stayed: what a second answer suggests. It is a suggestion: only a person says it."""

from __future__ import annotations

from datetime import date

KEPT, LOST = "KEPT", "LOST"
EARLIEST = date(2000, 1, 1)
_SUGGESTED = {"RECOVERED": KEPT, "CONVERTED": KEPT, "NOT_RECOVERED": LOST}


def suggested(outcome: str) -> str:
    """What the outcome of a case suggests: KEPT, LOST, or nothing (no answer is no news)."""
    return _SUGGESTED.get(outcome, "")


def is_possible(day: date, *, today: date) -> bool:
    """Whether something can be known to be so since `day`: not of the future, and of this century."""
    return EARLIEST <= day <= today
