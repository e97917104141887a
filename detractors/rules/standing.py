"""One bad experience or a long-standing issue: read from the score history, never guessed.

Unhappy answers of the last two years are counted by episode: two within a fortnight are one, because somebody who is asked
twice about the same delivery is let down once. The issue is LONG_STANDING when there are three episodes, or when the last
two follow each other without a content answer between them. Otherwise it is a ONE_OFF, or the FIRST answer of a customer we
know nothing of.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST, ONE_OFF, LONG_STANDING = "FIRST", "ONE_OFF", "LONG_STANDING"
CODES = (FIRST, ONE_OFF, LONG_STANDING)
LOOKED_AT = timedelta(days=730)
SAME_EPISODE = timedelta(days=14)
EPISODES = 3  # from here on it is long-standing, whatever lies between


@dataclass(frozen=True)
class Answer:
    """One answer of the customer; `at` is aware UTC."""

    at: datetime
    is_unhappy: bool


@dataclass(frozen=True)
class Standing:
    """The finding: when each unhappy episode began, oldest first, and how many content answers there were.

    `in_a_row` counts the latest episodes without a content answer between them.
    """

    code: str
    episodes: tuple[datetime, ...] = ()
    content: int = 0
    in_a_row: int = 0

    @property
    def is_chronic(self) -> bool:
        return self.code == LONG_STANDING

    @property
    def earlier(self) -> int:
        """Unhappy episodes before the latest."""
        return max(len(self.episodes) - 1, 0)


def read(answers: Iterable[Answer], *, at: datetime, is_unhappy_now: bool = False) -> Standing:
    """How the customer stands at `at`: `answers` up to then count. `is_unhappy_now` adds a complaint without a score."""
    known = sorted(
        (one for one in answers if at - LOOKED_AT <= one.at <= at),
        key=lambda one: (one.at, one.is_unhappy),
    )
    if is_unhappy_now:
        known.append(Answer(at, is_unhappy=True))
    episodes: list[datetime] = []
    last: datetime | None = None
    content = in_a_row = 0
    for one in known:
        if not one.is_unhappy:
            content += 1
            in_a_row = 0
            last = None
        elif last is not None and one.at - last <= SAME_EPISODE:
            last = one.at
        else:
            episodes.append(one.at)
            in_a_row += 1
            last = one.at
    if len(episodes) >= EPISODES or in_a_row >= 2:
        code = LONG_STANDING
    else:
        code = ONE_OFF if len(known) > 1 else FIRST
    return Standing(code, tuple(episodes), content, in_a_row)
