"""Pages of the dashboards: the figures, and the rows behind each of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import EXPORTS, WorkspaceView
from accounts.enums import Act
from accounts.rules.permissions import Permission
from accounts.rules.sight import has_value
from accounts.services import audit
from core import exports
from dashboards import answer_filters, charts
from dashboards.board import SHOWN, Board, Row, dimension_label, left_out_words
from dashboards.filters import BY_USUAL, EVERYBODY, PERIOD_LABELS, Selection, selection
from dashboards.queries import answers as answer_queries
from dashboards.queries.cases import FIGURES, cases_behind
from dashboards.queries.counts import RESPONDENT, TALLIED, counts
from dashboards.queries.ledger import ATTRIBUTE, NOT_SET
from surveys.enums import Metric, RespondentType, Segment, Series
from surveys.models import Attribute, Response, Survey, SurveyQuestion, Touchpoint
from surveys.queries import asked
from surveys.rules.metrics import segment_ranges
from surveys.services import comments

PAGE = 50  # rows of a list
MOST_OFFERED = 40  # values of an attribute in the filter's list; rarer ones are reached through the breakdown
CURSOR = "answers-page"  # purpose of the signed place in a list


class FiguresView(WorkspaceView):
    """What all figure pages share: the question in the address, and what can be chosen."""

    permission = Permission.VIEW_DASHBOARD

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    @cached_property
    def surveys(self) -> list[Survey]:
        return list(Survey.objects.of(self.workspace).filter(metric=Metric.NPS).order_by("name", "id"))

    @cached_property
    def attributes(self) -> list[Attribute]:
        return list(Attribute.objects.of(self.workspace).order_by("label", "id"))

    @cached_property
    def selection(self) -> Selection:
        today = self.now.astimezone(ZoneInfo(self.workspace.time_zone)).date()
        return selection(workspace=self.workspace, asked=self.request.GET, surveys=self.surveys, today=today,
                         sight=self.sight)  # fmt: skip

    def record_export(self, what: str, **detail: str) -> None:
        """Who takes figures or answers away as a file is in the audit log."""
        days = {"since": self.selection.since.isoformat(), "until": self.selection.until.isoformat()}
        audit.record(
            act=Act.EXPORTED, by=self.request.user, now=self.now, workspace=self.workspace, subject_kind=what,
            detail=days | detail,
        )  # fmt: skip

    @cached_property
    def board(self) -> Board:
        return Board(self.selection)

    def title_of(self, by: str) -> str:
        """ "By touchpoint", "By region": what a breakdown is called."""
        return _("By %(what)s") % {"what": self.label_of(by).lower() if by in TALLIED else self.label_of(by)}

    def label_of(self, dimension: str) -> str:
        name = dimension.removeprefix(ATTRIBUTE)
        own = (
            next((one.label for one in self.attributes if one.name == name), "")
            if dimension.startswith(ATTRIBUTE)
            else ""
        )
        return own or dimension_label(dimension)

    def choices(self) -> dict[str, Any]:
        """What the filter form offers."""
        chosen = self.selection
        where = next(
            (f"{d.removeprefix(ATTRIBUTE)}:{v}" for d, v in chosen.filters.items() if d not in TALLIED), ""
        )
        offered = [
            {"label": one.label, "options": [(f"{one.name}:{value}", value) for value in self.values_of(one)]}
            for one in self.attributes
            if one.is_reportable and len(one.values) <= MOST_OFFERED
        ]
        if where and not any(where == key for group in offered for key, _label in group["options"]):
            offered.append({"label": self.label_of(next(d for d in chosen.filters if d not in TALLIED)),
                            "options": [(where, where.partition(":")[2])]})  # fmt: skip
        return {
            "periods": [
                {"code": code, "label": label, "active": code == chosen.period,
                 "url": self.board.url("dashboard", chosen_period(chosen, code))}
                for code, label in PERIOD_LABELS.items() if code != "custom"
            ],
            "surveys": self.surveys,
            "touchpoints": self.touchpoints(),
            "respondents": self.respondents(),
            "where": offered,
            "where_chosen": where,
            "by": [
                (BY_USUAL, dimension_label(BY_USUAL)), ("campaign", dimension_label("campaign")), ("language", dimension_label("language")),
                ("respondent", dimension_label("respondent")),
                *((ATTRIBUTE + one.name, one.label) for one in self.attributes),
            ],
        }  # fmt: skip

    def respondents(self) -> list[dict[str, Any]]:
        """Who can be chosen; where the workspace leaves somebody out of NPS, that comes first and is called so."""
        chosen = self.selection
        usual = left_out_words(replace(chosen, is_everybody=False, filters={}))
        everybody = [("", _("All but: %(types)s") % {"types": usual}), (EVERYBODY, _("Everybody"))]
        kinds = [(code, label) for code, label in RespondentType.choices if code != RespondentType.CUSTOMER]
        offered = [*(everybody if usual else [("", _("Everybody"))]), (NOT_SET, _("Customers only")), *kinds]
        current = chosen.filters.get(RESPONDENT, EVERYBODY if chosen.is_everybody and usual else "")
        return [{"value": code, "label": label, "is_chosen": code == current} for code, label in offered]

    def touchpoints(self) -> list[str]:
        """The names to filter by: of all touchpoints, or of those the reader is limited to."""
        rows = Touchpoint.objects.of(self.workspace).order_by("name")
        if self.sight.touchpoints is not None:
            rows = rows.filter(public_id__in=self.sight.touchpoints)
        return list(rows.values_list("name", flat=True))

    def values_of(self, attribute: Attribute) -> list[str]:
        """The values to filter by; of the attribute the reader is limited to, only theirs."""
        limited = attribute.name == self.sight.attribute
        return sorted(value for value in attribute.values if not limited or has_value(self.sight, value))


def chosen_period(chosen: Selection, code: str) -> str:
    """The query string of the same question for another of the usual periods."""
    return chosen.query(period=code, since=None, until=None)


class Dashboard(FiguresView):
    """NPS with its trend, split, breakdowns, funnel and loop for one question."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        board, chosen = self.board, self.selection
        trend = board.trend()
        found = board.loop_figures()
        rows = board.trend_rows(trend.buckets)
        after_rows = board.trend_rows(trend.after_fix, series="RESURVEY") if trend.after_fix else []
        funnel = board.funnel(found.funnel if not chosen.filters else None)
        touchpoints = board.breakdown("touchpoint", title=self.title_of("touchpoint"))
        other = board.breakdown(chosen.by, title=self.title_of(chosen.by))
        lines = board.distribution(trend.now)
        return render(
            request,
            "dashboards/dashboard.html",
            {
                "title": _("Dashboard"),
                "lead": board.period_words(),
                "selection": chosen,
                "choices": self.choices(),
                "chips": board.chips("dashboard"),
                "headline": board.headline(trend),
                "figures": trend.now,
                "left_out": left_out_words(chosen),
                "is_new": not trend.now.n and not trend.before.n and not found.funnel.sent and not chosen.filters,
                "segment_urls": board.segment_urls(),
                "trend_rows": rows,
                "after_rows": after_rows,
                "after_total": Row("", trend.after_fix_total, board.answers_url(series="RESURVEY")),
                "trend_chart": charts.trend_chart(
                    buckets=trend.buckets, after_fix=trend.after_fix, bucket=chosen.bucket,
                    links=[row.answers_url for row in rows],
                ),
                "distribution": lines,
                "distribution_chart": charts.distribution_chart(
                    distribution=trend.now.distribution, links=[line["url"] for line in lines]
                ),
                "breakdowns": [touchpoints, other],
                "tiles": board.loop_tiles(found),
                "funnel": funnel,
                "attainment": found.attainment_by_kind,
                "causes": board.causes(),
                "channels_url": board.url("channels", chosen.query()),
                "trend_csv": board.csv_url("trend"),
                "distribution_csv": board.csv_url("distribution"),
                "answers_csv": board.url("answers_csv", chosen.fixed()),
                "may_export": self.may(Permission.EXPORT),
            },
        )  # fmt: skip


