"""The report of one survey: its page, the part that reads further questions, and its file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.rules.permissions import Permission
from dashboards.board import left_out_words
from dashboards.filters import EVERYBODY, PERIOD_LABELS, Selection, selection
from dashboards.queries.counts import RESPONDENT
from dashboards.report import Report, channel_rows
from dashboards.views import FiguresCsv, FiguresView
from surveys.models import Survey
from surveys.rules.statistics import Figure


class ReportView(FiguresView):
    """The survey in the address, and the question to its report."""

    @cached_property
    def survey(self) -> Survey:
        found: Survey = get_object_or_404(
            Survey.objects.of(self.workspace), public_id=self.kwargs["public_id"]
        )
        return found

    @cached_property
    def selection(self) -> Selection:
        today = self.now.astimezone(ZoneInfo(self.workspace.time_zone)).date()
        asked = selection(
            workspace=self.workspace, asked=self.request.GET, surveys=[], today=today, sight=self.sight
        )
        return replace(asked, survey=self.survey)

    @cached_property
    def report(self) -> Report:
        return Report(self.board, self.survey)


class SurveyReport(ReportView):
    """Figure, trend, distribution and breakdowns; further questions are fetched, for they read the answers."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        report, chosen = self.report, self.selection
        trend = report.trend()
        rows, lines = report.trend_rows(trend), report.distribution(trend.now)
        return render(
            request,
            "dashboards/report.html",
            {
                "title": _("Report"),
                "lead": f"{self.survey.name} · {self.board.period_words()}",
                "crumbs": [
                    {
                        "label": _("Surveys"),
                        "url": reverse("surveys:survey_list", kwargs={"slug": slug}),
                    },
                    {
                        "label": self.survey.name,
                        "url": reverse(
                            "surveys:survey", kwargs={"slug": slug, "public_id": public_id}
                        ),
                    },
                    {"label": _("Report"), "url": ""},
                ],
                "survey": self.survey,
                "selection": chosen,
                "periods": [
                    {"label": label, "active": code == chosen.period,
                     "url": report.url(period=code, since=None, until=None)}
                    for code, label in PERIOD_LABELS.items() if code != "custom"
                ],
                "hidden": [*chosen.filters.items(), *([(RESPONDENT, EVERYBODY)] if chosen.is_everybody else [])],
                "left_out": left_out_words(chosen),
                "chips": report.chips(),
                "headline": report.headline(trend),
                "is_new": not sum(trend.now) and not sum(trend.before) and not chosen.filters,
                "figure_name": report.short_name(),
                "legend": report.legend(),
                "trend_rows": rows,
                "trend_chart": report.trend_chart(trend, rows),
                "distribution": lines,
                "distribution_chart": report.distribution_chart(lines),
                "breakdowns": report.breakdowns(),
                "questions_url": report.url("survey_questions"),
                "csv_url": report.url("survey_report_csv"),
                "answers_csv": self.board.url("answers_csv", chosen.fixed()),
                "may_export": self.may(Permission.EXPORT),
            },
        )  # fmt: skip


class SurveyQuestions(ReportView):
    """What was answered to the further questions: a page of its own, and the part the report fetches."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        is_part = bool(getattr(request, "htmx", False))
        return render(
            request,
            "dashboards/_questions.html" if is_part else "dashboards/questions.html",
            {
                "title": _("Further questions"),
                "lead": f"{self.survey.name} · {self.board.period_words()}",
                "crumbs": [{"label": _("Report"), "url": self.report.url()},
                           {"label": _("Further questions"), "url": ""}],
                "chips": self.report.chips(),
                "questions": self.report.questions(),
            },
        )  # fmt: skip


class Channels(FiguresView):
    """Response rate by channel: a page of its own, and the part the dashboard fetches, for it reads the ledger."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        is_part = bool(getattr(request, "htmx", False))
        title = _("Response rate by channel")
        return render(
            request,
            "dashboards/_channels.html" if is_part else "dashboards/channels.html",
            {
                "title": title,
                "lead": self.board.period_words(),
                "chips": self.board.chips("channels"),
                "is_by_team": self.sight.teams is not None,
                "rows": channel_rows(self.board),
                "crumbs": [{"label": _("Dashboard"), "url": self.board.url("dashboard", self.selection.query())},
                           {"label": title, "url": ""}],
            },
        )  # fmt: skip


class SurveyReportCsv(ReportView, FiguresCsv):
    """All tables of the report in one file: over time, the distribution, by value, and the further questions."""

    table = "survey-report"

    def lines(self) -> tuple[list[str], Iterable[list[Any]]]:
        report = self.report
        trend = report.trend()
        rows: list[list[Any]] = [
            ["total", "", "", *_cells(report.figure(trend.now))],
            ["before", "", "", *_cells(report.figure(trend.before))],
        ]
        for part, (first, last) in zip(trend.buckets, self.board.spans(), strict=True):
            found = report.figure(part.scores)
            rows.append(["time", first.isoformat(), last.isoformat(), *_cells(found)])
        rows += [["score", line["score"], "", line["n"]] for line in report.distribution(trend.now)]
        for table in report.breakdowns(limit=None):
            rows += [[table["by"], row.label, "", *_cells(row.figure)] for row in table["rows"]]
        for one in report.questions():
            question = one["question"]
            rows.append(["question", question.text, "", question.answered])
            rows += [["question", question.text, bar["words"], bar["n"]] for bar in one["bars"]]
        return ["table", "value", "to", "answers", "figure", "low_95", "high_95"], rows


def _cells(found: Figure) -> list[Any]:
    """Numbers for a file: unrounded to four places, empty where there is no data."""
    values = (found.value, found.low, found.high)
    return [found.n, *(None if value is None else round(value, 4) for value in values)]
