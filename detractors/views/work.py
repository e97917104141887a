"""What the case page shows of the work beside the desk: tasks, call-backs, tags, files, watchers, what it was merged with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, User, Workspace
from accounts.rules.sight import Sight
from detractors import forms, work_forms
from detractors.enums import CallOutcome, EventKind
from detractors.models import CallAppointment, Case, Task
from detractors.queries import attachments as file_queries
from detractors.queries import merged as merge_queries
from detractors.queries import promised as promised_queries
from detractors.queries import tags as tag_queries
from detractors.queries import tasks as task_queries
from detractors.queries import telling
from detractors.services.duplicates import UNDO_FOR
from outbox.enums import Kind
from outbox.queries import latest_of_person

FORMS: dict[str, type[forms.DeskForm]] = {
    "task_add": work_forms.TaskForm,
    "call_plan": work_forms.CallPlanForm,
    "call_made": work_forms.CallMadeForm,
    "snooze": work_forms.SnoozeForm,
    "tag": work_forms.TagsForm,
    "file_add": work_forms.FileForm,
}
URLS = {
    "task_add": "task_add", "call_plan": "call_plan", "snooze": "snooze", "tag": "tag", "file_add": "file_add",
    "watch": "watch", "wake": "wake", "merge": "merge", "merge_undo": "merge_undo",
}  # fmt: skip
GIVEN_IN: dict[str, Any] = {
    EventKind.REPLIED: gettext_lazy("In a reply"),
    EventKind.CALLED: gettext_lazy("In a call"),
}


@dataclass(frozen=True)
class TaskRow:
    """A task as it is shown."""

    task: Task
    url: str
    is_overdue: bool
    is_open_question: bool  # asked, and the link still opens
    is_revoked: bool
    who: str
    is_late: bool  # done, but after its time
    promised_in: str  # where a promise was given, in a word


@dataclass(frozen=True)
class CallRow:
    """A call-back as it is shown."""

    call: CallAppointment
    url: str
    file_url: str
    ends_at: datetime
    is_open: bool
    is_missed: bool
    who: str


def task_row(task: Task, *, slug: str, number: int, now: datetime) -> TaskRow:
    """The row of a task of case `number`."""
    is_open = task.is_asked and not task.is_done
    lives = task.link_revoked_at is None and task.link_expires_at is not None and now < task.link_expires_at
    outside = task.helper_name or task.helper_email
    return TaskRow(
        task=task,
        url=reverse("detractors:task", kwargs={"slug": slug, "number": number, "task_id": task.public_id}),
        is_overdue=not task.is_done and task.due_at is not None and task.due_at < now,
        is_open_question=is_open and lives,
        is_revoked=is_open and not lives,
        who=outside or (task.owner.display_name if task.owner else _("Nobody yet")),
        is_late=task.done_at is not None and task.due_at is not None and task.done_at > task.due_at,
        promised_in=GIVEN_IN.get(task.event.kind, "") if task.event is not None else "",
    )


def call_row(call: CallAppointment, *, slug: str, number: int) -> CallRow:
    """The row of a call-back of case `number`."""
    place = {"slug": slug, "number": number, "call_id": call.public_id}
    is_open = call.done_at is None and call.dropped_at is None
    return CallRow(
        call=call,
        url=reverse("detractors:call_back", kwargs=place),
        file_url=reverse("detractors:call_file", kwargs=place),
        ends_at=call.at + timedelta(minutes=call.minutes),
        is_open=is_open,
        is_missed=is_open and call.missed_at is not None,
        who=call.owner.display_name if call.owner else _("Nobody"),
    )


class Work:
    """All of it for one page of one case, as far as the viewer may see and do."""

    def __init__(
        self,
        *,
        workspace: Workspace,
        case: Case,
        viewer: User,
        may_work: bool,
        sight: Sight,
        now: datetime,
        members: Callable[[], Iterable[Membership]],
    ) -> None:
        self.workspace, self.case, self.viewer = workspace, case, viewer
        self.may_work, self.sight, self.now = may_work, sight, now
        self._members = members

    @property
    def kinds_of_mail(self) -> tuple[str, ...]:
        """A mail about another case is shown to those who may see every case."""
        return (Kind.SURVEY,) if self.sight.is_limited else (Kind.SURVEY, Kind.CUSTOMER)

    @cached_property
    def people(self) -> list[User]:
        """Everybody who can be named, given a task or asked to call."""
        return [row.user for row in self._members() if row.user.is_active]

    @cached_property
    def tags(self) -> list[Any]:
        return tag_queries.of_case(case=self.case)

    def needs(self, act: str) -> dict[str, Any]:
        """What the form of `act` is made with besides what was typed."""
        return {"people": self.people} if act in ("task_add", "call_plan") else {}

    def initial(self, act: str) -> dict[str, Any]:
        return {"tags": ", ".join(tag.name for tag in self.tags)} if act == "tag" else {}

    def context(self, *, act: str, form: forms.DeskForm | None, seen: int) -> dict[str, Any]:
        """The facts and the forms, the one of `act` with what was typed."""
        slug, number = self.workspace.slug, self.case.number
        tasks = [
            task_row(task, slug=slug, number=number, now=self.now)
            for task in task_queries.of_case(case=self.case)
        ]
        calls = [
            call_row(call, slug=slug, number=number)
            for call in task_queries.appointments_of_case(case=self.case)
        ]
        watching = telling.watching(case=self.case)
        merges = merge_queries.of_case(case=self.case)
        latest = merges[0] if merges else None
        contact = self.case.contact
        mails = (
            latest_of_person(workspace=self.workspace, address=contact.email, kinds=self.kinds_of_mail)
            if contact and contact.email
            else []
        )
        return {
            "may_work": self.may_work,
            "open_tasks": [row for row in tasks if not row.task.is_done],
            "done_tasks": [row for row in tasks if row.task.is_done],
            "calls": calls,
            "call_outcomes": CallOutcome.choices,
            "tags": self.tags,
            "known_tags": tag_queries.everything(workspace=self.workspace) if self.may_work else [],
            "promised": [
                task_row(task, slug=slug, number=task.case.number, now=self.now)
                for task in task_queries.promised_to(case=self.case, sight=self.sight)
            ],
            "promise_figures": promised_queries.of_customer(case=self.case, now=self.now, sight=self.sight),
            "mails": mails,
            "files": file_queries.of_case(case=self.case),
            "watching": watching,
            "is_watching": any(user.pk == self.viewer.pk for user in watching),
            "merges": merges,
            "can_unmerge": latest is not None and self.now <= latest.at + UNDO_FOR,
            "people": self.people if self.may_work else [],
            "work_urls": {
                name: reverse(f"detractors:{route}", kwargs={"slug": slug, "number": number})
                for name, route in URLS.items()
            },
            "work_forms": self._forms(act, form, seen) if self.may_work else {},
            "open_work": act,
        }

    def _forms(self, act: str, form: forms.DeskForm | None, seen: int) -> dict[str, forms.DeskForm]:
        made: dict[str, Callable[[], forms.DeskForm]] = {
            name: lambda name=name: forms.drawn(  # type: ignore[misc]  # mypy knows no default of a lambda
                FORMS[name], act=name, seen=seen, initial=self.initial(name), **self.needs(name)
            )
            for name in ("task_add", "call_plan", "snooze", "tag", "file_add")
        }
        return {name: form if form is not None and name == act else draw() for name, draw in made.items()}
