"""Spikes: what comes up more often than usual, the very cases, and what is done about it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import dateformat, timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import WorkspaceView
from accounts.models import Team
from accounts.rules.permissions import Permission
from core.numbers import whole
from detractors.models import Spike
from detractors.queries import spikes as queries
from detractors.rules import spikes as rule
from detractors.services import bulk, spikes, team_queues
from detractors.services.errors import CaseError
from detractors.views import sections, spike_words

CASES_SHOWN = 50


class Spikes(WorkspaceView):
    """Those that go on, then those that are over."""

    permission = Permission.VIEW_CASES

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        rows = queries.listed(workspace=self.workspace, sight=self.sight)
        going = [one for one in rows if not one.is_over and not one.is_dismissed]
        context = {
            "title": _("Spikes"),
            "crumbs": sections.crumbs(workspace=self.workspace, title=_("Spikes")),
            "sections": sections.tabs(workspace=self.workspace, active="spikes", sight=self.sight),
            "going": [said(one) for one in going],
            "past": [said(one) for one in rows if one not in going],
            "is_limited": self.sight.is_limited,
        }
        return render(request, "detractors/spikes.html", context)


def said(spike: Spike) -> dict[str, Any]:
    """A spike as lists show it."""
    word, tone, icon = spike_words.state(spike)
    return {
        "spike": spike,
        "kind": spike.get_kind_display(),
        "much": spike_words.much(spike),
        "state": {"word": word, "tone": tone, "icon": icon},
    }


class OfSpike(WorkspaceView):
    """One spike, as far as its figures may be seen."""

    permission = Permission.VIEW_CASES

    @cached_property
    def spike(self) -> Spike:
        found = queries.spike_with(
            workspace=self.workspace, public_id=self.kwargs["public_id"], sight=self.sight
        )
        if found is None:
            raise Http404
        return found

    def back(self) -> HttpResponse:
        return redirect("detractors:spike", slug=self.workspace.slug, public_id=self.spike.public_id)


class SpikePage(OfSpike):
    """What rose, how much, since when, the very cases, and what can be done."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        spike, now = self.spike, timezone.now()
        until = spike.ended_at or now
        cases = queries.cases_of(spike=spike, sight=self.sight)
        rows = list(cases.select_related("contact", "owner", "team")[: CASES_SHOWN + 1])
        still_open = cases.filter(category__in=("OPEN", "WAITING")).count()
        may_act = self.may(Permission.ASSIGN_CASES)
        context = {
            "title": spike.name,
            "crumbs": [
                *sections.crumbs(workspace=self.workspace, title=_("Spikes"))[:-1],
                {"label": _("Spikes"), "url": reverse("detractors:spikes", args=[slug])},
                {"label": spike.name, "url": ""},
            ],
            **said(spike),
            "chance": spike_words.chance(spike),
            "chart": self.chart(until),
            "days": self.days,
            "rows": rows[:CASES_SHOWN],
            "more": len(rows) > CASES_SHOWN,
            "still_open": still_open,
            "queue_url": f"{reverse('detractors:queue', args=[slug])}?view=open&spike={spike.public_id}",
            "teams": Team.objects.of(self.workspace).order_by("name") if may_act else (),
            "lengths": [(n, ngettext("%(n)d day", "%(n)d days", n) % {"n": n}) for n in team_queues.DAYS],
            "usual_length": 7,
            "can_route": team_queues.can_route(spike),
            "may_act": may_act and not spike.is_over,
            "may_undo": may_act and spike.has_queue and spike.queue_by_id == self.request.user.pk,
        }
        return render(request, "detractors/spike.html", context)

    def chart(self, until: datetime) -> dict[str, Any]:
        """Nine weeks of its cases by day, the oldest first; `days` are the same for the table."""
        counts = queries.days_of(spike=self.spike, now=until)[::-1]
        ends = [timezone.localtime(until - timedelta(days=back)) for back in range(rule.DAYS - 1, -1, -1)]
        names = [_("24 hours to %(moment)s") % {"moment": dateformat.format(end, "j M, H:i")} for end in ends]
        self.days = list(zip(names, counts, strict=True))[::-1]
        return {
            "labels": [dateformat.format(end, "j M") for end in ends],
            "names": names,
            "counts": counts,
            "from": rule.DAYS - self.spike.window_days,
            "usual": round(self.spike.usual_n / self.spike.usual_days, 2),
            "words": {"title": _("Cases by day, with what is usual"), "counted": _("cases")},
        }


class ActOnSpike(OfSpike):
    """Something a manager does about it."""

    permission = Permission.ASSIGN_CASES
    http_method_names = ["post"]


class OpenQueue(ActOnSpike):
    """A shared view of its cases, the open ones moved to a team, new ones led there."""

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        teams = {str(team.pk): team for team in Team.objects.of(self.workspace)}
        team = teams.get(request.POST.get("team", ""))
        days = request.POST.get("days", "")
        if team is None:
            messages.error(request, _("Choose a team."))
            return self.back()
        try:
            spike, moved, left = team_queues.open_queue(
                spike=self.spike, team=team, days=whole(days, digits=3) or 0,
                by=self.request.user, sight=self.sight, now=timezone.now(),
            )  # fmt: skip
        except CaseError as error:
            messages.error(request, error.sentence)
            return self.back()
        text = ngettext("%(n)d open case went to %(team)s.", "%(n)d open cases went to %(team)s.", moved) % {
            "n": moved,
            "team": team.name,
        }
        if left:
            text = f"{text} {_('Left as they were:')} {bulk.said(left)}"
        if spike.rule is None and team_queues.can_route(spike):
            text = f"{text} {_('No rule could be made for new cases.')}"
        messages.success(request, text)
        return self.back()


class UndoQueue(ActOnSpike):
    """The queue goes again, and the cases go back."""

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        try:
            done, left = team_queues.undo(
                spike=self.spike, by=self.request.user, sight=self.sight, now=timezone.now()
            )
        except CaseError as error:
            messages.error(request, error.sentence)
            return self.back()
        text = ngettext("%(n)d case is as it was.", "%(n)d cases are as they were.", done) % {"n": done}
        if left:
            text = f"{text} {_('Not taken back:')} {bulk.said(left)}"
        messages.info(request, text)
        return self.back()


class Dismiss(ActOnSpike):
    """It is no spike, with a note; or one after all."""

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        if request.POST.get("act") == "back":
            spikes.undismiss(spike=self.spike)
            return self.back()
        try:
            spikes.dismiss(
                spike=self.spike, by=self.request.user, note=request.POST.get("note", ""), now=timezone.now()
            )
        except CaseError as error:
            messages.error(request, error.sentence)
        return self.back()
