"""The unpleasant-journey matrix: looked at by everybody, planned by who may; and the cell of a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import WorkspaceView
from accounts.queries import teams
from accounts.rules.permissions import Permission
from detractors.models import Failure, MatrixCell, Scenario
from detractors.queries import arising, places
from detractors.queries import matrix as queries
from detractors.queries import rules as rule_queries
from detractors.rule_forms import CellForm, FailureForm, ScenarioForm
from detractors.services import drafts, planning, recounting
from detractors.services.opening import cell_at
from detractors.views import rehearsals
from detractors.views.cases import CaseView
from detractors.views.placing import UNDO

MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Square:
    """A cell as it is drawn."""

    failure: Failure
    url: str
    cell: MatrixCell | None
    figures: arising.Figures

    @property
    def is_planned(self) -> bool:
        return self.cell is not None and self.cell.is_planned


def by_cell(figures: dict[arising.Key, arising.Figures]) -> dict[int | None, arising.Figures]:
    """Figures by cell; None is what is unmapped."""
    return arising.summed(figures, lambda key: key[1])


class MatrixView(WorkspaceView):
    """What the pages of the matrix share."""

    permission = Permission.VIEW_CASES
    post_permission = Permission.MANAGE_SLA

    def since(self, now: datetime) -> datetime:
        return now - MONTH

    def figures(self, now: datetime) -> dict[arising.Key, arising.Figures]:
        return arising.figures(workspace=self.workspace, since=self.since(now), sight=self.sight)

    def draw(self, template: str, *, title: str, status: int = 200, **context: Any) -> HttpResponse:
        """A page below the matrix."""
        home = reverse("detractors:matrix", args=[self.workspace.slug])
        crumbs = [{"label": _("Matrix"), "url": home}, {"label": title, "url": ""}]
        context |= {"title": title, "crumbs": crumbs, "may_manage": self.may(Permission.MANAGE_SLA)}
        return render(self.request, template, context, status=status)

    def done(self, said: str) -> HttpResponse:
        """Say it on the matrix."""
        messages.success(self.request, said)
        return redirect("detractors:matrix", slug=self.workspace.slug)

    def teams(self) -> list[Any]:
        return list(teams(workspace=self.workspace))

    def scenario(self, public_id: str) -> Scenario:
        found = queries.scenario_with(workspace=self.workspace, public_id=public_id)
        if found is None:
            raise Http404
        return found

    def failure(self, public_id: str) -> Failure:
        found = queries.failure_with(workspace=self.workspace, public_id=public_id)
        if found is None:
            raise Http404
        return found


class MatrixPage(MatrixView):
    """The grid with the month's figures in each cell."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        now = timezone.now()
        plan = queries.load(workspace=self.workspace)
        found = by_cell(self.figures(now))
        rows: list[dict[str, Any]] = [
            {"scenario": scenario, "squares": [self.square(plan, scenario, one, found) for one in plan.failures.values()]}
            for scenario in plan.scenarios.values()
        ]  # fmt: skip
        squares: list[Any] = [square for row in rows for square in row["squares"]]
        context = {
            "title": _("Matrix"),
            "rows": rows,
            "failures": list(plan.failures.values()),
            "unmapped": found.get(None, arising.Figures()),
            "unplanned_hit": sum(1 for one in squares if one.figures.volume and not one.is_planned),
            "may_manage": self.may(Permission.MANAGE_SLA),
            "archived": places.archived(workspace=self.workspace),
        }
        return render(request, "detractors/matrix.html", context)

    def square(
        self, plan: queries.Matrix, scenario: Scenario, failure: Failure, found: dict[int | None, Any]
    ) -> Square:
        cell = plan.cells.get((scenario.pk, failure.pk))
        url = reverse(
            "detractors:matrix_cell",
            args=[self.workspace.slug, scenario.public_id, failure.public_id],
        )
        figures = found.get(cell.pk, arising.Figures()) if cell else arising.Figures()
        return Square(failure, url, cell, figures)


class ScenarioAdd(MatrixView):
    """A new row."""

    permission = Permission.MANAGE_SLA

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.show(ScenarioForm(teams=self.teams()))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = ScenarioForm(request.POST, teams=self.teams())
        if form.is_valid():
            try:
                row = planning.add_scenario(workspace=self.workspace, now=timezone.now(), **form.cleaned_data)
            except planning.MatrixError as error:
                form.add_error(error.field, error.sentence)
            else:
                return self.done(_("“%(name)s” is a row of the matrix.") % {"name": row.name})
        return self.show(form, 422)

    def show(self, form: ScenarioForm, status: int = 200) -> HttpResponse:
        return self.draw("detractors/matrix_edit.html", title=_("New scenario"), status=status, form=form)