class Breakdown(FiguresView):
    """All values of one dimension: a page of its own, and the part the dashboard fetches when it takes longer."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        by = self.selection.by
        is_part = bool(getattr(request, "htmx", False))
        part = self.board.breakdown(
            by, title=self.title_of(by), patiently=True, limit=SHOWN if is_part else None
        )
        context = {"part": part, "title": part["title"], "lead": self.board.period_words(),
                   "chips": self.board.chips("breakdown", by=by), "may_export": self.may(Permission.EXPORT),
                   "crumbs": [{"label": _("Dashboard"), "url": self.board.url("dashboard", self.selection.query())},
                              {"label": part["title"], "url": ""}]}  # fmt: skip
        return render(
            request, "dashboards/_breakdown.html" if is_part else "dashboards/breakdown.html", context
        )


class Funnel(FiguresView):
    """From invitation to answer: a page of its own, and the part the dashboard fetches when it takes longer."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        is_part = bool(getattr(request, "htmx", False))
        title = _("From invitation to answer")
        context = {"funnel": self.board.funnel(patiently=True), "title": title, "lead": self.board.period_words(),
                   "chips": self.board.chips("funnel"),
                   "crumbs": [{"label": _("Dashboard"), "url": self.board.url("dashboard", self.selection.query())},
                              {"label": title, "url": ""}]}  # fmt: skip
        return render(request, "dashboards/_funnel.html" if is_part else "dashboards/funnel.html", context)


