"""Cases of the REST API: the list, the timeline and every move; the key's maker is the author of what is done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import Authored
from core.api import Endpoint
from core.api_fields import Body, all_shown, rows_serializer, shown
from core.openapi import PAGE_PARAMETERS
from core.pagination import paged
from core.problems import FieldError, conflict, invalid, not_found
from detractors.models import Case
from detractors.queries import retention, rows, statuses
from detractors.serializers import (
    AssignBody,
    CallBody,
    CaseQuery,
    CaseRow,
    CaseTagsBody,
    EventRow,
    NoteBody,
    NothingBody,
    PriorityBody,
    ReasonBody,
    ResolveBody,
    SnoozeBody,
    SponsorBody,
    StatusBody,
    WaitBody,
)
from detractors.services import cases, prioritising, snoozing, sponsoring, tags
from detractors.services import statuses as status_services
from detractors.services.errors import CaseError, Incomplete, NotAMember

CasePage = rows_serializer("CasePage", CaseRow)
EventPage = rows_serializer("EventPage", EventRow)


@contextmanager
def refusals() -> Iterator[None]:
    """What a move refuses, as problems."""
    try:
        yield
    except (Incomplete, NotAMember) as error:
        found = (
            error.missing if isinstance(error, Incomplete) else ((error.field or "owner", error.sentence),)
        )
        said = [FieldError(field, error.code, sentence) for field, sentence in found]
        raise invalid(*said, detail=error.sentence) from None
    except CaseError as error:
        raise conflict(error.code, error.sentence) from None


class CaseEndpoint(Authored, Endpoint):
    """An address about one case of the workspace."""

    resource = "cases"

    def case(self, number: int) -> Case:
        """The case with this number; raises Problem (404)."""
        found = rows.case(workspace=self.workspace, number=number, sight=self.sight)
        if found is None:
            raise not_found()
        return found

    def shown(self, number: int) -> Response:
        """The case as it is now."""
        return Response(shown(CaseRow, self.case(number)))


class Cases(Endpoint):
    resource = "cases"

    @extend_schema(
        operation_id="cases_list",
        summary="Cases, newest first",
        parameters=[CaseQuery, *PAGE_PARAMETERS],
        responses=CasePage,
        tags=["cases"],
    )
    def get(self, request: Request) -> Response:
        wanted = self.query(CaseQuery)
        found = rows.cases(workspace=self.workspace, sight=self.sight)
        if "status" in wanted:
            status = wanted.pop("status")
            found = found.filter(
                rows.STATUSES[status] if isinstance(status, str) else statuses.having(status)
            )
        if "owner" in wanted:
            email = wanted.pop("owner").lower()
            found = found.filter(owner__isnull=True) if email == "none" else found.filter(owner__email=email)
        if "executive" in wanted:
            found = found.filter(sponsor__user__email=wanted.pop("executive").lower())
        if "breached" in wanted:
            late = Q(lateness__is_breached=True)
            found = found.filter(late if wanted.pop("breached") else ~late)
        if "contact" in wanted:
            found = found.filter(contact__public_id=wanted.pop("contact"))
        if "retention" in wanted:
            found = retention.cases_in(found, workspace=self.workspace, state=wanted.pop("retention"))
        return paged(request, found.filter(**wanted), ordering=["-number"], show=partial(all_shown, CaseRow))


class CaseDetail(CaseEndpoint):
    @extend_schema(operation_id="cases_read", summary="One case", responses=CaseRow, tags=["cases"])
    def get(self, request: Request, number: int) -> Response:
        return self.shown(number)


class CaseEvents(CaseEndpoint):
    @extend_schema(
        operation_id="cases_events",
        summary="The timeline of a case, newest first",
        parameters=PAGE_PARAMETERS,
        responses=EventPage,
        tags=["cases"],
    )
    def get(self, request: Request, number: int) -> Response:
        found = rows.events(case=self.case(number))
        return paged(request, found, ordering=["-at", "-id"], show=partial(all_shown, EventRow))


def move(
    name: str, summary: str, body: type[Body], act: Callable[[CaseEndpoint, Case, dict[str, Any]], Any]
) -> type[CaseEndpoint]:
    """The address of one move: reads `body`, acts as the author, answers with the case as it is afterwards."""

    @extend_schema(
        operation_id=f"cases_{name}", summary=summary, request=body, responses={200: CaseRow}, tags=["cases"]
    )
    def post(self: CaseEndpoint, request: Request, number: int) -> Response:
        case = self.case(number)
        given = self.read(body)
        with refusals():
            act(self, case, given)
        return self.shown(number)

    return type(f"Case{name.title()}", (CaseEndpoint,), {"post": post, "__doc__": summary})


def _resolve(end: CaseEndpoint, case: Case, given: dict[str, Any]) -> Any:
    call = given.pop("call", None)
    contact = {"channel": "CALL", **call} if call else None
    return cases.resolve(case=case, by=end.author, now=end.now, contact=contact, **given)


def _call(end: CaseEndpoint, case: Case, given: dict[str, Any]) -> Any:
    note = given.get("note", "")
    return cases.record_contact(
        case=case, by=end.author, channel="CALL", note=note, outcome=given["outcome"], now=end.now
    )


def _sponsor(end: CaseEndpoint, case: Case, given: dict[str, Any]) -> Any:
    try:
        return sponsoring.give(case=case, to=given["executive"], by=end.author, now=end.now)
    except NotAMember as error:
        raise invalid(FieldError("executive", "UNKNOWN", error.sentence)) from None


def _tags(end: CaseEndpoint, case: Case, given: dict[str, Any]) -> Any:
    names = given.get("tags")
    if names is None:
        gone = {name.strip().casefold() for name in given.get("remove", ())}
        had = [one.tag.name for one in case.tagged.all() if one.tag.name.casefold() not in gone]
        names = [*had, *given.get("add", ())]
    try:
        return tags.put(case=case, names=names, by=end.author, now=end.now)
    except tags.TagError as error:
        raise invalid(FieldError("tags", "INVALID", error.sentence)) from None


MOVES = {
    "claim": move(
        "claim",
        "Become the owner",
        NothingBody,
        lambda end, case, given: cases.claim(case=case, by=end.author, now=end.now),
    ),
    "assign": move(
        "assign",
        "Give the case to somebody, or to nobody",
        AssignBody,
        lambda end, case, given: cases.assign(case=case, by=end.author, now=end.now, **given),
    ),
    "sponsor": move(
        "sponsor",
        "Put the case under the care of an executive, or of nobody",
        SponsorBody,
        _sponsor,
    ),
    "note": move(
        "note",
        "Write a note the customer never sees",
        NoteBody,
        lambda end, case, given: cases.note(case=case, by=end.author, now=end.now, **given),
    ),
    "call": move("call", "Log a call", CallBody, _call),
    "wait": move(
        "wait",
        "Wait for the customer; the resolution clock stops",
        WaitBody,
        lambda end, case, given: cases.wait(case=case, by=end.author, now=end.now, **given),
    ),
    "resume": move(
        "resume",
        "Go on; the resolution clock runs again",
        NothingBody,
        lambda end, case, given: cases.resume(case=case, by=end.author, now=end.now),
    ),
    "status": move(
        "status",
        "Give it a status of the workspace's own, within its category",
        StatusBody,
        lambda end, case, given: status_services.put(case=case, by=end.author, now=end.now, **given),
    ),
    "resolve": move("resolve", "Say why it happened and what was done", ResolveBody, _resolve),
    "snooze": move(
        "snooze",
        "Put aside until a moment, or until the customer answers; promises run on",
        SnoozeBody,
        lambda end, case, given: snoozing.snooze(
            case=case, until=given.get("until"), by=end.author, now=end.now
        ),
    ),
    "wake": move(
        "wake",
        "Back from a snooze",
        NothingBody,
        lambda end, case, given: snoozing.wake(case=case, by=end.author, now=end.now),
    ),
    "tags": move("tags", "Set its tags, or add and remove some", CaseTagsBody, _tags),
    "priority": move(
        "priority",
        "Set its priority by hand, or let the sum decide",
        PriorityBody,
        lambda end, case, given: prioritising.prioritise(
            case=case, priority=given["priority"] or "", by=end.author, now=end.now
        ),
    ),
    "reopen": move(
        "reopen",
        "Open again",
        ReasonBody,
        lambda end, case, given: cases.reopen(case=case, by=end.author, now=end.now, **given),
    ),
    "dismiss": move(
        "dismiss",
        "Close without contact, with a reason",
        ReasonBody,
        lambda end, case, given: cases.dismiss(case=case, by=end.author, now=end.now, **given),
    ),
}
