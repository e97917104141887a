"""Whether the figure of a metric (surveys.rules.statistics) really moved, or chance moved it.

Two shares (CSAT) are compared by Newcombe's hybrid score interval ("Interval Estimation for the Difference between
Independent Proportions", Statistics in Medicine 17, 1998, method 10), which holds for shares near 0 and 1. Two NPS, or two
means (CES and STARS), are compared as two independent samples, their variances added (Welch 1947). With fewer than 30
answers on a side no verdict is given.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from core.sentences import Sentence
from dashboards import statistics
from surveys.rules import metrics, nps
from surveys.rules.statistics import Figure

DIGITS = {metrics.NET_SCORE: 1, metrics.TOP_BOXES: 0, metrics.MEAN: 2}


@dataclass(frozen=True)
class Change:
    """From one figure to the next: `value` is None when a side has no answers; `sentence` says what it means."""

    value: float | None
    verdict: str
    sentence: Sentence


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
    if after.statistic == metrics.TOP_BOXES:
        was, was_low, was_high = before.value or 0.0, before.low or 0.0, before.high or 0.0
        now, now_low, now_high = after.value or 0.0, after.low or 0.0, after.high or 0.0
        if moved >= 0:
            return math.hypot(now - now_low, was_high - was)
        return math.hypot(now_high - now, was - was_low)
    return nps.Z_95 * math.hypot(before.standard_error or 0.0, after.standard_error or 0.0)


def _too_few(before: Figure, after: Figure) -> Sentence:
    facts = {"before": before.n, "after": after.n, "enough": nps.ENOUGH}
    return Sentence(statistics.TOO_FEW, statistics.VERDICTS[statistics.TOO_FEW], facts)