class FiguresCsv(FiguresView):
    """The table beside a chart, as a file."""

    permission = Permission.EXPORT
    rates: ClassVar[dict[str, str]] = {"GET": EXPORTS}
    table: str  # part of the file's name

    def get(self, request: HttpRequest, slug: str, **_parts: str) -> HttpResponseBase:
        header, rows = self.lines()
        chosen = self.selection
        left_out = " ".join(sorted(chosen.without))
        header, rows = [*header, LEFT_OUT], ([*row, left_out] for row in rows)
        self.record_export("figures", table=self.table)
        name = f"{self.workspace.slug}-{self.table}-{chosen.since}-{chosen.until}.csv"
        return exports.csv_response(name=name, header=header, rows=rows)

    def lines(self) -> tuple[list[str], Iterable[list[Any]]]:
        """The header and the rows."""
        raise NotImplementedError


class TrendCsv(FiguresCsv):
    """The trend: one line for each bucket and series."""

    table = "trend"

    def lines(self) -> tuple[list[str], Iterable[list[Any]]]:
        trend = self.board.trend()
        header = ["from", "to", "series", *FIGURE_COLUMNS]
        rows = []
        for series, groups in (("HEADLINE", trend.buckets), ("RESURVEY", trend.after_fix)):
            for group, (first, last) in zip(groups, self.board.spans() if groups else [], strict=True):
                rows.append([first.isoformat(), last.isoformat(), series, *figure_cells(group.figures)])
        return header, rows


class DistributionCsv(FiguresCsv):
    """How many gave each score."""

    table = "distribution"

    def lines(self) -> tuple[list[str], Iterable[list[Any]]]:
        found = self.board.distribution(self.board.trend().now)
        rows = ([line["score"], line["segment"], line["n"]] for line in found)
        return ["score", "segment", "answers"], rows


class BreakdownCsv(FiguresCsv):
    """All values of one dimension."""

    table = "breakdown"

    def lines(self) -> tuple[list[str], Iterable[list[Any]]]:
        by = self.selection.by
        part = self.board.breakdown(by, title="", patiently=True, limit=None)
        return [by, *FIGURE_COLUMNS], ([row.label, *figure_cells(row.figures)] for row in part["rows"])


LEFT_OUT = "left_out_of_nps"  # the respondent types a figure does not count
FIGURE_COLUMNS = ["answers", "nps", "margin_95", "promoters", "passives", "detractors"]


def figure_cells(figures: Any) -> list[Any]:
    """Numbers for a file: unrounded to four places, empty where there is no data."""
    places = [None if value is None else round(value, 4) for value in (figures.nps, figures.margin)]
    return [figures.n, *places, figures.promoters, figures.passives, figures.detractors]


