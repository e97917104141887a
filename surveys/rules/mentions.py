"""Opinions nobody asked for: how happy they are, what makes two of them one, and when a feed is read again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

# Named as in surveys.enums.Segment; a mention has no score, so it is in no Net Promoter Score.
SATISFIED, NEUTRAL, DISSATISFIED = "SATISFIED", "NEUTRAL", "DISSATISFIED"

UNHAPPY_BELOW, HAPPY_FROM = (
    0.4,
    0.6,
)  # of a sentiment from 0 (unhappy) to 1 (happy); between them it says nothing
LONGEST_WAIT = timedelta(days=1)  # between two looks at a feed that fails


@dataclass(frozen=True, kw_only=True)
class Heard:
    """One opinion as it came. `external_id` is the source's own name for it, empty if it gives none."""

    text: str
    published_at: datetime
    external_id: str = ""
    title: str = ""
    author: str = ""
    address: str = ""
    url: str = ""
    language: str = ""
    stars: int | None = None


def segment_of(*, stars: int | None, sentiment: float | None) -> str:
    """1-2 stars are unhappy, 3 neutral, 4-5 happy; without stars the sentiment decides, without either nobody: ""."""
    if stars is not None:
        return DISSATISFIED if stars <= 2 else NEUTRAL if stars == 3 else SATISFIED
    if sentiment is None:
        return ""
    return DISSATISFIED if sentiment < UNHAPPY_BELOW else SATISFIED if sentiment >= HAPPY_FROM else NEUTRAL


def stars_of(*, value: float, best: float = 5.0) -> int | None:
    """`value` of `best` as 1 to 5 stars: 8 of 10 is 4; None for what is no rating."""
    if not 0 < best <= 1000 or not 0 <= value <= best:
        return None
    return min(5, max(1, round(value * 5 / best)))


def twin_key(*, author: str, text: str, day: str) -> tuple[str, str, str]:
    """What is the same opinion, however it reached us: who said what on which day, small differences of spacing aside."""
    return (" ".join(author.split()).casefold(), " ".join(text.split()).casefold(), day)


def own_id(*, author: str, text: str, url: str, day: str) -> str:
    """A name for an opinion whose source gives none, the same each time it comes."""
    said = "\x1f".join((*twin_key(author=author, text=text, day=day), url.strip()))
    return "own:" + hashlib.sha256(said.encode()).hexdigest()[:40]


def next_look(*, every: timedelta, failures: int) -> timedelta:
    """How long a feed is left alone: its own pace, doubled for each failure in a row, at most a day (or its pace)."""
    if failures <= 0:
        return every
    doubled: timedelta = every * 2 ** min(failures, 12)
    return max(every, min(doubled, LONGEST_WAIT))
