"""A playbook is started for a case by hand: chosen from those that fit, looked at as it would run, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules.permissions import Permission
from detractors.models import Case
from detractors.views import desk_undo
from detractors.views.cases import CaseView
from followups import playbook_story
from followups.models import PlaybookStep
from followups.queries import playbook_choices, playbooks
from followups.queries.playbook_choices import Choice
from followups.services import playbook_editing, playbook_starting, templates
from followups.services.replies import in_words
from followups.views.playbooks import names_of

HELD = timedelta(seconds=15)  # it begins no earlier: as long as it can be taken back with nothing done


def said_here(step: PlaybookStep, values: Mapping[str, Any]) -> dict[str, Any]:
    """A step, its own words filled with what is known of the case."""
    data = playbooks.step_data(step)
    words = {
        part: in_words(str(data["does"][part]), values)
        for part in ("subject", "body")
        if part in data["does"]
    }
    return {**data, "does": {**data["does"], **words}}


class StartPlaybook(CaseView):
    """The playbooks one can choose, and how the chosen one would go here; posted, it begins."""

    permission = Permission.WORK_CASES

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        case, now = self.found(number), timezone.now()
        found = playbook_choices.choices(case=case)
        chosen = self.chosen(found, request.GET.get("playbook", ""))
        label = _("Start a playbook")
        place = {"slug": slug, "number": case.number}
        context = {
            "title": label,
            "crumbs": [
                {"label": _("Cases"), "url": reverse("detractors:queue", kwargs={"slug": slug})},
                {"label": f"#{case.number}", "url": reverse("detractors:case", kwargs=place)},
                {"label": label, "url": ""},
            ],
            "case": case,
            "choices": [{"choice": one, "is_chosen": one is chosen} for one in found],
            "chosen": chosen,
            "may_edit": self.may(Permission.EDIT_PLAYBOOKS),
            **(self.preview(case, chosen, now) if chosen else {}),
        }
        return render(request, "followups/start_playbook.html", context)

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        case, now = self.found(number), timezone.now()
        found = self.named(playbook_choices.choices(case=case), request.POST.get("playbook", ""))
        if found is None:
            raise Http404
        wanted = found.playbook
        try:
            run = playbook_starting.start(
                playbook=wanted, case=case, by=self.request.user, now=now, held=HELD
            )
        except playbook_starting.NotStartable as error:
            messages.warning(request, error.sentence)
        else:
            said = _("“%(name)s” is started. It begins in 15 seconds.") % {"name": wanted.name}
            place = {"slug": slug, "number": case.number, "public_id": run.public_id}
            desk_undo.offer(
                request, self.workspace, text=said, url=reverse("followups:stop_playbook", kwargs=place)
            )
        return redirect("detractors:case", slug=slug, number=number)

    def named(self, found: list[Choice], wanted: str) -> Choice | None:
        """The one of this id, or (from the palette) of this name."""
        return next((one for one in found if wanted in (one.playbook.public_id, one.playbook.name)), None)

    def chosen(self, found: list[Choice], wanted: str) -> Choice | None:
        """The one that is asked for; else the first that can be started."""
        free = next((one for one in found if not one.refusal), None)
        return self.named(found, wanted) or free or (found[0] if found else None)

    def preview(self, case: Case, chosen: Choice, now: datetime) -> dict[str, Any]:
        """How it would go for this case, begun now."""
        playbook, names = chosen.playbook, names_of(self.workspace)
        happening = playbook_choices.happening(case=case, at=now)
        planned = playbook_editing.planned(playbook=playbook, happening=happening, now=now)
        values = templates.values_for(
            case=case, contact=None, by=None, language=templates.wanted_by(case=case), now=now
        )
        told = playbook_story.steps([said_here(step, values) for step, _at, _holds in planned], names)
        return {
            "story": {"steps": told},
            "ends": playbook_story.ends(playbook.stops),
            "steps": [
                {"told": one, "at": at, "holds": holds}
                for one, (_step, at, holds) in zip(told, planned, strict=True)
            ],
        }
