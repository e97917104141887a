"""What a member has to do and was told: tasks and call-backs, notifications, the bell."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission
from core.numbers import whole
from detractors import work_forms
from detractors.enums import CallOutcome, NotificationKind
from detractors.models import Notification
from detractors.queries import tasks as task_queries
from detractors.queries import telling as queries
from detractors.services import telling
from detractors.views import presenting, spike_words, wording, work

MISSED_FOR = timedelta(days=14)  # a call-back missed earlier than this is no longer on the list
ICONS = {
    NotificationKind.MENTIONED: ("at", "accent"),
    NotificationKind.WATCHED: ("eye", "info"),
    NotificationKind.TASK_GIVEN: ("list-check", "info"),
    NotificationKind.TASK_OVERDUE: ("alarm", "bad"),
    NotificationKind.PROMISE_SOON: ("heart-handshake", "warning"),
    NotificationKind.TASK_ANSWERED: ("message-reply", "good"),
    NotificationKind.CALL_SOON: ("phone", "warning"),
    NotificationKind.CALL_MISSED: ("phone-x", "bad"),
    NotificationKind.WOKEN: ("alarm", "info"),
    NotificationKind.DUE_SOON: ("alarm", "warning"),
    NotificationKind.BREACHED: ("alert-triangle", "bad"),
    NotificationKind.ESCALATED: ("bell", "bad"),
    NotificationKind.SPIKE: ("trending-up", "bad"),
    NotificationKind.SPONSOR: ("shield-check", "accent"),
    NotificationKind.WROTE: ("mail", "accent"),
    NotificationKind.SAID: ("message-reply", "accent"),
    NotificationKind.REMEDY_ASKED: ("gift", "warning"),
    NotificationKind.REMEDY_SAID: ("gift", "info"),
    NotificationKind.MAIL_DOUBTFUL: ("mail-off", "warning"),
}


class Mine(WorkspaceView):
    """What both pages of one's own work show."""

    permission = Permission.VIEW_CASES

    def work(self) -> dict[str, Any]:
        now, slug = timezone.now(), self.workspace.slug
        asked: dict[str, Any] = {
            "workspace": self.workspace,
            "user": self.request.user,
            "sight": self.sight,
        }
        tasks = [
            work.task_row(task, slug=slug, number=task.case.number, now=now)
            for task in task_queries.open_of(**asked)
        ]
        calls = [
            work.call_row(call, slug=slug, number=call.case.number)
            for call in task_queries.calls_of(since=now - MISSED_FOR, **asked)
        ]
        return {
            "overdue": [row for row in tasks if row.is_overdue],
            "coming": [row for row in tasks if not row.is_overdue],
            "missed_calls": [row for row in calls if row.is_missed],
            "coming_calls": [row for row in calls if not row.is_missed],
            "call_outcomes": CallOutcome.choices,
            "may_work": self.may(Permission.WORK_CASES),
            "now": now,
            "zone": presenting.zone_name(),
        }


class MyWork(Mine):
    """The page of one's own tasks and call-backs."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return render(request, "detractors/my_work.html", {"title": _("My work"), **self.work()})


class MyWorkBrief(Mine):
    """The same in a line: a fragment for the pages people begin at."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return render(request, "detractors/_my_work_brief.html", self.work())


class Notifications(WorkspaceView):
    """What one was told, the latest first; opening the list does not mark it as seen, a press does."""

    permission = Permission.VIEW_CASES

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        before = whole(request.GET.get("before", ""))
        rows, older = queries.page(
            workspace=self.workspace, user=self.request.user, sight=self.sight, before=before
        )
        choice = queries.choice_of(workspace=self.workspace, user=self.request.user)
        here = reverse("detractors:notifications", kwargs={"slug": slug})
        context = {
            "title": _("Notifications"),
            "rows": [self.row(row) for row in rows],
            "newest": rows[0].pk if rows else 0,
            "has_unseen": any(row.seen_at is None for row in rows),
            "older_url": f"{here}?before={older}" if older else "",
            "is_older": before is not None,
            "form": work_forms.DigestForm(initial={"digest": choice}),
        }
        return render(request, "detractors/notifications.html", context)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Mark all up to the newest shown as seen, or choose how often a mail comes."""
        now = timezone.now()
        if request.POST.get("act") == "digest":
            form = work_forms.DigestForm(request.POST)
            if form.is_valid():
                telling.choose(workspace=self.workspace, user=self.request.user, now=now, **form.cleaned_data)
                messages.success(request, _("Saved."))
        else:
            up_to = whole(request.POST.get("up_to", "")) or 0
            telling.see(workspace=self.workspace, user=self.request.user, up_to=up_to, now=now)
        return redirect("detractors:notifications", slug=slug)

    def row(self, row: Notification) -> dict[str, Any]:
        """One notification in words."""
        icon, tone = ICONS.get(NotificationKind(row.kind), ("bell", "neutral"))
        title = str(row.get_kind_display())
        words = ""
        if row.task is not None:
            words = row.task.answer or row.task.title
        elif row.appointment is not None:
            words = row.appointment.note
        elif row.event is not None:
            words = row.event.note
        if row.spike is not None:
            title = _("More than usual: %(name)s") % {"name": row.spike.name}
            words = spike_words.much(row.spike)
        if row.kind == NotificationKind.WATCHED and row.event is not None:
            title = wording.title(row.event)
        contact = row.case.contact
        return {
            "row": row,
            "icon": icon,
            "tone": tone,
            "title": title,
            "words": words,
            "at": row.appointment.at if row.appointment else row.task.due_at if row.task else None,
            "name": contact.display_name if contact else _("Anonymous customer"),
        }


class NotificationOpen(WorkspaceView):
    """One press: it is seen, and the case opens; what is not there (any more) leads back to the list."""

    permission = Permission.VIEW_CASES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        pk = whole(request.POST.get("notification", "")) or 0
        found = queries.one(
            workspace=self.workspace, user=self.request.user, sight=self.sight, notification_id=pk
        )
        if found is None:
            return redirect("detractors:notifications", slug=slug)
        telling.see(
            workspace=self.workspace, user=self.request.user, up_to=0, only=found.pk, now=timezone.now()
        )
        if found.spike is not None:
            return redirect("detractors:spike", slug=slug, public_id=found.spike.public_id)
        return redirect("detractors:case", slug=slug, number=found.case.number)


class Bell(WorkspaceView):
    """How many are unseen: a fragment for the shell."""

    permission = Permission.VIEW_CASES

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        count = queries.unseen(workspace=self.workspace, user=self.request.user, sight=self.sight)
        shown = f"{queries.COUNTED}+" if count > queries.COUNTED else str(count) if count else ""
        return render(request, "detractors/_bell_count.html", {"count": shown})
