"""What waits for one person, and what a desk has to know of everybody: the lists and counts of the homes.

Every list is short and read from an index; how many statements there are does not depend on how much waits. A person's own
cases are always theirs to see; everything else is as far as their sight goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q

from accounts.models import Membership, User, Workspace
from accounts.queries import CASE_ROLES, active
from accounts.rules import absence
from accounts.rules.sight import EVERYTHING, Sight
from detractors.enums import Category, EventKind, NotificationKind, RemedyState, TimerKind
from detractors.models import (
    CallAppointment,
    Case,
    CaseEvent,
    Escalation,
    Notification,
    Remedy,
    SlaTimer,
    Task,
)
from detractors.queries import ordering, queue
from detractors.queries.sight import cases as visible
from detractors.rules import queue_layout as layout

SHOWN = 5  # lines of a list
COUNTED = queue.COUNTED  # counts stop here
ESCALATED_FOR = timedelta(days=7)  # an escalation older than this is no news
_THEIR_WORDS = (EventKind.CUSTOMER_WROTE, EventKind.CUSTOMER_SAID, EventKind.ANSWER_JOINED)
_LOOKED_AT = 50  # escalations read for SHOWN cases: one case may be escalated several times


# One's own ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Own:
    """One person's open cases in numbers, without those that are snoozed."""

    open: int = 0
    working: int = 0  # of them, those that wait for nobody
    late: int = 0  # the next promise is over
    today: int = 0  # the next promise ends today and is not over
    answered: int = 0  # the customer wrote, and nobody has answered yet


def own_counts(*, workspace: Workspace, user: User, now: datetime, today_ends: datetime) -> Own:
    """How the cases of `user` stand: one statement."""
    mine = Case.objects.of(workspace).open().awake().owned_by(user)
    working = Q(category=Category.OPEN)
    counts = mine.aggregate(
        open=Count("pk"),
        working=Count("pk", filter=working),
        late=Count("pk", filter=working & Q(next_due_at__lt=now)),
        today=Count("pk", filter=working & Q(next_due_at__gte=now, next_due_at__lt=today_ends)),
        answered=Count("pk", filter=_unanswered(workspace)),
    )
    return Own(**counts)


def own_due(*, workspace: Workspace, user: User) -> list[Case]:
    """The first cases of `user` that are theirs to work on, in the order of the queue, with their timers."""
    mine = Case.objects.of(workspace).open().awake().owned_by(user).filter(category=Category.OPEN)
    return _rows(mine.order_by("rank_at", "number"), workspace)


def own_answered(*, workspace: Workspace, user: User) -> list[Case]:
    """Cases of `user` whose customer's words nobody has answered, who has waited longest first."""
    mine = Case.objects.of(workspace).open().owned_by(user).filter(_unanswered(workspace))
    found = _rows(mine.order_by("customer_wrote_at", "number"), workspace)
    latest = CaseEvent.objects.of(workspace).filter(
        case__in=[case.pk for case in found], kind__in=_THEIR_WORDS
    )
    words = dict(latest.order_by("case", "-at", "-pk").distinct("case").values_list("case_id", "note"))
    for case in found:  # what they wrote last stands for the first answer
        case.words = words.get(case.pk) or case.words  # type: ignore[attr-defined]  # annotated by for_rows
    return found


def _unanswered(workspace: Workspace) -> Q:
    """The customer wrote since the case opened, and there was no contact yet, or a next response is owed."""
    owed = SlaTimer.objects.of(workspace).filter(
        case=OuterRef("pk"), kind=TimerKind.NEXT_RESPONSE, met_at__isnull=True, cancelled_at__isnull=True
    )
    return Q(customer_wrote_at__isnull=False) & (Q(contacted_at__isnull=True) | Q(Exists(owed)))


def _rows(cases: Any, workspace: Workspace) -> list[Case]:
    return list(queue.for_rows(cases, workspace, columns=(layout.PROMISE, layout.OWNER))[:SHOWN])


