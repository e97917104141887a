"""Waits and idle time: how long cases spend in which stage, by team, member, touchpoint and month, one click from the cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import dateformat, timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.access import EXPORTS, WorkspaceView
from accounts.enums import Act
from accounts.queries import everybody
from accounts.rules.permissions import Permission
from accounts.services import audit
from core.exports import csv_response
from core.moments import duration, working_duration
from core.numbers import whole
from detractors.queries import origins
from detractors.queries import stages as queries
from detractors.queries.stages import Asked, Figure, Group
from detractors.rules import stages as rule
from detractors.views import sections

DAYS = (30, 90, 365)
USUAL_DAYS = 90
STAGE_WORDS: dict[str, tuple[Any, Any]] = {  # name, what it is
    rule.UNTAKEN: (gettext_lazy("Until taken"), gettext_lazy("from the opening to its first owner, and whenever it had none")),
    rule.UNANSWERED: (gettext_lazy("Until answered"), gettext_lazy("owned, and nobody has spoken to the customer yet")),
    rule.AT_WORK: (gettext_lazy("At work"), gettext_lazy("answered, and the next step is its owner's")),
    rule.FOR_CUSTOMER: (gettext_lazy("For the customer"), gettext_lazy("we wait for the customer")),
    rule.FOR_OTHERS: (gettext_lazy("For others"), gettext_lazy("a question to somebody outside, or a colleague's task that holds it up, is open")),
    rule.RESOLVED: (gettext_lazy("Resolved"), gettext_lazy("from resolving to closing, while the customer is asked again")),
    rule.IDLE: (gettext_lazy("Idle"), gettext_lazy("the ball was with us and nobody did anything: what goes beyond four working hours of each pause")),
}  # fmt: skip
GROUP_WORDS: dict[str, Any] = {
    queries.TEAM: gettext_lazy("Team"),
    queries.AGENT: gettext_lazy("Member"),
    queries.TOUCHPOINT: gettext_lazy("Touchpoint"),
    queries.MONTH: gettext_lazy("Month"),
}


class OfWaits(WorkspaceView):
    """What the address asks for: `by`, `stage`, `clock`, `days`, and which team, member, touchpoint or month."""

    permission = Permission.VIEW_CASES

    def one_of(self, name: str, choices: Sequence[str], usual: str) -> str:
        asked = self.request.GET.get(name, "")
        return asked if asked in choices else usual

    @cached_property
    def by(self) -> str:
        return self.one_of("by", queries.GROUPS, queries.TEAM)

    @cached_property
    def stage(self) -> str:
        return self.one_of("stage", tuple(STAGE_WORDS), rule.UNANSWERED)

    @cached_property
    def is_calendar(self) -> bool:
        return self.one_of("clock", ("working", "calendar"), "working") == "calendar"

    @cached_property
    def days(self) -> int:
        return int(self.one_of("days", [str(one) for one in DAYS], str(USUAL_DAYS)))

    @cached_property
    def asked(self) -> Asked:
        now = timezone.now()
        return Asked(
            since=now - timedelta(days=self.days), until=now + timedelta(minutes=1), team=self.number("team"),
            agent=self.number("agent"), touchpoint=self.number("touchpoint"),
        )  # fmt: skip

    def number(self, name: str) -> int | None:
        return whole(self.request.GET.get(name, ""))

    def url(self, name: str = "waits", **changes: Any) -> str:
        values = {
            "by": self.by, "stage": self.stage, "clock": "calendar" if self.is_calendar else "working", "days": self.days,
            "team": self.asked.team, "agent": self.asked.agent, "touchpoint": self.asked.touchpoint, **changes,
        }  # fmt: skip
        query = urlencode({key: value for key, value in values.items() if value is not None})
        return f"{reverse(f'detractors:{name}', args=[self.workspace.slug])}?{query}"

    def figures(self, by: str | None, columns: Sequence[str] = tuple(STAGE_WORDS)) -> list[Group]:
        return queries.figures(
            workspace=self.workspace, by=by, asked=self.asked, is_calendar=self.is_calendar, sight=self.sight,
            columns=columns,
        )  # fmt: skip

    def named(self, groups: Sequence[Group], by: str) -> list[tuple[Group, str]]:
        """Groups with their names: months in order; else the longest median of the stage first, small ones after all others."""
        names = queries.names_of(workspace=self.workspace, by=by, keys=[one.key for one in groups])
        pairs = [
            (one, names.get(one.key or "", _("Nobody") if by == queries.AGENT else _("None")))
            for one in groups
        ]
        if by == queries.MONTH:
            return [(one, month_words(name)) for one, name in sorted(pairs, key=lambda pair: pair[1])]
        return sorted(
            pairs,
            key=lambda pair: (
                pair[0].is_small,
                0 if pair[0].is_small else -(pair[0].figures[self.stage].median or 0),
                pair[1].casefold(),
            ),
        )


class Waits(OfWaits):
    """Medians and 90th percentiles of every stage, drawn by month, with the table beside it."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        groups = self.named(self.figures(self.by), self.by)
        whole = self.figures(None)
        names = origins.names(workspace=self.workspace)
        context = {
            "title": _("Waits and idle time"),
            "crumbs": sections.crumbs(workspace=self.workspace, title=_("Waits and idle time")),
            "sections": sections.tabs(workspace=self.workspace, active="waits", sight=self.sight),
            "clocks": [
                {"label": _("Working time"), "url": self.url(clock="working"), "active": not self.is_calendar},
                {"label": _("Around the clock"), "url": self.url(clock="calendar"), "active": self.is_calendar},
            ],
            "times": [
                {"label": _("%(n)s days") % {"n": n} if n < 365 else _("A year"), "url": self.url(days=n), "active": n == self.days}
                for n in DAYS
            ],
            "groupings": [
                {"label": label, "url": self.url(by=code), "active": code == self.by} for code, label in GROUP_WORDS.items()
            ],
            "filters": [
                {"name": "team", "label": _("Team"), "chosen": str(self.asked.team or ""),
                 "options": sorted(((str(pk), one.name) for pk, one in names["team"].items()), key=lambda pair: pair[1])},
                {"name": "agent", "label": _("Member"), "chosen": str(self.asked.agent or ""),
                 "options": [(str(row.user_id), row.user.display_name) for row in everybody(workspace=self.workspace)]},
                {"name": "touchpoint", "label": _("Touchpoint"), "chosen": str(self.asked.touchpoint or ""),
                 "options": sorted(((str(pk), one.name) for pk, one in names["touchpoint"].items()), key=lambda pair: pair[1])},
            ],
            "kept": [("by", self.by), ("stage", self.stage), ("days", self.days), ("clock", "calendar" if self.is_calendar else "working")],
            "stages": [
                {"code": code, "label": name, "says": says, "url": self.url(stage=code), "active": code == self.stage,
                 "figure": said(whole[0].figures[code], is_calendar=self.is_calendar) if whole else None, "cases_url": self.url("wait_cases", stage=code)}
                for code, (name, says) in STAGE_WORDS.items()
            ],
            "stage_name": STAGE_WORDS[self.stage][0],
            "by_name": GROUP_WORDS[self.by],
            "rows": [self.row(group, name) for group, name in groups],
            "chart": self.chart(),
            "months": self.months,
            "n": whole[0].n if whole else 0,
            "enough": queries.ENOUGH,
            "since": self.asked.since,
            "csv_url": self.url("waits_csv"),
            "may_export": self.may(Permission.EXPORT),
        }  # fmt: skip
        return render(request, "detractors/waits.html", context)

    def row(self, group: Group, name: str) -> dict[str, Any]:
        cells = []
        for code, (label, _says) in STAGE_WORDS.items():
            figure = group.figures[code]
            url = (
                ""
                if self.by == queries.MONTH or group.key is None
                else self.url("wait_cases", stage=code, **{self.by: group.key})
            )
            cells.append(
                {
                    **said(figure, is_calendar=self.is_calendar),
                    "label": label,
                    "url": url if figure.n else "",
                    "is_chosen": code == self.stage,
                }
            )
        return {"name": name, "n": group.n, "is_small": group.is_small, "cells": cells}

    def chart(self) -> dict[str, Any]:
        """The chosen stage by month; `months` are the same for the table."""
        found = self.named(self.figures(queries.MONTH, [self.stage]), queries.MONTH)
        figures = [group.figures[self.stage] for group, _name in found]
        self.months = [
            {"name": name, **said(figure, is_calendar=self.is_calendar)}
            for (_group, name), figure in zip(found, figures, strict=True)
        ]
        return {
            "labels": [name for _group, name in found],
            "names": [name for _group, name in found],
            "n": [figure.n for figure in figures],
            "few": [figure.n < queries.ENOUGH for figure in figures],
            "unit": _("h"),
            "series": [
                {"name": _("Median"), "values": [hours(one.median) for one in figures], "said": [words(one.median, is_calendar=self.is_calendar) for one in figures]},
                {"name": _("90th percentile"), "values": [hours(one.ninety) for one in figures], "said": [words(one.ninety, is_calendar=self.is_calendar) for one in figures]},
            ],
            "words": {"title": _("%(stage)s by month") % {"stage": STAGE_WORDS[self.stage][0]}, "counted": _("cases"), "few": _("too few to say much")},
        }  # fmt: skip


