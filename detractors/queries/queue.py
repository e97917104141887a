"""The queue: one page of cases in order, its counts and its fingerprint, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache, lru_cache
from hashlib import md5
from typing import Any

from django.core.exceptions import EmptyResultSet as EmptyResultSetError
from django.db import connection
from django.db.models import F, OuterRef, Prefetch, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Left, NullIf

from accounts.models import User, Workspace
from accounts.rules.sight import EVERYTHING, Sight
from core.models import Heartbeat
from core.prepared import Prepared
from core.written import Written, any_id, any_small, may_be_blank
from detractors.enums import Category
from detractors.models import Case, CaseStatus, Lateness, SlaTimer
from detractors.queries import filtering, ordering, statuses
from detractors.queries.ordering import Place, place_of, placed
from detractors.queries.sight import cases as visible
from detractors.rules import queue_layout as layout

MINE, UNASSIGNED, DUE_SOON, BREACHED = "mine", "unassigned", "due-soon", "breached"
OPEN, DONE, ALL = "open", "done", "all"
SNOOZED = "snoozed"  # hidden from the usual views; what is due soon or breached is shown all the same
_FLAGS = {DUE_SOON: "is_due_soon", BREACHED: "is_breached"}  # of Lateness
TABS = (MINE, UNASSIGNED, DUE_SOON, BREACHED, OPEN, SNOOZED, DONE)
PAGE = 25  # cases: two screens, and half the work of 50 for every page and every poll that finds a change
COUNTED = 1000  # counts stop here and say "1,000+"
WORDS_SHOWN = 240  # characters of the comment a row can show

SWEEP = "detractors.enforce_sla"
SWEEP_LATE_AFTER = timedelta(seconds=120)  # the sweep runs every 2 s; two minutes of silence is no hiccup

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
    def is_usual(self) -> bool:
        """Whether the same list is asked for again and again: no words of somebody's own, nothing measured from now."""
        if any(map(may_be_blank, (self.owner, self.team, self.executive, self.value))):
            return False
        return not (
            self.words
            or self.own_status
            or self.promised
            or self.due
            or self.age
            or self.waiting
            or self.company
        )

    @property
    def timeless(self) -> Wanted:
        """The same usual list, at any time."""
        return replace(self, at=None)

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
    fingerprint: str = field(default="", compare=False)  # of what is shown and of the case that follows


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
    keys = wanted.keys
    if wanted.is_usual and not sight.is_limited:
        written = _usual_page(wanted.timeless, place and place.backwards, tuple(columns), PAGE)
        rows = written.rows(**_asked(workspace, user, wanted, place))
    else:
        cases = wanted_cases(workspace=workspace, user=user, wanted=wanted, sight=sight)
        rows = list(_shown(placed(cases, keys, place), workspace, columns=columns, group=wanted.group))
    seen = _fingerprint(rows)
    more = len(rows) > PAGE
    rows = with_clocks(rows[:PAGE], workspace=workspace)
    backwards = place is not None and place.backwards
    if backwards:
        rows.reverse()
    if not rows:
        return Page([], None, None, seen)
    has_before, has_after = (more, True) if backwards else (place is not None, more)
    first, last = place_of(rows[0], keys, backwards=True), place_of(rows[-1], keys)
    return Page(rows, first if has_before else None, last if has_after else None, seen)


def _shown(cases: Any, workspace: Workspace, *, columns: Iterable[str], group: str) -> Any:
    """One page of `cases` and the case after it, with all a row shows and what its fingerprint needs."""
    late = Lateness.objects.of(workspace).filter(case=OuterRef("pk")).values("version")[:1]
    rows = _facts(cases, workspace, columns=columns, group=group)
    return rows.annotate(seen=F("version") + Coalesce(Subquery(late), 0))[: PAGE + 1]


def _fingerprint(rows: Iterable[Any]) -> str:
    """As `standing` has it of the same rows."""
    text = ",".join(f"{row.number}:{row.seen}" for row in rows)
    return md5(text.encode(), usedforsecurity=False).hexdigest() if text else ""


# What is asked of every workspace and person alike is written once in a process, for these two, who are nobody.
_ANYWHERE, _ANYBODY = Workspace(pk=any_id(0)), User(pk=any_id(1))


def _usual(wanted: Wanted, backwards: bool | None) -> tuple[Any, dict[str, Any]]:
    """A usual list of anybody, from any place on (None: from its beginning), and what stands for what differs."""
    keys, place = wanted.keys, None
    blanks: dict[str, Any] = {
        "workspace": _ANYWHERE.pk,
        **({"user": _ANYBODY.pk} if wanted.tab == MINE else {}),
    }
    if backwards is not None:
        numbers = (any_small(index) if key.is_small else any_id(index + 2) for index, key in enumerate(keys))
        place = Place(keys=tuple(numbers), backwards=backwards)
        blanks |= _values(keys, place)
    return placed(wanted_cases(workspace=_ANYWHERE, user=_ANYBODY, wanted=wanted), keys, place), blanks


def _values(keys: Sequence[ordering.Key], place: Place | None) -> dict[str, Any]:
    numbers = place.keys if place is not None else ()
    return {
        f"key_{index}": key.value(number)
        for index, (key, number) in enumerate(zip(keys, numbers, strict=False))
    }


def _asked(workspace: Workspace, user: User, wanted: Wanted, place: Place | None) -> dict[str, Any]:
    return {"workspace": workspace.pk, "user": user.pk, **_values(wanted.keys, place)}


