"""The queue: one page of cases in order, its counts and its fingerprint, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.core.exceptions import EmptyResultSet as EmptyResultSetError
from django.db import connection
from django.db.models import Case as Choose
from django.db.models import F, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Concat, Left, NullIf

from accounts.models import Membership, Team, User, Workspace
from accounts.queries import CASE_ROLES
from accounts.rules.sight import EVERYTHING, Sight
from core.models import Heartbeat
from detractors.enums import Category
from detractors.models import Case, CaseStatus, Lateness, MatrixCell, RootCause, SlaTimer, Spike, Tag
from detractors.queries import filtering, ordering, statuses
from detractors.queries.ordering import Place, place_of, placed
from detractors.queries.sight import cases as visible
from detractors.rules import queue_layout as layout
from surveys.models import Survey, Touchpoint

MINE, UNASSIGNED, DUE_SOON, BREACHED = "mine", "unassigned", "due-soon", "breached"
OPEN, DONE, ALL = "open", "done", "all"
SNOOZED = "snoozed"  # hidden from the usual views; what is due soon or breached is shown all the same
_FLAGS = {DUE_SOON: "is_due_soon", BREACHED: "is_breached"}  # of Lateness
TABS = (MINE, UNASSIGNED, DUE_SOON, BREACHED, OPEN, SNOOZED, DONE)
PAGE = 25  # cases: two screens, and half the work of 50 for every page and every poll that finds a change
COUNTED = 1000  # counts stop here and say "1,000+"
WORDS_SHOWN = 240  # characters of the comment a row can show

SWEEP = "detractors.enforce_sla"
SWEEP_LATE_AFTER = timedelta(seconds=120)  # the sweep runs every 5 s; two minutes of silence is no hiccup

STATES = tuple(filtering.STATES)


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
    score: int | None = None
    words: str = ""
    own_status: str = ""  # the public id of a status with a name of the workspace's own
    own: CaseStatus | None = None  # the same, where it is known already
    cell: str = ""  # the public id of a cell of the matrix, or layout.UNMAPPED
    is_public: bool = False  # others can read the complaint
    is_chronic: bool = False
    tag: str = ""  # its public id
    spike: str = ""  # its public id
    executive: int | None = None  # 0 is any executive
    team: int | None = None  # 0 is no team
    segment: str = ""
    channel: str = ""
    origin: str = ""
    language: str = ""
    company: str = ""
    value: int | None = None  # at least so much
    promised: str = ""  # one of layout.PROMISED
    stayed: str = ""  # one of retention.STATES
    due: str = ""
    age: str = ""
    waiting: str = ""
    at: datetime | None = (
        None  # the moment `due`, `age` and `waiting` are measured from; without it they say nothing
    )
    sort: str = ""
    group: str = ""

    @property
    def is_work(self) -> bool:
        """Open work has an order of its own; what is done, and a search over everything, is newest first."""
        return self.tab not in (DONE, ALL)

    @property
    def keys(self) -> tuple[ordering.Key, ...]:
        """What the list is ordered by."""
        if not self.is_work:
            return ordering.keys_of(sort=layout.NUMBER)
        return ordering.keys_of(
            sort=self.sort or layout.RANK, group=self.group, is_late=self.tab in (DUE_SOON, BREACHED)
        )


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
        return filtering.of_nobody(cases.open().awake())
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
    return filtering.narrowed(cases, workspace=workspace, wanted=wanted).matching(wanted.words)


def page(
    *,
    workspace: Workspace,
    user: User,
    wanted: Wanted,
    place: Place | None = None,
    sight: Sight = EVERYTHING,
    columns: Iterable[str] = layout.COLUMNS,
) -> Page:
    """Up to PAGE cases with customer, owner, timers and what `columns` show: two queries at any depth."""
    cases = wanted_cases(workspace=workspace, user=user, wanted=wanted, sight=sight)
    keys = wanted.keys
    cases = placed(cases, keys, place)
    rows = list(for_rows(cases, workspace, columns=columns, group=wanted.group)[: PAGE + 1])
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    backwards = place is not None and place.backwards
    if backwards:
        rows.reverse()
    if not rows:
        return Page([], None, None)
    has_before, has_after = (more, True) if backwards else (place is not None, more)
    first, last = place_of(rows[0], keys, backwards=True), place_of(rows[-1], keys)
    return Page(rows, first if has_before else None, last if has_after else None)


def first(
    *, workspace: Workspace, user: User, wanted: Wanted, sight: Sight = EVERYTHING, most: int, but: int = 0
) -> list[Case]:
    """The first `most` cases of a list with their customers; the case with the number `but` is passed over."""
    cases = wanted_cases(workspace=workspace, user=user, wanted=wanted, sight=sight).exclude(number=but)
    return list(placed(cases, wanted.keys, None).select_related("contact")[:most])


# What no row shows: texts, and facts that would be read as JSON for nothing.
_NOT_SHOWN = (
    "search", "rank_parts", "rank_facts", "stated_complaint", "underlying_issue", "resolution", "contact__search",
    "contact__attributes",
)  # fmt: skip
_OWN_TABLES = ("touchpoint", "survey", "team")  # columns whose names stand in a table of their own


def for_rows(
    cases: Any, workspace: Workspace, *, columns: Iterable[str] = layout.COLUMNS, group: str = ""
) -> Any:
    """The same cases with all a row shows: `words` and `segment` of the first answer, people, timers.

    Only tables that are looked at are joined: from nine on, PostgreSQL takes longer to plan than to read.
    """
    asked = {*columns, group}
    related = [name for name in _OWN_TABLES if name in asked]
    return (
        cases.select_related("contact", "owner", *related)
        .defer(*_NOT_SHOWN)
        .annotate(
            words=Left(Coalesce(NullIf("response__comment", Value("")), "stated_complaint"), WORDS_SHOWN),
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
    shown = wanted_cases(workspace=workspace, user=user, wanted=wanted, sight=sight)
    shown = placed(shown, wanted.keys, place)
    parts = [
        *_entries(workspace=workspace, user=user, sight=sight),
        sql_of(shown.values("number", seen=F("version") + Coalesce("lateness__version", 0))[: PAGE + 1]),
        sql_of(Heartbeat.objects.filter(name=SWEEP).values("beat_at")),
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


def _entries(*, workspace: Workspace, user: User, sight: Sight) -> list[tuple[str, Sequence[Any]]]:
    """The statements whose rows the counts of the tabs are."""
    if sight.is_limited:
        rows = (
            _entries_of(workspace=workspace, user=user, tab=tab, sight=sight, most=COUNTED) for tab in TABS
        )
        return [sql_of(one) for one in rows]
    ids = {_ANYWHERE.pk: workspace.pk, _ANYBODY.pk: user.pk}
    return [(sql, _with(params, ids)) for sql, params in _usual_entries(COUNTED)]


def _entries_of(*, workspace: Workspace, user: User, tab: str, sight: Sight, most: int) -> Any:
    """In the order of the tab's index: without an order the planner may read the whole table for a few rows."""
    rows: Any
    if tab in _FLAGS and not sight.is_limited:  # what is late, and still open, stands beside the cases
        rows = Lateness.objects.of(workspace).filter(**{_FLAGS[tab]: True}, rank_at__isnull=False)
        rows = rows.order_by("rank_at", "number")
    else:
        rows = of_tab(workspace=workspace, user=user, tab=tab, sight=sight)
        rows = rows.order_by(*(("number",) if tab == DONE else order_of(tab)))
    return rows.values("workspace_id")[: most + 1]


