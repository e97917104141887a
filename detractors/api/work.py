"""Tasks, call-backs, tags, notes, watchers, notifications and own statuses of the REST API: what people do at the desk.

The key's maker is who acts, watches and is told; a case they may not see is unknown, and so is everything that hangs on it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from core.api import Endpoint
from core.api_fields import all_shown, rows_serializer, shown
from core.openapi import PAGE_PARAMETERS
from core.pagination import paged
from core.problems import FieldError, invalid, not_found
from detractors.api.cases import CaseEndpoint, refusals
from detractors.enums import EventKind
from detractors.models import CallAppointment, Case, Tag, Task
from detractors.queries import rows, statuses, telling, work_rows
from detractors.queries import tags as tag_queries
from detractors.queries import tasks as task_queries
from detractors.serializers import NothingBody
from detractors.services import appointments, cases, tags, tasks
from detractors.services import statuses as status_services
from detractors.services import telling as telling_services
from detractors.work_serializers import (
    CallBackBody,
    CallBackQuery,
    CallBackRow,
    CallMadeBody,
    CaseStatusBody,
    CaseStatusChange,
    CaseStatusRow,
    NoteRow,
    NoteText,
    NotificationQuery,
    NotificationRow,
    SeenBody,
    SeenRow,
    StatusesRow,
    TagBody,
    TagChange,
    TagRow,
    TagsRow,
    TaskBody,
    TaskChange,
    TaskQuery,
    TaskRow,
    WatchersRow,
)

TaskPage = rows_serializer("TaskPage", TaskRow)
CallBackPage = rows_serializer("CallBackPage", CallBackRow)
NotificationPage = rows_serializer("NotificationPage", NotificationRow)
NotePage = rows_serializer("NotePage", NoteRow)


@contextmanager
def tag_refusals() -> Iterator[None]:
    """What a change of tags refuses, as a problem."""
    try:
        yield
    except tags.TagError as error:
        raise invalid(FieldError("name", "INVALID", error.sentence)) from None


@contextmanager
def status_refusals() -> Iterator[None]:
    """What a change of statuses refuses, as a problem."""
    try:
        yield
    except status_services.StatusError as error:
        raise invalid(FieldError(error.field or "name", "INVALID", error.sentence)) from None


class DeskEndpoint(CaseEndpoint):
    """What hangs on cases, asked for over all of them or one."""

    def rows_of(self, model: type[Any], number: int | None = None) -> Any:
        """The rows of the cases that may be seen, or of the case `number`; raises Problem (404)."""
        case = self.case(number) if number is not None else None
        return work_rows.of_cases(model, workspace=self.workspace, sight=self.sight, case=case)

    def task(self, case: Case, public_id: str) -> Task:
        """The task of the case; raises Problem (404)."""
        found = task_queries.task_with(case=case, public_id=public_id)
        if found is None:
            raise not_found()
        return found

    def call_back(self, case: Case, public_id: str) -> CallAppointment:
        """The call-back of the case; raises Problem (404)."""
        found = task_queries.appointment_with(case=case, public_id=public_id)
        if found is None:
            raise not_found()
        return found


# --- Tasks --------------------------------------------------------------------------------------------------------


class Tasks(DeskEndpoint):
    @extend_schema(
        operation_id="tasks_list",
        summary="Tasks of all cases, newest first",
        parameters=[TaskQuery, *PAGE_PARAMETERS],
        responses=TaskPage,
        tags=["tasks"],
    )
    def get(self, request: Request) -> Response:
        wanted = self.query(TaskQuery)
        found = work_rows.narrowed_tasks(self.rows_of(Task), now=self.now, **wanted)
        return paged(request, found, ordering=["-id"], show=lambda page: all_shown(TaskRow, page))


class CaseTasks(DeskEndpoint):
    @extend_schema(
        operation_id="case_tasks_list",
        summary="Tasks of a case, newest first",
        parameters=PAGE_PARAMETERS,
        responses=TaskPage,
        tags=["tasks"],
    )
    def get(self, request: Request, number: int) -> Response:
        found = self.rows_of(Task, number)
        return paged(request, found, ordering=["-id"], show=lambda page: all_shown(TaskRow, page))

    @extend_schema(
        operation_id="case_tasks_add",
        summary="Add a task",
        description="For a member (`owner`), for nobody yet, or a question to somebody outside (`helper_email`), who gets a "
        "mail with a link and answers in words.",
        request=TaskBody,
        responses={201: TaskRow},
        tags=["tasks"],
    )
    def post(self, request: Request, number: int) -> Response:
        case, given = self.case(number), self.read(TaskBody)
        with refusals():
            task = tasks.add(case=case, by=self.author, now=self.now, **given)
        return Response(shown(TaskRow, self.task(case, task.public_id)), status=201)


class CaseTask(DeskEndpoint):
    @extend_schema(operation_id="case_tasks_read", summary="One task", responses=TaskRow, tags=["tasks"])
    def get(self, request: Request, number: int, task: str) -> Response:
        return Response(shown(TaskRow, self.task(self.case(number), task)))

    @extend_schema(
        operation_id="case_tasks_change",
        summary="Mark a task as done, or as not done after all",
        request=TaskChange,
        responses=TaskRow,
        tags=["tasks"],
    )
    def patch(self, request: Request, number: int, task: str) -> Response:
        case = self.case(number)
        found, given = self.task(case, task), self.read(TaskChange)
        change = tasks.done if given["is_done"] else tasks.undone
        with refusals():
            change(task=found, by=self.author, now=self.now)
        return Response(shown(TaskRow, self.task(case, task)))

    @extend_schema(
        operation_id="case_tasks_drop",
        summary="Drop a task",
        description="The timeline keeps that it was there; a link that was mailed opens nothing any more.",
        responses={204: None},
        tags=["tasks"],
    )
    def delete(self, request: Request, number: int, task: str) -> Response:
        found = self.task(self.case(number), task)
        with refusals():
            tasks.drop(task=found, by=self.author, now=self.now)
        return Response(status=204)


class CaseTaskLink(DeskEndpoint):
    """The link somebody outside was mailed."""

    @extend_schema(
        operation_id="case_tasks_ask_again",
        summary="Ask somebody outside again",
        description="A new link by a new mail; the one before opens nothing any more.",
        request=NothingBody,
        responses=TaskRow,
        tags=["tasks"],
    )
    def post(self, request: Request, number: int, task: str) -> Response:
        case = self.case(number)
        found = self.task(case, task)
        self.read(NothingBody)
        with refusals():
            tasks.ask_again(task=found, by=self.author, now=self.now)
        return Response(shown(TaskRow, self.task(case, task)))

    @extend_schema(
        operation_id="case_tasks_revoke",
        summary="Take a question back",
        description="The link opens nothing any more; the task stays to be done.",
        responses={204: None},
        tags=["tasks"],
    )
    def delete(self, request: Request, number: int, task: str) -> Response:
        found = self.task(self.case(number), task)
        with refusals():
            tasks.revoke(task=found, by=self.author, now=self.now)
        return Response(status=204)


# --- Call-backs ---------------------------------------------------------------------------------------------------


class CallBacks(DeskEndpoint):
    @extend_schema(
        operation_id="call_backs_list",
        summary="Call-backs of all cases, newest first",
        parameters=[CallBackQuery, *PAGE_PARAMETERS],
        responses=CallBackPage,
        tags=["call-backs"],
    )
    def get(self, request: Request) -> Response:
        found = work_rows.narrowed_calls(self.rows_of(CallAppointment), **self.query(CallBackQuery))
        return paged(request, found, ordering=["-id"], show=lambda page: all_shown(CallBackRow, page))


class CaseCallBacks(DeskEndpoint):
    @extend_schema(
        operation_id="case_call_backs_list",
        summary="Call-backs of a case, newest first",
        parameters=PAGE_PARAMETERS,
        responses=CallBackPage,
        tags=["call-backs"],
    )
    def get(self, request: Request, number: int) -> Response:
        found = self.rows_of(CallAppointment, number)
        return paged(request, found, ordering=["-id"], show=lambda page: all_shown(CallBackRow, page))

    @extend_schema(
        operation_id="case_call_backs_plan",
        summary="Plan a call-back",
        request=CallBackBody,
        responses={201: CallBackRow},
        tags=["call-backs"],
    )
    def post(self, request: Request, number: int) -> Response:
        case, given = self.case(number), self.read(CallBackBody)
        with refusals():
            call = appointments.plan(case=case, by=self.author, now=self.now, **given)
        return Response(shown(CallBackRow, self.call_back(case, call.public_id)), status=201)


class CaseCallBack(DeskEndpoint):
    @extend_schema(
        operation_id="case_call_backs_read",
        summary="One call-back",
        responses=CallBackRow,
        tags=["call-backs"],
    )
    def get(self, request: Request, number: int, call: str) -> Response:
        return Response(shown(CallBackRow, self.call_back(self.case(number), call)))

    @extend_schema(
        operation_id="case_call_backs_made",
        summary="Log a planned call that was made",
        description="With its outcome it is a call like any other: one that reached the customer is a first response.",
        request=CallMadeBody,
        responses=CallBackRow,
        tags=["call-backs"],
    )
    def post(self, request: Request, number: int, call: str) -> Response:
        case = self.case(number)
        found, given = self.call_back(case, call), self.read(CallMadeBody)
        note = given.get("note", "")
        with refusals():
            appointments.made(call=found, by=self.author, now=self.now, outcome=given["outcome"], note=note)
        return Response(shown(CallBackRow, self.call_back(case, call)))

    @extend_schema(
        operation_id="case_call_backs_drop",
        summary="Drop a call-back",
        responses={204: None},
        tags=["call-backs"],
    )
    def delete(self, request: Request, number: int, call: str) -> Response:
        found = self.call_back(self.case(number), call)
        with refusals():
            appointments.drop(call=found, by=self.author, now=self.now)
        return Response(status=204)


# --- Notes and who hears of them ----------------------------------------------------------------------------------


class CaseNotes(CaseEndpoint):
    @extend_schema(
        operation_id="case_notes_list",
        summary="Internal notes of a case, newest first",
        parameters=PAGE_PARAMETERS,
        responses=NotePage,
        tags=["cases"],
    )
    def get(self, request: Request, number: int) -> Response:
        found = rows.events(case=self.case(number)).filter(kind=EventKind.NOTE)
        return paged(request, found, ordering=["-at", "-id"], show=self.notes)

    @extend_schema(
        operation_id="case_notes_write",
        summary="Write a note",
        description="`@name` or `@address` of a colleague tells them, if they may see the case; `told` says who that was.",
        request=NoteText,
        responses={201: NoteRow},
        tags=["cases"],
    )
    def post(self, request: Request, number: int) -> Response:
        case, given = self.case(number), self.read(NoteText)
        with refusals():
            event = cases.note(case=case, by=self.author, now=self.now, **given)
        return Response(self.notes([event])[0], status=201)

    def notes(self, page: Any) -> list[dict[str, Any]]:
        """Notes with those they told."""
        told = telling.addresses_told(workspace=self.workspace, events=[event.pk for event in page])
        for event in page:
            event.told = told.get(event.pk, [])
        return all_shown(NoteRow, page)


class CaseWatchers(CaseEndpoint):
    @extend_schema(
        operation_id="case_watchers_list", summary="Who watches a case", responses=WatchersRow, tags=["cases"]
    )
    def get(self, request: Request, number: int) -> Response:
        return self.watching(self.case(number))

    @extend_schema(
        operation_id="case_watchers_watch",
        summary="Watch a case",
        description="Whoever made the key hears of what happens in it; twice is once.",
        request=NothingBody,
        responses=WatchersRow,
        tags=["cases"],
    )
    def post(self, request: Request, number: int) -> Response:
        case = self.case(number)
        self.read(NothingBody)
        telling_services.watch(case=case, user=self.author, now=self.now)
        return self.watching(case)

    @extend_schema(
        operation_id="case_watchers_unwatch",
        summary="Watch a case no longer",
        responses={204: None},
        tags=["cases"],
    )
    def delete(self, request: Request, number: int) -> Response:
        telling_services.unwatch(case=self.case(number), user=self.author)
        return Response(status=204)

    def watching(self, case: Case) -> Response:
        return Response(shown(WatchersRow, {"watchers": telling.watching(case=case)}))


class Notifications(CaseEndpoint):
    @property
    def maker(self) -> User | None:
        """Whose notifications these are: nobody's once the maker of the key has left, and never those of an owner."""
        key: Any = self.request.auth
        return self.author if self.author.pk == key.created_by_id else None

    @extend_schema(
        operation_id="notifications_list",
        summary="What the maker of the key was told, newest first",
        parameters=[NotificationQuery, *PAGE_PARAMETERS],
        responses=NotificationPage,
        tags=["notifications"],
    )
    def get(self, request: Request) -> Response:
        wanted = self.query(NotificationQuery)
        found = telling.of_user(workspace=self.workspace, user=self.maker, sight=self.sight)
        if "is_seen" in wanted:
            found = found.filter(seen_at__isnull=not wanted["is_seen"])
        found = found.select_related("case", "by", "event", "task", "appointment")
        return paged(request, found, ordering=["-id"], show=lambda page: all_shown(NotificationRow, page))

    @extend_schema(
        operation_id="notifications_seen",
        summary="Mark notifications as seen",
        description="One by `id`, or all `up_to` and including one.",
        request=SeenBody,
        responses=SeenRow,
        tags=["notifications"],
    )
    def post(self, request: Request) -> Response:
        given = self.read(SeenBody)
        if ("id" in given) is ("up_to" in given):
            raise invalid(FieldError("id", "REQUIRED", _("Give either an id or the last one to mark.")))
        seen = telling_services.see(
            workspace=self.workspace, user=self.maker, up_to=given.get("up_to", 0), only=given.get("id"), now=self.now
        )  # fmt: skip
        return Response(shown(SeenRow, {"seen": seen}))


