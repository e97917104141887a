"""The settings of promises: what is promised to whom, in which order it is tried, and what an edit does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.queries import calendar as rule_calendar
from accounts.rules.business_time import Calendar, NotReachable
from accounts.rules.permissions import Permission
from accounts.views.settings import SettingsView
from core.numbers import whole
from detractors.draft_words import said
from detractors.models import SlaPolicy
from detractors.promise_forms import (
    PRESETS,
    PromiseForm,
    initial_of,
)
from detractors.queries import pages
from detractors.queries import promises as promise_queries
from detractors.queries.cases import default_policy
from detractors.rules.clock import Span
from detractors.rules.promises import PRECEDENCE
from detractors.services import drafts, policies, previewing, recounting
from detractors.services.promising import spans_of
from detractors.views import rehearsals

FRIDAY = 4
EXAMPLES = (
    (0, time(10, 0)),
    (FRIDAY, time(16, 30)),
    (5, time(12, 0)),
)  # weekday (Monday is 0) and local time of an answer

MADE_FOR = {
    "CELL": gettext_lazy("Where the matrix says so"),
    "TOUCHPOINT": gettext_lazy("By touchpoint"),
    "AUDIENCE": gettext_lazy("By audience"),
    "PRIORITY": gettext_lazy("By priority"),
    "DEFAULT": gettext_lazy("Everybody else"),
}


ACTS = {
    "up": gettext_lazy("Move “%(name)s” up?"),
    "down": gettext_lazy("Move “%(name)s” down?"),
    "retire": gettext_lazy("Retire “%(name)s”?"),
    "bring-back": gettext_lazy("Bring “%(name)s” back?"),
}


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
    calendar: Calendar, *, first_response: Span, resolution: Span, warn_percent: int, now: datetime
) -> list[Example]:
    """The promise in moments, for answers next week; none where the calendar never gets that far."""
    today = now.astimezone(calendar.zone).date()
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7)
    shown = []
    for weekday, clock in EXAMPLES:
        at = datetime.combine(monday + timedelta(days=weekday), clock, tzinfo=calendar.zone)
        try:
            first, last = (
                policies.example(calendar=calendar, start=at, span=span, warn_percent=warn_percent)
                for span in (first_response, resolution)
            )
        except NotReachable:
            continue
        wall = [
            moment.astimezone(calendar.zone).replace(tzinfo=None)
            for moment in (at, first.warn_at, first.due_at, last.due_at)
        ]
        shown.append(Example(wall[0], wall[1], wall[2], wall[3], calendar.time_zone))
    return shown


class PromiseView(SettingsView):
    """What the pages of promises share."""

    permission = Permission.MANAGE_SLA
    url_name = "detractors:promises"

    def policy(self, policy_id: Any) -> SlaPolicy:
        pk = whole(str(policy_id))
        found = promise_queries.one(workspace=self.workspace, pk=pk) if pk is not None else None
        if found is None:
            raise Http404
        return found

    def form(self, data: Any, policy: SlaPolicy | None, initial: dict[str, Any]) -> PromiseForm:
        return PromiseForm(
            data,
            calendars=pages.calendars(workspace=self.workspace),
            touchpoints=promise_queries.touchpoints(workspace=self.workspace),
            audiences=promise_queries.audiences(workspace=self.workspace),
            is_default=policy is not None and policy.is_default,
            initial=initial,
        )

    def show(
        self, form: PromiseForm, policy: SlaPolicy | None, status: int = 200, **context: Any
    ) -> HttpResponse:
        return self.page(
            "detractors/promise.html",
            status,
            title=policy.name if policy else _("New promise"),
            form=form,
            policy=policy,
            **self.effect(form, policy, is_asked=form.is_bound and status == 200),
            **context,
        )

    def effect(self, form: PromiseForm, policy: SlaPolicy | None, *, is_asked: bool) -> dict[str, Any]:
        """Worked examples of what is typed (of what is stored, on a fresh page), and once asked what open cases would do."""
        now = timezone.now()
        typed: dict[str, Any] = form.data.copy() if form.is_bound else {**form.initial}  # type: ignore[attr-defined]  # a QueryDict
        if not typed.get("name"):
            typed["name"] = "–"  # a promise means the same before it has a name
        form = self.form(typed, policy, {})
        if not form.is_valid():
            return {"examples": [], "preview": None}
        wanted = form.wanted
        shown = examples(
            rule_calendar(row=wanted.calendar),
            first_response=wanted.first_response,
            resolution=wanted.resolution,
            warn_percent=wanted.warn_percent,
            now=now,
        )
        preview = None
        if is_asked and (policy is None or policy.retired_at is None):
            try:
                preview = previewing.of_policy(
                    workspace=self.workspace, policy=policy, wanted=wanted, now=now
                )
            except policies.PolicyError:
                return {"examples": shown, "preview": None}
        return {"examples": shown, "preview": preview}


@dataclass(frozen=True)
class Group:
    """The policies that can hold at one step of the precedence."""

    label: Any
    rows: Sequence[dict[str, Any]]


class Promises(PromiseView):
    """All promises in the order in which they are tried, and how the latest edit is getting on."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        if request.headers.get("HX-Request") and "recount" in request.GET:
            return render(request, "detractors/_recount.html", self.recount())
        return self.list()

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        if not request.POST.get("policy"):
            return self.list(status=422)
        policy = self.policy(request.POST["policy"])
        act, by, now = request.POST.get("act", ""), self.request.user, timezone.now()
        if (asked := self.asked_first(policy, act, now)) is not None:
            return asked
        try:
            if act in ("up", "down"):
                policies.move(policy=policy, up=act == "up", by=by, now=now)
                said = _("“%(name)s” changed its place.")
            elif act == "retire":
                policies.retire(policy=policy, by=by, now=now)
                said = _("“%(name)s” is promised to nobody any more. Open cases follow.")
            elif act == "bring-back":
                policies.bring_back(policy=policy, by=by, now=now)
                said = _("“%(name)s” holds again. Open cases follow.")
            else:
                raise Http404
        except policies.PolicyError as error:
            messages.error(request, error.sentence)
            return redirect(self.url_name, slug=slug)
        return self.saved(said % {"name": policy.name})

    def asked_first(self, policy: SlaPolicy, act: str, now: datetime) -> HttpResponse | None:
        """What open cases would do, asked once before an act that moves some of them; None where it may be done at once."""
        question = ACTS.get(act)
        if question is None or self.request.POST.get("sure") or policy.is_default:
            return None
        tried = policies.tried_act(policy=policy, act=act, now=now)
        preview = recounting.preview(workspace=self.workspace, now=now, policies=tried)
        if not preview.moved:
            return None
        title = question % {"name": policy.name}
        context: dict[str, Any] = {"title": title, "policy": policy, "act": act, "preview": preview}
        return self.page("detractors/promise_act.html", **context)

    def list(self, status: int = 200) -> HttpResponse:
        rows = promise_queries.listed(workspace=self.workspace)
        kept = promise_queries.kept(workspace=self.workspace, now=timezone.now())
        groups = []
        for step in PRECEDENCE:
            group = [row for row in rows if row.retired_at is None and policies.made_for(row) == step]
            if group:
                groups.append(Group(MADE_FOR[step], [self.row(row, kept, group) for row in group]))
        return self.page(
            "detractors/promises.html",
            status,
            title=_("Promises"),
            groups=groups,
            retired=[row for row in rows if row.retired_at is not None],
            presets=PRESETS,
            days=promise_queries.FIGURES_DAYS,
            **self.recount(),
        )

    def row(
        self, policy: SlaPolicy, kept: dict[int, promise_queries.Kept], group: Sequence[SlaPolicy]
    ) -> dict[str, Any]:
        thing = policy.touchpoint or policy.audience or policy.get_priority_display()
        return {
            "policy": policy,
            "thing": thing if policies.made_for(policy) != "CELL" else "",
            "kept": kept.get(policy.pk),
            "said": {kind.lower(): said(policy, span) for kind, span in spans_of(policy).items()},
            "can_go_up": policy is not group[0] and not policy.is_default,
            "can_go_down": policy is not group[-1] and not policy.is_default,
        }

    def recount(self) -> dict[str, Any]:
        """The recount to show: one that is going on, or one that was over within the last hour."""
        found = promise_queries.recount(workspace=self.workspace)
        if found and found.finished_at and timezone.now() - found.finished_at > timedelta(hours=1):
            found = None
        return {"recount": found, "is_counting": found is not None and found.finished_at is None}