@lru_cache(maxsize=256)
def _usual_page(wanted: Wanted, backwards: bool | None, columns: tuple[str, ...], _most: int) -> Written:
    cases, blanks = _usual(wanted, backwards)
    return Written(_shown(cases, _ANYWHERE, columns=columns, group=wanted.group), **blanks)


@lru_cache(maxsize=256)
def _usual_sight(wanted: Wanted, backwards: bool | None, _most: int) -> Written:
    cases, blanks = _usual(wanted, backwards)
    return Written(_versions(cases), **blanks)


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
    """The same cases with all a row shows: `words` and `segment` of the first answer, people, running timers as `clocks`.

    Only tables that are looked at are joined: from nine on, PostgreSQL takes longer to plan than to read.
    """
    rows = _facts(cases, workspace, columns=columns, group=group)
    return rows.prefetch_related(Prefetch("timers", queryset=_running(workspace), to_attr="clocks"))


def _facts(cases: Any, workspace: Workspace, *, columns: Iterable[str], group: str) -> Any:
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
    )


def _running(workspace: Workspace) -> Any:
    return SlaTimer.objects.of(workspace).filter(met_at__isnull=True, cancelled_at__isnull=True)


def with_clocks(cases: list[Case], *, workspace: Workspace) -> list[Case]:
    """The same cases (a page at most), each with its running timers as `clocks`: one query."""
    if not cases:
        return cases
    ids = [case.pk for case in cases]
    ids += ids[-1:] * (PAGE - len(ids))
    clocks: dict[int, list[SlaTimer]] = {case.pk: [] for case in cases}
    asked = {f"case_{place}": pk for place, pk in enumerate(ids)}
    for timer in _clocks(PAGE).rows(workspace=workspace.pk, **asked):
        clocks[timer.case_id].append(timer)
    for case in cases:
        case.clocks = clocks[case.pk]  # type: ignore[attr-defined]  # as for_rows has them
    return cases


@cache
def _clocks(most: int) -> Written:
    ids = {f"case_{place}": any_id(place + 2) for place in range(most)}
    rows = _running(_ANYWHERE).filter(case__in=list(ids.values()))
    return Written(rows, workspace=_ANYWHERE.pk, **ids)


def standing(
    *,
    workspace: Workspace,
    user: User,
    wanted: Wanted,
    place: Place | None = None,
    sight: Sight = EVERYTHING,
    shown: Page | None = None,
) -> Standing:
    """Counts, heartbeat and fingerprint in two queries; one where the page has been read, `shown`.

    The fingerprint changes with every change to a case of this page, with its order and with the counts.
    """
    counts, swept_at = counted(workspace=workspace, user=user, sight=sight)
    if shown is not None:
        seen = shown.fingerprint
    else:
        seen = _seen(workspace=workspace, user=user, wanted=wanted, place=place, sight=sight)
    version = "-".join([*(f"{number:x}" for number in counts.values()), (seen or "0")[:16]])
    return Standing(counts, version, swept_at)


def counted(
    *, workspace: Workspace, user: User, sight: Sight = EVERYTHING
) -> tuple[dict[str, int], datetime | None]:
    """How many cases each tab holds (at most COUNTED + 1, read from indexes), and when the sweep ran last: one query."""
    if sight.is_limited:
        asked: dict[str, Any] = {"workspace": workspace, "user": user, "sight": sight, "most": COUNTED}
        parts = [sql_of(rows) for rows in (*(_entries_of(tab=tab, **asked) for tab in TABS), _beat())]
        sql = _sums([sql for sql, _params in parts[:-1]], parts[-1][0])
        row = _one_row(sql, [param for _sql, params in parts for param in params])
    else:
        row = _usual_counts(COUNTED).row({"workspace": workspace.pk, "user": user.pk})
    return dict(zip(TABS, row[:-1], strict=True)), row[-1]


def _sums(entries: Iterable[str], beat: str) -> str:
    counts = ", ".join(f"(SELECT count(*) FROM ({sql}) AS tab)" for sql in entries)
    return f"SELECT {counts}, ({beat})"


def _beat() -> Any:
    return Heartbeat.objects.filter(name=SWEEP).values("beat_at")


@cache
def _usual_counts(most: int) -> Prepared:
    """Prepared: of all the database does for a poll, planning these counts is the most."""
    parts = []
    for tab in TABS:
        rows = _entries_of(workspace=_ANYWHERE, user=_ANYBODY, tab=tab, sight=EVERYTHING, most=most)
        blanks = {"workspace": _ANYWHERE.pk, **({"user": _ANYBODY.pk} if tab == MINE else {})}
        parts.append(Written(rows, **blanks).named())
    statement = _sums(parts, Written(_beat()).named())
    return Prepared(f"queue_counts_{most}", statement, {"workspace": "bigint", "user": "bigint"})


def _seen(*, workspace: Workspace, user: User, wanted: Wanted, place: Place | None, sight: Sight) -> str:
    if wanted.is_usual and not sight.is_limited:
        written = _usual_sight(wanted.timeless, place and place.backwards, PAGE)
        sql = written.sql
        params: Sequence[Any] = written.params(**_asked(workspace, user, wanted, place))
    else:
        cases = wanted_cases(workspace=workspace, user=user, wanted=wanted, sight=sight)
        sql, params = sql_of(_versions(placed(cases, wanted.keys, place)))
    query = f"SELECT md5(string_agg(shown.number || ':' || shown.seen, ',')) FROM ({sql}) AS shown"
    return str(_one_row(query, params)[0] or "")


def _versions(cases: Any) -> Any:
    return cases.values("number", seen=F("version") + Coalesce("lateness__version", 0))[: PAGE + 1]


def _one_row(sql: str, params: Sequence[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()


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