# What is asked of every workspace and person alike is written once in a process, for these two, who are nobody: Django
# takes longer to write such a statement than PostgreSQL to answer it.
_ANYWHERE, _ANYBODY = Workspace(pk=-1), User(pk=-2)


def _with(params: Iterable[Any], ids: Mapping[int, int]) -> tuple[Any, ...]:
    return tuple(ids.get(param, param) if type(param) is int else param for param in params)


@cache
def _usual_entries(most: int) -> list[tuple[str, Sequence[Any]]]:
    return [
        sql_of(_entries_of(workspace=_ANYWHERE, user=_ANYBODY, tab=tab, sight=EVERYTHING, most=most))
        for tab in TABS
    ]


def order_of(tab: str) -> tuple[str, str]:
    """Rank and number where the index of the tab has them: what is late is listed beside the cases."""
    beside = "lateness__" if tab in _FLAGS else ""
    return f"{beside}rank_at", f"{beside}number"


def sql_of(query: Any) -> tuple[str, Sequence[Any]]:
    """The statement of a queryset and its values; one that finds nothing where Django knows that nothing fits."""
    try:
        sql, params = query.query.sql_with_params()
    except EmptyResultSetError:
        return "SELECT NULL::integer AS number, NULL::integer AS seen WHERE false", ()
    return sql, params


