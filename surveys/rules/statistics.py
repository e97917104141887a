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
class Summary:
    """The figure of `statistic`, the ends of its 95 % interval, and the mean whatever the metric; None where unknown."""

    metric: str
    statistic: str
    answers: int
    figure: float | None
    low: float | None
    high: float | None
    mean: float | None
    standard_error: float | None


def summary(metric: str, counts: Mapping[int, int]) -> Summary:
    """All of it from how often each score was given. Raises `metrics.UnknownMetric`, `nps.ScoreOutOfRange`."""
    declared = metrics.kind(metric)
    by_segment = {segment: 0 for segment, _low, _high in declared.segments}
    for score, times in counts.items():
        by_segment[metrics.classify(metric, score)] += times
    answers = sum(by_segment.values())
    mean, error = mean_and_error(counts)
    figure, low, high = _figure(declared.statistic, by_segment, answers, mean, error)
    return Summary(metric, declared.statistic, answers, figure, low, high, mean, error)


def mean_and_error(counts: Mapping[int, int]) -> tuple[float | None, float | None]:
    """Mean and standard error; None without answers, and no error of fewer than two."""
    answers = sum(counts.values())
    if not answers:
        return None, None
    mean = sum(score * times for score, times in counts.items()) / answers
    if answers < 2:
        return mean, None
    squares = sum(times * (score - mean) ** 2 for score, times in counts.items())
    return mean, math.sqrt(squares / (answers - 1) / answers)


def wilson(hits: int, answers: int) -> tuple[float, float]:
    """The 95 % interval of a share, both ends from 0 to 1. Needs at least one answer."""
    share, z2 = hits / answers, nps.Z_95**2
    middle = (share + z2 / (2 * answers)) / (1 + z2 / answers)
    half = nps.Z_95 / (1 + z2 / answers) * math.sqrt(share * (1 - share) / answers + z2 / (4 * answers**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def _figure(
    statistic: str, by_segment: Mapping[str, int], answers: int, mean: float | None, error: float | None
) -> tuple[float | None, float | None, float | None]:
    worst, middle, best = by_segment.values()
    if not answers:
        return None, None, None
    if statistic == metrics.TOP_BOXES:
        low, high = wilson(best, answers)
        return 100 * best / answers, 100 * low, 100 * high
    figure, half = (
        (nps.net_promoter_score(best, middle, worst), nps.margin_of_error(best, middle, worst))
        if statistic == metrics.NET_SCORE
        else (mean, None if error is None else nps.Z_95 * error)
    )
    assert figure is not None
    return figure, None if half is None else figure - half, None if half is None else figure + half
