"""Settings of this app: promises, root causes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.queries import calendar as rule_calendar
from accounts.rules.business_time import Calendar, NotReachable
from accounts.rules.permissions import Permission
from accounts.views.settings import SettingsView
from detractors import settings_forms
from detractors.models import RootCause, SlaPolicy
from detractors.queries import pages
from detractors.queries.cases import default_policy
from detractors.services import policies, root_causes

FRIDAY = 4
EXAMPLES = (
    (0, time(10, 0)),
    (FRIDAY, time(16, 30)),
    (5, time(12, 0)),
)  # weekday (Monday is 0) and local time of an answer


@dataclass(frozen=True)
class Example:
    """When an answer given at `at` must be answered and put right, in wall-clock times of `zone`.

    Without a zone of their own, so that the template shows them as the team's clock does, not the viewer's.
    """

    at: datetime
    warned_at: datetime
    answered_by: datetime
    resolved_by: datetime
    zone: str


def examples(
    calendar: Calendar,
    *,
    first_response_minutes: int,
    resolution_minutes: int,
    warn_percent: int,
    now: datetime,
) -> list[Example]:
    """The promise in moments, for answers next week; none where the calendar never gets that far."""
    today = now.astimezone(calendar.zone).date()
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7)
    shown = []
    for weekday, clock in EXAMPLES:
        at = datetime.combine(monday + timedelta(days=weekday), clock, tzinfo=calendar.zone)
        try:
            first = policies.example(
                calendar=calendar, start=at, minutes=first_response_minutes, warn_percent=warn_percent
            )
            last = policies.example(
                calendar=calendar, start=at, minutes=resolution_minutes, warn_percent=warn_percent
            )
        except NotReachable:
            continue
        wall = [
            moment.astimezone(calendar.zone).replace(tzinfo=None)
            for moment in (at, first.warn_at, first.due_at, last.due_at)
        ]
        shown.append(Example(wall[0], wall[1], wall[2], wall[3], calendar.time_zone))
    return shown


class Promises(SettingsView):
    """What is promised, and who hears when it is not kept. Asked by script with values, the examples alone."""

    permission = Permission.MANAGE_SLA
    url_name = "detractors:promises"

    def policy(self) -> SlaPolicy:
        policy = default_policy(workspace=self.workspace)
        if policy is None:
            raise Http404
        return policy

    def form(self, data: Any = None) -> settings_forms.PromisesForm:
        policy = self.policy()
        calendars = pages.calendars(workspace=self.workspace)
        own = next(row for row in calendars if row.pk == policy.calendar_id)
        day_minutes = rule_calendar(row=own).working_day_minutes
        initial = settings_forms.promises_initial(
            policy, day_minutes=day_minutes, steps=pages.steps_of(policy=policy)
        )
        return settings_forms.PromisesForm(data, calendars=calendars, initial=initial)

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        if request.headers.get("HX-Request") and "first_response" in request.GET:
            form = self.form(request.GET)
            return render(request, "detractors/_promise_examples.html", {"examples": self.examples(form)})
        return self.show(self.form())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid():
            policies.change(policy=self.policy(), **form.words)
            return self.saved(_("Saved. Cases opened from now on get these promises."))
        return self.show(form, status=422)

    def show(self, form: settings_forms.PromisesForm, status: int = 200) -> HttpResponse:
        context = {"title": _("Promises"), "form": form, "examples": self.examples(form)}
        return self.page("detractors/promises.html", status, **context)

    def examples(self, form: settings_forms.PromisesForm) -> list[Example]:
        """Of what is typed if it makes sense, else of what is stored (on a fresh page) or none."""
        if not form.is_bound:
            form = settings_forms.PromisesForm(form.initial, calendars=list(form.rows.values()))
        if not form.is_valid():
            return []
        data = form.cleaned_data
        return examples(
            rule_calendar(row=data["calendar"]),
            first_response_minutes=data["first_response_minutes"],
            resolution_minutes=data["resolution_minutes"],
            warn_percent=data["warn_percent"],
            now=timezone.now(),
        )


class Causes(SettingsView):
    """The tree people choose from when they resolve a case."""

    permission = Permission.MANAGE_IMPROVEMENTS
    url_name = "detractors:causes"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        act = request.POST.get("act", "")
        try:
            if act == "add":
                return self.add()
            cause = pages.cause_with(workspace=self.workspace, public_id=request.POST.get("cause", ""))
            if cause is None:
                raise Http404
            said = self.change(cause, act)
        except root_causes.RootCauseError as error:
            return self.show(error=error, cause=request.POST.get("cause", ""), status=422)
        return self.saved(said)

    def add(self) -> HttpResponse:
        form = self.add_form(self.request.POST)
        if form.is_valid():
            try:
                added = root_causes.add(workspace=self.workspace, now=timezone.now(), **form.cleaned_data)
            except root_causes.RootCauseError as error:
                form.add_error(error.field, error.sentence)
            else:
                return self.saved(_("“%(name)s” can be chosen now.") % {"name": added.name})
        return self.show(form=form, status=422)

    def change(self, cause: RootCause, act: str) -> str:
        """Rename, retire or bring back; the sentence that says so."""
        if act == "rename":
            cause = root_causes.rename(cause=cause, name=self.request.POST.get("name", ""))
            return _("It is called “%(name)s” now.") % {"name": cause.name}
        if act == "retire":
            root_causes.retire(cause=cause, now=timezone.now())
            return _("“%(name)s” is no longer offered. Cases that carry it keep it.") % {"name": cause.name}
        if act == "bring-back":
            root_causes.bring_back(cause=cause)
            return _("“%(name)s” can be chosen again.") % {"name": cause.name}
        raise Http404

    def add_form(self, data: Any = None) -> settings_forms.CauseForm:
        causes = pages.root_causes(workspace=self.workspace)
        return settings_forms.CauseForm(data, tops=[cause for cause in causes if cause.parent_id is None])

    def show(
        self,
        *,
        form: settings_forms.CauseForm | None = None,
        error: Any = None,
        cause: str = "",
        status: int = 200,
    ) -> HttpResponse:
        uses = pages.uses_of_causes(workspace=self.workspace)
        rows: list[dict[str, Any]] = [
            {
                "cause": row,
                "uses": uses.get(row.pk, 0),
                "error": error.sentence if error is not None and row.public_id == cause else "",
                "typed": self.request.POST.get("name", row.name) if row.public_id == cause else row.name,
            }
            for row in pages.root_causes(workspace=self.workspace, with_retired=True)
        ]
        context = {
            "title": _("Root causes"),
            "form": form or self.add_form(),
            "kept": [row for row in rows if row["cause"].retired_at is None],
            "retired": [row for row in rows if row["cause"].retired_at is not None],
        }
        return self.page("detractors/causes.html", status, **context)