@dataclass(frozen=True)
class Listed:
    """The first rows of a list, and how many there are in all."""

    rows: list[Any]
    total: int
    late: int = 0  # of them, those whose time is over


def promises(
    *,
    workspace: Workspace,
    now: datetime,
    user: User | None = None,
    sight: Sight = EVERYTHING,
    only_late: bool = False,
) -> Listed:
    """What customers were promised and is not done, by `user` or by anybody: overdue first, then by time."""
    rows = Task.objects.of(workspace).filter(is_promise=True, done_at__isnull=True)
    if user is not None:
        rows = rows.filter(Q(owner=user) | Q(owner__isnull=True, helper_email="", case__owner=user))
    if only_late:
        rows = rows.filter(due_at__lt=now)
    rows = _seen(rows, workspace, sight)
    counts = rows.aggregate(total=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)))
    found = rows.select_related("case__contact", "owner").order_by(F("due_at").asc(nulls_last=True), "pk")
    return Listed(list(found[:SHOWN]), **counts)


def tasks(*, workspace: Workspace, user: User, now: datetime, sight: Sight = EVERYTHING) -> Listed:
    """Open tasks of `user` that are no promises, those that are due first."""
    rows = Task.objects.of(workspace).filter(owner=user, done_at__isnull=True, is_promise=False)
    rows = _seen(rows, workspace, sight)
    counts = rows.aggregate(total=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)))
    found = rows.select_related("case__contact").order_by(F("due_at").asc(nulls_last=True), "pk")
    return Listed(list(found[:SHOWN]), **counts)


def calls(
    *, workspace: Workspace, user: User, since: datetime, until: datetime, sight: Sight = EVERYTHING
) -> Listed:
    """Call-backs of `user` that were missed after `since` or are agreed for before `until`, in their order."""
    rows = CallAppointment.objects.of(workspace).filter(
        owner=user, done_at__isnull=True, dropped_at__isnull=True, at__gte=since, at__lt=until
    )
    rows = _seen(rows, workspace, sight)
    counts = rows.aggregate(total=Count("pk"), late=Count("pk", filter=Q(missed_at__isnull=False)))
    return Listed(list(rows.select_related("case__contact").order_by("at", "pk")[:SHOWN]), **counts)


def named(*, workspace: Workspace, user: User, sight: Sight = EVERYTHING) -> Listed:
    """Where `user` was named in a note and has not looked yet, the latest first."""
    rows = Notification.objects.of(workspace).filter(
        user=user, seen_at__isnull=True, kind=NotificationKind.MENTIONED
    )
    rows = _seen(rows, workspace, sight)
    found = list(rows.select_related("case__contact", "by", "event").order_by("-pk")[: SHOWN + 1])
    more = rows.count() if len(found) > SHOWN else len(found)
    return Listed(found[:SHOWN], more)


def approvals(*, workspace: Workspace, user: User, sight: Sight = EVERYTHING) -> Listed:
    """Remedies that wait for a word of somebody other than who asked, who has waited longest first."""
    rows = Remedy.objects.of(workspace).filter(state=RemedyState.WAITING).exclude(created_by=user)
    rows = _seen(rows, workspace, sight)
    found = rows.select_related("case__contact", "created_by").order_by("pk")
    return Listed(list(found[:SHOWN]), rows.count())


def _seen(rows: Any, workspace: Workspace, sight: Sight) -> Any:
    if not sight.is_limited:
        return rows
    return rows.filter(case__in=Case.objects.of(workspace).filter(visible(workspace=workspace, sight=sight)))


# Everybody's --------------------------------------------------------------------------------------------------------


def missed(*, workspace: Workspace, user: User, sight: Sight) -> list[Case]:
    """The first open cases with a missed promise, in the order of their view, with owner and timers."""
    wanted = queue.Wanted(tab=queue.BREACHED)
    cases = queue.wanted_cases(workspace=workspace, user=user, wanted=wanted, sight=sight)
    return _rows(ordering.placed(cases, wanted.keys, None), workspace)


