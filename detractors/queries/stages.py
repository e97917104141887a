"""What the stages of cases are read from, and their figures: medians and 90th percentiles by team, member, touchpoint, month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F, Q

from accounts.models import User, Workspace
from accounts.rules import business_time
from accounts.rules.business_time import Calendar
from accounts.rules.sight import EVERYTHING, Sight
from detractors.enums import EventKind
from detractors.models import Case, CaseEvent, CaseStages, Task
from detractors.queries import clock as clock_queries
from detractors.queries import origins, queue
from detractors.queries.clock import Line
from detractors.queries.sight import cases as visible
from detractors.rules import stages as rule
from detractors.rules.stages import Act, Hours, Span

TEAM, AGENT, TOUCHPOINT, MONTH = "team", "agent", "touchpoint", "month"
DAY, WEEK = (
    "day",
    "week",
)  # of opening, for series over time; a month and a week have the name of their first day
GROUPS = (TEAM, AGENT, TOUCHPOINT, MONTH)
ENOUGH = 10  # cases: fewer say little, and are not ranked
LISTED = 100

_KINDS: dict[str, str] = {
    EventKind.CLAIMED: rule.TOOK,
    EventKind.REPLIED: rule.WROTE,
    EventKind.WAITING: rule.WAIT,
    EventKind.RESUMED: rule.GO_ON,
    EventKind.RESOLVED: rule.SOLVED,
    EventKind.REOPENED: rule.REOPENED,
    EventKind.CLOSED: rule.CLOSED,
    EventKind.RECOVERED: rule.CLOSED,
    EventKind.DISMISSED: rule.CLOSED,
    EventKind.MERGED: rule.OTHER,
}
_BY_GROUP = {
    TEAM: "s.team_id::text",
    AGENT: "s.owner_id::text",
    TOUCHPOINT: "s.touchpoint_id::text",
    MONTH: "to_char(date_trunc('month', s.opened_at AT TIME ZONE %(zone)s), 'YYYY-MM-DD')",
    WEEK: "to_char(date_trunc('week', s.opened_at AT TIME ZONE %(zone)s), 'YYYY-MM-DD')",
    DAY: "to_char(s.opened_at AT TIME ZONE %(zone)s, 'YYYY-MM-DD')",
}


def read(*, workspace: Workspace | int, cases: Sequence[Case]) -> dict[int, dict[str, Span]]:
    """The stages of these cases by case: four statements and the hours."""
    ids = [case.pk for case in cases]
    calendars = clock_queries.calendars_of(workspace=workspace)
    lines: dict[int, list[tuple[int, str, datetime, Any, bool]]] = {}
    rows = CaseEvent.objects.of(workspace).filter(case__in=ids).order_by("case", "at", "pk")
    for case_id, pk, kind, at, facts, by in rows.values_list("case_id", "pk", "kind", "at", "facts", "by_id"):
        lines.setdefault(case_id, []).append((pk, kind, at, facts, by is not None))
    timers = clock_queries.timers_of(workspace=workspace, cases=ids)
    asked = _asked(workspace, ids)
    found = {}
    for case in cases:
        own = lines.get(case.pk, [])
        clock_lines = [
            Line(pk, kind, at, facts) for pk, kind, at, facts, _by in own if kind in clock_queries.KINDS
        ]
        told = clock_queries.happenings(clock_lines, timers.get(case.pk, ()))
        marks = [(what.at, calendars[what.terms.calendar]) for what in told if what.terms is not None]
        found[case.pk] = rule.spent(
            opened_at=case.opened_at,
            acts=acts_of(own, is_closed_by_merge=case.merged_into_id is not None),
            hours=hours_of(marks or [(case.opened_at, calendars.usual)]),
            asked=asked.get(case.pk, ()),
        )
    return found


def acts_of(
    lines: Iterable[tuple[int, str, datetime, Any, bool]], *, is_closed_by_merge: bool = False
) -> list[Act]:
    """What the rule reads: lines of a timeline in order. A mail that did not arrive was none."""
    rows = list(lines)
    failed = {facts.get("event") for _pk, kind, _at, facts, _by in rows if kind == EventKind.REPLY_FAILED}
    acts = []
    for pk, kind, at, facts, by in rows:
        name = _KINDS.get(kind, rule.OTHER)
        if kind == EventKind.ASSIGNED:
            name = rule.TOOK if facts.get("to_id") or facts.get("to") else rule.LET_GO
        elif kind == EventKind.MOVED and facts.get("let_go"):
            name = rule.LET_GO
        elif kind == EventKind.CALLED and facts.get("outcome") == "REACHED":
            name = rule.SPOKE
        elif kind == EventKind.MERGED and is_closed_by_merge:
            name = rule.CLOSED
        if pk in failed:
            name = rule.OTHER
        acts.append(Act(at, name, by))
    return acts


def hours_of(marks: Sequence[tuple[datetime, Calendar]]) -> Hours:
    """Working time by the calendar that held when; the first one holds before it, too."""

    def pieces(start: datetime, end: datetime) -> Iterable[tuple[Calendar, datetime, datetime]]:
        for place, (since, calendar) in enumerate(marks):
            low = start if place == 0 else max(start, since)
            high = end if place + 1 == len(marks) else min(end, marks[place + 1][0])
            if low < high:
                yield calendar, low, high

    def between(start: datetime, end: datetime) -> timedelta:
        parts = (
            business_time.time_between(calendar, low, high) for calendar, low, high in pieces(start, end)
        )
        return sum(parts, timedelta(0))

    def after(start: datetime, length: timedelta) -> datetime:
        left = length
        far = start + timedelta(days=business_time.HORIZON_DAYS)
        for calendar, low, high in pieces(start, far):
            here = business_time.time_between(calendar, low, high) if high < far else None
            if here is None or left <= here:
                return business_time.at_latest(calendar, low, left)
            left -= here
        return start

    return Hours(between, after)


def _asked(
    workspace: Workspace | int, cases: Sequence[int]
) -> dict[int, list[tuple[datetime, datetime | None]]]:
    """When somebody else had something to do: questions to people outside, tasks of colleagues that hold up the resolving."""
    found: dict[int, list[tuple[datetime, datetime | None]]] = {}
    others = ~Q(helper_email="") | (
        Q(blocks_resolving=True, owner__isnull=False) & ~Q(owner=F("case__owner"))
    )
    rows = Task.objects.of(workspace).filter(others, case__in=list(cases)).order_by("created_at", "pk")
    for case_id, begin, done, answered in rows.values_list("case_id", "created_at", "done_at", "answered_at"):
        end = min((one for one in (done, answered) if one is not None), default=None)
        found.setdefault(case_id, []).append((begin, end))
    return found


# Figures ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figure:
    """One stage of one group: over how many cases, half of them below `median`, nine of ten below `ninety` (minutes)."""

    n: int
    median: float | None
    ninety: float | None


@dataclass(frozen=True)
class Group:
    """The stages of the cases of one team, member, touchpoint or month; `n` counts all its cases."""

    key: str | None
    n: int
    figures: Mapping[str, Figure]

    @property
    def is_small(self) -> bool:
        return self.n < ENOUGH


@dataclass(frozen=True)
class Asked:
    """Which cases: opened from `since` to `until`, of these teams, members and touchpoints where they are named."""

    since: datetime
    until: datetime
    team: int | None = None
    agent: int | None = None
    touchpoint: int | None = None


def figures(
    *, workspace: Workspace, by: str | None, asked: Asked, is_calendar: bool = False, sight: Sight = EVERYTHING,
    columns: Sequence[str] = rule.COLUMNS,
) -> list[Group]:  # fmt: skip
    """The groups of `by` (None: all in one), in one statement over one narrow table."""
    ending = "_calendar" if is_calendar else ""
    parts = ", ".join(
        f"count(s.{name}{ending}), percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY s.{name}{ending})"
        for name in columns
    )
    key = _BY_GROUP[by] if by else "NULL::text"
    where, facts = _where(workspace, asked, sight)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key} AS key, count(*), {parts} FROM detractors_casestages AS s WHERE {where} GROUP BY 1",
            {**facts, "zone": workspace.time_zone},
        )
        rows = cursor.fetchall()
    groups = []
    for found_key, n, *cells in rows:
        pairs = zip(columns, cells[::2], cells[1::2], strict=True)
        said = {name: Figure(count, *(values or (None, None))) for name, count, values in pairs}
        if n:
            groups.append(Group(found_key, n, said))
    return groups


def _where(workspace: Workspace, asked: Asked, sight: Sight) -> tuple[str, dict[str, Any]]:
    facts: dict[str, Any] = {"workspace": workspace.pk, "since": asked.since, "until": asked.until}
    where = "s.workspace_id = %(workspace)s AND s.opened_at >= %(since)s AND s.opened_at < %(until)s"
    for name, column in (("team", "team_id"), ("agent", "owner_id"), ("touchpoint", "touchpoint_id")):
        if (value := getattr(asked, name)) is not None:
            where += f" AND s.{column} = %({name})s"
            facts[name] = value
    if sight.is_limited:
        mine = Case.objects.of(workspace).filter(
            visible(workspace=workspace, sight=sight), opened_at__gte=asked.since, opened_at__lt=asked.until
        )
        sql, values = queue.sql_of(mine.order_by().values("pk"))
        for place, value in enumerate(values):
            sql = sql.replace("%s", f"%(sight{place})s", 1)
            facts[f"sight{place}"] = value
        where += f" AND s.case_id IN ({sql})"
    return where, facts


def longest(
    *, workspace: Workspace, stage: str, asked: Asked, is_calendar: bool = False, sight: Sight = EVERYTHING
) -> tuple[list[Case], int]:
    """The very cases behind a figure, the longest in `stage` first, each with its `minutes`; and how many there are."""
    column = f"{stage}_calendar" if is_calendar else stage
    rows: Any = CaseStages.objects.of(workspace).filter(
        **{f"{column}__isnull": False}, opened_at__gte=asked.since, opened_at__lt=asked.until
    )
    for name, field in (("team", "team"), ("agent", "owner"), ("touchpoint", "touchpoint")):
        if (value := getattr(asked, name)) is not None:
            rows = rows.filter(**{field: value})
    if sight.is_limited:
        mine = Case.objects.of(workspace).filter(visible(workspace=workspace, sight=sight))
        rows = rows.filter(case__in=mine.order_by().values("pk"))
    found = list(
        rows.select_related("case__contact", "case__owner", "case__team").order_by(f"-{column}", "-case")[
            :LISTED
        ]
    )
    cases = []
    for row in found:
        row.case.minutes = getattr(row, column)
        cases.append(row.case)
    return cases, rows.count()


def of_case(*, case: Case) -> CaseStages | None:
    """The stages of one case as they were read last; None before the first time."""
    found: CaseStages | None = CaseStages.objects.of(case.workspace_id).filter(case=case).first()
    return found


def names_of(*, workspace: Workspace, by: str, keys: Iterable[str | None]) -> dict[str, str]:
    """How the groups are called."""
    known = [key for key in keys if key is not None]
    if by == AGENT:
        return {
            str(user.pk): user.display_name
            for user in User.objects.filter(pk__in=[int(key) for key in known])
        }
    if by == MONTH:
        return {key: key for key in known}
    return {str(pk): one.name for pk, one in origins.names(workspace=workspace)[by].items()}


def stale(*, workspace: Workspace | int, limit: int) -> list[int]:
    """Cases whose stages are of another version than they are, or that have none yet."""
    rows = Case.objects.of(workspace).filter(Q(stages__isnull=True) | ~Q(stages__version=F("version")))
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def lines_after(*, workspace: Workspace | int, event: int, limit: int) -> list[tuple[int, int]]:
    """(line, case) of the lines written after the line `event`, in their order."""
    rows = CaseEvent.objects.of(workspace).filter(pk__gt=event).order_by("pk")
    return list(rows.values_list("pk", "case_id")[:limit])
