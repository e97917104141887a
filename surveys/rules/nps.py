"""Net Promoter Score: segments, the figure and its margin.

Segments follow Reichheld, "The One Number You Need to Grow" (Harvard Business Review, December 2003): promoters 9-10,
passives ("passively satisfied") 7-8, detractors 0-6.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

LOWEST, HIGHEST = 0, 10
PROMOTER, PASSIVE, DETRACTOR = "PROMOTER", "PASSIVE", "DETRACTOR"
DETRACTOR_TO = 6  # the highest score of a detractor
PASSIVE_TO = 8  # the highest score of a passive
Z_95 = 1.96  # half width of a 95 % interval, in standard errors
ENOUGH = 30  # below this many answers a figure is called "too few"


class ScoreOutOfRange(ValueError):
    """The score is no whole number within the bounds of its metric."""


def classify(score: int) -> str:
    """PROMOTER, PASSIVE or DETRACTOR for a whole score 0-10. Raises `ScoreOutOfRange`."""
    check_score(score, LOWEST, HIGHEST)
    if score <= DETRACTOR_TO:
        return DETRACTOR
    return PASSIVE if score <= PASSIVE_TO else PROMOTER


def check_score(score: object, low: int, high: int) -> None:
    """Raise `ScoreOutOfRange` unless `score` is a whole number from `low` to `high` (True and 7.0 are not)."""
    if isinstance(score, bool) or not isinstance(score, int) or not low <= score <= high:
        raise ScoreOutOfRange(f"a score is a whole number from {low} to {high}, not {score!r}")


def net_promoter_score(promoters: int, passives: int, detractors: int) -> float | None:
    """Percentage of promoters minus percentage of detractors, -100 to 100, unrounded; None without answers."""
    answers = _answers(promoters, passives, detractors)
    return 100 * (promoters - detractors) / answers if answers else None


def margin_of_error(promoters: int, passives: int, detractors: int) -> float | None:
    """Half width of the 95 % interval of the NPS, in points: 100 x 1.96 x sqrt((p + d - (p - d)^2) / n); None for n < 2.

    p and d are the shares of promoters and detractors. Each answer counts +1, 0 or -1, whose variance is
    p + d - (p - d)^2; the mean of n answers has a n-th of it (Rocks, "Interval Estimation for the Net Promoter Score",
    The American Statistician 70, 2016, calls it the Wald interval).
    """
    answers = _answers(promoters, passives, detractors)
    if answers < 2:
        return None
    return 100 * Z_95 * math.sqrt(variance(promoters, passives, detractors) / answers)


def variance(promoters: int, passives: int, detractors: int) -> float:
    """Variance of one answer counted +1, 0, -1; between 0 and 1. Needs at least one answer."""
    answers = _answers(promoters, passives, detractors)
    # In whole numbers until the last step, so that equal answers have a variance of exactly 0.
    return ((promoters + detractors) * answers - (promoters - detractors) ** 2) / answers**2


def has_enough(answers: int) -> bool:
    """Whether so many answers make a figure worth showing without the words "too few"."""
    return answers >= ENOUGH


def distribution(scores: Iterable[int]) -> list[int]:
    """How many answers gave each score: eleven counts, index 0 for score 0. Raises `ScoreOutOfRange`."""
    counts = [0] * (HIGHEST - LOWEST + 1)
    for score in scores:
        check_score(score, LOWEST, HIGHEST)
        counts[score] += 1
    return counts


def segment_counts(counts: list[int]) -> tuple[int, int, int]:
    """(promoters, passives, detractors) from the eleven counts of `distribution`."""
    if len(counts) != HIGHEST - LOWEST + 1:
        raise ValueError(f"expected {HIGHEST - LOWEST + 1} counts, one for each score, not {len(counts)}")
    detractors = sum(counts[: DETRACTOR_TO + 1])
    passives = sum(counts[DETRACTOR_TO + 1 : PASSIVE_TO + 1])
    return sum(counts[PASSIVE_TO + 1 :]), passives, detractors


def _answers(promoters: int, passives: int, detractors: int) -> int:
    if min(promoters, passives, detractors) < 0:
        raise ValueError("counts of answers must not be negative")
    return promoters + passives + detractors
