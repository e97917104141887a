"""What many answers of one metric say together, with how sure that is.

NET_SCORE (NPS): see `nps`. TOP_BOXES (CSAT): the share of answers in the top two boxes of five, in percent; Morgan and Rego,
"The Value of Different Customer Satisfaction and Loyalty Metrics in Predicting Business Performance" (Marketing Science 25,
2006), compare it with the mean. Its interval is Wilson's ("Probable Inference, the Law of Succession, and Statistical
Inference", Journal of the American Statistical Association 22, 1927), which stays inside 0-100 and is right for few answers.
MEAN (CES, as in Dixon, Toman and DeLisi, "The Effortless Experience", 2013; STARS, as review sites show them): the mean, with
its standard error, the deviation of the sample (n - 1) by the square root of n.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from surveys.rules import metrics, nps


@dataclass(frozen=True)
class Figure:
    """`value` with the ends of its 95 % interval, in the units of the statistic: points, percent, or the scale's own.

    `value` is None without answers, `low` and `high` also where one answer alone tells no spread.
    """

    statistic: str  # as the metric declares it
    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    standard_error: float | None = None

    @property
    def has_enough(self) -> bool:
        """Whether the figure may be shown without the words "too few"."""
        return nps.has_enough(self.n)


def figure(metric: str, counts: Mapping[int, int]) -> Figure:
    """From how often each score was given. Raises `metrics.UnknownMetric`, `nps.ScoreOutOfRange`."""
    declared = metrics.kind(metric)
    by_segment = {segment: 0 for segment, _low, _high in declared.segments}
    for score, times in counts.items():
        if times:
            by_segment[metrics.classify(metric, score)] += times
    worst, middle, best = by_segment.values()
    n = worst + middle + best
    if not n:
        return Figure(declared.statistic, 0)
    if declared.statistic == metrics.NET_SCORE:
        return _net(worst, middle, best)
    return _share(best, n) if declared.statistic == metrics.TOP_BOXES else _mean(counts, n)


def wilson(hits: int, answers: int) -> tuple[float, float]:
    """The 95 % interval of a share, both ends from 0 to 1. Needs at least one answer."""
    share, z2 = hits / answers, nps.Z_95**2
    middle = (share + z2 / (2 * answers)) / (1 + z2 / answers)
    half = nps.Z_95 / (1 + z2 / answers) * math.sqrt(share * (1 - share) / answers + z2 / (4 * answers**2))
    # Exactly 0 and 1 where nobody and everybody did; rounding would miss them by a hair.
    low = max(0.0, middle - half) if hits else 0.0
    return low, min(1.0, middle + half) if hits < answers else 1.0


def _net(worst: int, middle: int, best: int) -> Figure:
    n = worst + middle + best
    value, margin = nps.net_promoter_score(best, middle, worst), nps.margin_of_error(best, middle, worst)
    assert value is not None
    error = 100 * math.sqrt(nps.variance(best, middle, worst) / n)
    if margin is None:
        return Figure(metrics.NET_SCORE, n, value, standard_error=error)
    return Figure(metrics.NET_SCORE, n, value, max(-100.0, value - margin), min(100.0, value + margin), error)


def _share(hits: int, n: int) -> Figure:
    share = hits / n
    low, high = wilson(hits, n)
    error = 100 * math.sqrt(share * (1 - share) / n)
    return Figure(metrics.TOP_BOXES, n, 100 * share, 100 * low, 100 * high, error)


def _mean(counts: Mapping[int, int], n: int) -> Figure:
    mean = sum(score * times for score, times in counts.items()) / n
    if n < 2:
        return Figure(metrics.MEAN, n, mean)
    squares = sum(times * (score - mean) ** 2 for score, times in counts.items())
    error = math.sqrt(squares / (n - 1) / n)
    return Figure(metrics.MEAN, n, mean, mean - nps.Z_95 * error, mean + nps.Z_95 * error, error)
