"""Rows of the API: answers with what became of them, cases with their clocks; a page is a fixed number of queries."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch, Q

from accounts.models import Membership, User, Workspace
from detractors.enums import Category
from detractors.models import Case, CaseDecision, CaseEvent, RootCause, SlaTimer
from surveys.models import Response

STATUSES = {
    "NEW": Q(category=Category.OPEN, contacted_at__isnull=True),
    "CONTACTED": Q(category=Category.OPEN, contacted_at__isnull=False),
    **{code: Q(category=code) for code in Category.values},
}
LARGEST_NUMBER = 2**31 - 1  # of an integer column


def responses(*, workspace: Workspace) -> Any:
    """All answers with survey, contact and touchpoint."""
    return Response.objects.of(workspace).select_related("survey", "contact", "touchpoint")


def response(*, workspace: Workspace, public_id: str) -> Response | None:
    """The answer of this id; None for unknown and foreign ones alike."""
    found: Response | None = responses(workspace=workspace).filter(public_id=public_id).first()
    return found


def with_decisions(*, workspace: Workspace, page: Sequence[Response]) -> list[Response]:
    """The same answers, each with `decision` (a CaseDecision with its case, None while undecided): one query."""
    found = (
        CaseDecision.objects.of(workspace)
        .select_related("case")
        .filter(response__in=[row.pk for row in page])
    )
    by_response = {decision.response_id: decision for decision in found}
    for row in page:
        row.decision = by_response.get(row.pk)  # type: ignore[attr-defined]
    return list(page)


def cases(*, workspace: Workspace) -> Any:
    """All cases with everything a row shows."""
    decisions = (
        CaseDecision.objects.of(workspace)
        .select_related("response")
        .order_by("response__responded_at", "response")
    )
    return (
        Case.objects.of(workspace)
        .select_related("owner", "contact", "survey", "response", "root_cause")
        .prefetch_related(
            Prefetch("timers", queryset=SlaTimer.objects.of(workspace).order_by("started_at", "id")),
            Prefetch("decisions", queryset=decisions),
        )
    )


def case(*, workspace: Workspace, number: int) -> Case | None:
    """The case with this number; None if the workspace has none."""
    if not 0 < number <= LARGEST_NUMBER:
        return None
    found: Case | None = cases(workspace=workspace).filter(number=number).first()
    return found


def events(*, case: Case) -> Any:
    """The timeline with its authors."""
    return CaseEvent.objects.of(case.workspace_id).select_related("by").filter(case=case)


def member(*, workspace: Workspace, email: str) -> User | None:
    """The person with this address who belongs to the workspace."""
    found = (
        Membership.objects.of(workspace)
        .select_related("user")
        .filter(user__email=email.strip().lower())
        .first()
    )
    return found.user if found else None


def root_cause(*, workspace: Workspace, name: str) -> RootCause | None:
    """The root cause of this name (any case) or public id, if it is in use."""
    causes = RootCause.objects.of(workspace).filter(retired_at__isnull=True)
    found: RootCause | None = (
        causes.filter(Q(public_id=name) | Q(name__iexact=name.strip())).order_by("pk").first()
    )
    return found
