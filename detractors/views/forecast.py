"""Which promises will be missed at the present pace, and who could take what."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission
from core.numbers import wholes
from detractors import forecast_words as words
from detractors.enums import BulkAct
from detractors.queries import forecasting as queries
from detractors.queries import pages
from detractors.queries.sight import visible_ids
from detractors.rules import forecast as rules
from detractors.services import bulk, forecasting
from detractors.views import desk_undo


class ForecastView(WorkspaceView):
    """For those who may give cases to others."""

    permission = post_permission = Permission.ASSIGN_CASES


class ForecastPage(ForecastView):
    """The hours until the end of the next working day, the cases, the moves, and how right it has been."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        now = timezone.now()
        found = queries.latest(workspace=self.workspace)
        data: dict[str, Any] = found.data if found else {}
        wanted = [one["case"] for one in data.get("cases", ())]
        seen = visible_ids(workspace=self.workspace, sight=self.sight, ids=wanted)
        cases = queries.cases_with(workspace=self.workspace, ids=seen)
        people = {user.pk: user for user in pages.owners(workspace=self.workspace)}
        rows = words.lines(data, cases, people) if data else []
        days = queries.judged(
            workspace=self.workspace, since=timezone.localdate() - timedelta(days=rules.JUDGED_DAYS)
        )
        tone, said = words.verdict(days)
        context = {
            "title": _("Forecast"),
            "crumbs": [
                {"label": _("Cases"), "url": reverse("detractors:queue", args=[slug])},
                {"label": _("Forecast"), "url": ""},
            ],
            "now": now,
            "found": found,
            "data": data,
            "headline": words.headline(data)
            if data
            else _("The first forecast is made within five minutes."),
            "is_little": data.get("state") == forecasting.LITTLE,
            "has_rows": data.get("state") == forecasting.OK,
            "hours": [
                {**hour, "at": datetime.fromisoformat(hour["at"]), "share": _share(hour)}
                for hour in data.get("hours", ())
            ]
            if self.sight.is_everything
            else [],
            "rows": rows,
            "moves": words.moves(rows),
            "verdict": said,
            "verdict_tone": tone,
            "verdict_icon": {"good": "circle-check", "bad": "alert-triangle"}.get(tone, "info-circle"),
            "days": days,
            "plot": words.plot(days),
            "little": {"done": rules.LITTLE_DONE, "days": rules.LITTLE_DAYS},
            "undo": desk_undo.take(request, self.workspace),
        }
        return render(request, "detractors/forecast.html", context)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Give the cases in `number` to the person in `to`; it can be taken back on the next page."""
        people = {str(user.pk): user for user in pages.owners(workspace=self.workspace)}
        owner = people.get(request.POST.get("to", ""))
        numbers = set(wholes(request.POST.getlist("number"), digits=9))
        now = timezone.now()
        if owner is None or not numbers:
            messages.error(request, _("Choose a colleague and at least one case."))
            return redirect("detractors:forecast", slug=slug)
        result = bulk.act(
            workspace=self.workspace, by=self.request.user, sight=self.sight, numbers=numbers, act=BulkAct.ASSIGN,
            given={"owner": owner}, now=now,
        )  # fmt: skip
        text = ngettext("%(n)s case given to %(name)s.", "%(n)s cases given to %(name)s.", result.done) % {
            "n": result.done, "name": owner.display_name,
        }  # fmt: skip
        if result.left:
            text = f"{text} {_('Left as they were:')} {bulk.said(result.left)}"
        if result.done:
            url = reverse("detractors:bulk_undo", kwargs={"slug": slug, "public_id": result.action.public_id})
            desk_undo.offer(request, self.workspace, text=text, url=url)
            forecasting.make(workspace=self.workspace, now=now)
        else:
            messages.info(request, text)
        return redirect("detractors:forecast", slug=slug)


class ForecastCard(ForecastView):
    """One line above the list of cases, when there is something to do."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        said = words.card(queries.latest(workspace=self.workspace))
        return render(request, "detractors/_forecast_card.html", {"said": said})


def _share(hour: dict[str, Any]) -> int:
    return round(100 * hour["expected"] / hour["due"]) if hour["due"] else 0
