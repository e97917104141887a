"""What a forecast is made from, and what the page shows of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncHour

from accounts.models import Membership, Team, Workspace
from accounts.rules.sight import sees
from accounts.sight_queries import sights_of
from detractors.enums import EventKind, TimerKind
from detractors.models import Case, CaseEvent, Forecast, ForecastNow, SlaTimer
from detractors.models.case import OPEN_CATEGORIES
from detractors.queries.sight import facts_of
from detractors.rules.forecast import Judged

ANSWER, SOLVE = "ANSWER", "SOLVE"  # two queues: who waits for an answer, what is to be put right
GROUP_OF = {
    TimerKind.FIRST_RESPONSE: ANSWER,
    TimerKind.NEXT_RESPONSE: ANSWER,
    TimerKind.RESOLUTION: SOLVE,
}
MOST_RUNNING = 20_000  # promises looked at, the next due first
MOST_LEADS = 300


@dataclass(frozen=True)
class Running:
    """A promise that runs, with the case's place in the queue."""

    pk: int
    case: int
    number: int
    kind: str
    due_at: datetime
    is_missed: bool
    owner: int | None
    team: int | None
    rank_at: datetime

    @property
    def group(self) -> str:
        return GROUP_OF[TimerKind(self.kind)]


@dataclass
class History:
    """Four weeks of a workspace: what each did in which hour, what came, and how promises ended."""

    done: dict[tuple[int | None, str], list[tuple[datetime, int]]] = field(default_factory=dict)
    came: dict[int | None, int] = field(default_factory=dict)  # new cases by who has them
    leads: list[float] = field(default_factory=list)  # hours from a case's beginning to its place, sorted
    judged: int = 0
    missed: int = 0

    @property
    def total(self) -> int:
        return sum(n for hours in self.done.values() for _hour, n in hours)

    @property
    def days(self) -> int:
        """On how many days something was done."""
        return len({hour.date() for hours in self.done.values() for hour, _n in hours})

    @property
    def solved(self) -> dict[str, int]:
        """How many cases were put right, by the id of who has them, as JSON keeps it."""
        return {
            str(owner): sum(n for _hour, n in hours)
            for (owner, group), hours in self.done.items()
            if group == SOLVE and owner is not None
        }

    @property
    def base_rate(self) -> float:
        """The share of promises that was missed."""
        return self.missed / self.judged if self.judged else 0.0


def running(*, workspace: Workspace) -> list[Running]:
    """The promises that run on open cases and do not stand still, the next due first: one query."""
    rows = SlaTimer.objects.of(workspace).filter(
        met_at__isnull=True,
        cancelled_at__isnull=True,
        paused_at__isnull=True,
        case__category__in=OPEN_CATEGORIES,
    )
    found = rows.order_by("due_at", "pk").values_list(
        "pk",
        "case",
        "case__number",
        "kind",
        "due_at",
        "breached_at",
        "case__owner",
        "case__team",
        "case__rank_at",
    )
    return [
        Running(pk, case, number, kind, due_at, missed is not None, owner, team, rank_at)
        for pk, case, number, kind, due_at, missed, owner, team, rank_at in found[:MOST_RUNNING]
    ]


def history(*, workspace: Workspace, since: datetime, now: datetime) -> History:
    """What was done and what came between two moments: four queries, grouped by the database."""
    found = History()
    met = SlaTimer.objects.of(workspace).filter(met_at__gte=since, met_at__lt=now)
    grouped = met.annotate(hour=TruncHour("met_at")).order_by().values_list("case__owner", "kind", "hour")
    done: dict[tuple[int | None, str], list[tuple[datetime, int]]] = defaultdict(list)
    for owner, kind, hour, n in grouped.annotate(Count("pk")):
        done[owner, GROUP_OF[TimerKind(kind)]].append((hour, n))
    found.done = dict(done)
    cases = Case.objects.of(workspace).filter(opened_at__gte=since, opened_at__lt=now)
    found.came = dict(cases.order_by().values_list("owner").annotate(Count("pk")))
    begun = SlaTimer.objects.of(workspace).filter(
        kind=TimerKind.FIRST_RESPONSE, started_at__gte=since, started_at__lt=now
    )
    for started_at, due_at, parts in begun.order_by("-started_at").values_list(
        "started_at", "due_at", "case__rank_parts"
    )[:MOST_LEADS]:
        earned = sum(part["minutes"] for part in parts)
        found.leads.append((due_at - started_at) / timedelta(hours=1) - earned / 60)
    found.leads.sort()
    over = SlaTimer.objects.of(workspace).filter(cancelled_at__isnull=True, due_at__gte=since, due_at__lt=now)
    figures = over.aggregate(judged=Count("pk"), missed=Count("pk", filter=Q(breached_at__isnull=False)))
    found.judged, found.missed = figures["judged"], figures["missed"]
    return found


def calendars_of_people(*, workspace: Workspace) -> dict[int, tuple[int | None, datetime]]:
    """By user: the calendar of their team's own hours (None: the usual ones), and since when they are members."""
    teams = dict(Team.objects.of(workspace).values_list("pk", "calendar_id"))
    rows = Membership.objects.of(workspace).values_list("user", "team", "created_at")
    return {user: (teams.get(team) if team else None, since) for user, team, since in rows}


def asked_of(*, workspace: Workspace, cases: Iterable[int]) -> dict[int, dict[str, Any]]:
    """What was asked of whoever gets these cases, as their first lines say."""
    lines = CaseEvent.objects.of(workspace).filter(case__in=list(cases), kind=EventKind.OPENED)
    return {case: facts.get("asked") or {} for case, facts in lines.values_list("case_id", "facts")}


def may_see(*, workspace: Workspace, cases: Iterable[int], people: list[Membership]) -> dict[int, set[int]]:
    """By case: which of these members would see it once it is not theirs but their team's."""
    rows = Case.objects.of(workspace).select_related("touchpoint", "contact").filter(pk__in=list(cases))
    sights = sights_of(people)
    return {
        case.pk: {
            one.pk
            for one in people
            if sights[one.pk].is_everything or sees(sights[one.pk], facts_of(case, team_id=one.team_id))
        }
        for case in rows
    }


# What is shown ----------------------------------------------------------------------------------------------------


def latest(*, workspace: Workspace) -> ForecastNow | None:
    """The latest forecast."""
    found: ForecastNow | None = ForecastNow.objects.of(workspace).first()
    return found


def judged(*, workspace: Workspace, since: Any) -> list[Forecast]:
    """The forecasts of the days from `since` on that were judged, oldest first."""
    rows = Forecast.objects.of(workspace).filter(day__gte=since, error__isnull=False)
    return list(rows.order_by("day").defer("said"))


def as_judged(day: Forecast) -> Judged:
    """A judged day as the rules read it."""
    return Judged(day.promises, day.missed, day.error or 0.0, day.error_none or 0.0, day.error_base or 0.0)


def cases_with(*, workspace: Workspace, ids: Iterable[int]) -> dict[int, Case]:
    """The still open cases among these, with what a line shows of them."""
    rows = Case.objects.of(workspace).select_related("contact", "owner", "workspace")
    return {row.pk: row for row in rows.open().filter(pk__in=list(ids))}
