"""The register of improvements, and which cases each is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import TruncWeek

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from detractors.enums import ImprovementState
from detractors.models import Case, Improvement, ImprovementCase, ImprovementCause, ImprovementComment
from detractors.queries.sight import cases as visible

SHOWN = 200  # improvements of one list
CASES_SHOWN = 50
WEEKS = 26


@dataclass(frozen=True)
class Row:
    """One line of the register: how many cases it is about, in all and in the last 90 days."""

    improvement: Improvement
    causes: tuple[str, ...]
    cases: int
    lately: int


def listed(
    *, workspace: Workspace, state: str = "", kind: str = "", now: datetime, sight: Sight = EVERYTHING
) -> list[Row]:
    """The improvements of a state ("" is what is not over, "all" is everything), the most urgent first; three queries."""
    rows = Improvement.objects.of(workspace).select_related("owner").prefetch_related("causes__cause")
    if state == "":
        rows = rows.filter(state__in=[ImprovementState.PLANNED, ImprovementState.STARTED])
    elif state in ImprovementState.values:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    found = list(rows.order_by("ended_at", "due_on", "-pk")[:SHOWN])
    counts = _counts(workspace, found, now, sight)
    return [
        Row(one, tuple(link.cause.name for link in one.causes.all()), *counts.get(one.pk, (0, 0)))
        for one in found
    ]


def _counts(
    workspace: Workspace, found: Iterable[Improvement], now: datetime, sight: Sight
) -> dict[int, tuple[int, int]]:
    """(all, of the last 90 days) cases of each improvement, counted once each: two queries, however many cases.

    A case has one root cause, so the causes of an improvement share none; tied by hand are those of another cause.
    """
    improvements = list(found)
    counted = {one.pk: [0, 0] for one in improvements}
    seen, recent = visible(workspace=workspace, sight=sight), now - timedelta(days=90)
    causes = {link.cause_id for one in improvements for link in one.causes.all()}
    by_cause = {
        cause: (n, lately)
        for cause, n, lately in Case.objects.of(workspace)
        .filter(seen, root_cause__in=causes)
        .values("root_cause")
        .annotate(n=Count("pk"), lately=Count("pk", filter=Q(opened_at__gt=recent)))
        .values_list("root_cause", "n", "lately")
    }
    for one in improvements:
        for link in one.causes.all():
            n, lately = by_cause.get(link.cause_id, (0, 0))
            counted[one.pk][0] += n
            counted[one.pk][1] += lately
    of_its_cause = ImprovementCause.objects.of(workspace).filter(
        improvement=OuterRef("improvement"), cause=OuterRef("case__root_cause")
    )
    tied = (
        ImprovementCase.objects.of(workspace)
        .filter(
            ~Exists(of_its_cause), improvement__in=counted, case__in=Case.objects.of(workspace).filter(seen)
        )
        .values("improvement")
        .annotate(n=Count("pk"), lately=Count("pk", filter=Q(case__opened_at__gt=recent)))
    )
    for pk, n, lately in tied.values_list("improvement", "n", "lately"):
        counted[pk][0] += n
        counted[pk][1] += lately
    return {pk: (n, lately) for pk, (n, lately) in counted.items()}


def one(*, workspace: Workspace, public_id: str) -> Improvement | None:
    """The improvement with its people and causes, if it is of this workspace."""
    rows = Improvement.objects.of(workspace).select_related("owner", "created_by", "workspace")
    found: Improvement | None = rows.prefetch_related("causes__cause").filter(public_id=public_id).first()
    return found


def about(*, improvement: Improvement) -> Q:
    """Which cases an improvement is about: those with one of its causes, and those tied by hand."""
    causes = ImprovementCause.objects.of(improvement.workspace_id).filter(improvement=improvement)
    tied = ImprovementCase.objects.of(improvement.workspace_id).filter(improvement=improvement)
    return Q(root_cause__in=causes.values("cause")) | Q(pk__in=tied.values("case"))


def cases(*, improvement: Improvement, sight: Sight = EVERYTHING) -> Any:
    """The cases of an improvement the viewer may see, the newest first; `is_tied` those tied by hand."""
    tied = ImprovementCase.objects.of(improvement.workspace_id).filter(
        improvement=improvement, case=OuterRef("pk")
    )
    return (
        Case.objects.of(improvement.workspace_id)
        .filter(about(improvement=improvement), visible(workspace=improvement.workspace, sight=sight))
        .select_related("contact", "owner", "root_cause", "lateness")
        .annotate(is_tied=Exists(tied))
        .order_by("-opened_at", "-pk")
    )


def weekly(*, improvement: Improvement, now: datetime, zone: tzinfo) -> list[tuple[date, int]]:
    """New cases of the improvement in each of the last WEEKS weeks (Monday, count), the oldest first; empty weeks too."""
    monday = now.astimezone(zone).date() - timedelta(days=now.astimezone(zone).weekday())
    first = monday - timedelta(weeks=WEEKS - 1)
    since = datetime.combine(first, datetime.min.time(), tzinfo=zone)
    rows = (
        Case.objects.of(improvement.workspace_id)
        .filter(about(improvement=improvement), opened_at__gte=since)
        .annotate(week=TruncWeek("opened_at", tzinfo=zone))
        .values("week")
        .annotate(n=Count("pk"))
        .values_list("week", "n")
    )
    counted = {week.date(): n for week, n in rows}
    return [(first + timedelta(weeks=n), counted.get(first + timedelta(weeks=n), 0)) for n in range(WEEKS)]


def comments(*, improvement: Improvement) -> list[ImprovementComment]:
    """What was said, the oldest first."""
    rows = ImprovementComment.objects.of(improvement.workspace_id).filter(improvement=improvement)
    return list(rows.select_related("author").order_by("at", "pk"))


def of_case(*, case: Case) -> list[Improvement]:
    """The improvements a case belongs to, by its cause or by hand."""
    tied = ImprovementCase.objects.of(case.workspace_id).filter(case=case).values("improvement")
    by_cause = (
        ImprovementCause.objects.of(case.workspace_id).filter(cause=case.root_cause_id).values("improvement")
    )
    rows = Improvement.objects.of(case.workspace_id).select_related("owner")
    return list(rows.filter(Q(pk__in=tied) | Q(pk__in=by_cause)).order_by("ended_at", "due_on", "pk"))


def open_of(*, workspace: Workspace) -> list[Improvement]:
    """What a case can be tied to: everything that is not over, by name."""
    rows = Improvement.objects.of(workspace).filter(ended_at__isnull=True)
    return list(rows.order_by("title", "pk")[:SHOWN])


def counts_by_state(*, workspace: Workspace) -> dict[str, int]:
    """How many improvements are in each state."""
    rows = Improvement.objects.of(workspace).values("state").annotate(n=Count("pk")).values_list("state", "n")
    return dict(rows)
