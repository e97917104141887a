"""The steps playbooks have planned for a case: a card of its page; steps are skipped and planned again there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from accounts.rules.permissions import Permission
from detractors.models import Case
from detractors.views.cases import CaseView
from followups import playbook_words
from followups.playbook_enums import NotDone, StepState
from followups.queries import planned
from followups.queries import playbooks as playbook_queries
from followups.services import planned_steps


class PlannedSteps(CaseView):
    """What playbooks do for the case, with when and why."""

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        case = self.found(number)
        is_part = bool(request.headers.get("HX-Request"))
        template = "followups/_planned_steps.html" if is_part else "followups/planned_steps.html"
        response = render(request, template, self.facts(case))
        patch_vary_headers(response, ["HX-Request"])
        return response

    def facts(self, case: Case) -> dict[str, Any]:
        names = playbook_queries.names(workspace=self.workspace)
        runs = []
        for run, rows in planned.of_case(case=case):
            steps = [self.step(run, step, names) for step in rows]
            runs.append(
                {
                    "row": run,
                    "because": playbook_words.because(run),
                    "steps": steps,
                    "end": str(run.get_stopped_because_display()) if run.stopped_because else "",
                }
            )
        return {
            "case": case,
            "title": _("Planned for case #%(number)s") % {"number": case.number},
            "runs": runs,
            "may_work": self.may(Permission.WORK_CASES),
        }

    def step(self, run: Any, step: Any, names: dict[str, Any]) -> dict[str, Any]:
        waits = step.state == StepState.PLANNED
        by_hand = step.skipped_because == NotDone.BY_HAND
        return {
            "row": step,
            "what": playbook_words.what(step.step, names=names),
            "is_planned": waits,
            "is_done": step.state == StepState.DONE,
            "is_next": waits and run.is_running and step.position == run.position,
            "is_about": waits and step.position > run.position and step.step.delay_from == "STEP",
            "is_held": waits
            and step.position == run.position
            and bool(run.due_at)
            and run.due_at > step.due_at,
            "held_until": run.due_at,
            "why_not": str(step.get_skipped_because_display()) if step.skipped_because else "",
            "by": step.skipped_by if by_hand else None,
            "can_skip": waits and run.is_running,
            "can_plan": by_hand and run.is_running and step.position >= run.position,
        }


class PlannedStepChange(CaseView):
    """One step is skipped, or planned again."""

    permission = Permission.WORK_CASES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: int, public_id: str) -> HttpResponse:
        case = self.found(number)
        step = planned.step_with(case=case, public_id=public_id)
        change = {"skip": planned_steps.skip, "plan": planned_steps.plan_again}.get(
            request.POST.get("act", "")
        )
        if step is None or change is None:
            raise Http404
        try:
            change(step=step, by=self.request.user, now=timezone.now())
        except planned_steps.NotPlanned as error:
            messages.warning(request, error.sentence)
        else:
            said = {"skip": _("This step is skipped."), "plan": _("This step is planned again.")}
            messages.success(request, said[request.POST["act"]])
        return redirect("detractors:case", slug=slug, number=number)


class StopPlaybook(CaseView):
    """Nothing more of a playbook is done for this case."""

    permission = Permission.WORK_CASES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: int, public_id: str) -> HttpResponse:
        run = planned.run_with(case=self.found(number), public_id=public_id)
        if run is None:
            raise Http404
        planned_steps.stop(run=run, by=self.request.user, now=timezone.now())
        messages.success(request, _("“%(name)s” is stopped for this case.") % {"name": run.playbook.name})
        return redirect("detractors:case", slug=slug, number=number)
