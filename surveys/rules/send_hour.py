"""The hour at which a person answers, learned from when they did.

Three answers or more, in their own time, and at least half of them within three neighbouring hours: its middle is the hour.
Around midnight hours are neighbours too. Less than that says nothing, and nothing is said.
"""

from __future__ import annotations

from collections.abc import Sequence

FEWEST = 3
LATEST = 20  # answers that count: habits change
DAY = 24


def learned(hours: Sequence[int]) -> int | None:
    """The hour (0-23) for somebody who answered at these local hours, the latest answer first."""
    seen = list(hours[:LATEST])
    if len(seen) < FEWEST:
        return None
    within = {hour: sum(_apart(hour, one) <= 1 for one in seen) for hour in range(DAY)}
    most = max(within.values())
    if most * 2 < len(seen) or most < 2:
        return None
    best = [hour for hour, count in within.items() if count == most]
    # Of equals the one they answered at most often, then most lately, then the earliest of the day.
    return min(best, key=lambda hour: (-seen.count(hour), seen.index(hour) if hour in seen else LATEST, hour))


def _apart(one: int, other: int) -> int:
    gap = abs(one - other)
    return min(gap, DAY - gap)
