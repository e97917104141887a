"""The codes of the queue's layout: how it can be sorted, grouped, narrowed by time, and which columns it has."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

RANK, DUE, OPENED, NEWEST, UPDATED, VALUE, SCORE, NUMBER = (
    "rank",
    "due",
    "opened",
    "newest",
    "updated",
    "value",
    "score",
    "number",
)
SORTS = (RANK, DUE, OPENED, NEWEST, UPDATED, VALUE, SCORE)  # NUMBER is for what is done and for searches
GROUPS = ("owner", "team", "priority", "status", "touchpoint")

# Columns somebody can choose; score and customer always stand first.
PROMISE, MARKS, OWNER = "promise", "marks", "owner"
COLUMNS = (PROMISE, MARKS, OWNER, "value", "touchpoint", "survey", "team", "channel", "opened", "updated")
USUAL_COLUMNS = (PROMISE, MARKS, OWNER)

COSY, COMPACT = "cosy", "compact"
DENSITIES = (COSY, COMPACT)

# Spans from now, by their code in the address.
DUE_WITHIN = {
    "overdue": timedelta(0),
    "4h": timedelta(hours=4),
    "24h": timedelta(hours=24),
    "week": timedelta(days=7),
}
NO_PROMISE = "none"
UNMAPPED = "none"  # of no cell of the matrix
PROMISED = ("overdue", "open")  # what customers were told and is not done
AGES = {
    "1d": timedelta(days=1),
    "3d": timedelta(days=3),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
ANY_WAIT = "yes"
WAITS = {
    ANY_WAIT: timedelta(0),
    "3d": timedelta(days=3),
    "7d": timedelta(days=7),
    "14d": timedelta(days=14),
}
VALUES = (1_000, 10_000, 100_000)  # thresholds offered; any whole number is understood
LARGEST_VALUE = 10**12


def columns_of(chosen: Iterable[str]) -> list[str]:
    """The known ones among `chosen`, each once, in the order of COLUMNS; the usual ones when none is left."""
    asked = set(chosen)
    return [name for name in COLUMNS if name in asked] or list(USUAL_COLUMNS)


def due_before(code: str, now: datetime) -> datetime:
    """The moment before which a promise must fall due for this code."""
    return now + DUE_WITHIN[code]


def since(spans: dict[str, timedelta], code: str, now: datetime) -> datetime:
    """The latest moment something may have begun to be at least so old."""
    return now - spans[code]
