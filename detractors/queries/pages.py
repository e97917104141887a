"""What the case page shows, in a constant number of queries whatever the case has been through."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Left

from accounts.enums import Role
from accounts.models import BusinessCalendar, Membership, User, Workspace
from accounts.queries import members
from accounts.rules.sight import EVERYTHING, Sight
from core.prepared import Prepared
from core.written import Written, any_id
from detractors.enums import EventKind
from detractors.models import Case, CaseDecision, CaseEvent, RootCause, SlaTimer
from detractors.queries import queue, statuses
from detractors.queries.ordering import LARGEST_NUMBER
from detractors.queries.sight import cases as visible
from detractors.queries.sight import visible_ids
from surveys.models import Contact, Mention, Response
from surveys.queries import asked, companies
from surveys.queries import sight as sights

EVENTS_SHOWN = 50
EARLIER_SHOWN = 8
SCORES_SHOWN = 24
CASES_OF_CONTACT_SHOWN = 20

# What the product does by itself is no reason to stop somebody who is writing.
QUIET_KINDS = (
    EventKind.DUE_SOON,
    EventKind.BREACHED,
    EventKind.ESCALATED,
    EventKind.PROMISED,
    EventKind.AUTO_MAIL,
    EventKind.RESURVEYED,
    EventKind.MAIL_DOUBTFUL,
)


@dataclass(frozen=True)
class Timeline:
    """Entries, newest first; `older_than` is the id to ask for the next ones with, None at the beginning."""

    events: list[CaseEvent]
    older_than: int | None


def case(*, workspace: Workspace, number: int, sight: Sight = EVERYTHING) -> Case | None:
    """The case with this number and everybody and everything its head names; None if there is none to be seen."""
    found: Case | None
    if sight.is_limited:
        rows = _with_head(Case.objects.of(workspace), workspace).filter(
            visible(workspace=workspace, sight=sight), number=number
        )
        found = rows.first()
    elif not 0 < number <= LARGEST_NUMBER:
        found = None
    else:
        written, prepared = _usual_case()
        row = prepared.row({"workspace": workspace.pk, "number": number})
        found = None if row is None else written.made(row)
    if found is not None:
        found.workspace = workspace
        if found.contact is not None:
            found.contact.workspace = workspace
    return found


@cache
def _usual_case() -> tuple[Written, Prepared]:
    """Prepared: with so many tables PostgreSQL plans far longer than it reads."""
    anywhere, number = Workspace(pk=any_id(0)), any_id(1)
    rows = _with_head(Case.objects.of(anywhere), anywhere).filter(number=number)
    written = Written(rows, workspace=anywhere.pk, number=number)
    return written, Prepared("case_page", written.named(), {"workspace": "bigint", "number": "int"})


def _with_head(cases: Any, workspace: Workspace) -> Any:
    return cases.select_related(
        "contact__account",
        "survey",
        "touchpoint",
        "owner",
        "root_cause",
        "resolved_by",
        "policy__calendar",
        "team",
        "cell__scenario",
        "cell__failure",
        "status",
        "merged_into",
        "split_from",
    ).annotate(status_name=statuses.shown_name(workspace))


def is_visible(*, case: Case, sight: Sight) -> bool:
    """Whether this case may be seen."""
    return bool(visible_ids(workspace=case.workspace, sight=sight, ids=[case.pk]))


def row(*, workspace: Workspace, number: int, sight: Sight = EVERYTHING) -> Case | None:
    """The case as a row of the queue, to draw it again after a change."""
    cases = Case.objects.of(workspace).filter(visible(workspace=workspace, sight=sight), number=number)
    found: Case | None = queue.for_rows(cases, workspace).first()
    return found


def timers(*, case: Case) -> list[SlaTimer]:
    """The latest timer of each kind, in the order of their kinds; cancelled ones only if there is no other."""
    latest: dict[str, SlaTimer] = {}
    for timer in (
        SlaTimer.objects.of(case.workspace_id)
        .select_related("policy", "case")
        .filter(case=case)
        .order_by("cancelled_at", "-started_at", "-id")
    ):
        latest.setdefault(timer.kind, timer)
    return [latest[kind] for kind in ("FIRST_RESPONSE", "NEXT_RESPONSE", "RESOLUTION") if kind in latest]


def answers(*, case: Case) -> list[Response]:
    """Every answer of the case, oldest first, with what was asked: the one it began with and those that joined.

    Those of cases that were merged into it are among them, each with `from_number`, the number of its own case.
    """
    decided = CaseDecision.objects.of(case.workspace_id).filter(response__isnull=False)
    here = decided.filter(Q(case=case) | Q(case__merged_into=case))
    own = Subquery(decided.filter(response=OuterRef("pk")).values("case__number")[:1])
    found = asked.attach(
        Response.objects.of(case.workspace_id)
        .select_related("survey", "touchpoint", "entered_by")
        .annotate(number_of_case=own)
        .filter(Q(pk__in=here.values("response")) | Q(pk=case.response_id))
        .order_by("responded_at", "id")
    )
    for row in found:
        number = row.number_of_case  # type: ignore[attr-defined]  # annotated above
        row.from_number = number if number != case.number else None  # type: ignore[attr-defined]
        row.is_first = row.pk == case.response_id  # type: ignore[attr-defined]
    return found


def mentions(*, case: Case) -> list[Mention]:
    """Every review and complaint of the case, oldest first."""
    return list(
        Mention.objects.of(case.workspace_id)
        .select_related("source", "touchpoint", "entered_by")
        .filter(pk__in=case.decisions.filter(mention__isnull=False).values("mention"))
        .order_by("published_at", "id")
    )


def timeline(*, case: Case, older_than: int | None = None) -> Timeline:
    """EVENTS_SHOWN entries before the entry with id `older_than`, with authors: one query."""
    events = CaseEvent.objects.of(case.workspace_id).select_related("by").filter(case=case)
    if older_than is not None:
        mark = CaseEvent.objects.of(case.workspace_id).filter(case=case, pk=older_than)
        at = mark.values("at")[:1]
        events = events.filter(at__lte=at).filter(Q(at__lt=at) | Q(pk__lt=older_than))
    found = list(events.order_by("-at", "-id")[: EVENTS_SHOWN + 1])
    shown = found[:EVENTS_SHOWN]
    return Timeline(shown, shown[-1].pk if len(found) > EVENTS_SHOWN else None)


def last_event_id(*, case: Case) -> int:
    """The id of the newest entry, 0 if there is none: what a page has seen."""
    found = (
        CaseEvent.objects.of(case.workspace_id)
        .filter(case=case)
        .order_by("-id")
        .values_list("id", flat=True)
        .first()
    )
    return int(found or 0)


def changes_since(*, case: Case, seen: int, by: User) -> list[CaseEvent]:
    """What others and the customer did to the case after the entry `seen`, oldest first, at most 20.

    The viewer's own acts do not surprise them, except words of theirs that a form still open would overwrite.
    """
    return list(
        CaseEvent.objects.of(case.workspace_id)
        .select_related("by")
        .filter(case=case, id__gt=seen)
        .exclude(kind__in=QUIET_KINDS)
        .exclude(Q(by=by) & ~Q(kind=EventKind.ISSUE_NOTED))
        .order_by("id")[:20]
    )


def scores(*, contact: Contact, sight: Sight = EVERYTHING) -> list[Response]:
    """The customer's latest answers that may be seen, oldest first."""
    latest = (
        Response.objects.of(contact.workspace_id)
        .filter(sights.answers(workspace=contact.workspace, sight=sight), contact=contact)
        .only("score", "segment", "metric", "purpose", "responded_at", "workspace_id")
        .order_by("-responded_at")[:SCORES_SHOWN]
    )
    return list(reversed(latest))