class Answers(FiguresView):
    """The answers behind a figure, newest first, by key; as many as the figure says."""

    @cached_property
    def surveys(self) -> list[Survey]:
        """Of every metric: a survey's own report opens its answers here."""
        return list(Survey.objects.of(self.workspace).order_by("name", "id"))

    @cached_property
    def only(self) -> answer_filters.AnswerFilters:
        return answer_filters.read(self.request.GET)

    def questions(self, answers: Iterable[Response]) -> dict[str, SurveyQuestion]:
        """The further questions of the surveys these answers belong to, and of the chosen one."""
        surveys = {answer.survey_id for answer in answers}
        if self.selection.survey:
            surveys.add(self.selection.survey.pk)
        return answer_queries.questions_of(workspace=self.workspace, surveys=surveys)

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        narrowing = self.narrowing()
        rows = answer_queries.answers(scope=self.selection.scope, **narrowing)
        place = self._place()
        page = list((answer_queries.after(rows, **place) if place else rows)[: PAGE + 1])
        shown, more = asked.attach(page[:PAGE]), len(page) > PAGE
        total = self._total(narrowing)
        decided = answer_queries.decisions(workspace=self.workspace, answers=shown, sight=self.sight)
        questions = self.questions(shown)
        kept = {
            **{
                name: request.GET.get(name, "")
                for name in ("segment", "score", "series", "commented", "negative")
            },
            **self.only.kept,
        }
        older = (
            self.board.url("answers", self.selection.fixed(**kept, after=signed_place(shown[-1])))
            if more
            else ""
        )
        return render(
            request,
            "dashboards/answers.html",
            {
                "title": _("Answers"),
                "lead": self.board.period_words(),
                "crumbs": [{"label": _("Dashboard"), "url": self.board.url("dashboard", self.selection.query())},
                           {"label": _("Answers"), "url": ""}],
                "rows": [
                    {"answer": answer, "decision": decided.get(answer.pk)} for answer in shown
                ],
                "narrow": answer_filters.choices(self.only),
                "narrow_hidden": self._hidden(kept),
                "total": total,
                "counted": ngettext("%(n)s answer", "%(n)s answers", total) % {"n": f"{total:,}"},
                "chips": self._chips(kept, questions),
                "older_url": older,
                "newer_url": self.board.url("answers", self.selection.fixed(**kept)) if place else "",
                "csv_url": self.board.url("answers_csv", self.selection.fixed(**kept)),
                "series": narrowing["series"],
                "negative_url": ""
                if narrowing["is_negative"]
                else self.board.url("answers", self.selection.fixed(**{**kept, "negative": "1"})),
                "reader": comments.reader(workspace=self.workspace),
                "selection": self.selection,
                "may_export": self.may(Permission.EXPORT),
                "may_enter": self.may(Permission.RECORD_RESPONSES),
            },
        )  # fmt: skip

    def narrowing(self) -> dict[str, Any]:
        """The part of the address that only lists have: series, segment, score, with a comment."""
        asked = self.request.GET
        score = asked.get("score", "")
        return {
            "series": asked.get("series", "").upper()
            if asked.get("series", "").upper() in Series.values
            else "HEADLINE",
            "segment": asked.get("segment", "") if asked.get("segment") in Segment.values else "",
            "score": int(score) if score.isdecimal() and int(score) <= 10 else None,
            "is_commented": asked.get("commented") == "1",
            "is_negative": asked.get("negative") == "1",
            "only": self.only.condition,
        }

    def _hidden(self, kept: dict[str, str]) -> list[tuple[str, str]]:
        """What the form above the list hands on: the days, filters and figure the list was opened with."""
        selects = {one["name"] for one in answer_filters.choices(self.only)}
        rest = {name: value for name, value in kept.items() if value and name not in selects}
        return parse_qsl(self.selection.fixed(**rest))

    def _total(self, narrowing: dict[str, Any]) -> int:
        scope = self.selection.scope
        is_counted = not (narrowing["is_commented"] or narrowing["is_negative"]) and narrowing["only"] is None
        if not is_counted:
            return answer_queries.answers(scope=scope, **narrowing).count()
        low, high = {name: (low, high) for name, low, high in segment_ranges(scope.metric)}.get(
            narrowing["segment"], (0, -1) if narrowing["segment"] else (0, 10)
        )
        found = counts(scope=scope, series=[narrowing["series"]])
        wanted = narrowing["score"]
        return sum(row.n for row in found if low <= row.score <= high and wanted in (None, row.score))

    def _place(self) -> dict[str, Any] | None:
        """Where the page begins, from the address; a place we did not write is no place."""
        try:
            moment, pk = signing.loads(self.request.GET.get("after", ""), salt=CURSOR)
            return {"moment": datetime.fromisoformat(moment), "pk": int(pk)}
        except (signing.BadSignature, ValueError, TypeError):
            return None

    def _chips(self, kept: dict[str, str], questions: dict[str, SurveyQuestion]) -> list[dict[str, Any]]:
        words = {
            "segment": (
                _("Group"),
                str(Segment(kept["segment"]).label) if kept["segment"] in Segment.values else "",
            ),
            "score": (_("Score"), kept["score"]),
            "series": (
                _("Kind"),
                str(Series(kept["series"].upper()).label) if kept["series"].upper() in Series.values else "",
            ),
            "commented": (_("With a comment"), _("yes") if kept["commented"] == "1" else ""),
            "negative": (_("Unhappy words"), _("yes") if kept.get("negative", "") == "1" else ""),
            **{name: (label, value) for name, label, value in self.only.words(questions)},
        }
        chips = self.board.chips("answers", **kept)
        if self.selection.survey:
            bare = self.selection.fixed(**kept, survey=None)
            chips.insert(
                0,
                {
                    "label": _("Survey"),
                    "value": self.selection.survey.name,
                    "remove_url": self.board.url("answers", bare),
                },
            )
        for name, (label, value) in words.items():
            if value:
                rest = {**kept, name: ""}
                chips.append(
                    {
                        "label": label,
                        "value": value,
                        "remove_url": self.board.url("answers", self.selection.fixed(**rest)),
                    }
                )
        return chips