# --- Tags and statuses --------------------------------------------------------------------------------------------


class TagsEndpoint(Endpoint):
    resource = "cases"

    def shown(self, tag: Tag) -> dict[str, Any]:
        tag.uses = tag_queries.uses(workspace=self.workspace).get(tag.pk, 0)  # type: ignore[attr-defined]  # likewise
        return shown(TagRow, tag)

    def tag(self, public_id: str) -> Tag:
        """The tag of this id; raises Problem (404)."""
        found = tag_queries.tag_with(workspace=self.workspace, public_id=public_id)
        if found is None:
            raise not_found()
        return found


class Tags(TagsEndpoint):
    @extend_schema(
        operation_id="tags_list", summary="Every tag, with its use", responses=TagsRow, tags=["tags"]
    )
    def get(self, request: Request) -> Response:
        uses = tag_queries.uses(workspace=self.workspace)
        found = tag_queries.everything(workspace=self.workspace)
        for tag in found:
            tag.uses = uses.get(tag.pk, 0)  # type: ignore[attr-defined]  # what the row shows beside it
        return Response(shown(TagsRow, {"tags": found}))

    @extend_schema(
        operation_id="tags_make",
        summary="Make a tag",
        description="200 with the one that has this name already.",
        request=TagBody,
        responses={200: TagRow, 201: TagRow},
        tags=["tags"],
    )
    def post(self, request: Request) -> Response:
        given = self.read(TagBody)
        before = {tag.pk for tag in tag_queries.everything(workspace=self.workspace)}
        with tag_refusals():
            [tag] = tags.ensure(workspace=self.workspace, names=[given.pop("name")], now=self.now, **given)
        return Response(self.shown(tag), status=200 if tag.pk in before else 201)


