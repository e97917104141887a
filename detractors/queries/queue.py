"""The queue: one page of cases in order, its counts and its fingerprint, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet as EmptyResultSetError
from django.db import connection
from django.db.models import F, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Concat, Left

from accounts.models import Membership, Team, User, Workspace
from accounts.rules.sight import EVERYTHING, Sight
from core.models import Heartbeat
from detractors.enums import Category
from detractors.models import Case, CaseStatus, MatrixCell, SlaTimer, Tag
from detractors.queries import statuses, tags
from detractors.queries.sight import cases as visible
from surveys.models import Survey, Touchpoint

MINE, UNASSIGNED, DUE_SOON, BREACHED = "mine", "unassigned", "due-soon", "breached"
OPEN, DONE, ALL = "open", "done", "all"
SNOOZED = "snoozed"  # hidden from the usual views; what is due soon or breached is shown all the same
TABS = (MINE, UNASSIGNED, DUE_SOON, BREACHED, OPEN, SNOOZED, DONE)
PAGE = 25  # cases: two screens, and half the work of 50 for every page and every poll that finds a change
COUNTED = 1000  # counts stop here and say "1,000+"
WORDS_SHOWN = 240  # characters of the comment a row can show

SWEEP = "detractors.enforce_sla"
SWEEP_LATE_AFTER = timedelta(seconds=120)  # the sweep runs every 5 s; two minutes of silence is no hiccup

_STATES = {
    "NEW": Q(category=Category.OPEN, contacted_at__isnull=True),
    "CONTACTED": Q(category=Category.OPEN, contacted_at__isnull=False),
    "WAITING": Q(category=Category.WAITING),
    "RESOLVED": Q(category=Category.RESOLVED),
    "CLOSED": Q(category=Category.CLOSED),
}
STATES = tuple(_STATES)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which cases, in the words of the page's address. Ids of surveys and touchpoints are their public ones.

    `owner` is None (any), 0 (nobody) or a user's id.
    """

    tab: str = OPEN
    priority: str = ""
    owner: int | None = None
    touchpoint: str = ""
    survey: str = ""
    state: str = ""
    own_status: str = ""  # the public id of a status with a name of the workspace's own
    score: int | None = None
    cell: str = ""  # the public id of a cell of the matrix
    team: int | None = None
    is_chronic: bool = False
    tag: str = ""  # its public id
    words: str = ""

    @property
    def by_rank(self) -> bool:
        """Open work is ordered by `rank_at`; what is done, and a search over everything, newest first."""
        return self.tab not in (DONE, ALL)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a page begins: right after (or, `backwards`, right before) this case."""

    number: int
    rank_at: datetime | None = None
    backwards: bool = False


@dataclass(frozen=True)
class Page:
    """One page; `first` and `last` are the places its neighbours begin at, None when there is no neighbour."""

    cases: list[Case]
    first: Place | None
    last: Place | None


@dataclass(frozen=True)
class Standing:
    """The whole list in a few figures: counts by tab (at most COUNTED + 1), a fingerprint, the sweep's last beat."""

    counts: dict[str, int]
    version: str
    swept_at: datetime | None

    def is_unwatched(self, now: datetime) -> bool:
        """No deadline is being enforced: the sweep never ran, or not for SWEEP_LATE_AFTER."""
        return self.swept_at is None or now - self.swept_at > SWEEP_LATE_AFTER


def of_tab(*, workspace: Workspace, user: User, tab: str, sight: Sight = EVERYTHING) -> QuerySet[Case]:
    """The cases of a tab that may be seen, unordered; ALL is everything."""
    cases: Any = Case.objects.of(workspace)
    if sight.is_limited:
        cases = cases.filter(visible(workspace=workspace, sight=sight))
    if tab == MINE:
        return cases.open().awake().owned_by(user)
    if tab == UNASSIGNED:
        return cases.open().awake().unassigned()
    if tab == SNOOZED:
        return cases.open().filter(snoozed_at__isnull=False)
    if tab == DUE_SOON:
        return cases.open().due_soon()
    if tab == BREACHED:
        return cases.open().breached()
    if tab == DONE:
        return cases.filter(category__in=(Category.RESOLVED, Category.CLOSED))
    return cases if tab == ALL else cases.open().awake()


