"""What the answers of one metric say together, how sure that is, and whether a change is more than chance.

NPS is the net share of promoters (surveys.rules.nps). CSAT is the share of satisfied answers with Wilson's interval; two
shares are compared by Newcombe's hybrid score interval ("Interval Estimation for the Difference between Independent
Proportions", Statistics in Medicine 17, 1998, method 10), which holds for shares near 0 and 1. CES and STARS are means with
the standard error of the mean; two means are compared as two independent samples, their variances added (Welch 1947). With
fewer than 30 answers on a side no verdict is given.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from core.sentences import Sentence
from dashboards import statistics
from surveys.rules import metrics, nps

NET, SHARE, MEAN = "NET", "SHARE", "MEAN"
STATISTIC = {metrics.NPS: NET, metrics.CSAT: SHARE, metrics.CES: MEAN, metrics.STARS: MEAN}
DIGITS = {NET: 1, SHARE: 0, MEAN: 2}


@dataclass(frozen=True)
class Figure:
    """`value` with the ends of its 95 % interval, in the units of the statistic: points, percent, or the scale's own.

    `value` is None without answers, `low` and `high` also where one answer alone tells no spread.
    """

    statistic: str
    n: int
    value: float | None
    low: float | None
    high: float | None
    standard_error: float | None

    @property
    def has_enough(self) -> bool:
        """Whether the figure may be shown without the words "too few"."""
        return nps.has_enough(self.n)


@dataclass(frozen=True)
class Change:
    """From one figure to the next: `value` is None when a side has no answers; `sentence` says what it means."""

    value: float | None
    verdict: str
    sentence: Sentence


def figure(metric: str, distribution: Sequence[int]) -> Figure:
    """From how many gave each score; `distribution[score]`. Raises `metrics.UnknownMetric`."""
    segments = [sum(distribution[low : high + 1]) for _name, low, high in metrics.segment_ranges(metric)]
    n, statistic = sum(segments), STATISTIC[metric]
    if not n:
        return Figure(statistic, 0, None, None, None, None)
    worst, middle, best = segments
    if statistic == NET:
        return _with_margin(statistic, statistics.estimate(best, middle, worst))
    if statistic == SHARE:
        found = statistics.share(best, n)
        value, low, high = found.value or 0.0, found.low or 0.0, found.high or 0.0
        error = 100 * math.sqrt(value * (1 - value) / n)
        return Figure(statistic, n, 100 * value, 100 * low, 100 * high, error)
    return _mean(distribution, n)


def _with_margin(statistic: str, found: statistics.Estimate) -> Figure:
    assert found.nps is not None
    low = high = None
    if found.margin is not None:
        low, high = max(-100.0, found.nps - found.margin), min(100.0, found.nps + found.margin)
    return Figure(statistic, found.n, found.nps, low, high, found.standard_error)


def _mean(distribution: Sequence[int], n: int) -> Figure:
    mean = sum(score * times for score, times in enumerate(distribution)) / n
    if n < 2:
        return Figure(MEAN, n, mean, None, None, None)
    squares = sum(times * (score - mean) ** 2 for score, times in enumerate(distribution))
    error = math.sqrt(squares / (n - 1) / n)
    return Figure(MEAN, n, mean, mean - nps.Z_95 * error, mean + nps.Z_95 * error, error)


def change(before: Figure, after: Figure) -> Change:
    """Whether the figure really moved; both are of one metric."""
    if before.value is None or after.value is None:
        return Change(None, statistics.TOO_FEW, _too_few(before, after))
    moved = after.value - before.value
    if not (before.has_enough and after.has_enough):
        return Change(moved, statistics.TOO_FEW, _too_few(before, after))
    margin = _margin(before, after, moved)
    is_real = abs(moved) >= margin if margin else moved != 0
    verdict = statistics.REAL if is_real else statistics.NOISE
    digits = max(DIGITS[after.statistic], 1)
    facts = {"change": statistics.signed(moved, digits), "margin": f"{margin:.{digits}f}"}
    return Change(moved, verdict, Sentence(verdict, statistics.VERDICTS[verdict], facts))


def _margin(before: Figure, after: Figure, moved: float) -> float:
    """How far chance alone reaches from the change towards none, in 95 of 100 cases."""
    if after.statistic == SHARE:
        was, was_low, was_high = before.value or 0.0, before.low or 0.0, before.high or 0.0
        now, now_low, now_high = after.value or 0.0, after.low or 0.0, after.high or 0.0
        if moved >= 0:
            return math.hypot(now - now_low, was_high - was)
        return math.hypot(now_high - now, was - was_low)
    return nps.Z_95 * math.hypot(before.standard_error or 0.0, after.standard_error or 0.0)


def _too_few(before: Figure, after: Figure) -> Sentence:
    facts = {"before": before.n, "after": after.n, "enough": nps.ENOUGH}
    return Sentence(statistics.TOO_FEW, statistics.VERDICTS[statistics.TOO_FEW], facts)