class ScenarioPage(MatrixView):
    """A row: its name and team, its place, whether it is used."""

    permission = Permission.MANAGE_SLA

    def get(self, request: HttpRequest, slug: str, scenario_id: str) -> HttpResponse:
        row = self.scenario(scenario_id)
        return self.show(row, ScenarioForm(teams=self.teams(), row=row))

    def post(self, request: HttpRequest, slug: str, scenario_id: str) -> HttpResponse:
        row, now = self.scenario(scenario_id), timezone.now()
        if said := arranged(row, request.POST.get("act", ""), now):
            return self.done(said)
        form = ScenarioForm(request.POST, teams=self.teams(), row=row)
        if form.is_valid():
            try:
                planning.change_scenario(scenario=row, now=now, **form.cleaned_data)
            except planning.MatrixError as error:
                form.add_error(error.field, error.sentence)
            else:
                return self.done(_("Saved."))
        return self.show(self.scenario(scenario_id), form, 422)

    def show(self, row: Scenario, form: ScenarioForm, status: int = 200) -> HttpResponse:
        return self.draw("detractors/matrix_edit.html", title=row.name, status=status, form=form, row=row)


class FailureAdd(MatrixView):
    """A new column."""

    permission = Permission.MANAGE_SLA

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.show(self.form())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid():
            name = form.cleaned_data["name"]
            try:
                planning.add_failure(workspace=self.workspace, name=name, now=timezone.now(), **form.signs)
            except planning.MatrixError as error:
                form.add_error(error.field, error.sentence)
            else:
                return self.done(_("“%(name)s” is a column of the matrix.") % {"name": name})
        return self.show(form, 422)

    def form(self, data: Any = None, row: Failure | None = None) -> FailureForm:
        return FailureForm(data, options=rule_queries.choice_options(workspace=self.workspace), row=row)

    def show(self, form: FailureForm, status: int = 200) -> HttpResponse:
        return self.draw("detractors/matrix_edit.html", title=_("New failure"), status=status, form=form)


class FailurePage(FailureAdd):
    """A column: its name and its signs, its place, whether it is used."""

    def get(self, request: HttpRequest, slug: str, failure_id: str) -> HttpResponse:  # type: ignore[override]
        row = self.failure(failure_id)
        return self.show_row(row, self.form(row=row))

    def post(self, request: HttpRequest, slug: str, failure_id: str) -> HttpResponse:  # type: ignore[override]
        row, now = self.failure(failure_id), timezone.now()
        if said := arranged(row, request.POST.get("act", ""), now):
            return self.done(said)
        form = self.form(request.POST, row)
        if form.is_valid():
            try:
                if request.POST.get("act") == "rehearse":
                    name = form.cleaned_data["name"]
                    return rehearsals.begin(self, drafts.of_failure(failure=row, name=name, **form.signs))
                planning.change_failure(failure=row, name=form.cleaned_data["name"], now=now, **form.signs)
            except planning.MatrixError as error:
                form.add_error(error.field, error.sentence)
            else:
                return self.done(_("Saved. New cases are placed by it."))
        return self.show_row(self.failure(failure_id), form, 422)

    def show_row(self, row: Failure, form: FailureForm, status: int = 200) -> HttpResponse:
        return self.draw("detractors/matrix_edit.html", title=row.name, status=status, form=form, row=row)


def arranged(row: Scenario | Failure, act: str, now: datetime) -> str:
    """Move, archive or bring back a row or column; the sentence that says so, empty for another act."""
    if act in ("up", "down"):
        planning.move(row=row, up=act == "up")
        return _("“%(name)s” has another place.") % {"name": row.name}
    if act == "archive":
        planning.archive(row=row, now=now)
        return _("“%(name)s” takes no new cases. Those that are there stay.") % {"name": row.name}
    if act == "bring-back":
        planning.bring_back(row=row)
        return _("“%(name)s” takes new cases again.") % {"name": row.name}
    return ""


