"""What the customer's own page of a case shows: nothing but what was said to them and by them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts import queries as people
from accounts.models import Membership, User, Workspace
from accounts.rules import business_time
from core.tokens import BadToken, match_token
from detractors.enums import CallOutcome, EventKind, TimerKind
from detractors.models import CallAppointment, Case, CaseEvent, SlaTimer
from detractors.queries import cases as case_queries
from detractors.queries import pages
from followups.models import CustomerPage, CustomerPageSettings
from followups.queries import office_hours
from followups.rules import call_slots

UNKNOWN, REVOKED, EXPIRED, OFF, ERASED = "UNKNOWN", "REVOKED", "EXPIRED", "OFF", "ERASED"
STEPS_SHOWN = 40
_RELATED = ("workspace", "contact", "owner", "team", "survey", "policy__calendar", "response", "resolved_by")
# Everything else in a timeline is ours: notes, tasks, priorities, hand-overs, promises of one team to another.
_TOLD = (
    EventKind.OPENED, EventKind.CLAIMED, EventKind.ASSIGNED, EventKind.REPLIED, EventKind.CALLED, EventKind.WAITING,
    EventKind.CUSTOMER_WROTE, EventKind.CUSTOMER_SAID, EventKind.ANSWER_JOINED, EventKind.RESOLVED, EventKind.REOPENED,
    EventKind.CALL_PLANNED, EventKind.FILE_ADDED,
)  # fmt: skip


class Closed(Exception):
    """This page opens nothing; `state` says why: UNKNOWN, REVOKED, EXPIRED, OFF, ERASED."""

    def __init__(self, state: str, workspace: Workspace | None = None) -> None:
        self.state = state
        self.workspace = workspace
        super().__init__(state)


@dataclass(frozen=True)
class Step:
    """One thing that happened, as the customer is told it: a key of `followups.words`, with a name, a moment or their words."""

    key: str
    at: datetime
    name: str = ""
    when: datetime | None = None
    words: str = ""


@dataclass(frozen=True)
class Promise:
    """When they hear from us (`first`) or have it solved, and whether that is over."""

    due_at: datetime
    is_first: bool
    is_late: bool


def settings_of(*, workspace: Workspace | int) -> CustomerPageSettings:
    """How customers' pages are here; an unsaved row with the defaults where nobody chose."""
    found = CustomerPageSettings.objects.of(workspace).first()
    if found is not None:
        return found
    return CustomerPageSettings(workspace_id=workspace if isinstance(workspace, int) else workspace.pk)


def page_of(*, case: Case) -> CustomerPage:
    """What was chosen on the page of this case; an unsaved row where nothing was."""
    found: CustomerPage | None = CustomerPage.objects.of(case.workspace_id).filter(case=case.pk).first()
    return found or CustomerPage(workspace_id=case.workspace_id, case=case)


def case_of(*, token: str, now: datetime) -> Case:
    """The case a link opens; of a merged one, the case it was merged with. Raises Closed."""
    try:
        nonce = match_token("case", token)
    except BadToken:
        raise Closed(UNKNOWN) from None
    rows = Case.objects.across_workspaces().select_related(*_RELATED)
    case = rows.filter(link_nonce=nonce).first()
    if case is None:
        raise Closed(UNKNOWN)
    if page_of(case=case).revoked_at is not None:
        raise Closed(REVOKED, case.workspace)
    if case.merged_into_id is not None:
        case = rows.get(pk=case.merged_into_id, workspace=case.workspace_id)
    settings = settings_of(workspace=case.workspace)
    if not settings.is_on:
        raise Closed(OFF, case.workspace)
    if case.contact is not None and case.contact.erased_at is not None:
        raise Closed(ERASED, case.workspace)
    if case.closed_at is not None and now - case.closed_at > timedelta(days=settings.days_open):
        raise Closed(EXPIRED, case.workspace)
    found: Case = case
    return found


def is_left_alone(*, case: Case, page: CustomerPage | None = None) -> bool:
    """Whether they asked for no more messages about this case and have not written themselves since.

    `page` spares the question, when it was read already.
    """
    page = page or page_of(case=case)
    if page.left_alone_at is None:
        return False
    return case.customer_wrote_at is None or case.customer_wrote_at <= page.left_alone_at


def steps(*, case: Case) -> list[Step]:
    """What happened, oldest first, without anything internal: one query."""
    rows = CaseEvent.objects.of(case.workspace_id).select_related("by").filter(case=case, kind__in=_TOLD)
    latest = list(rows.order_by("-at", "-pk")[:STEPS_SHOWN])
    told: list[Step] = []
    for event in reversed(latest):
        step = _step(event)
        if step is not None and not (step.key == "e_taken" and any(one.key == "e_taken" for one in told)):
            told.append(step)
    return told