class WaitCases(OfWaits):
    """The very cases behind a figure, the longest first."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        cases, n = queries.longest(
            workspace=self.workspace, stage=self.stage, asked=self.asked, is_calendar=self.is_calendar,
            sight=self.sight,
        )  # fmt: skip
        name, says = STAGE_WORDS[self.stage]
        context = {
            "title": str(name),
            "lead": says,
            "crumbs": [
                *sections.crumbs(workspace=self.workspace, title=_("Waits and idle time"))[:-1],
                {"label": _("Waits and idle time"), "url": self.url()},
                {"label": name, "url": ""},
            ],
            "rows": [
                {"case": case, "minutes": words(case.minutes, is_calendar=self.is_calendar)}  # type: ignore[attr-defined]
                for case in cases
            ],
            "counted": ngettext("%(n)s case", "%(n)s cases", n) % {"n": f"{n:,}"},
            "more": n - len(cases),
            "clock": _("Around the clock") if self.is_calendar else _("Working time"),
        }
        return render(request, "detractors/wait_cases.html", context)


class WaitsCsv(OfWaits):
    """The table as a file, in minutes."""

    permission = Permission.EXPORT
    rates: ClassVar[dict[str, str]] = {"GET": EXPORTS}

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        audit.record(
            act=Act.EXPORTED, by=self.request.user, now=timezone.now(), workspace=self.workspace, subject_kind="waits",
            subject_id="", detail={"filters": [self.by]},
        )  # fmt: skip
        header = [self.by, "cases"]
        for code in STAGE_WORDS:
            header += [f"{code}_n", f"{code}_median", f"{code}_90"]
        groups = self.named(self.figures(self.by), self.by)
        name = f"{self.workspace.slug}-waits-{self.by}-{timezone.localdate()}.csv"
        response = csv_response(name=name, header=header, rows=_lines(groups))
        response["Cache-Control"] = "no-store"
        return response


def _lines(groups: Sequence[tuple[Group, str]]) -> Iterator[list[Any]]:
    for group, name in groups:
        line: list[Any] = [name, group.n]
        for code in STAGE_WORDS:
            figure = group.figures[code]
            line += [figure.n, figure.median, figure.ninety]
        yield line


def said(figure: Figure, *, is_calendar: bool) -> dict[str, Any]:
    """A figure in words."""
    return {
        "n": figure.n,
        "median": words(figure.median, is_calendar=is_calendar),
        "ninety": words(figure.ninety, is_calendar=is_calendar),
        "is_few": figure.n < queries.ENOUGH,
    }


def words(minutes: float | None, *, is_calendar: bool) -> str:
    """Working time is never said in days of 24 hours."""
    return duration(minutes) if is_calendar else working_duration(minutes)


def hours(minutes: float | None) -> float | None:
    return None if minutes is None else round(minutes / 60, 2)


def month_words(key: str) -> str:
    """ "2026-03-01" -> "Mar 2026"."""
    return dateformat.format(date.fromisoformat(key), "M Y")