def wanted_cases(
    *, workspace: Workspace, user: User, wanted: Wanted, sight: Sight = EVERYTHING
) -> QuerySet[Case]:
    """The cases `wanted` names, unordered. Values that fit nothing find nothing."""
    cases: Any = of_tab(workspace=workspace, user=user, tab=wanted.tab, sight=sight)
    if wanted.priority:
        cases = cases.filter(priority=wanted.priority)
    if wanted.owner is not None:
        cases = cases.filter(owner=wanted.owner) if wanted.owner else cases.filter(owner__isnull=True)
    # A scalar subquery, not a join: the planner looks the id up first and can then walk an index on it in rank order.
    if wanted.touchpoint:
        found = Touchpoint.objects.of(workspace).filter(public_id=wanted.touchpoint)
        cases = cases.filter(touchpoint=found.values("pk")[:1])
    if wanted.survey:
        cases = cases.filter(
            survey=Survey.objects.of(workspace).filter(public_id=wanted.survey).values("pk")[:1]
        )
    if wanted.state:
        cases = cases.filter(_STATES[wanted.state])
    if wanted.own_status:
        status = statuses.status_with(workspace=workspace, public_id=wanted.own_status)
        cases = cases.filter(statuses.having(status)) if status else cases.none()
    if wanted.tag:
        cases = cases.filter(pk__in=tags.tagged(workspace=workspace, public_id=wanted.tag))
    if wanted.score is not None:
        cases = cases.filter(score=wanted.score)
    if wanted.cell:
        found = MatrixCell.objects.of(workspace).filter(public_id=wanted.cell)
        cases = cases.filter(cell=found.values("pk")[:1])
    if wanted.team is not None:
        cases = cases.filter(team=wanted.team)
    if wanted.is_chronic:
        cases = cases.filter(is_chronic=True)
    return cases.matching(wanted.words)


def _placed(cases: Any, wanted: Wanted, place: Place | None) -> Any:
    """Ordered cases from `place` on; ties of `rank_at` are broken by the number."""
    backwards = place is not None and place.backwards
    if not wanted.by_rank:
        if place is not None:
            cases = (
                cases.filter(number__gt=place.number) if backwards else cases.filter(number__lt=place.number)
            )
        return cases.order_by("number" if backwards else "-number")
    rank, number = _order(wanted.tab)
    if place is not None and place.rank_at is not None:
        # The first condition lets the index start at the place, the second settles the ties.
        side = "lt" if backwards else "gt"
        cases = cases.filter(**{f"{rank}__{side}e": place.rank_at}).filter(
            Q(**{f"{rank}__{side}": place.rank_at}) | Q(**{f"{number}__{side}": place.number})
        )
    return cases.order_by(f"-{rank}", f"-{number}") if backwards else cases.order_by(rank, number)


def _order(tab: str) -> tuple[str, str]:
    """Rank and number where the index of the tab has them: what is late is listed beside the cases."""
    beside = "lateness__" if tab in (DUE_SOON, BREACHED) else ""
    return f"{beside}rank_at", f"{beside}number"


def page(
    *,
    workspace: Workspace,
    user: User,
    wanted: Wanted,
    place: Place | None = None,
    sight: Sight = EVERYTHING,
) -> Page:
    """Up to PAGE cases with customer, owner and timers: two queries at any depth."""
    cases = wanted_cases(workspace=workspace, user=user, wanted=wanted, sight=sight)
    cases = _placed(cases, wanted, place)
    rows = list(for_rows(cases, workspace)[: PAGE + 1])
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    backwards = place is not None and place.backwards
    if backwards:
        rows.reverse()
    if not rows:
        return Page([], None, None)
    has_before, has_after = (more, True) if backwards else (place is not None, more)
    first = Place(number=rows[0].number, rank_at=rows[0].rank_at, backwards=True)
    last = Place(number=rows[-1].number, rank_at=rows[-1].rank_at)
    return Page(rows, first if has_before else None, last if has_after else None)


def for_rows(cases: Any, workspace: Workspace) -> Any:
    """The same cases with all a row shows: `words` and `segment` of the first answer, people, timers."""
    return (
        cases.select_related("contact", "owner", "touchpoint")
        .annotate(
            words=Left(Coalesce("response__comment", "stated_complaint"), WORDS_SHOWN),
            segment=F("response__segment"),
            status_name=statuses.shown_name(workspace),
        )
        .prefetch_related(Prefetch("timers", queryset=SlaTimer.objects.of(workspace)))
    )


