"""Who stayed and who left: on a case, of a customer, and in figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import TruncMonth

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from detractors.enums import Outcome, Retained
from detractors.models import Case, LossReason, Retention
from detractors.queries.sight import cases as visible

UNSAID, SUGGESTED = "UNSAID", "SUGGESTED"
STATES = (Retained.KEPT.value, Retained.LOST.value, SUGGESTED, UNSAID)  # of the queue's filter
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Counted:
    """How many were kept and lost, and what they are worth together where that is known."""

    key: Any  # the month's first day, or a name; None for those without one
    kept: int = 0
    lost: int = 0
    kept_value: Decimal = NOTHING
    lost_value: Decimal = NOTHING

    @property
    def n(self) -> int:
        return self.kept + self.lost

    @property
    def percent(self) -> int | None:
        """Retained, of those of whom it is known."""
        return round(100 * self.kept / self.n) if self.n else None


@dataclass(frozen=True)
class Report:
    """All of it between two days."""

    whole: Counted
    months: tuple[Counted, ...]  # every month, also those without any
    causes: tuple[Counted, ...]
    reasons: tuple[Counted, ...]  # of losses
    waiting: int  # cases whose outcome suggests something nobody has said yet


def of_case(*, case: Case) -> Retention | None:
    """What was said of the customer of this case."""
    rows = Retention.objects.of(case.workspace_id).select_related("reason", "set_by")
    found: Retention | None = rows.filter(case=case.pk).first()
    return found


def of_contact(*, workspace: Workspace, contact_id: int, sight: Sight = EVERYTHING) -> Retention | None:
    """What was said of this customer last, by day, on a case that may be seen."""
    cases = Case.objects.of(workspace).filter(visible(workspace=workspace, sight=sight), contact=contact_id)
    rows = Retention.objects.of(workspace).filter(case__in=cases).select_related("case", "reason", "set_by")
    found: Retention | None = rows.order_by("-on_date", "-set_at").first()
    return found


def worth_of(*, case: Case) -> Decimal | None:
    """What the customer is worth in a year, as far as somebody told us."""
    if case.account_value is not None:
        return case.account_value
    return case.contact.worth if case.contact else None


def reasons(*, workspace: Workspace, with_retired: bool = False) -> list[LossReason]:
    """The workspace's reasons by name, those still offered first; each with `uses`."""
    rows = LossReason.objects.of(workspace)
    if not with_retired:
        rows = rows.filter(retired_at__isnull=True)
    uses = dict(
        Retention.objects.of(workspace)
        .filter(reason__isnull=False)
        .values("reason")
        .annotate(n=Count("pk"))
        .values_list("reason", "n")
    )
    found = sorted(rows, key=lambda row: (row.retired_at is not None, row.name.casefold()))
    for row in found:
        row.uses = uses.get(row.pk, 0)  # type: ignore[attr-defined]
    return found


def reason_with(*, workspace: Workspace, name: str) -> LossReason | None:
    """The reason of this public id or name (any case), if it is in use."""
    rows = LossReason.objects.of(workspace).filter(retired_at__isnull=True)
    found: LossReason | None = (
        rows.filter(Q(public_id=name) | Q(name__iexact=name.strip())).order_by("pk").first()
    )
    return found


def any_reason(*, workspace: Workspace, public_id: str) -> LossReason | None:
    """The reason of this public id, retired or not."""
    found: LossReason | None = LossReason.objects.of(workspace).filter(public_id=public_id).first()
    return found


def cases_in(cases: Any, *, workspace: Workspace, state: str) -> Any:
    """Those of `cases` whose customer was kept or lost, of whom nothing is said, or where an outcome suggests something."""
    rows = Retention.objects.of(workspace)
    if state in Retained.values:
        return cases.filter(pk__in=rows.filter(state=state).values("case"))
    unsaid = cases.filter(~Exists(rows.filter(case=OuterRef("pk"))))
    return unsaid.filter(_suggesting()) if state == SUGGESTED else unsaid


