"""Numbers -> what the charts draw: plain lists and words; the same numbers stand in the tables beside them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils import dateformat
from django.utils.translation import gettext as _

from dashboards.queries.nps import Group, NpsFigures
from surveys.rules import nps


def points(value: float | None) -> float | None:
    """Points with one decimal, as drawn; None is a gap."""
    return None if value is None else round(value, 1)


def bucket_label(start: date, bucket: str, *, long: bool = False) -> str:
    """How a bucket is named: "3 Mar", "week of 3 Mar", "Mar 2026"."""
    if bucket == "month":
        return dateformat.format(start, "M Y")
    day = dateformat.format(start, "j M Y" if long else "j M")
    return _("week of %(day)s") % {"day": day} if bucket == "week" and long else day


def trend_chart(
    *, buckets: Sequence[Group], after_fix: Sequence[Group], bucket: str, links: Sequence[str]
) -> dict[str, Any]:
    """The line of the headline with its 95 % band, and apart from it the answers after the fix."""
    starts = [date.fromisoformat(group.key or "") for group in buckets]
    return {
        "labels": [bucket_label(start, bucket) for start in starts],
        "names": [bucket_label(start, bucket, long=True) for start in starts],
        "nps": [points(group.figures.nps) for group in buckets],
        "low": [_bound(group.figures, -1) for group in buckets],
        "high": [_bound(group.figures, 1) for group in buckets],
        "n": [group.figures.n for group in buckets],
        "few": [group.figures.n < nps.ENOUGH for group in buckets],
        "after": [points(group.figures.nps) for group in after_fix],
        "afterN": [group.figures.n for group in after_fix],
        "links": list(links),
        "words": {
            "nps": _("NPS"),
            "band": _("95 % margin"),
            "after": _("After the fix"),
            "answers": _("answers"),
            "none": _("no data"),
            "few": _("too few to say"),
            "title": _("NPS over time with its 95 percent margin"),
        },
    }


def _bound(figures: NpsFigures, side: int) -> float | None:
    """One end of the interval; without a margin (n < 2) the band closes on the point; never beyond -100 to 100."""
    if figures.nps is None:
        return None
    return round(max(-100.0, min(100.0, figures.nps + side * (figures.margin or 0.0))), 1)


def distribution_chart(*, distribution: Sequence[int], links: Sequence[str]) -> dict[str, Any]:
    """Eleven bars, each in its segment's colour."""
    n = sum(distribution)
    return {
        "labels": [str(score) for score in range(len(distribution))],
        "counts": list(distribution),
        "shares": [round(100 * count / n, 1) if n else None for count in distribution],
        "segments": [nps.classify(score).lower() for score in range(len(distribution))],
        "links": list(links),
        "words": {"answers": _("answers"), "title": _("How many gave each score, 0 to 10")},
    }


def bars_chart(
    *, groups: Iterable[Group], labels: Sequence[str], links: Sequence[str], title: str
) -> dict[str, Any]:
    """NPS by value, with the margin as a whisker."""
    shown = list(groups)
    return {
        "labels": list(labels),
        "nps": [points(group.figures.nps) for group in shown],
        "low": [_bound(group.figures, -1) for group in shown],
        "high": [_bound(group.figures, 1) for group in shown],
        "n": [group.figures.n for group in shown],
        "links": list(links),
        "words": {"nps": _("NPS"), "answers": _("answers"), "few": _("too few to say"), "title": title},
    }
