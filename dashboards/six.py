"""Six series side by side: NPS, CSAT, CES, wait to handle, e-mail follow-up time, call-back time.

The three scores come from the tallies of all surveys of their metric; the three times are medians over cases by the day of their
opening, in the team's working time, from what is kept of each case's timeline (detractors/rules/stages.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.templatetags.ui import duration
from dashboards import charts
from dashboards.filters import PERIOD_LABELS
from dashboards.queries import report as report_queries
from dashboards.queries.nps import starts
from dashboards.report import value_text
from dashboards.views import FiguresView, chosen_period
from detractors.queries import stages
from detractors.queries.stages import Asked
from detractors.rules import stages as stage_rule
from surveys.enums import Metric
from surveys.models import Touchpoint
from surveys.rules import metrics
from surveys.rules.statistics import Figure, figure

SCORES: dict[str, tuple[Any, Any, Any, dict[str, Any]]] = {  # name, what it is, where it comes from, its axis
    Metric.NPS: (
        gettext_lazy("NPS"),
        gettext_lazy("Share of promoters (9 and 10) minus share of detractors (0 to 6), from -100 to +100."),
        gettext_lazy("First answers to all NPS surveys, by the day of the answer."),
        {"least": -100, "most": 100},
    ),
    Metric.CSAT: (
        gettext_lazy("CSAT"),
        gettext_lazy("Share of answers in the upper two of five boxes."),
        gettext_lazy("Answers to all CSAT surveys, by the day of the answer."),
        {"least": 0, "most": 100, "unit": "%"},
    ),
    Metric.CES: (
        gettext_lazy("CES"),
        gettext_lazy("Mean of the answers to how easy it was; higher is easier."),
        gettext_lazy("Answers to all effort surveys, by the day of the answer."),
        {"least": 1, "most": 7},
    ),
}
TIMES: dict[str, tuple[Any, Any]] = {
    stage_rule.HANDLED: (
        gettext_lazy("Wait to handle"),
        gettext_lazy("From the opening of a case to the first thing anybody of ours did there: claim, note, call or reply."),
    ),
    stage_rule.MAILED: (
        gettext_lazy("E-mail follow-up time"),
        gettext_lazy("From the opening to our first reply by mail that arrived. Automatic mails never count."),
    ),
    stage_rule.CALLED: (
        gettext_lazy("Call-back time"),
        gettext_lazy("From the opening to the first call that reached the customer. Attempts do not count."),
    ),
}  # fmt: skip
TIMES_FROM = gettext_lazy(
    "Cases by the day of their opening; the median, in the team's working time. A case without one is not counted."
)


@dataclass(frozen=True)
class Point:
    """One bucket: what is drawn, the same in words, over how many."""

    start: date
    value: float | None
    said: str
    n: int
    few: bool


class SixSeries(FiguresView):
    """The six on one page, with the same days and touchpoint; each says how it is counted."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        chosen = self.selection
        names = self.touchpoints()
        touchpoint = chosen.filters.get("touchpoint", "")
        self.touchpoint = touchpoint if touchpoint in names else ""
        rows = [*(self.score(metric) for metric in SCORES), *self.times()]
        context = {
            "title": _("Scores and response times"),
            "lead": self.board.period_words(),
            "crumbs": [
                {"label": _("Dashboard"), "url": self.board.url("dashboard", chosen.query())},
                {"label": _("Scores and response times"), "url": ""},
            ],
            "selection": chosen,
            "periods": [
                {"label": label, "active": code == chosen.period,
                 "url": self.board.url("six", chosen_period(replace(chosen, survey=None), code))}
                for code, label in PERIOD_LABELS.items() if code != "custom"
            ],
            "touchpoints": names,
            "touchpoint": self.touchpoint,
            "rows": rows,
        }  # fmt: skip
        return render(request, "dashboards/six.html", context)

    def card(
        self, code: str, name: Any, says: Any, source: Any, now: tuple[str, int], points: Sequence[Point], axis: dict[str, Any]
    ) -> dict[str, Any]:  # fmt: skip
        bucket = self.selection.bucket
        chart = {
            "labels": [charts.bucket_label(one.start, bucket) for one in points],
            "names": [charts.bucket_label(one.start, bucket, long=True) for one in points],
            "n": [one.n for one in points],
            "few": [one.few for one in points],
            "series": [
                {
                    "name": str(name),
                    "values": [one.value for one in points],
                    "said": [one.said for one in points],
                }
            ],
            "words": {
                "title": _("%(name)s over time") % {"name": name},
                "counted": _("cases") if code in TIMES else _("answers"),
                "few": _("too few to say much"),
            },
            **axis,
        }
        value, n = now
        return {
            "code": code.lower(), "name": name, "says": says, "source": source, "value": value, "n": n, "chart": chart,
            "counted": chart["words"]["counted"],
            "points": [
                {"label": charts.bucket_label(one.start, bucket, long=True), "said": one.said, "n": one.n, "few": one.few}
                for one in points
            ],
        }  # fmt: skip

    def score(self, metric: str) -> dict[str, Any]:
        chosen = self.selection
        name, says, source, axis = SCORES[metric]
        filters = {"touchpoint": self.touchpoint} if self.touchpoint else {}
        without = (
            replace(chosen, survey=None, filters=filters).without if metric == Metric.NPS else frozenset()
        )
        scope = replace(chosen.scope, survey=None, filters=filters, metric=str(metric), without=without)
        found = report_queries.trend(scope=scope, before=chosen.before, bucket=chosen.bucket)
        points = []
        for part in found.buckets:
            one = figure(str(metric), dict(enumerate(part.scores)))
            points.append(
                Point(
                    date.fromisoformat(part.key or ""),
                    drawn(one),
                    value_text(one) or "–",
                    one.n,
                    not one.has_enough,
                )
            )
        now = figure(str(metric), dict(enumerate(found.now)))
        return self.card(str(metric), name, says, source, (value_text(now) or "–", now.n), points, axis)

    def times(self) -> list[dict[str, Any]]:
        chosen, columns = self.selection, tuple(TIMES)
        zone = ZoneInfo(self.workspace.time_zone)
        place = (
            Touchpoint.objects.of(self.workspace).filter(name=self.touchpoint).first()
            if self.touchpoint
            else None
        )
        asked = Asked(
            since=datetime.combine(chosen.since, time(), zone),
            until=datetime.combine(chosen.until + timedelta(days=1), time(), zone),
            touchpoint=place.pk if place else None,
        )
        facts: dict[str, Any] = {
            "workspace": self.workspace, "asked": asked, "columns": columns, "sight": self.sight,
        }  # fmt: skip
        whole = stages.figures(by=None, **facts)
        by_start = {one.key: one for one in stages.figures(by=chosen.bucket, **facts)}
        buckets = list(starts(chosen.bucket, chosen.since, chosen.until))
        cards = []
        for code, (name, says) in TIMES.items():
            points = []
            for start in buckets:
                group = by_start.get(start.isoformat())
                found = group.figures[code] if group else stages.Figure(0, None, None)
                value = None if found.median is None else round(found.median / 60, 2)
                points.append(
                    Point(start, value, minutes_text(found.median), found.n, found.n < stages.ENOUGH)
                )
            now = whole[0].figures[code] if whole else stages.Figure(0, None, None)
            said = (minutes_text(now.median), now.n)
            cards.append(self.card(code, name, says, TIMES_FROM, said, points, {"least": 0, "unit": _("h")}))
        return cards


def drawn(found: Figure) -> float | None:
    return None if found.value is None else round(found.value, 2 if found.statistic == metrics.MEAN else 1)


def minutes_text(minutes: float | None) -> str:
    return "–" if minutes is None else duration(minutes)