@dataclass(frozen=True)
class Choice:
    """One value a filter can take."""

    kind: str  # owner, executive, spike, team, touchpoint, survey, cell, tag, own (status) or cause
    value: str
    name: str
    can_own: bool = False  # somebody cases can be given to
    of: str = ""  # the category of a status
    status: CaseStatus | None = None  # an own status itself, with what a list of its cases needs to know


def choices(*, workspace: Workspace, sight: Sight = EVERYTHING) -> list[Choice]:
    """Everybody and everything the page offers, by name, in one query; of touchpoints and teams those a sight is limited to."""
    if sight.is_limited:
        sql, params = sql_of(_offered(workspace, sight))
    else:
        sql, usual = _usual_offer()
        params = _with(usual, {_ANYWHERE.pk: workspace.pk})
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = [
            Choice(
                kind,
                public_id or str(pk),
                f"{more} › {name}" if kind == "cause" and more else name or more.split("@")[0],
                last == "owns",
                more if kind == "own" else "",
                CaseStatus(pk=pk, category=more, is_default=last == "usual") if kind == "own" else None,
            )
            for kind, pk, public_id, name, more, last in cursor.fetchall()
        ]
    return sorted(found, key=lambda choice: (choice.kind, choice.name.casefold()))


@cache
def _usual_offer() -> tuple[str, Sequence[Any]]:
    return sql_of(_offered(_ANYWHERE, EVERYTHING))


def _offered(workspace: Workspace, sight: Sight) -> Any:
    """Kind, id, public id, name and what else there is to say of all that the page offers."""
    here = When(deactivated_at__isnull=True, user__is_active=True, role__in=CASE_ROLES, then=Value("owns"))
    people = (
        Membership.objects.of(workspace)
        .order_by()
        .values_list(
            Value("owner"), F("user_id"), Value(""), F("user__name"), F("user__email"), Choose(here, default=Value(""))
        )
    )  # fmt: skip
    touchpoints = _named(Touchpoint.objects.of(workspace), "touchpoint", F("public_id"))
    if sight.touchpoints is not None:
        touchpoints = touchpoints.filter(public_id__in=sight.touchpoints)
    teams = _named(Team.objects.of(workspace), "team")
    if sight.teams is not None:
        teams = teams.filter(pk__in=sorted(sight.teams))
    surveys = _named(Survey.objects.of(workspace), "survey", F("public_id"))
    causes = RootCause.objects.of(workspace).filter(retired_at__isnull=True)
    cells = (
        MatrixCell.objects.of(workspace)
        .order_by()
        .values_list(
            Value("cell"), F("pk"), F("public_id"), Concat("scenario__name", Value(": "), "failure__name"), Value(""),
            Value(""),
        )
    )  # fmt: skip
    own = CaseStatus.objects.of(workspace).filter(retired_at__isnull=True)
    usual = When(is_default=True, then=Value("usual"))
    return people.union(
        touchpoints,
        teams,
        surveys,
        cells,
        _named(Tag.objects.of(workspace), "tag", F("public_id")),
        _named(own, "own", F("public_id"), F("category"), Choose(usual, default=Value(""))),
        _named(_spikes(workspace, sight), "spike", F("public_id")),
        _executives(workspace),
        _named(causes, "cause", F("public_id"), F("parent__name")),
        all=True,
    )


def _spikes(workspace: Workspace, sight: Sight) -> Any:
    """Those a list can be narrowed to: the ones that go on, or have a queue; none for who sees a part of the cases."""
    rows = Spike.objects.of(workspace).filter(Q(ended_at__isnull=True) | Q(queue_at__isnull=False))
    return rows.none() if sight.is_limited else rows


def _executives(workspace: Workspace) -> Any:
    """The executives of the workspace, as a filter names them."""
    people = workspace.executives.filter(is_active=True).order_by()
    return people.values_list(Value("executive"), F("pk"), Value(""), F("name"), F("email"), Value(""))


def _named(rows: Any, kind: str, public_id: Any = None, more: Any = None, last: Any = None) -> Any:
    none = Value("")
    return rows.order_by().values_list(
        Value(kind), F("pk"), public_id or none, F("name"), more or none, last or none
    )
