"""What can be done on the case page beside the moves of the case: tasks, call-backs, tags, files, a snooze, watching."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.rules.permissions import Permission
from core.downloads import attachment
from core.links import absolute_url
from detractors import work_forms
from detractors.models import Case
from detractors.queries import attachments as file_queries
from detractors.queries import tasks as task_queries
from detractors.rules import calendar_file
from detractors.services import appointments, attachments, promise_keeping, snoozing, tags, tasks, telling
from detractors.services.errors import CaseError, Incomplete, MoveNotAllowed
from detractors.views.cases import Act, CaseView


class TaskAdd(Act):
    act = "task_add"
    done: Any = gettext_lazy("Task added.")

    def do(self, case: Case, words: dict[str, Any], now: datetime) -> None:
        task = tasks.add(case=case, by=self.request.user, now=now, **words)
        if task.is_asked:
            self.done = _("%(email)s is asked by mail.") % {"email": task.helper_email}


class CallPlan(Act):
    act, done = "call_plan", gettext_lazy("Call-back planned.")

    def do(self, case: Case, words: dict[str, Any], now: datetime) -> None:
        appointments.plan(case=case, by=self.request.user, now=now, **words)


class Snooze(Act):
    act, done = (
        "snooze",
        gettext_lazy(
            "Put aside. The promises run on: when one is nearly due, the case is shown all the same."
        ),
    )

    def do(self, case: Case, words: dict[str, Any], now: datetime) -> None:
        snoozing.snooze(case=case, by=self.request.user, now=now, **words)


class SetTags(Act):
    act, done = "tag", gettext_lazy("Tags saved.")

    def do(self, case: Case, words: dict[str, Any], now: datetime) -> None:
        try:
            tags.put(case=case, by=self.request.user, now=now, **words)
        except tags.TagError as error:
            raise MoveNotAllowed(error.sentence) from None


class FileAdd(Act):
    act, done = "file_add", gettext_lazy("File attached.")

    def do(self, case: Case, words: dict[str, Any], now: datetime) -> None:
        attachments.attach(case=case, by=self.request.user, now=now, **words)


class SmallAct(CaseView):
    """One press on something that is there already: one service call, and back to the case."""

    permission = Permission.WORK_CASES
    http_method_names = ["post"]
    anchor = ""

    def post(self, request: HttpRequest, slug: str, number: int, **parts: str) -> HttpResponse:
        case = self.found(number)
        try:
            said = self.press(case, timezone.now(), **parts)
        except CaseError as error:
            messages.error(request, error.sentence)
        else:
            messages.success(request, said)
        back = request.POST.get("next", "")
        if back == "mine":
            return redirect("detractors:my_work", slug=slug)
        if back == "promised":
            return redirect("detractors:promised", slug=slug)
        response: HttpResponse = redirect("detractors:case", slug=slug, number=number)
        if self.anchor:
            response["Location"] += f"#{self.anchor}"
        return response

    def press(self, case: Case, now: datetime, **parts: str) -> str:
        """The one service call; what to say about it."""
        raise NotImplementedError


class TaskAct(SmallAct):
    """Done, not done after all, dropped; a question taken back or asked again."""

    anchor = "work"

    def press(self, case: Case, now: datetime, **parts: str) -> str:
        task = task_queries.task_with(case=case, public_id=parts["task_id"])
        act = self.request.POST.get("act", "")
        if task is None:
            raise Http404
        facts: dict[str, Any] = {"task": task, "by": self.request.user, "now": now}
        if act == "done":
            tasks.done(**facts)
            return _("Done.")
        if act == "undone":
            tasks.undone(**facts)
            return _("To be done again.")
        if act == "drop":
            tasks.drop(**facts)
            return _("The task was dropped.")
        if act == "move":
            moment = work_forms.MomentForm(self.request.POST)
            if not moment.is_valid():
                raise Incomplete(_("Please choose the new time."), field="due_at")
            promise_keeping.move(
                **facts, due_at=moment.cleaned_data["due_at"], reason=self.request.POST.get("reason", "")
            )
            return _("Moved. Tell the customer, if they do not know it yet.")
        if act == "give-up":
            promise_keeping.give_up(**facts, reason=self.request.POST.get("reason", ""))
            return _("It counts as not kept. Tell the customer what happens instead.")
        if act == "revoke":
            tasks.revoke(**facts)
            return _("The link that was mailed opens nothing any more.")
        if act == "again":
            tasks.ask_again(**facts)
            return _("A new link is on its way; the one before opens nothing any more.")
        raise Http404


class CallAct(SmallAct):
    """A planned call was made, with its outcome, or is dropped."""

    anchor = "work"

    def press(self, case: Case, now: datetime, **parts: str) -> str:
        call = task_queries.appointment_with(case=case, public_id=parts["call_id"])
        act = self.request.POST.get("act", "")
        if call is None:
            raise Http404
        facts: dict[str, Any] = {"call": call, "by": self.request.user, "now": now}
        if act == "drop":
            appointments.drop(**facts)
            return _("The call-back was dropped.")
        if act == "made":
            form = work_forms.CallMadeForm(self.request.POST, act="call_made")
            if not form.is_valid():
                raise MoveNotAllowed(_("Please say how the call went."))
            appointments.made(**facts, **form.words)
            return _("Call logged.")
        raise Http404


class CallFile(CaseView):
    """The call-back for a calendar."""

    def get(self, request: HttpRequest, slug: str, number: int, call_id: str) -> HttpResponse:
        case = self.found(number)
        call = task_queries.appointment_with(case=case, public_id=call_id)
        if call is None or call.dropped_at is not None:
            raise Http404
        customer = case.contact.display_name if case.contact else _("Anonymous customer")
        event = calendar_file.Event(
            uid=f"{call.public_id}@amends",
            at=call.at,
            minutes=call.minutes,
            remind_minutes=call.remind_minutes,
            title=_("Call %(name)s (case #%(number)s)") % {"name": customer, "number": number},
            text=call.note,
            url=absolute_url("detractors:case", slug=slug, number=number),
            made_at=call.created_at,
        )
        response = HttpResponse(calendar_file.render(event), content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="call-{number}.ics"'
        response["Cache-Control"] = "no-store"
        return response


class Wake(SmallAct):
    def press(self, case: Case, now: datetime, **parts: str) -> str:
        snoozing.wake(case=case, by=self.request.user, now=now)
        return _("Back in the usual views.")


class Watch(SmallAct):
    """Anybody who may see the case may watch it."""

    permission = Permission.VIEW_CASES

    def press(self, case: Case, now: datetime, **parts: str) -> str:
        if self.request.POST.get("on") == "1":
            telling.watch(case=case, user=self.request.user, now=now)
            return _("You are told of what happens here.")
        telling.unwatch(case=case, user=self.request.user)
        return _("You are no longer told of what happens here.")


class FileGet(CaseView):
    """The file, as a download; nothing that was uploaded is ever shown within our pages."""

    def get(self, request: HttpRequest, slug: str, number: int, file_id: str) -> Any:
        case = self.found(number)
        found = file_queries.attachment_with(case=case, public_id=file_id)
        opened = attachments.open_file(found) if found is not None else None
        if found is None or opened is None:
            raise Http404
        return attachment(file=opened, name=found.name, content_type=found.content_type)


class FileRemove(SmallAct):
    anchor = "files"

    def press(self, case: Case, now: datetime, **parts: str) -> str:
        found = file_queries.attachment_with(case=case, public_id=parts["file_id"])
        if found is None:
            raise Http404
        attachments.remove(attachment=found, by=self.request.user, now=now)
        return _("The file was removed.")
