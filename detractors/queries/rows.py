"""Rows of the API: answers with what became of them, cases with their clocks; a page is a fixed number of queries."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch, Q

from accounts.models import User, Workspace
from accounts.queries import active
from accounts.rules.sight import EVERYTHING, Sight
from detractors.enums import Category
from detractors.models import Case, CaseDecision, CaseEvent, CaseTag, Retention, RootCause, SlaTimer
from detractors.queries import sight as sights
from detractors.queries import statuses
from detractors.queries.ordering import LARGEST_NUMBER
from surveys.models import Response
from surveys.queries import sight as survey_sights

STATUSES = {
    "NEW": Q(category=Category.OPEN, contacted_at__isnull=True),
    "CONTACTED": Q(category=Category.OPEN, contacted_at__isnull=False),
    **{code: Q(category=code) for code in Category.values},
}


def responses(*, workspace: Workspace, sight: Sight = EVERYTHING) -> Any:
    """All answers that may be seen, with survey, contact and touchpoint."""
    seen = survey_sights.answers(workspace=workspace, sight=sight)
    return (
        Response.objects.of(workspace)
        .filter(seen)
        .select_related("survey", "contact", "touchpoint", "entered_by")
    )


def response(*, workspace: Workspace, public_id: str, sight: Sight = EVERYTHING) -> Response | None:
    """The answer of this id; None for unknown, hidden and foreign ones alike."""
    rows = responses(workspace=workspace, sight=sight)
    found: Response | None = rows.filter(public_id=public_id).first()
    return found


def with_decisions(
    *, workspace: Workspace, page: Sequence[Response], sight: Sight = EVERYTHING
) -> list[Response]:
    """The same answers, each with `decision` (a CaseDecision with its case, None while undecided): one query.

    A case that may not be seen is not named; knowing which costs a second query where there are limits.
    """
    found = (
        CaseDecision.objects.of(workspace)
        .select_related("case")
        .filter(response__in=[row.pk for row in page])
    )
    by_response = {decision.response_id: decision for decision in found}
    ids = {decision.case_id for decision in by_response.values() if decision.case_id}
    seen = sights.visible_ids(workspace=workspace, sight=sight, ids=ids)
    for decision in by_response.values():
        if decision.case_id not in seen:
            decision.case = None
    for row in page:
        row.decision = by_response.get(row.pk)  # type: ignore[attr-defined]
    return list(page)


def cases(*, workspace: Workspace, sight: Sight = EVERYTHING) -> Any:
    """All cases that may be seen, with everything a row shows."""
    decisions = (
        CaseDecision.objects.of(workspace)
        .select_related("response")
        .order_by("response__responded_at", "response")
    )
    return (
        Case.objects.of(workspace)
        .filter(sights.cases(workspace=workspace, sight=sight))
        .select_related("owner", "contact", "survey", "response", "root_cause", "cell", "sponsor__user")
        .annotate(status_name=statuses.shown_name(workspace))
        .prefetch_related(
            Prefetch("timers", queryset=SlaTimer.objects.of(workspace).order_by("started_at", "id")),
            Prefetch("decisions", queryset=decisions),
            Prefetch("retained", queryset=Retention.objects.of(workspace).select_related("reason", "set_by")),
            Prefetch("tagged", queryset=CaseTag.objects.of(workspace).select_related("tag")),
        )
    )


def case(*, workspace: Workspace, number: int, sight: Sight = EVERYTHING) -> Case | None:
    """The case with this number; None if there is none to be seen."""
    if not 0 < number <= LARGEST_NUMBER:
        return None
    found: Case | None = cases(workspace=workspace, sight=sight).filter(number=number).first()
    return found


def events(*, case: Case) -> Any:
    """The timeline with its authors."""
    return CaseEvent.objects.of(case.workspace_id).select_related("by").filter(case=case)


def member(*, workspace: Workspace, email: str) -> User | None:
    """The person with this address who belongs to the workspace."""
    found = (
        active(workspace=workspace).select_related("user").filter(user__email=email.strip().lower()).first()
    )
    return found.user if found else None


def root_cause(*, workspace: Workspace, name: str) -> RootCause | None:
    """The root cause of this name (any case) or public id, if it is in use."""
    causes = RootCause.objects.of(workspace).filter(retired_at__isnull=True)
    found: RootCause | None = (
        causes.filter(Q(public_id=name) | Q(name__iexact=name.strip())).order_by("pk").first()
    )
    return found