class CellPage(MatrixView):
    """One failure in one scenario: the month, and what is planned."""

    def get(self, request: HttpRequest, slug: str, scenario_id: str, failure_id: str) -> HttpResponse:
        scenario, failure = self.scenario(scenario_id), self.failure(failure_id)
        is_tried = request.headers.get("HX-Request") and "policy" in request.GET
        if is_tried and self.may(Permission.MANAGE_SLA):
            cell = places.cell_of(scenario=scenario, failure=failure)
            return render(request, "detractors/_preview.html", {"preview": self.preview(cell)})
        return self.show(scenario, failure)

    def preview(self, cell: MatrixCell | None) -> recounting.Preview | None:
        """What open cases would do by the promise that is chosen; None while there is no cell, and so no case in it."""
        form = self.form(cell, self.request.GET)
        if cell is None or not form.is_valid():
            return None
        policy = form.cleaned_data["policy"]
        cells = {cell.pk: policy.pk if policy else None}
        return recounting.preview(workspace=self.workspace, now=timezone.now(), cells=cells)

    def post(self, request: HttpRequest, slug: str, scenario_id: str, failure_id: str) -> HttpResponse:
        scenario, failure = self.scenario(scenario_id), self.failure(failure_id)
        now = timezone.now()
        cell = places.cell_of(scenario=scenario, failure=failure)
        if request.POST.get("act") == "unplan":
            if cell is not None:
                planning.unplan_cell(cell=cell, now=now)
            return self.done(_("Nothing is planned there any more."))
        form = self.form(cell, request.POST)
        if form.is_valid():
            try:
                if request.POST.get("act") == "rehearse":
                    plan = form.cleaned_data
                    return rehearsals.begin(
                        self, drafts.of_cell(scenario=scenario, failure=failure, plan=plan)
                    )
                planning.plan_cell(scenario=scenario, failure=failure, now=now, **form.cleaned_data)
            except planning.MatrixError as error:
                form.add_error(error.field, error.sentence)
            else:
                return self.done(
                    _("Planned. Open cases of this cell follow, and those that land there get it.")
                )
        return self.show(scenario, failure, form, 422)

    def form(self, cell: MatrixCell | None, data: Any = None) -> CellForm:
        policies = places.policies(workspace=self.workspace)
        return CellForm(data, policies=policies, teams=self.teams(), cell=cell)

    def show(
        self, scenario: Scenario, failure: Failure, form: CellForm | None = None, status: int = 200
    ) -> HttpResponse:
        cell = places.cell_of(scenario=scenario, failure=failure)
        found = by_cell(self.figures(timezone.now()))
        return self.draw(
            "detractors/matrix_cell.html",
            title=f"{scenario.name}: {failure.name}",
            status=status,
            cell=cell,
            scenario=scenario,
            failure=failure,
            form=form or self.form(cell),
            playbook_names=queries.playbook_names(workspace=self.workspace),
            figures=found.get(cell.pk, arising.Figures()) if cell else arising.Figures(),
        )


class Journey(MatrixView):
    """The journey map: where each touchpoint belongs, and whose work it is."""

    permission = Permission.MANAGE_SLA

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        plan = queries.load(workspace=self.workspace)
        steps = places.steps(workspace=self.workspace)
        rows: list[dict[str, Any]] = [
            {"touchpoint": one, "step": steps.get(one.pk)} for one in places.touchpoints(workspace=self.workspace)
        ]  # fmt: skip
        return self.draw(
            "detractors/journey.html",
            title=_("Journey map"),
            rows=rows,
            scenarios=list(plan.scenarios.values()),
            teams=self.teams(),
        )

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        now = timezone.now()
        scenarios = queries.load(workspace=self.workspace).scenarios
        by_id = {row.public_id: row for row in scenarios.values()}
        owners = {str(team.pk): team for team in self.teams()}
        for touchpoint in places.touchpoints(workspace=self.workspace):
            said = f"scenario-{touchpoint.public_id}"
            if said in request.POST:
                planning.map_touchpoint(
                    touchpoint=touchpoint,
                    scenario=by_id.get(request.POST[said]),
                    team=owners.get(request.POST.get(f"team-{touchpoint.public_id}", "")),
                    now=now,
                )
        messages.success(request, _("Saved. New cases are placed by it."))
        return redirect("detractors:journey", slug=slug)


class Place(CaseView, MatrixView):
    """Put a case into another cell by hand; what was is one click away."""

    permission = post_permission = Permission.WORK_CASES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        case = self.found(number)
        chosen = request.POST.get("cell", "")
        scenario_id, _colon, failure_id = chosen.partition(":")
        now = timezone.now()
        cell: MatrixCell | None = None
        if chosen:
            cell = cell_at(
                workspace=self.workspace,
                scenario=self.scenario(scenario_id),
                failure=self.failure(failure_id),
                now=now,
            )
        expected = request.POST.get("expected") if "expected" in request.POST else None
        try:
            before = planning.place_case(
                case=case,
                cell=cell,
                by=self.request.user,
                now=now,
                expected=expected,
            )
        except planning.CellMoved as error:
            messages.error(request, error.sentence)
            return redirect("detractors:case", slug=slug, number=number)
        if before != cell and expected is None:
            request.session[UNDO] = {
                "case": case.pk,
                "to": places.value_of(before),
                "expected": cell.public_id if cell else "",
                "said": _("Placed in “%(cell)s”.") % {"cell": cell}
                if cell
                else _("Taken out of the matrix."),
            }
        elif before != cell:
            messages.success(request, _("Undone: the case is where it was."))
        return redirect("detractors:case", slug=slug, number=number)
