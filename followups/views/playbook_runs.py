"""What runs by a playbook, acted upon from its page; and a playbook tried on what happened lately."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules.permissions import Permission
from detractors.views import desk_undo
from followups import playbook_story
from followups.models import Playbook, PlaybookRun
from followups.playbook_enums import StepState
from followups.queries import playbook_figures, playbook_tries
from followups.queries import playbooks as queries
from followups.queries.playbook_events import Happening
from followups.services import planned_steps, playbook_editing
from followups.services.planned_steps import NotPlanned
from followups.views.playbooks import PlaybookView

SHOWN = 40  # events listed on the page of a try


class PlaybookRunAct(PlaybookView):
    """Skip the next step of a run, or stop it; each with the way back."""

    post_permission = Permission.WORK_CASES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str, run_id: str) -> HttpResponse:
        playbook = self.one(public_id)
        run = playbook_figures.run_with(playbook=playbook, public_id=run_id, sight=self.sight)
        if run is None:
            raise Http404
        try:
            self.act(playbook, run, request.POST.get("act") or request.GET.get("act", ""))
        except NotPlanned as error:
            messages.warning(request, error.sentence)
        return redirect(self.url("playbook", playbook))

    def act(self, playbook: Playbook, run: Any, act: str) -> None:
        now, by = timezone.now(), self.request.user
        if act == "stop":
            planned_steps.stop(run=run, by=by, now=now)
            self.offer_back(
                playbook, run, _("“%(name)s” is stopped here.") % {"name": playbook.name}, "resume"
            )
        elif act == "resume":
            playbook_editing.resume(run=run, by=by, now=now)
            messages.success(self.request, _("It goes on."))
        elif act == "skip":
            step = next((one for one in run.planned if one.state == StepState.PLANNED), None)
            if step is None:
                raise NotPlanned(_("This step does not wait any more."))
            planned_steps.skip(step=step, by=by, now=now)
            said = _("Step %(place)s is skipped.") % {"place": step.position}
            self.offer_back(playbook, run, said, f"plan-{step.position}")
        elif act.startswith("plan-"):
            step = next((one for one in run.planned if f"plan-{one.position}" == act), None)
            if step is None:
                raise Http404
            planned_steps.plan_again(step=step, by=by, now=now)
            messages.success(self.request, _("This step is planned again."))
        else:
            raise Http404

    def offer_back(self, playbook: Playbook, run: PlaybookRun, said: str, act: str) -> None:
        """Say it on the next page, with the way back."""
        url = f"{self.url('playbook', playbook)}runs/{run.public_id}/act/?act={act}"
        desk_undo.offer(self.request, self.workspace, text=said, url=url)


class PlaybookTry(PlaybookView):
    """What of the last 30 days would have begun it, and when each step would have come for one of them; changes nothing."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        playbook, now = self.one(public_id), timezone.now()
        if playbook.is_built_in:
            raise Http404
        tried = playbook_tries.attempt(playbook=playbook, now=now, sight=self.sight)
        chosen = self.chosen(tried.fitting)
        label = _("Try it")
        context = {
            "title": _("“%(name)s”, tried") % {"name": playbook.name},
            "crumbs": [
                *self.crumbs(playbook.name)[:1],
                {"label": playbook.name, "url": self.url("playbook", playbook)},
                {"label": label, "url": ""},
            ],
            "playbook": playbook,
            "tried": tried,
            "begins": playbook_story.begins(queries.as_data(playbook=playbook), names := self.names()),
            "rows": [self.row(one, one is chosen) for one in tried.fitting[:SHOWN]],
            "shown": SHOWN,
            "more": len(tried.fitting) - SHOWN,
            "chosen": self.row(chosen, True) if chosen else None,
            "steps": self.steps(playbook, chosen, names, now) if chosen else [],
        }
        return render(request, "followups/playbook_try.html", context)

    def chosen(self, found: list[Happening]) -> Happening | None:
        """The one that is asked for, else the newest."""
        wanted = self.request.GET.get("of", "")
        return next((one for one in found if one.occasion == wanted), found[0] if found else None)

    def row(self, one: Happening, is_chosen: bool) -> dict[str, Any]:
        contact = one.case.contact if one.case else one.response.contact if one.response else None
        return {
            "occasion": one.occasion,
            "case": one.case,
            "who": contact.display_name if contact else _("Anonymous customer"),
            "at": one.at,
            "is_chosen": is_chosen,
        }

    def steps(
        self, playbook: Playbook, one: Happening, names: playbook_story.Names, now: Any
    ) -> list[dict[str, Any]]:
        return [
            {
                "told": told,
                "at": at,
                "holds": holds,
            }
            for told, (_step, at, holds) in zip(
                self.stories([playbook], names)[playbook.pk].steps,
                playbook_editing.planned(playbook=playbook, happening=one, now=now),
                strict=True,
            )
        ]
