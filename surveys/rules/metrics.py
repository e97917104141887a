"""The metrics a survey can ask: bounds, segments, and the one table both code and database constraints are made from.

NPS: see `nps`. CSAT: "top two boxes" of a five-point scale are satisfied, the middle is neutral. CES: the seven-point
agreement scale of CES 2.0 ("The company made it easy for me to handle my issue"; Dixon, Toman and DeLisi, "The
Effortless Experience", 2013), where 5-7 at least somewhat agree. STARS: as reviews are read, four and five are satisfied.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from surveys.rules import nps

NPS, CSAT, CES, STARS = "NPS", "CSAT", "CES", "STARS"
SATISFIED, NEUTRAL, DISSATISFIED = "SATISFIED", "NEUTRAL", "DISSATISFIED"

NUMBERS, STAR_FACE = "NUMBERS", "STARS"  # how a scale is drawn
NET_SCORE, TOP_BOXES, MEAN = "NET_SCORE", "TOP_BOXES", "MEAN"  # what is read from many answers


@dataclass(frozen=True)
class Kind:
    """A metric as it is declared: everything else about it is derived from this row."""

    code: str
    segments: tuple[
        tuple[str, int, int], ...
    ]  # (segment, lowest, highest), worst first, without gap or overlap
    statistic: str  # the figure it is known by, see `statistics`
    face: str = NUMBERS


_KINDS = {
    kind.code: kind
    for kind in (
        Kind(
            NPS,
            (
                (nps.DETRACTOR, nps.LOWEST, nps.DETRACTOR_TO),
                (nps.PASSIVE, nps.DETRACTOR_TO + 1, nps.PASSIVE_TO),
                (nps.PROMOTER, nps.PASSIVE_TO + 1, nps.HIGHEST),
            ),
            NET_SCORE,
        ),
        Kind(CSAT, ((DISSATISFIED, 1, 2), (NEUTRAL, 3, 3), (SATISFIED, 4, 5)), TOP_BOXES),
        Kind(CES, ((DISSATISFIED, 1, 3), (NEUTRAL, 4, 4), (SATISFIED, 5, 7)), MEAN),
        Kind(STARS, ((DISSATISFIED, 1, 2), (NEUTRAL, 3, 3), (SATISFIED, 4, 5)), MEAN, STAR_FACE),
    )
}

METRICS = tuple(_KINDS)
UNHAPPY = (nps.DETRACTOR, DISSATISFIED)  # the segments that are owed a case


class UnknownMetric(ValueError):
    """The code is none of `METRICS`."""


def kind(metric: str) -> Kind:
    """The declared kind of this code. Raises `UnknownMetric`."""
    try:
        return _KINDS[metric]
    except KeyError:
        raise UnknownMetric(f"{metric!r} is no metric; choose one of {', '.join(METRICS)}") from None


def segment_ranges(metric: str) -> tuple[tuple[str, int, int], ...]:
    """(segment, lowest, highest score) of `metric`, worst first, both ends inclusive. Raises `UnknownMetric`."""
    return kind(metric).segments


def bounds(metric: str) -> tuple[int, int]:
    """(lowest, highest) score of `metric`, inclusive. Raises `UnknownMetric`."""
    ranges = segment_ranges(metric)
    return ranges[0][1], ranges[-1][2]


def classify(metric: str, score: int) -> str:
    """The segment of a whole `score`. Raises `UnknownMetric`, `nps.ScoreOutOfRange`."""
    low, high = bounds(metric)
    nps.check_score(score, low, high)
    return next(segment for segment, _, top in segment_ranges(metric) if score <= top)


def is_unhappy(metric: str, score: int) -> bool:
    """Whether the answer is owed a case: a detractor's, or dissatisfied."""
    return classify(metric, score) in UNHAPPY


@lru_cache(maxsize=256, typed=True)
def severity(metric: str, score: int) -> float:
    """How bad an answer is: 1 for the worst score, falling evenly to 0 at the best score of the worst segment and above."""
    classify(metric, score)
    _, low, high = segment_ranges(metric)[0]
    return max(0.0, (high - score) / (high - low))
