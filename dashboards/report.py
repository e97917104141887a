"""One survey's report as it is shown: each metric's figure in its own words, with the address of the rows behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import looks
from dashboards import charts, statistics
from dashboards.board import Board, dimension_label, left_out_chips
from dashboards.queries import report as queries
from dashboards.queries.channels import Channel, Stage, channels
from dashboards.queries.counts import TALLIED
from dashboards.queries.ledger import NOT_SET
from dashboards.rules.changes import change
from surveys.enums import FunnelStage, QuestionKind
from surveys.models import Survey
from surveys.queries.campaigns import measures_opens
from surveys.rules import metrics, nps
from surveys.rules.statistics import Figure, figure

SOURCE = "source"
SHOWN = 12  # values of a breakdown; all of them stand in the CSV


@dataclass(frozen=True)
class Row:
    """One line of a table: the figure of one bucket or value."""

    label: str
    figure: Figure
    answers_url: str
    focus_url: str = ""

    @property
    def value(self) -> str | None:
        return value_text(self.figure)

    @property
    def margin(self) -> str:
        return margin_text(self.figure)


def value_text(found: Figure) -> str | None:
    """ "+12.0", "73 %" or "5.21"; None without answers."""
    if found.value is None:
        return None
    if found.statistic == metrics.NET_SCORE:
        return statistics.signed(found.value)
    return (
        statistics.percent(found.value / 100)
        if found.statistic == metrics.TOP_BOXES
        else f"{found.value:.2f}"
    )


def margin_text(found: Figure) -> str:
    """The 95 % interval in words, or that there are too few answers for one."""
    if found.n and not found.has_enough:
        return _("too few to say")
    if found.low is None or found.high is None or found.value is None:
        return ""
    if found.statistic == metrics.TOP_BOXES:
        return _("95 %%: %(low)s to %(high)s") % {
            "low": f"{found.low:.0f}", "high": statistics.percent(found.high / 100),
        }  # fmt: skip
    return f"± {found.high - found.value:.2f}" if found.statistic == metrics.MEAN else f"± {_half(found):.1f}"


def _half(found: Figure) -> float:
    return nps.Z_95 * (found.standard_error or 0.0)


class Report:
    """Everything the report shows for one question to it."""

    def __init__(self, board: Board, survey: Survey) -> None:
        self.board, self.survey = board, survey
        self.selection = board.selection
        self.metric = str(survey.metric)

    def url(self, name: str = "survey_report", **changes: Any) -> str:
        path = reverse(
            f"dashboards:{name}", kwargs={"slug": self.board.slug, "public_id": self.survey.public_id}
        )
        query = self.selection.query(**{"survey": None, **changes})
        return f"{path}?{query}" if query else path

    def trend(self) -> queries.Trend:
        chosen = self.selection
        return queries.trend(scope=chosen.scope, before=chosen.before, bucket=chosen.bucket)

    def figure(self, scores: Sequence[int]) -> Figure:
        """What these answers say; `scores[score]` is how many gave it."""
        return figure(self.metric, dict(enumerate(scores)))

    def headline(self, trend: queries.Trend) -> dict[str, Any]:
        """The figure, its margin, and whether the change is real, in words."""
        now, before = self.figure(trend.now), self.figure(trend.before)
        compared = change(before, now)
        is_real = compared.verdict == statistics.REAL and compared.value
        moved = ""
        if compared.value is not None and compared.verdict != statistics.TOO_FEW:
            moved = _("%(change)s against the %(days)s before") % {
                "change": statistics.signed(compared.value, 2 if now.statistic == metrics.MEAN else 1),
                "days": ngettext("%(n)s day", "%(n)s days", self.selection.days) % {"n": self.selection.days},
            }
        return {
            "label": self.figure_name(),
            "value": value_text(now),
            "n": now.n,
            "margin": margin_text(now),
            "change": moved,
            "tone": ("good" if (compared.value or 0) > 0 else "bad") if is_real else "",
            "verdict": compared.sentence.say(_) if now.n else "",
            "before": value_text(before),
            "before_n": before.n,
            "url": self.board.answers_url(),
        }

    def figure_name(self) -> str:
        return {
            metrics.NPS: _("Net Promoter Score"),
            metrics.CSAT: _("Satisfied customers"),
            metrics.CES: _("Mean of 1 to 7: how easy it was"),
            metrics.STARS: _("Mean of the stars"),
        }[self.metric]

    def short_name(self) -> str:
        return {
            metrics.NPS: _("NPS"),
            metrics.CSAT: _("Satisfied"),
            metrics.CES: _("Mean"),
            metrics.STARS: _("Stars"),
        }[self.metric]

    def trend_rows(self, trend: queries.Trend) -> list[Row]:
        rows = []
        for part, (first, last) in zip(trend.buckets, self.board.spans(), strict=True):
            label = charts.bucket_label(date.fromisoformat(part.key or ""), self.selection.bucket, long=True)
            url = self.board.answers_url(since=first.isoformat(), until=last.isoformat())
            rows.append(Row(label, self.figure(part.scores), url))
        return rows

    def trend_chart(self, trend: queries.Trend, rows: Sequence[Row]) -> dict[str, Any]:
        """The line with its band, in the units of the metric."""
        low, high = metrics.bounds(self.metric)
        scale = {
            metrics.NET_SCORE: {"least": -100, "most": 100, "step": 20, "digits": 1, "signed": True},
            metrics.TOP_BOXES: {"least": 0, "most": 100, "step": 20, "digits": 0, "suffix": " %"},
            metrics.MEAN: {"least": low, "most": high, "step": 1, "digits": 2},
        }[rows[0].figure.statistic if rows else metrics.NET_SCORE]
        starts = [date.fromisoformat(part.key or "") for part in trend.buckets]
        return {
            "labels": [charts.bucket_label(start, self.selection.bucket) for start in starts],
            "names": [row.label for row in rows],
            "nps": [_rounded(row.figure.value) for row in rows],
            "low": [_rounded(_or(row.figure.low, row.figure.value)) for row in rows],
            "high": [_rounded(_or(row.figure.high, row.figure.value)) for row in rows],
            "n": [row.figure.n for row in rows],
            "few": [not row.figure.has_enough for row in rows],
            "after": [],
            "afterN": [],
            "links": [row.answers_url for row in rows],
            "scale": scale,
            "words": {
                "nps": self.short_name(),
                "band": _("95 % margin"),
                "after": "",
                "answers": _("answers"),
                "none": _("no data"),
                "few": _("too few to say"),
                "title": _("%(figure)s over time with its 95 percent margin")
                % {"figure": self.figure_name()},
            },
        }

    def distribution(self, scores: Sequence[int]) -> list[dict[str, Any]]:
        """One line for each score of the metric: its class in words, how many, share, rows."""
        low, high = metrics.bounds(self.metric)
        n = sum(scores)
        return [
            {
                "score": score,
                "segment": metrics.classify(self.metric, score),
                "word": looks.look("segment", metrics.classify(self.metric, score)).word,
                "n": scores[score],
                "share": statistics.percent(scores[score] / n if n else None, 1),
                "url": self.board.answers_url(score=score),
            }
            for score in range(low, high + 1)
        ]

    def distribution_chart(self, lines: Sequence[dict[str, Any]]) -> dict[str, Any]:
        n = sum(line["n"] for line in lines)
        return {
            "labels": [str(line["score"]) for line in lines],
            "counts": [line["n"] for line in lines],
            "shares": [round(100 * line["n"] / n, 1) if n else None for line in lines],
            "segments": [looks.shade(line["segment"]) for line in lines],
            "links": [line["url"] for line in lines],
            "words": {"answers": _("answers"), "title": _("How many gave each score")},
        }

    def legend(self) -> list[dict[str, Any]]:
        """The scale as the coloured picture shows it."""
        low, high = metrics.bounds(self.metric)
        return [
            {"value": score, "segment": metrics.classify(self.metric, score)}
            for score in range(low, high + 1)
        ]

    def breakdowns(self, *, limit: int | None = SHOWN) -> list[dict[str, Any]]:
        """By channel, language, touchpoint, campaign and source; one without any value is left out."""
        found = []
        for by in TALLIED:
            parts = queries.breakdown(scope=self.selection.scope, by=by)
            if any(part.key is not None for part in parts):
                found.append(self._table(by, dimension_label(by), parts, limit))
        sources = queries.by_source(scope=self.selection.scope)
        if sources:
            found.append(self._table(SOURCE, _("Source"), sources, limit))
        return found

    def _table(self, by: str, label: str, parts: Sequence[queries.Part], limit: int | None) -> dict[str, Any]:
        rows = [self._value_row(by, part) for part in parts]
        return {
            "by": by,
            "title": _("By %(what)s") % {"what": label.lower()},
            "label": label,
            "rows": rows[:limit],
            "more": max(len(rows) - len(rows[:limit]), 0),
        }

    def _value_row(self, by: str, part: queries.Part) -> Row:
        found, label = self.figure(part.scores), part.label or _("not set")
        if by == SOURCE:
            return Row(label, found, self.board.answers_url(source=part.key))
        narrowed = self.selection.narrowed(by, NOT_SET if part.key is None else part.key)
        focus = ""
        if part.key is not None and self.selection.filters.get(by) != part.key:
            focus = Report(Board(narrowed), self.survey).url()
        return Row(label, found, self.board.url("answers", narrowed.fixed()), focus)

    def questions(self) -> list[dict[str, Any]]:
        """The further questions: choices and ratings as bars, the latest texts."""
        found = []
        for question in queries.questions(scope=self.selection.scope, survey=self.survey):
            found.append(
                {
                    "question": question,
                    "is_text": question.kind == QuestionKind.TEXT,
                    "is_few": 0 < question.answered < nps.ENOUGH,
                    "bars": [
                        {
                            "words": words,
                            "n": n,
                            "maximum": max(question.answered, 1),
                            "share": statistics.percent(n / question.answered if question.answered else None),
                            "url": self.board.answers_url(answer=f"{question.public_id}:{ident}"),
                        }
                        for ident, words, n in question.choices
                    ],
                }
            )
        return found

    def chips(self) -> list[dict[str, str]]:
        """The filters that are on, each with the address of the report without it."""
        found = left_out_chips(self.selection, lambda chosen: Report(Board(chosen), self.survey).url())
        for dimension, value in self.selection.filters.items():
            left = {name: kept for name, kept in self.selection.filters.items() if name != dimension}
            without = Report(Board(replace(self.selection, filters=left)), self.survey)
            shown = _("not set") if value == NOT_SET else queries.label_of(dimension, value)
            found.append({"label": dimension_label(dimension), "value": shown, "remove_url": without.url()})
        return found


def channel_rows(board: Board) -> list[dict[str, Any]]:
    """Each channel with its stages, people, and the response rate in words."""
    rows = []
    for one in channels(scope=board.selection.scope):
        rate, sent = one.response_rate, one.stages[FunnelStage.SENT]
        margin = ""
        if rate.n and rate.n < nps.ENOUGH:
            margin = _("too few to say")
        elif rate.low is not None and rate.high is not None:
            margin = _("95 %%: %(low)s to %(high)s") % {
                "low": f"{100 * rate.low:.0f}", "high": statistics.percent(rate.high),
            }  # fmt: skip
        rows.append(
            {
                "label": one.label or _("not set"),
                "rate": statistics.percent(rate.value, 1) if sent.invitations or rate.n else None,
                "margin": margin,
                "n": rate.n,
                "stages": _stages(one),
                "answered": one.answered,
                "uninvited": one.uninvited,
                "url": board.url("answers", board.selection.narrowed("channel", one.code or NOT_SET).fixed()),
            }
        )
    return rows


def _stages(channel: Channel) -> list[tuple[str, Stage | None]]:
    """The steps that were reached; None for mails opened where nobody reports it."""
    found: list[tuple[str, Stage | None]] = []
    for stage in FunnelStage:
        reached = channel.stages[stage.value]
        if reached.invitations:
            found.append((str(stage.label), reached))
        elif stage == FunnelStage.OPENED and channel.is_mail and not measures_opens(opened=0):
            found.append((str(stage.label), None))
    return found


def _or(value: float | None, other: float | None) -> float | None:
    return other if value is None else value


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