def _suggesting() -> Q:
    return Q(
        outcome__in=[Outcome.RECOVERED, Outcome.CONVERTED, Outcome.NOT_RECOVERED], merged_into__isnull=True
    )


def report(*, workspace: Workspace, since: date, until: date, sight: Sight = EVERYTHING) -> Report:
    """Who stayed and who left from `since` to `until` (both included), on cases that may be seen."""
    cases = Case.objects.of(workspace).filter(visible(workspace=workspace, sight=sight))
    rows = Retention.objects.of(workspace).filter(on_date__gte=since, on_date__lte=until)
    if not sight.is_everything:
        rows = rows.filter(case__in=cases)
    by_month = {one.key: one for one in _counted(rows.annotate(key=TruncMonth("on_date")))}
    months = tuple(by_month.get(month, Counted(month)) for month in _months(since, until))
    sums = rows.aggregate(**_SUMS)
    return Report(
        whole=Counted(
            None,
            sums["kept"],
            sums["lost"],
            sums["kept_value"] or NOTHING,
            sums["lost_value"] or NOTHING,
        ),
        months=months,
        causes=_ordered(_counted(rows.annotate(key=F("case__root_cause__name")))),
        reasons=_ordered(_counted(rows.filter(state=Retained.LOST).annotate(key=F("reason__name")))),
        waiting=int(cases_in(cases, workspace=workspace, state=SUGGESTED).count()),
    )


def kept_and_lost(
    *, workspace: Workspace, since: date, until: date, survey: int | None = None, sight: Sight = EVERYTHING
) -> tuple[int, int]:
    """How many cases' customers were kept, and how many lost, between two days (both included): one statement.

    Without a survey and limits it is read from an index alone (retention_by_day).
    """
    rows = Retention.objects.of(workspace).filter(on_date__gte=since, on_date__lte=until)
    if survey is not None:
        rows = rows.filter(case__survey=survey)
    if not sight.is_everything:
        cases = Case.objects.of(workspace).filter(visible(workspace=workspace, sight=sight))
        rows = rows.filter(case__in=cases)
    found = dict(rows.order_by().values("state").annotate(n=Count("pk")).values_list("state", "n"))
    return found.get(Retained.KEPT, 0), found.get(Retained.LOST, 0)


def listed(*, workspace: Workspace, since: date, until: date, sight: Sight = EVERYTHING) -> Any:
    """What was said between two days, the newest day first, with all a file names."""
    cases = Case.objects.of(workspace).filter(visible(workspace=workspace, sight=sight))
    rows = Retention.objects.of(workspace).filter(on_date__gte=since, on_date__lte=until)
    if not sight.is_everything:
        rows = rows.filter(case__in=cases)
    related = ("case__contact", "case__root_cause", "reason", "set_by")
    return rows.select_related(*related).order_by("-on_date", "-pk")


_SUMS: dict[str, Any] = {
    "kept": Count("pk", filter=Q(state=Retained.KEPT)),
    "lost": Count("pk", filter=Q(state=Retained.LOST)),
    "kept_value": Sum("value", filter=Q(state=Retained.KEPT)),
    "lost_value": Sum("value", filter=Q(state=Retained.LOST)),
}


def _counted(rows: Any) -> list[Counted]:
    found = rows.order_by().values("key").annotate(**_SUMS)
    return [
        Counted(
            row["key"], row["kept"], row["lost"], row["kept_value"] or NOTHING, row["lost_value"] or NOTHING
        )
        for row in found
    ]


def _ordered(rows: Sequence[Counted]) -> tuple[Counted, ...]:
    """What cost most first, those without a name at the end."""
    return tuple(sorted(rows, key=lambda one: (one.key is None, -one.lost_value, -one.lost, -one.kept)))


def _months(since: date, until: date) -> list[date]:
    found, month = [], since.replace(day=1)
    while month <= until:
        found.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    return found
