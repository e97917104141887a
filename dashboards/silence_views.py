"""Who never speaks: the map of those nobody asked or who never answered, and what their silence leaves open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission
from core import drawing
from dashboards import statistics
from dashboards.queries import silence as queries
from dashboards.queries.ledger import ATTRIBUTE
from dashboards.rules import silence
from dashboards.rules.silence import Bounds, Group
from surveys.queries.faces import name_of
from surveys.rules import nps

SHOWN = 25  # values with a line of their own; the others are one line together
SHADES = {"never_asked": "never", "silent": "silent", "answered": "answered"}


class WhoNeverSpeaks(WorkspaceView):
    """The map for one attribute."""

    permission = Permission.VIEW_DASHBOARD

    @cached_property
    def choices(self) -> list[tuple[str, str]]:
        """What people can be told apart by."""
        return [*queries.choices(workspace=self.workspace), (queries.LANGUAGE, _("Language"))]

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        offered = dict(self.choices)
        by = request.GET.get("by", "")
        by = by if by in offered else next(iter(offered))
        is_by_team = self.sight.teams is not None
        found = [] if is_by_team else queries.groups(workspace=self.workspace, by=by, sight=self.sight)
        everybody = silence.together(found)
        context = {
            "title": _("Who never speaks"),
            "lead": _("People nobody asked, people who never answered, and what their silence leaves open."),
            "crumbs": [
                {"label": _("Dashboard"), "url": reverse("dashboards:dashboard", args=[slug])},
                {"label": _("Who never speaks"), "url": ""},
            ],
            "by": by,
            "by_label": offered[by],
            "choices": self.choices,
            "is_by_team": is_by_team,
            "everybody": everybody,
            "shares": _shares(everybody),
            "bar": _bar(everybody),
            "figures": _figures(found, everybody),
            "rows": self._rows(found, by),
        }
        return render(request, "dashboards/silence.html", context)

    def _rows(self, found: list[Group], by: str) -> list[dict[str, Any]]:
        """A line for each value; what is too small for one stands together in the last."""
        shown, rest = found[:SHOWN], found[SHOWN:]
        rows = [self._row(one, self._label(one, by), self._url(one, by)) for one in shown]
        if rest:
            label = _("%(n)s more values") % {"n": len(rest)}
            rows.append(self._row(silence.together(rest), label, ""))
        return rows

    def _row(self, one: Group, label: str, url: str) -> dict[str, Any]:
        rate = statistics.share(one.answered, one.asked)
        return {
            "label": label,
            "url": url,
            "group": one,
            "bar": _bar(one),
            "rate": statistics.percent(rate.value),
            "nps": statistics.signed(one.nps),
            "is_few": 0 < one.n < nps.ENOUGH,
            "bounds": _between(silence.bounds(one)),
        }

    def _label(self, one: Group, by: str) -> str:
        if one.value is None:
            return _("not set")
        return name_of(one.value) if by == queries.LANGUAGE else one.value

    def _url(self, one: Group, by: str) -> str:
        """The contacts of a value; those without one cannot be listed so."""
        if one.value is None or by == queries.LANGUAGE:
            return ""
        query = urlencode({"attribute": by.removeprefix(ATTRIBUTE), "value": one.value})
        return f"{reverse('surveys:contact_list', args=[self.workspace.slug])}?{query}"


def _bar(one: Group) -> list[dict[str, Any]]:
    """The three kinds of people as parts of one bar."""
    counts = [(name, getattr(one, name)) for name in ("answered", "silent", "never_asked")]
    return [{"part": part, "shade": SHADES[part.segment]} for part in drawing.parts(counts)]


def _shares(everybody: Group) -> list[dict[str, Any]]:
    """Each kind of people with its share of everybody."""
    labels = {
        "answered": _("answered"),
        "silent": _("asked, never answered"),
        "never_asked": _("never asked"),
    }
    return [
        {
            "label": label,
            "shade": SHADES[name],
            "n": getattr(everybody, name),
            "share": statistics.percent(
                getattr(everybody, name) / everybody.people if everybody.people else None
            ),
        }
        for name, label in labels.items()
    ]


def _figures(found: list[Group], everybody: Group) -> list[dict[str, Any]]:
    """NPS as it was answered, as everybody would weigh in it, and how far it can be off."""
    plain = statistics.estimate(everybody.promoters, everybody.passives, everybody.detractors)
    again = silence.reweighted(found)
    return [
        {
            "code": "answered",
            "label": _("Of those who answered"),
            "value": statistics.signed(plain.nps),
            "range": "" if plain.margin is None else f"± {plain.margin:.1f}",
            "n": plain.n,
            "is_few": not plain.has_enough,
        },
        {
            "code": "reweighted",
            "label": _("Reweighted to everybody"),
            "value": statistics.signed(again.value),
            "range": _to(again.low, again.high),
            "n": again.n,
            "covered": statistics.percent(again.covered),
            "groups": again.groups,
            "is_few": not nps.has_enough(again.n),
        },
        {
            "code": "bounds",
            "label": _("At worst and at best"),
            "value": _between(silence.bounds(everybody)),
            "range": "",
            "n": everybody.n,
            "people": everybody.people,
            "asked": _between(silence.bounds(replace(everybody, never_asked=0))),
            "is_few": False,
        },
    ]


def _between(found: Bounds | None) -> str:
    return "" if found is None else _to(found.low, found.high)


def _to(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    return _("%(low)s to %(high)s") % {"low": statistics.signed(low, 0), "high": statistics.signed(high, 0)}
