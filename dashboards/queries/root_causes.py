"""Why customers were unhappy: the causes chosen when cases were resolved, most frequent first."""

from datetime import date
from typing import NamedTuple

from django.db.models import Count

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from dashboards.queries.loop import moments
from detractors.models import Case
from detractors.queries.sight import cases as visible
from surveys.models import Survey


class Cause(NamedTuple):
    """`cases` opened in the period with this cause; `share` of all cases whose cause is known, 0 to 1."""

    public_id: str
    name: str
    parent: str
    cases: int
    share: float


def top_causes(
    *,
    workspace: Workspace,
    since: date,
    until: date,
    survey: Survey | None = None,
    limit: int = 8,
    sight: Sight = EVERYTHING,
) -> tuple[list[Cause], int]:
    """The most frequent causes of the cases opened in the period, and how many of its cases have a known cause."""
    start, end = moments(workspace=workspace, since=since, until=until)
    cases = Case.objects.of(workspace).filter(
        visible(workspace=workspace, sight=sight),
        opened_at__gte=start,
        opened_at__lt=end,
        root_cause__isnull=False,
    )
    if survey:
        cases = cases.filter(survey=survey)
    rows = list(
        cases.values_list("root_cause__public_id", "root_cause__name", "root_cause__parent__name")
        .annotate(n=Count("id"))
        .order_by("-n", "root_cause__name")
    )
    known = sum(row[3] for row in rows)
    return [Cause(row[0], row[1], row[2] or "", row[3], row[3] / known) for row in rows[:limit]], known