def signed_place(answer: Response) -> str:
    """The place right after `answer` in the list, as text for the address."""
    return signing.dumps([answer.responded_at.isoformat(), answer.pk], salt=CURSOR, compress=True)


class AnswersCsv(Answers):
    """The same answers as a file."""

    permission = Permission.EXPORT
    rates: ClassVar[dict[str, str]] = {"GET": EXPORTS}

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        chosen = self.selection
        self.record_export("answers")
        rows = answer_queries.answers(scope=chosen.scope, **self.narrowing())
        names = [one.name for one in self.attributes if one.is_reportable]
        questions = answer_queries.columns_of(scope=chosen.scope)
        header = [
            "id", "responded_at", "day", "survey", "score", "segment", "comment", "contact", "email", "company",
            "external_id", "touchpoint", "channel", "trust", "purpose", "respondent_type", "source", "is_complete",
            "negative_words", *names, *(f"question: {one.text} [{one.public_id}]" for one in questions),
        ]  # fmt: skip
        return exports.csv_response(
            name=f"{self.workspace.slug}-answers-{chosen.since}-{chosen.until}.csv",
            header=header,
            rows=self._lines(rows, names, questions),
        )

    def _lines(self, rows: Any, names: list[str], questions: Sequence[SurveyQuestion]) -> Iterator[list[Any]]:
        for answer in rows.iterator(chunk_size=2_000):
            person = answer.contact
            yield [
                answer.public_id, answer.responded_at.isoformat(), answer.day.isoformat(), answer.survey.name,
                answer.score, answer.segment, answer.comment,
                person.name if person else "", person.email if person else "", person.company if person else "",
                person.external_id if person else "", answer.touchpoint.name if answer.touchpoint else "",
                answer.channel, answer.trust, answer.purpose, answer.respondent_type, answer.source, answer.is_complete,
                answer.is_negative,
                *(answer.dimensions.get(ATTRIBUTE + name, "") for name in names),
                *(
                    "".join(words for _text, words in answer_queries.further(answer, {one.public_id: one}))
                    for one in questions
                ),
            ]  # fmt: skip


class CasesBehind(FiguresView):
    """The cases behind a figure of the loop."""

    permission = Permission.VIEW_CASES

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        figure = request.GET.get("figure", "opened")
        if figure not in FIGURES:
            raise Http404
        chosen, cause = self.selection, request.GET.get("cause", "").replace("\0", "")
        rows = cases_behind(
            workspace=self.workspace,
            figure=figure,
            since=chosen.since,
            until=chosen.until,
            survey=chosen.survey,
            cause=cause,
            sight=self.sight,
        )
        total = rows.count()
        place = request.GET.get("after", "")
        page = list(
            (rows.filter(number__lt=int(place)) if place.isdecimal() and len(place) < 10 else rows)[
                : PAGE + 1
            ]
        )
        older = ""
        if len(page) > PAGE:
            older = self.board.cases_url(figure, cause=cause, after=page[PAGE - 1].number)
        return render(
            request,
            "dashboards/cases.html",
            {
                "title": FIGURE_TITLES[figure](),
                "lead": self.board.period_words() if not figure.endswith("-now") else _("At this moment"),
                "crumbs": [{"label": _("Dashboard"), "url": self.board.url("dashboard", chosen.query())},
                           {"label": _("Cases"), "url": ""}],
                "rows": page[:PAGE],
                "cause": page[0].root_cause.name if cause and page and page[0].root_cause else "",
                "counted": ngettext("%(n)s case", "%(n)s cases", total) % {"n": f"{total:,}"},
                "older_url": older,
                "newer_url": self.board.cases_url(figure, cause=cause) if place else "",
            },
        )  # fmt: skip


FIGURE_TITLES = {
    "opened": lambda: _("Cases opened"),
    "answered": lambda: _("Cases with a first response"),
    "within-hour": lambda: _("Answered within 60 minutes"),
    "beyond-hour": lambda: _("Not answered within 60 minutes"),
    "told-back": lambda: _("Told what was done"),
    "not-told-back": lambda: _("Not yet told what was done"),
    "met": lambda: _("Cases with a promise kept"),
    "breached": lambda: _("Cases with a promise missed"),
    "resurveyed": lambda: _("Asked again and answered"),
    "recovered": lambda: _("Won back"),
    "open-now": lambda: _("Open cases"),
    "breached-now": lambda: _("Open cases with a missed promise"),
}