def earlier_cases(*, case: Case, sight: Sight = EVERYTHING) -> list[Case]:
    """The customer's other cases that may be seen, newest first."""
    if case.contact_id is None:
        return []
    others = cases_of(workspace=case.workspace_id, contact_id=case.contact_id, sight=sight)
    return list(others.exclude(pk=case.pk)[:EARLIER_SHOWN])


def cases_of(*, workspace: Any, contact_id: int, sight: Sight = EVERYTHING) -> Any:
    """The cases of a customer that may be seen, newest first, with owner and the words of the first answer."""
    return (
        Case.objects.of(workspace)
        .select_related("owner", "root_cause")
        .annotate(
            words=Left(Coalesce("response__comment", "stated_complaint"), 160), segment=F("response__segment")
        )
        .filter(visible(workspace=workspace, sight=sight), contact=contact_id)
        .order_by("-opened_at", "-number")
    )


def cases_of_company(*, workspace: Workspace, public_id: str, sight: Sight = EVERYTHING) -> Any:
    """The cases of a company's people that may be seen, newest first; None for a company that is not to be seen."""
    company = companies.listed(workspace=workspace, sight=sight).filter(public_id=public_id).first()
    if company is None:
        return None
    people = Contact.objects.of(workspace).filter(account=company).order_by().values("pk")
    return (
        Case.objects.of(workspace)
        .select_related("owner", "root_cause")
        .annotate(words=Left("response__comment", 160), segment=F("response__segment"))
        .filter(visible(workspace=workspace, sight=sight), contact__in=people)
        .order_by("-opened_at", "-number")
    )


