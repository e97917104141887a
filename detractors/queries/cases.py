"""What services and receivers ask about cases."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, Q

from accounts.enums import Role
from accounts.models import BusinessCalendar, User, Workspace
from accounts.queries import calendar, with_role
from accounts.rules.business_time import Calendar
from detractors.enums import CallOutcome, Category, EscalationLevel, EventKind, Outcome
from detractors.models import Case, CaseEvent, SlaPolicy, SlaTimer
from detractors.rules.transitions import State
from surveys.models import Response


def state_of(case: Case) -> State:
    """Where the case stands, in the words of rules.transitions."""
    return State(category=str(case.category), is_contacted=case.contacted_at is not None)


def default_policy(*, workspace: Workspace) -> SlaPolicy | None:
    """The policy new cases get, with its calendar; None if the workspace has switched promises off."""
    return SlaPolicy.objects.of(workspace).select_related("calendar").filter(is_default=True).first()


def calendars_with(*, ids: Iterable[int]) -> dict[int, Calendar]:
    """The rule's calendar by the id of its row, two queries in all."""
    rows = BusinessCalendar.objects.across_workspaces().filter(pk__in=set(ids)).prefetch_related("holidays")
    return {row.pk: calendar(row=row) for row in rows}


def people_of_level(*, workspace: Workspace, level: str, lead: User | None) -> list[User]:
    """Who is told at `level`: the team's lead (also where a case has no owner), the managers (owner and admins if there are none), the executives.

    Never nobody while the workspace has an owner: an escalation into the void is none.
    """
    if level in (EscalationLevel.AGENT, EscalationLevel.LEAD) and lead is not None and lead.is_active:
        return [lead]
    if level == EscalationLevel.EXECUTIVE:
        executives = list(workspace.executives.filter(is_active=True).order_by("pk"))
        if executives:
            return executives
    return with_role(workspace=workspace, roles=[Role.MANAGER]) or with_role(
        workspace=workspace, roles=[Role.OWNER, Role.ADMIN]
    )


def open_case_of(*, workspace: Workspace, contact_id: int, or_split: bool = True) -> Case | None:
    """The one open case of a customer; else, if `or_split`, one that was split off it."""
    rows = Case.objects.of(workspace).open().filter(contact=contact_id)
    if not or_split:
        rows = rows.filter(split_from__isnull=True)
    found: Case | None = rows.order_by(F("split_from").asc(nulls_first=True), "pk").first()
    return found


def open_by_owner(*, workspace: Workspace) -> dict[int, int]:
    """How many open cases each owner has, from the index of open cases by owner."""
    rows = Case.objects.of(workspace).open().filter(owner__isnull=False).order_by()
    return dict(rows.values_list("owner").annotate(Count("pk")))


def last_owner_of(*, workspace: Workspace, contact_id: int) -> int | None:
    """Who had the latest case of a customer."""
    rows = Case.objects.of(workspace).filter(contact=contact_id, owner__isnull=False)
    found: int | None = rows.order_by("-opened_at").values_list("owner_id", flat=True).first()
    return found


def timeline(*, case: Case) -> Any:
    """Everything that happened, newest first, with authors."""
    return (
        CaseEvent.objects.of(case.workspace_id).select_related("by").filter(case=case).order_by("-at", "-id")
    )


def timers(*, case: Case) -> list[SlaTimer]:
    """All timers of a case, the running ones first."""
    return sorted(
        SlaTimer.objects.of(case.workspace_id).filter(case=case),
        key=lambda timer: (not timer.is_running, timer.due_at),
    )


def responses(*, case: Case) -> Any:
    """All answers that belong to a case, oldest first."""
    return (
        Response.objects.of(case.workspace_id)
        .select_related("survey", "touchpoint")
        .filter(Q(pk__in=case.decisions.values("response")) | Q(pk=case.response_id))
        .order_by("responded_at", "id")
    )


def failed_contacts(case: Case) -> list[int]:
    """The ids of contacts that did not arrive."""
    events = CaseEvent.objects.of(case.workspace_id).filter(case=case, kind=EventKind.REPLY_FAILED)
    return [facts["event"] for facts in events.values_list("facts", flat=True) if "event" in facts]


def contacts(case: Case) -> list[CaseEvent]:
    """Every reply, and every call that reached the customer, in order."""
    events = CaseEvent.objects.of(case.workspace_id).filter(
        case=case, kind__in=[EventKind.REPLIED, EventKind.CALLED]
    )
    return [
        event
        for event in events.order_by("at", "pk")
        if event.kind == EventKind.REPLIED or event.facts.get("outcome") == CallOutcome.REACHED
    ]


def is_unheard_since_end(case: Case) -> bool:
    """Whether the customer said nothing since the case was resolved or dismissed; once the loop is closed it is over."""
    ended_at = case.resolved_at if case.category == Category.RESOLVED else case.closed_at
    if ended_at is None or (case.category == Category.CLOSED and case.outcome != Outcome.DISMISSED):
        return False
    if case.customer_wrote_at is not None and case.customer_wrote_at > ended_at:
        return False
    return not any(event.kind == EventKind.CALLED and event.at > ended_at for event in contacts(case))