def escalated(*, workspace: Workspace, now: datetime, sight: Sight) -> list[Escalation]:
    """The latest escalation of each open case that was escalated lately, the newest first."""
    rows = Escalation.objects.of(workspace).filter(at__gt=now - ESCALATED_FOR)
    if sight.is_limited:
        seen = Case.objects.of(workspace).filter(visible(workspace=workspace, sight=sight))
        rows = rows.filter(timer__case__in=seen)
    rows = rows.filter(timer__case__category__in=(Category.OPEN, Category.WAITING))
    found: dict[int, Escalation] = {}
    for row in rows.select_related("timer__case__contact", "timer__case__owner").order_by("-pk")[:_LOOKED_AT]:
        found.setdefault(row.timer.case_id, row)
    return list(found.values())[:SHOWN]


def unmapped(*, workspace: Workspace, sight: Sight) -> int:
    """How many open cases have no cell of the matrix, no further than COUNTED + 1."""
    rows = Case.objects.of(workspace).open().filter(cell__isnull=True)
    if sight.is_limited:
        rows = rows.filter(visible(workspace=workspace, sight=sight))
    return len(rows.order_by("rank_at", "number").values_list("pk")[: COUNTED + 1])


@dataclass(frozen=True)
class Load:
    """What one person has to do; `person` is None for what nobody has."""

    person: User | None
    open: int
    waiting: int  # for the customer or others: takes no time now
    late: int
    today: int
    takes_cases: bool = False
    away_until: Any = None
    weekly: float | None = None  # cases they closed in a usual week; None while nobody knows

    @property
    def active(self) -> int:
        """Those that are theirs to work on."""
        return self.open - self.waiting

    @property
    def weeks(self) -> float | None:
        """How many weeks of their own pace stand open."""
        return self.active / self.weekly if self.weekly else None


def loads(
    *,
    workspace: Workspace,
    now: datetime,
    today_ends: datetime,
    sight: Sight,
    paces: dict[int, float] | None = None,
) -> list[Load]:
    """The open cases of everybody who works on cases or still has some, the fullest first; nobody's last. Two statements.

    `paces`: cases a week by the user's id, as far as they are known.
    """
    cases = Case.objects.of(workspace).open().awake()
    if sight.is_limited:
        cases = cases.filter(visible(workspace=workspace, sight=sight))
    working = Q(category=Category.OPEN)
    rows = cases.order_by().values("owner").annotate(
        open=Count("pk"),
        waiting=Count("pk", filter=~working),
        late=Count("pk", filter=working & Q(next_due_at__lt=now)),
        today=Count("pk", filter=working & Q(next_due_at__gte=now, next_due_at__lt=today_ends)),
    )  # fmt: skip
    by_owner = {row.pop("owner"): row for row in rows}
    nothing = {"open": 0, "waiting": 0, "late": 0, "today": 0}
    found = []
    for member in _people(workspace, by_owner):
        figures = by_owner.pop(member.user_id, nothing)
        today = absence.local_day(now=now, zone=member.user.time_zone or workspace.time_zone)
        is_away = absence.is_away(first=member.away_from, last=member.away_until, today=today)
        found.append(
            Load(
                member.user,
                takes_cases=member.takes_cases
                and member.role in CASE_ROLES
                and member.deactivated_at is None,
                away_until=member.away_until if is_away else None,
                weekly=(paces or {}).get(member.user_id),
                **figures,
            )
        )
    found.sort(key=lambda one: (-one.active, one.person.display_name.casefold() if one.person else ""))
    if None in by_owner:
        found.append(Load(None, **by_owner[None]))
    return found


def _people(workspace: Workspace, owners: Iterable[int | None]) -> list[Membership]:
    """Who takes cases, and whoever has one."""
    takes = Q(pk__in=active(workspace=workspace).filter(role__in=CASE_ROLES, takes_cases=True).values("pk"))
    has = Q(user__in=[owner for owner in owners if owner is not None])
    return list(Membership.objects.of(workspace).select_related("user").filter(takes | has))