def _step(event: CaseEvent) -> Step | None:
    facts: dict[str, Any] = event.facts if isinstance(event.facts, dict) else {}
    by = event.by.display_name if event.by else ""
    if event.kind == EventKind.OPENED:
        return Step("e_received", event.at)
    if event.kind in (EventKind.CLAIMED, EventKind.ASSIGNED):
        name = str(facts.get("to") or "") or (by if event.kind == EventKind.CLAIMED else "")
        return Step("e_taken", event.at, name=name) if name else None
    if event.kind == EventKind.REPLIED:
        return Step("e_wrote", event.at, name=by)
    if event.kind == EventKind.CALLED:
        return Step("e_called", event.at, name=by) if facts.get("outcome") == CallOutcome.REACHED else None
    if event.kind in (EventKind.CUSTOMER_WROTE, EventKind.ANSWER_JOINED, EventKind.CUSTOMER_SAID):
        return Step("e_you", event.at, words=event.note)
    if event.kind == EventKind.FILE_ADDED:
        return Step("e_file", event.at) if event.by_id is None else None
    if event.kind == EventKind.CALL_PLANNED:
        when = str(facts.get("due_at") or "")
        return Step("e_call", event.at, when=datetime.fromisoformat(when)) if when else None
    plain = {
        EventKind.WAITING: "e_waiting",
        EventKind.RESOLVED: "e_done",
        EventKind.REOPENED: "e_again",
    }
    return Step(plain[EventKind(event.kind)], event.at)


def promise(*, case: Case, now: datetime) -> Promise | None:
    """What was promised and is still owed: an answer first, else the solution."""
    return owed(case_queries.timers(case=case), now=now)


def owed(timers: Iterable[SlaTimer], *, now: datetime) -> Promise | None:
    """The same of the timers of a case."""
    running = [timer for timer in timers if timer.met_at is None and timer.paused_at is None]
    answers = [one for one in running if one.kind in (TimerKind.FIRST_RESPONSE, TimerKind.NEXT_RESPONSE)]
    solutions = [one for one in running if one.kind == TimerKind.RESOLUTION]
    for due_first, is_first in ((answers, True), (solutions, False)):
        if due_first:
            due = min(timer.due_at for timer in due_first)
            return Promise(due, is_first, due < now)
    return None


def call_of(*, case: Case, now: datetime) -> CallAppointment | None:
    """The call that is agreed and still to come."""
    rows = CallAppointment.objects.of(case.workspace_id).select_related("owner")
    found: CallAppointment | None = (
        rows.filter(case=case, done_at__isnull=True, dropped_at__isnull=True, at__gt=now)
        .order_by("at")
        .first()
    )
    return found


def caller_of(*, case: Case) -> User | None:
    """Who would call: the owner, if they still work here."""
    if case.owner is None:
        return None
    return case.owner if people.role_of(workspace=case.workspace, user=case.owner) else None


def slots(*, case: Case, settings: CustomerPageSettings, zone: ZoneInfo, now: datetime) -> list[datetime]:
    """Beginnings (aware UTC) of calls that can be chosen: the caller's working hours, without what they have already."""
    row = pages.hours_of(case=case)
    hours = people.calendar(row=row) if row else office_hours(workspace=case.workspace)
    if hours is None:
        return []
    caller = caller_of(case=case)
    end = now + timedelta(days=call_slots.DAYS)
    windows = business_time.open_windows(hours, now, end)
    away = _away_of(case, caller)
    if away is not None:
        windows = [one for one in windows if not away[0] <= one[0].astimezone(zone).date() <= away[1]]
    return call_slots.free(
        windows=windows,
        busy=busy(workspace=case.workspace, user=caller, since=now, until=end) if caller else [],
        earliest=now + timedelta(hours=settings.call_notice_hours),
        minutes=settings.call_minutes,
        day_of=lambda moment: moment.astimezone(zone).date(),
    )


def busy(*, workspace: Workspace, user: User, since: datetime, until: datetime) -> list[call_slots.Span]:
    """The calls `user` has between two moments, in any case of the workspace."""
    rows = CallAppointment.objects.of(workspace).filter(
        owner=user,
        done_at__isnull=True,
        dropped_at__isnull=True,
        at__gte=since - timedelta(hours=8),
        at__lt=until,
    )
    return [(call.at, call.at + timedelta(minutes=call.minutes)) for call in rows]


def _away_of(case: Case, caller: User | None) -> tuple[Any, Any] | None:
    if caller is None:
        return None
    member = Membership.objects.of(case.workspace_id).filter(user=caller).first()
    if member is None or member.away_until is None:
        return None
    return member.away_from or member.away_until, member.away_until
