"""What moves cases forward: the weights, with the next cases as an example, and how far the recount is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules.permissions import Permission
from accounts.views.settings import SettingsView
from detractors.models import Case, RankRecount
from detractors.queries import ranking as queries
from detractors.rule_forms import WeightsForm
from detractors.services import weighing


@dataclass(frozen=True)
class Example:
    """An open case: where it stands now, and where it would stand."""

    case: Case
    name: str
    before: datetime
    after: datetime
    priority: str
    minutes: int

    @property
    def is_earlier(self) -> bool:
        return self.after < self.before

    @property
    def is_later(self) -> bool:
        return self.after > self.before


class Ranking(SettingsView):
    """The weights. Asked by script with values, the examples alone; with `progress`, how far the recount is."""

    permission = Permission.MANAGE_SLA
    url_name = "detractors:ranking"

    def form(self, data: Any = None) -> WeightsForm:
        row = queries.weights(workspace=self.workspace)
        return WeightsForm(data, row=row, workspace=self.workspace)

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        if request.headers.get("HX-Request") and "progress" in request.GET:
            return render(request, "detractors/_rank_progress.html", {"recount": self.recount()})
        if request.headers.get("HX-Request") and "score_minutes" in request.GET:
            form = self.form(request.GET)
            return render(request, "detractors/_rank_examples.html", {"examples": self.examples(form)})
        return self.show(self.form())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        if weighing.change(weights=form.weights, now=timezone.now()):
            return self.saved(_("Saved. The open cases are being counted anew."))
        return self.saved(_("Nothing was different."))

    def recount(self) -> RankRecount | None:
        """The latest recount, if there was one."""
        return queries.recount(workspace=self.workspace)

    def show(self, form: WeightsForm, status: int = 200) -> HttpResponse:
        return self.page(
            "detractors/ranking.html",
            status,
            title=_("Ranking"),
            form=form,
            examples=self.examples(form),
            recount=self.recount(),
        )

    def examples(self, form: WeightsForm) -> list[Example]:
        """The next open cases in the order the typed weights would give; none while something typed makes no sense."""
        if not form.is_bound:
            form = WeightsForm(
                {name: form[name].value() for name in form.fields},
                row=queries.weights(workspace=self.workspace),
                workspace=self.workspace,
            )
        if not form.is_valid():
            return []
        weights = weighing.ranking.weights_in(form.weights)
        shown = []
        for case in queries.next_cases(workspace=self.workspace):
            rank = weighing.example(case=case, weights=weights, cell=case.cell)
            name = case.contact.display_name if case.contact else _("Anonymous customer")
            shown.append(Example(case, name, case.rank_at, rank.rank_at, rank.priority, rank.minutes))
        return sorted(shown, key=lambda one: (one.after, one.case.number))
