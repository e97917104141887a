"""The page of a link that was mailed to somebody outside: they read what has to be done and answer in words."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from core import limiter
from core.views import too_many_requests
from detractors.models import Task
from detractors.services import tasks
from detractors.services.errors import CaseError, Incomplete
from detractors.work_forms import AnswerForm

RATE = "30/hour"  # answers tried through one link


@method_decorator(never_cache, name="dispatch")
class TaskAnswer(View):
    """GET shows the question and changes nothing, whatever opens it; POST answers, once."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            task = tasks.find(token=token, now=timezone.now())
        except (tasks.Unknown, tasks.Closed) as error:
            return self.closed(error)
        return self.show(task, AnswerForm())

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        now = timezone.now()
        try:
            task = tasks.find(token=token, now=now)
            if wait := limiter.hit(rate=RATE, key=f"task-answer:{task.pk}"):
                return too_many_requests(request, wait)
            form = AnswerForm(request.POST)
            if not form.is_valid():
                return self.show(task, form, status=422)
            try:
                tasks.answer(token=token, words=form.cleaned_data["words"], now=now)
            except Incomplete as error:
                form.add_error("words", error.sentence)
                return self.show(task, form, status=422)
        except (tasks.Unknown, tasks.Closed, CaseError) as error:
            return self.closed(error)
        name = task.author.display_name if task.author else task.workspace.name
        context = {
            "heading": _("Thank you"),
            "text": _("%(name)s has your answer. You can close this page.") % {"name": name},
        }
        return self.page("detractors/task_closed.html", context)

    def show(self, task: Task, form: AnswerForm, *, status: int = 200) -> HttpResponse:
        context = {
            "task": task,
            "form": form,
            "asker": task.author.display_name if task.author else task.workspace.name,
            "zone": task.workspace.time_zone,
        }
        return self.page("detractors/task_answer.html", context, status=status)

    def closed(self, error: Exception) -> HttpResponse:
        """One page for every link that opens nothing; 404 for what never was, 410 for what was."""
        state = getattr(error, "state", "")
        words = {
            "ANSWERED": (_("This was answered already"), _("Whoever asked has the answer. Thank you.")),
            "DONE": (_("This is done already"), _("Your help is no longer needed. Thank you.")),
            "REVOKED": (_("This question was taken back"), _("Your help is no longer needed.")),
            "EXPIRED": (
                _("This link is too old"),
                _("Ask the person who wrote to you to send it again."),
            ),
        }
        heading, text = words.get(
            state,
            (
                _("This link opens nothing"),
                _("It is not complete, or a newer one was sent since: look for the latest mail."),
            ),
        )
        context = {"heading": heading, "text": text}
        return self.page("detractors/task_closed.html", context, status=410 if state else 404)

    def page(self, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        response = render(self.request, template, context, status=status)
        response["Referrer-Policy"] = "no-referrer"  # the address is the key
        response["X-Robots-Tag"] = "noindex"
        return response
