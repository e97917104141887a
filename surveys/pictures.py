"""Geometry of the pictures on the pages of surveys: plain numbers in, SVG values out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

WIDTH, HEIGHT = 640, 176
LEFT, RIGHT, TOP, BOTTOM = 34, 14, 12, 26
MOST_POINTS = 24  # the latest; more would touch each other


@dataclass(frozen=True)
class Point:
    """One answer: where its dot stands, and what it says."""

    x: float
    y: float
    score: int
    segment: str
    at: datetime


@dataclass(frozen=True)
class Band:
    """The stripe of one segment, from its worst score to its best."""

    segment: str
    y: float
    height: float


@dataclass(frozen=True)
class History:
    """A person's scores over time: dots in order of time, evenly spaced, over the stripes of the three segments."""

    points: tuple[Point, ...]
    bands: tuple[Band, ...]
    line: str
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def steps(self) -> list[tuple[int, float]]:
        """Scores written at the side, with their height."""
        return [(score, round(level(score) + 4, 1)) for score in (0, 6, 10)]


def level(score: float) -> float:
    """The height of a score in the picture; 10 is at the top."""
    return round(TOP + (10 - score) * (HEIGHT - TOP - BOTTOM) / 10, 1)


def history(answers: Sequence[tuple[datetime, int, str]]) -> History | None:
    """The picture of answers (moment, score 0-10, segment), newest first; None without any."""
    latest = list(reversed(answers[:MOST_POINTS]))
    if not latest:
        return None
    room = WIDTH - LEFT - RIGHT
    step = room / max(len(latest) - 1, 1)
    points = tuple(
        Point(
            round(LEFT + (index * step if len(latest) > 1 else room / 2), 1), level(score), score, segment, at
        )
        for index, (at, score, segment) in enumerate(latest)
    )
    bands = (
        Band("PROMOTER", level(10) - 6, level(8.5) - level(10) + 6),
        Band("PASSIVE", level(8.5), level(6.5) - level(8.5)),
        Band("DETRACTOR", level(6.5), level(0) - level(6.5) + 6),
    )
    return History(points, bands, " ".join(f"{point.x},{point.y}" for point in points))