def standing(
    *,
    workspace: Workspace,
    user: User,
    wanted: Wanted,
    place: Place | None = None,
    sight: Sight = EVERYTHING,
) -> Standing:
    """Counts, fingerprint and heartbeat in one query that reads at most COUNTED + 1 index entries a tab.

    The fingerprint changes with every change to a case of this page, with its order and with the counts.
    """
    tabs = [of_tab(workspace=workspace, user=user, tab=tab, sight=sight) for tab in TABS]
    shown = wanted_cases(workspace=workspace, user=user, wanted=wanted, sight=sight)
    shown = _placed(shown, wanted, place)
    # Counted in the order of the tab's index: without an order the planner may read the whole table for a few rows.
    orders = [("number",) if tab == DONE else _order(tab) for tab in TABS]
    parts = [
        _sql(tab.order_by(*order).values("workspace_id")[: COUNTED + 1])
        for tab, order in zip(tabs, orders, strict=True)
    ]
    parts += [
        _sql(shown.values("number", seen=F("version") + Coalesce("lateness__version", 0))[: PAGE + 1]),
        _sql(Heartbeat.objects.filter(name=SWEEP).values("beat_at")),
    ]
    counts = ", ".join(f"(SELECT count(*) FROM ({sql}) AS tab)" for sql, _params in parts[:-2])
    query = (
        f"SELECT {counts}, (SELECT md5(string_agg(shown.number || ':' || shown.seen, ',')) "
        f"FROM ({parts[-2][0]}) AS shown), ({parts[-1][0]})"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [param for _query, params in parts for param in params])
        row = cursor.fetchone()
    numbers = row[: len(TABS)]
    version = "-".join([*(f"{number:x}" for number in numbers), (row[-2] or "0")[:16]])
    return Standing(dict(zip(TABS, numbers, strict=True)), version, row[-1])


def _sql(query: Any) -> tuple[str, Sequence[Any]]:
    try:
        sql, params = query.query.sql_with_params()
    except EmptyResultSetError:
        return "SELECT NULL::integer AS number, NULL::integer AS seen WHERE false", ()
    return sql, params


@dataclass(frozen=True)
class Choice:
    """One value a filter can take."""

    kind: str  # owner, touchpoint, survey, cell, team, own (status) or tag
    value: str
    name: str


def choices(*, workspace: Workspace, sight: Sight = EVERYTHING) -> list[Choice]:
    """Everybody and everything the filters offer, by name, in one query; of touchpoints those a sight is limited to."""
    people = (
        Membership.objects.of(workspace)
        .order_by()
        .values_list(Value("owner"), F("user_id"), Value(""), F("user__name"), F("user__email"))
    )
    touchpoints = (
        Touchpoint.objects.of(workspace)
        .order_by()
        .values_list(Value("touchpoint"), Value(0), F("public_id"), F("name"), Value(""))
    )
    if sight.touchpoints is not None:
        touchpoints = touchpoints.filter(public_id__in=sight.touchpoints)
    surveys = (
        Survey.objects.of(workspace)
        .order_by()
        .values_list(Value("survey"), Value(0), F("public_id"), F("name"), Value(""))
    )
    own = (
        CaseStatus.objects.of(workspace)
        .filter(retired_at__isnull=True)
        .order_by()
        .values_list(Value("own"), Value(0), F("public_id"), F("name"), Value(""))
    )
    labels = (
        Tag.objects.of(workspace)
        .order_by()
        .values_list(Value("tag"), Value(0), F("public_id"), F("name"), Value(""))
    )
    cells = (
        MatrixCell.objects.of(workspace)
        .order_by()
        .values_list(
            Value("cell"),
            Value(0),
            F("public_id"),
            Concat("scenario__name", Value(": "), "failure__name"),
            Value(""),
        )
    )
    teams = (
        Team.objects.of(workspace)
        .order_by()
        .values_list(Value("team"), F("pk"), Value(""), F("name"), Value(""))
    )
    if sight.teams is not None:
        teams = teams.filter(pk__in=sight.teams)
    rows = people.union(touchpoints, surveys, cells, teams, own, labels, all=True)
    found = [
        Choice(kind, public_id or str(pk), name or email.split("@")[0])
        for kind, pk, public_id, name, email in rows
    ]
    return sorted(found, key=lambda choice: (choice.kind, choice.name.casefold()))


def moment_from(microseconds: int) -> datetime:
    """The UTC moment of so many microseconds since 1970: the form a place has in an address. Raises OverflowError."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


def microseconds_of(moment: datetime) -> int:
    """The inverse of `moment_from`."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