class TagDetail(TagsEndpoint):
    @extend_schema(
        operation_id="tags_change",
        summary="Rename or recolour a tag",
        request=TagChange,
        responses=TagRow,
        tags=["tags"],
    )
    def patch(self, request: Request, id: str) -> Response:
        tag, given = self.tag(id), self.read(TagChange)
        with tag_refusals():
            if "name" in given:
                tags.rename(tag=tag, name=given["name"])
            if "colour" in given:
                tags.colour(tag=tag, colour=given["colour"])
        return Response(self.shown(tag))

    @extend_schema(
        operation_id="tags_remove",
        summary="Remove a tag from every case",
        responses={204: None},
        tags=["tags"],
    )
    def delete(self, request: Request, id: str) -> Response:
        tags.remove(tag=self.tag(id))
        return Response(status=204)


class CaseStatuses(Endpoint):
    resource = "cases"

    @extend_schema(
        operation_id="case_statuses_list",
        summary="The workspace's own statuses",
        description="In their order within the categories, the retired ones last.",
        responses=StatusesRow,
        tags=["case statuses"],
    )
    def get(self, request: Request) -> Response:
        return Response(shown(StatusesRow, {"statuses": statuses.everything(workspace=self.workspace)}))

    @extend_schema(
        operation_id="case_statuses_add",
        summary="Add a status within a category",
        request=CaseStatusBody,
        responses={201: CaseStatusRow},
        tags=["case statuses"],
    )
    def post(self, request: Request) -> Response:
        given = self.read(CaseStatusBody)
        with status_refusals():
            status = status_services.add(workspace=self.workspace, now=self.now, **given)
        return Response(shown(CaseStatusRow, status), status=201)


class CaseStatusDetail(Endpoint):
    resource = "cases"

    @extend_schema(
        operation_id="case_statuses_change",
        summary="Rename a status, make it the usual one, retire it or bring it back",
        request=CaseStatusChange,
        responses=CaseStatusRow,
        tags=["case statuses"],
    )
    def patch(self, request: Request, id: str) -> Response:
        found = statuses.status_with(workspace=self.workspace, public_id=id)
        if found is None:
            raise not_found()
        status, given = found, self.read(CaseStatusChange)
        with status_refusals():
            if "name" in given:
                status = status_services.rename(status=status, name=given["name"])
            if given.get("is_retired") is True and status.retired_at is None:
                status = status_services.retire(status=status, now=self.now)
            if given.get("is_retired") is False and status.retired_at is not None:
                status = status_services.bring_back(status=status)
            if "is_default" in given:
                status = status_services.make_default(status=status, is_default=given["is_default"])
        return Response(shown(CaseStatusRow, status))
