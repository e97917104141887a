"""Cases as the sweep of due timers reads them: a few columns each, because a model costs ten times more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from accounts.models import Team, User, Workspace
from core.arrays import array
from detractors.models import SlaTimer
from surveys.models import Contact, Touchpoint

# The first fields of DueCase, in their order.
COLUMNS = (
    "id", "workspace_id", "contact_id", "owner_id", "team_id", "touchpoint_id", "number", "rank_at", "score",
    "stated_complaint", "next_due_at", "priority",
)  # fmt: skip
# By hand, as thousands of ids and rows cost the ORM more than the database.
_CLAIM_TIMERS = """
WITH claimed AS MATERIALIZED (
  SELECT id, workspace_id, case_id, policy_id, calendar_id, kind, warn_at, due_at, warned_at, breached_at, next_at
  FROM detractors_slatimer WHERE next_at <= %s AND (%s::bigint IS NULL OR id = %s)
  ORDER BY next_at LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
)
SELECT id, workspace_id, case_id, policy_id, calendar_id, kind, warn_at, due_at, warned_at, breached_at
FROM claimed ORDER BY next_at, id
"""
_CLAIM_CASES = f"""
SELECT {", ".join(COLUMNS)} FROM detractors_case WHERE id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
"""
_CASES = f"SELECT {', '.join(COLUMNS)} FROM detractors_case WHERE id = ANY(%s::bigint[]) ORDER BY id"


@dataclass(slots=True, eq=False)
class DueTimer:
    """A claimed timer: what the sweep reads of it, in the order of its columns, and `next_at`, which it writes."""

    pk: int
    workspace_id: int
    case_id: int
    policy_id: int
    calendar_id: int | None
    kind: str
    warn_at: datetime
    due_at: datetime
    warned_at: datetime | None
    breached_at: datetime | None
    next_at: datetime | None = None


@dataclass(slots=True, eq=False)
class DueCase:
    """What a notice says of a case and who is told of it; `with_people` and `with_customers` find its neighbours."""

    pk: int
    workspace_id: int
    contact_id: int | None
    owner_id: int | None
    team_id: int | None
    touchpoint_id: int | None
    number: int
    rank_at: datetime
    score: int | None
    stated_complaint: str
    next_due_at: datetime | None
    priority: str
    workspace: Workspace = None  # type: ignore[assignment]  # set by with_people before anybody reads it
    owner: User | None = None
    team: Team | None = None
    contact: Contact | None = None
    touchpoint: Touchpoint | None = None


def claim_timers(*, now: datetime, limit: int, only: int | None = None) -> list[DueTimer]:
    """Timers that are due and nobody else holds (of them `only` this one), locked, the longest due first."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM_TIMERS, [now, only, only, limit])
        return [DueTimer(*row) for row in cursor.fetchall()]


def claim_cases(ids: Iterable[int]) -> dict[int, DueCase]:
    """The cases nobody else holds, locked, with what a mail says of them.

    Only their own columns are read with the lock: a row that was changed while it was being locked would come with its
    old neighbours.
    """
    return _read(_CLAIM_CASES, ids)


def cases_with(ids: Iterable[int]) -> dict[int, DueCase]:
    """These cases with their people, as a notice reads them."""
    return _read(_CASES, ids)


def promises_with(ids: Iterable[int]) -> dict[int, SlaTimer]:
    """These promises, as a notice reads them."""
    found: dict[int, SlaTimer] = SlaTimer.objects.across_workspaces().in_bulk(list(ids))
    return found


def _read(statement: str, ids: Iterable[int]) -> dict[int, DueCase]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [array(ids)])
        cases = [DueCase(*row) for row in cursor.fetchall()]
    with_people(cases)
    return {case.pk: case for case in cases}


def with_people(cases: list[DueCase]) -> None:
    """Find workspace, owner and team of each, and for those with a lead what decides whether they may see it.

    They are few, and each is read once.
    """
    workspaces = Workspace.objects.in_bulk({case.workspace_id for case in cases})
    owners = User.objects.in_bulk({case.owner_id for case in cases if case.owner_id})
    wanted = {case.team_id for case in cases if case.team_id}
    found = Team.objects.across_workspaces().select_related("lead").filter(pk__in=wanted) if wanted else []
    teams = {team.pk: team for team in found}
    for case in cases:
        case.workspace = workspaces[case.workspace_id]
        case.owner = owners[case.owner_id] if case.owner_id else None
        case.team = teams[case.team_id] if case.team_id else None
    led = [case for case in cases if case.team is not None and case.team.lead_id]
    with_customers(led)
    places = {case.touchpoint_id for case in led if case.touchpoint_id}
    if places:
        touchpoints = Touchpoint.objects.across_workspaces().in_bulk(places)
        for case in led:
            case.touchpoint = touchpoints[case.touchpoint_id] if case.touchpoint_id else None


def with_customers(cases: Iterable[DueCase]) -> None:
    """Find the contact of each case that has one; asks nothing for those that are found already."""
    missing = [case for case in cases if case.contact is None and case.contact_id]
    if not missing:
        return
    contacts = Contact.objects.across_workspaces().in_bulk({case.contact_id for case in missing})
    for case in missing:
        case.contact = contacts[case.contact_id]


def oldest(*, now: datetime) -> datetime | None:
    """The earliest moment at which a timer should have been acted on and was not."""
    found: datetime | None = (
        SlaTimer.objects.across_workspaces()
        .filter(next_at__lte=now)
        .order_by("next_at")
        .values_list("next_at", flat=True)
        .first()
    )
    return found