def rehearse(view: PromiseView, policy: SlaPolicy | None, form: PromiseForm) -> HttpResponse:
    """What is typed is tried on the cases of the last days. Raises PolicyError."""
    draft = drafts.of_policy(workspace=view.workspace, policy=policy, wanted=form.wanted)
    return rehearsals.begin(view, draft)


class PromiseAdd(PromiseView):
    """A further promise, from nothing or from a preset (?preset=HOUR)."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        if request.headers.get("HX-Request") and "first_response" in request.GET:
            form = self.form(request.GET, None, {})
            context = self.effect(form, None, is_asked=True)
            return render(request, "detractors/_promise_effect.html", context)
        return self.show(self.form(None, None, self.initial()), None)

    def initial(self) -> dict[str, Any]:
        preset = next((one for one in PRESETS if one.code == self.request.GET.get("preset")), PRESETS[0])
        usual = default_policy(workspace=self.workspace)
        return {
            **preset.values,
            "calendar": str(usual.calendar_id) if usual else "",
        }

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = self.form(request.POST, None, {})
        if form.is_valid():
            try:
                if request.POST.get("act") == "rehearse":
                    return rehearse(self, None, form)
                policy = policies.add(
                    workspace=self.workspace, wanted=form.wanted, by=self.request.user, now=timezone.now()
                )
            except policies.PolicyError as error:
                form.add_error(error.field if error.field in form.fields else None, error.sentence)
            else:
                return self.saved(_("“%(name)s” is promised from now on. Open cases it is made for follow.") % {
                    "name": policy.name
                })  # fmt: skip
        return self.show(form, None, status=422)


class Promise(PromiseView):
    """One promise. Asked by script with values, only what they mean and what open cases would do."""

    def stored(self, policy: SlaPolicy) -> dict[str, Any]:
        calendars = pages.calendars(workspace=self.workspace)
        own = next(row for row in calendars if row.pk == policy.calendar_id)
        return initial_of(
            policy,
            day_minutes=rule_calendar(row=own).working_day_minutes,
        )

    def get(self, request: HttpRequest, slug: str, policy_id: int) -> HttpResponse:
        policy = self.policy(policy_id)
        if request.headers.get("HX-Request") and "first_response" in request.GET:
            form = self.form(request.GET, policy, {})
            context = self.effect(form, policy, is_asked=True)
            return render(request, "detractors/_promise_effect.html", context)
        return self.show(self.form(None, policy, self.stored(policy)), policy)

    def post(self, request: HttpRequest, slug: str, policy_id: int) -> HttpResponse:
        policy = self.policy(policy_id)
        form = self.form(request.POST, policy, self.stored(policy))
        if form.is_valid():
            try:
                if request.POST.get("act") == "rehearse":
                    return rehearse(self, policy, form)
                policies.change(policy=policy, wanted=form.wanted, by=self.request.user, now=timezone.now())
            except policies.PolicyError as error:
                form.add_error(error.field if error.field in form.fields else None, error.sentence)
            else:
                return self.saved(_("Saved. Open cases that run by it follow."))
        return self.show(form, policy, status=422)
