"""Ask the clock: a moment, a length and whose hours, and each step by which the due moment is found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import WorkspaceView
from accounts.queries import calendar as rule_calendar
from accounts.rules import business_time
from accounts.rules.business_time import ALWAYS, Calendar, NotReachable
from accounts.rules.permissions import Permission
from core.numbers import whole
from detractors.clock_forms import AROUND_THE_CLOCK, DiagnosticsForm
from detractors.enums import Clock, TimerKind
from detractors.models import SlaTimer
from detractors.queries import pages, told
from detractors.queries import promises as promise_queries
from detractors.queries.cases import default_policy
from detractors.rules import clock_story
from detractors.views.wording import timer_word

MOST_STEPS = 60  # more of them nobody reads; the first and the last ones are shown


@dataclass(frozen=True)
class Step:
    """One step in words; `skipped` stands for so many that are left out."""

    words: str
    is_closed: bool = False
    skipped: int = 0


def steps(calendar: Calendar, start: datetime, minutes: float) -> list[Step]:
    """Each step of the calculation in words. Raises NotReachable."""
    return _said(business_time.explain(calendar, start, minutes))


def _said(steps: list[business_time.Step]) -> list[Step]:
    """In words, the middle of a long walk left out."""
    found = [
        Step(step.sentence.say(_), is_closed=step.kind in ("CLOSED", clock_story.STILL)) for step in steps
    ]
    if len(found) <= MOST_STEPS:
        return found
    head, tail = found[: MOST_STEPS // 2], found[-MOST_STEPS // 2 :]
    return [*head, Step("", skipped=len(found) - MOST_STEPS), *tail]


class Diagnostics(WorkspaceView):
    """Everybody who sees cases may ask. `?case=12&promise=RESOLUTION` asks for a promise of a case; what is shown can be
    sent to somebody as an address."""

    permission = Permission.VIEW_CASES

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        calendars = pages.calendars(workspace=self.workspace)
        about = self.timer()
        is_asked = "at" in request.GET
        initial = self.about(about) if about else self.fresh(calendars)
        form = DiagnosticsForm(
            request.GET if is_asked else initial,
            calendars=calendars,
            policies=promise_queries.offered(workspace=self.workspace),
        )
        context: dict[str, Any] = {
            "steps": [],
            "due": None,
            "not_reachable": False,
            "is_still": False,
            "zone": "UTC",
        }
        if form.is_valid():
            row = form.row
            calendar = rule_calendar(row=row) if row else ALWAYS
            minutes = float(form.cleaned_data["minutes"])
            context["zone"] = calendar.time_zone
            context["start"] = form.start
            try:
                context["due"] = business_time.add_minutes(calendar, form.start, minutes)
                context["steps"] = steps(calendar, form.start, minutes)
            except NotReachable:
                context["not_reachable"] = True
        if about is not None and not is_asked:
            due, walked = told.walked(timer=about)
            if walked:
                context |= {"due": due, "steps": _said(walked), "is_still": due is None}
        return render(
            request,
            "detractors/clock.html",
            {
                "title": _("Ask the clock"),
                "crumbs": [
                    {"label": _("Cases"), "url": reverse("detractors:queue", kwargs={"slug": slug})},
                    {"label": _("Ask the clock")},
                ],
                "form": form,
                "about": about,
                "about_word": timer_word(about.kind) if about else "",
                "is_moved": about is not None
                and not is_asked
                and not context["is_still"]
                and told.is_other(about.due_at, context["due"]),
                **context,
            },
        )

    def timer(self) -> SlaTimer | None:
        """The promise of a case the viewer may see; 404 for any other."""
        asked = self.request.GET.get("case", "")
        if not asked:
            return None
        number = whole(asked, digits=9)
        case = (
            pages.case(workspace=self.workspace, number=number, sight=self.sight)
            if number is not None
            else None
        )
        kind = self.request.GET.get("promise", TimerKind.FIRST_RESPONSE)
        timers = pages.timers(case=case) if case is not None else []
        found = next((timer for timer in timers if timer.kind == kind), None)
        if found is None:
            raise Http404
        return found

    def about(self, timer: SlaTimer) -> dict[str, Any]:
        """The promise of a case as a question: from its start, its whole length, in its hours."""
        calendar_id = timer.calendar_id or timer.policy.calendar_id
        rows = {row.pk: row for row in pages.calendars(workspace=self.workspace)}
        row = None if timer.clock == Clock.CALENDAR else rows.get(calendar_id)
        zone = rule_calendar(row=row).zone if row else ALWAYS.zone
        wall = timer.started_at.astimezone(zone)
        return {
            "at": wall.replace(tzinfo=None, microsecond=0).isoformat(),
            "later": "on" if wall.fold else "",
            "minutes": timer.promised_minutes,
            "hours": str(row.pk) if row else AROUND_THE_CLOCK,
        }

    def fresh(self, calendars: list[Any]) -> dict[str, Any]:
        """Now, the usual first response, the usual hours."""
        usual = default_policy(workspace=self.workspace)
        row = calendars[0]
        wall = timezone.now().astimezone(rule_calendar(row=row).zone).replace(microsecond=0)
        return {
            "at": wall.replace(tzinfo=None).isoformat(),
            "minutes": usual.first_response_minutes if usual else 60,
            "hours": str(row.pk),
        }
