"""What customers were promised: the list, its figures, and what is needed to read promises in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q

from accounts.models import BusinessCalendar, User, Workspace
from accounts.queries import calendar
from accounts.rules.business_time import Calendar
from accounts.rules.sight import EVERYTHING, Sight
from detractors.models import Case, Task
from detractors.queries.sight import cases as visible

OVERDUE, DUE, KEPT, BROKEN = "overdue", "due", "kept", "broken"
STATES = (OVERDUE, DUE, KEPT, BROKEN)
LOOKED_BACK = timedelta(days=30)  # for figures, and for what was kept
SHOWN = 100


@dataclass(frozen=True)
class Figures:
    """How promises stand: open ones now, and how many of those that fell due lately were kept in time."""

    overdue: int = 0
    due: int = 0
    kept: int = 0  # done lately, in time or not
    fell_due: int = 0
    in_time: int = 0
    broken: int = 0  # lately said not to be kept

    @property
    def percent(self) -> int | None:
        """Kept in time, of those that fell due; None without any."""
        return round(100 * self.in_time / self.fell_due) if self.fell_due else None


def language_of(case: Case) -> str:
    """The customer's, as far as it is known."""
    spoken = case.contact.language if case.contact else ""
    return spoken or (case.survey.language if case.survey else "") or case.workspace.language


def usual_hours(*, workspace: Workspace | int) -> Calendar | None:
    """The working hours of the whole workspace."""
    row = BusinessCalendar.objects.of(workspace).prefetch_related("holidays").filter(is_default=True).first()
    return calendar(row=row) if row else None


def page(
    *, workspace: Workspace, state: str, now: datetime, sight: Sight = EVERYTHING, user: User | None = None
) -> list[Task]:
    """Promises of `state` on cases that may be seen, of `user` or of everybody; the most pressing first."""
    rows = _promises(workspace, sight, user).filter(_is(state, now))
    order = ("-done_at", "-pk") if state in (KEPT, BROKEN) else (F("due_at").asc(nulls_last=True), "pk")
    return list(rows.select_related("case__contact", "owner", "event").order_by(*order)[:SHOWN])


def rows(*, workspace: Workspace, sight: Sight = EVERYTHING, case: Case | None = None) -> Any:
    """Promises on cases that may be seen, or of `case`, with all a program is told of them."""
    found = _promises(workspace, sight, None).select_related("case", "owner", "author", "done_by", "event")
    return found.filter(case=case) if case is not None else found


def in_state(found: Any, *, state: str, now: datetime) -> Any:
    """Those of `found` that are overdue, due, kept or broken; the last two of the last 30 days."""
    return found.filter(_is(state, now))


def figures(
    *, workspace: Workspace, now: datetime, sight: Sight = EVERYTHING, user: User | None = None
) -> Figures:
    """The figures of the same promises."""
    lately = Q(due_at__gt=now - LOOKED_BACK, due_at__lte=now)
    counts = _promises(workspace, sight, user).aggregate(
        overdue=Count("pk", filter=_is(OVERDUE, now)),
        due=Count("pk", filter=_is(DUE, now)),
        kept=Count("pk", filter=_is(KEPT, now)),
        broken=Count("pk", filter=_is(BROKEN, now)),
        fell_due=Count("pk", filter=lately),
        in_time=Count("pk", filter=lately & Q(done_at__lte=F("due_at"), broken_at__isnull=True)),
    )
    return Figures(**counts)


def cases_with(*, workspace: Workspace, state: str, now: datetime) -> Any:
    """Ids of the cases with an open promise, or with one that is overdue, as a subquery."""
    rows = Task.objects.of(workspace).filter(is_promise=True, done_at__isnull=True)
    return (rows.filter(due_at__lt=now) if state == OVERDUE else rows).values("case")


def of_customer(*, case: Case, now: datetime, sight: Sight = EVERYTHING) -> Figures:
    """How promises to this customer stand, on the cases that may be seen."""
    if case.contact_id is None:
        return Figures()
    rows = _promises(case.workspace, sight, None).filter(case__contact=case.contact_id)
    over = Q(due_at__lte=now)
    counts = rows.aggregate(
        overdue=Count("pk", filter=_is(OVERDUE, now)),
        kept=Count("pk", filter=Q(done_at__isnull=False, broken_at__isnull=True)),
        fell_due=Count("pk", filter=over),
        in_time=Count("pk", filter=over & Q(done_at__lte=F("due_at"), broken_at__isnull=True)),
    )
    return Figures(**counts)


def _promises(workspace: Workspace, sight: Sight, user: User | None) -> Any:
    rows = Task.objects.of(workspace).filter(is_promise=True)
    if user is not None:
        rows = rows.filter(Q(owner=user) | Q(owner__isnull=True, helper_email="", case__owner=user))
    if sight.is_limited:
        rows = rows.filter(
            case__in=Case.objects.of(workspace).filter(visible(workspace=workspace, sight=sight))
        )
    return rows


def _is(state: str, now: datetime) -> Q:
    if state == KEPT:
        return Q(done_at__gt=now - LOOKED_BACK, broken_at__isnull=True)
    if state == BROKEN:
        return Q(broken_at__gt=now - LOOKED_BACK)
    if state == OVERDUE:
        return Q(done_at__isnull=True, due_at__lt=now)
    return Q(done_at__isnull=True) & (Q(due_at__gte=now) | Q(due_at__isnull=True))


def to_remind_of(*, now: datetime, limit: int) -> list[Task]:
    """Open promises whose owner is to be reminded, the first due first, claimed for this transaction."""
    rows = Task.objects.across_workspaces().filter(remind_at__lte=now)
    ids = list(
        rows.select_for_update(skip_locked=True)
        .order_by("remind_at", "pk")
        .values_list("pk", flat=True)[:limit]
    )
    related = ("owner", "author", "case__owner", "case__touchpoint", "case__contact")
    found = Task.objects.across_workspaces().select_related(*related).filter(pk__in=ids)
    return list(found.order_by("remind_at", "pk"))