def contact_with(*, workspace: Workspace, public_id: str, sight: Sight = EVERYTHING) -> Contact | None:
    """The customer of this public id; None if there is none to be seen."""
    contacts = Contact.objects.of(workspace).filter(sights.contacts(workspace=workspace, sight=sight))
    found: Contact | None = contacts.filter(public_id=public_id).first()
    return found


def owners(*, workspace: Workspace) -> list[User]:
    """Who a case can be given to: every active member who may work on cases, by name."""
    return owners_among(members(workspace=workspace))


def owners_among(members: Iterable[Membership]) -> list[User]:
    """The same of members that are known already."""
    return [one.user for one in members if one.role != Role.ANALYST and one.user.is_active]


def root_causes(*, workspace: Workspace, with_retired: bool = False) -> list[RootCause]:
    """The tree in reading order: each cause followed by its children, both by name; `depth` is 0 or 1."""
    causes = RootCause.objects.of(workspace).select_related("parent")
    rows = list(causes if with_retired else causes.filter(retired_at__isnull=True))
    tops = sorted((cause for cause in rows if cause.parent_id is None), key=_name)
    children: dict[int, list[RootCause]] = {}
    for cause in rows:
        if cause.parent_id is not None:
            children.setdefault(cause.parent_id, []).append(cause)
    known = {cause.pk for cause in tops}
    orphans = [cause for parent, found in children.items() if parent not in known for cause in found]
    ordered: list[RootCause] = []
    for top in tops:
        ordered += [top, *sorted(children.get(top.pk, []), key=_name)]
    return [*ordered, *sorted(orphans, key=_name)]


def uses_of_causes(*, workspace: Workspace) -> dict[int, int]:
    """How many cases name each root cause."""
    rows = (
        Case.objects.of(workspace)
        .filter(root_cause__isnull=False)
        .values_list("root_cause")
        .annotate(Count("pk"))
    )
    return dict(rows)


def _name(cause: RootCause) -> str:
    return cause.name.casefold()


def calendars(*, workspace: Workspace) -> list[BusinessCalendar]:
    """The workspace's calendars with their holidays, the default first."""
    rows = BusinessCalendar.objects.of(workspace).prefetch_related("holidays")
    return list(rows.order_by("-is_default", "name"))


def hours_of(*, case: Case) -> BusinessCalendar | None:
    """Whose hours a case's promises run by: its team's own, or those of its policy."""
    if case.policy is None:
        return None
    if case.team is not None and case.team.calendar_id:
        return BusinessCalendar.objects.of(case.workspace_id).get(pk=case.team.calendar_id)
    return case.policy.calendar


def cause_with(*, workspace: Workspace, public_id: str) -> RootCause | None:
    """The root cause of this public id."""
    found: RootCause | None = (
        RootCause.objects.of(workspace).select_related("workspace").filter(public_id=public_id).first()
    )
    return found
