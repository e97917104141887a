"""Geometry of the small inline pictures: plain numbers in, SVG attribute values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

SPARK_WIDTH = 120
SPARK_HEIGHT = 32
SPARK_PADDING = 3  # keeps the line and its end dot inside the picture
CELL = 52  # one step of the scale picture, in SVG units
CELL_GAP = 4


@dataclass(frozen=True)
class Spark:
    """One line of a sparkline: `lines` are point lists (a gap splits them), `end` the last point."""

    lines: list[str]
    areas: list[str]
    end: tuple[float, float]
    first: float
    last: float


def spark(values: Sequence[float | None]) -> Spark | None:
    """Points of a trend in a box of SPARK_WIDTH x SPARK_HEIGHT; None is a gap; no value, no picture."""
    known = [float(value) for value in values if value is not None]
    if not known:
        return None
    low, high = min(known), max(known)
    reach = SPARK_HEIGHT - 2 * SPARK_PADDING
    step = SPARK_WIDTH / max(len(values) - 1, 1)

    def point(index: int, value: float) -> tuple[float, float]:
        share = (value - low) / (high - low) if high > low else 0.5
        return round(index * step, 2), round(SPARK_PADDING + (1 - share) * reach, 2)

    runs: list[list[tuple[float, float]]] = []
    for present, run in groupby(enumerate(values), key=lambda pair: pair[1] is not None):
        if present:
            runs.append([point(index, float(value)) for index, value in run if value is not None])
    return Spark(
        lines=[" ".join(f"{x},{y}" for x, y in run) for run in runs],
        areas=[
            f"{run[0][0]},{SPARK_HEIGHT} "
            + " ".join(f"{x},{y}" for x, y in run)
            + f" {run[-1][0]},{SPARK_HEIGHT}"
            for run in runs
        ],
        end=runs[-1][-1],
        first=known[0],
        last=known[-1],
    )


@dataclass(frozen=True)
class Part:
    """One part of a segment bar: start and width in percent of the bar."""

    segment: str
    count: int
    share: float
    x: float


def parts(counts: Sequence[tuple[str, int]]) -> list[Part]:
    """Shares of a whole in percent (0-100), in the given order; an empty whole has no parts."""
    total = sum(count for _, count in counts)
    if total <= 0:
        return []
    found: list[Part] = []
    x = 0.0
    for segment, count in counts:
        share = 100 * count / total
        found.append(Part(segment=segment, count=count, share=share, x=round(x, 3)))
        x += share
    return found


@dataclass(frozen=True)
class Step:
    """One cell of the scale picture."""

    value: int
    segment: str
    x: int
    middle: int


@dataclass(frozen=True)
class Group:
    """Neighbouring cells of one segment: the bracket under them and the values it spans."""

    segment: str
    low: int
    high: int
    x: int
    end: int
    middle: float


def scale(steps: Sequence[Mapping[str, Any]]) -> tuple[list[Step], list[Group], int]:
    """Cells and brackets of the coloured scale, and its width in SVG units.

    `steps` are dicts of `value` and `segment` in rising order.
    """
    pitch = CELL + CELL_GAP
    cells = [
        Step(
            value=int(step["value"]), segment=str(step["segment"]), x=i * pitch, middle=i * pitch + CELL // 2
        )
        for i, step in enumerate(steps)
    ]
    groups = []
    for segment, run in groupby(cells, key=lambda cell: cell.segment):
        members = list(run)
        x, end = members[0].x, members[-1].x + CELL
        groups.append(
            Group(
                segment=segment,
                low=members[0].value,
                high=members[-1].value,
                x=x,
                end=end,
                middle=(x + end) / 2,
            )
        )
    return cells, groups, max(len(cells) * pitch - CELL_GAP, 0)
