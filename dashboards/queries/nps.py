"""NPS of a period, by day, week, month or dimension: always with what it stands on.

The headline counts every answer with metric NPS, purpose SURVEY and trust other than LIKELY_SCANNER, by the local day of the
workspace, whatever its channel. A second question after a fix never moves it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from dashboards.queries.counts import BUCKETS, INCLUDABLE, Count, Scope, counts
from surveys.enums import RespondentType, ResponseChannel, Series
from surveys.models import Survey
from surveys.rules import nps

SCORES = nps.HIGHEST + 1  # eleven


@dataclass(frozen=True)
class NpsFigures:
    """`nps` and `margin` (half of the 95 % interval) are points, unrounded; nps is None for n = 0, margin for n < 2.

    `distribution` holds how many gave each score, 0 to 10. `groups` is empty unless a grouping was asked for.
    """

    n: int
    promoters: int
    passives: int
    detractors: int
    nps: float | None
    margin: float | None
    distribution: tuple[int, ...]
    groups: tuple["Group", ...] = ()

    @property
    def has_enough(self) -> bool:
        """Whether the figure may be shown without the words "too few"."""
        return nps.has_enough(self.n)


class Group(NamedTuple):
    """One bucket or value: `key` for URLs (None where no value is set), `label` for people."""

    key: str | None
    label: str
    figures: NpsFigures


class Trend(NamedTuple):
    """A period, the one before it, and its buckets, all from one snapshot."""

    now: NpsFigures
    before: NpsFigures
    buckets: tuple[Group, ...]  # headline
    after_fix: tuple[Group, ...]  # second questions, drawn apart; empty when there are none
    after_fix_total: NpsFigures


def figures_of(distribution: Iterable[int], groups: tuple[Group, ...] = ()) -> NpsFigures:
    """The figures of eleven counts."""
    found = tuple(distribution)
    promoters, passives, detractors = nps.segment_counts(list(found))
    return NpsFigures(
        n=sum(found),
        promoters=promoters,
        passives=passives,
        detractors=detractors,
        nps=nps.net_promoter_score(promoters, passives, detractors),
        margin=nps.margin_of_error(promoters, passives, detractors),
        distribution=found,
        groups=groups,
    )


def nps_figures(
    *,
    workspace: Workspace,
    since: date,
    until: date,
    survey: Survey | None = None,
    filters: Mapping[str, str] | None = None,
    group_by: str | None = None,
    include: Collection[str] = frozenset(),
    distinct: bool = False,
    sight: Sight = EVERYTHING,
    without: Collection[str] = frozenset(),
) -> NpsFigures:
    """NPS from local day `since` to `until`, both included.

    `group_by`: day, week (its Monday), month (its first), touchpoint, channel, language, campaign or attribute:<name>.
    `include`: "resurvey" and "doubtful" add those answers. Raises UnknownDimension, and KeyError for an unknown include.
    `without`: respondent types that are left out; nobody, whatever the workspace leaves out on its pages.
    """
    scope = Scope(
        workspace=workspace, since=since, until=until, survey=survey, filters=filters or {}, distinct=distinct,
        sight=sight, without=frozenset(without),
    )  # fmt: skip
    series = [Series.HEADLINE.value, *(INCLUDABLE[name] for name in sorted(include))]
    bucket = group_by if group_by in BUCKETS else None
    by = group_by if group_by and not bucket else None
    rows = counts(scope=scope, series=series, bucket=bucket, by=by)
    groups: tuple[Group, ...] = ()
    if bucket:
        groups = by_bucket(rows, bucket, since, until)
    elif by:
        groups = by_value(rows, by)
    return figures_of(_scores(rows), groups)


def trend(*, scope: Scope, before: date, bucket: str) -> Trend:
    """The scope's period with its buckets, and the days from `before` up to it for comparison, in one statement."""
    wide = replace(scope, since=before)
    rows = counts(
        scope=wide,
        series=[Series.HEADLINE.value, Series.RESURVEY.value],
        bucket=bucket,
        current_from=scope.since,
    )
    headline = [row for row in rows if row.series == Series.HEADLINE and not row.is_before]
    after_fix = [row for row in rows if row.series == Series.RESURVEY and not row.is_before]
    return Trend(
        now=figures_of(_scores(headline)),
        before=figures_of(_scores(row for row in rows if row.series == Series.HEADLINE and row.is_before)),
        buckets=by_bucket(headline, bucket, scope.since, scope.until),
        after_fix=by_bucket(after_fix, bucket, scope.since, scope.until) if after_fix else (),
        after_fix_total=figures_of(_scores(after_fix)),
    )


def breakdown(*, scope: Scope, by: str) -> tuple[Group, ...]:
    """The headline by value of dimension `by`, most answers first; the last group may be "not set"."""
    return by_value(counts(scope=scope, by=by), by)


def by_bucket(rows: Iterable[Count], bucket: str, since: date, until: date) -> tuple[Group, ...]:
    """Every bucket from `since` to `until`, also those without answers, so that a gap is seen as one."""
    found: dict[date | None, list[Count]] = defaultdict(list)
    for row in rows:
        found[row.bucket].append(row)
    return tuple(
        Group(start.isoformat(), start.isoformat(), figures_of(_scores(found.get(start, []))))
        for start in starts(bucket, since, until)
    )


def by_value(rows: Iterable[Count], by: str) -> tuple[Group, ...]:
    """One group for each value of `by`, most answers first."""
    found: dict[str | None, list[Count]] = defaultdict(list)
    for row in rows:
        found[row.value].append(row)
    groups = [Group(value, label_of(by, value), figures_of(_scores(part))) for value, part in found.items()]
    return tuple(sorted(groups, key=lambda group: (group.key is None, -group.figures.n, group.label)))


def starts(bucket: str, since: date, until: date) -> Iterator[date]:
    """The first day of each bucket that holds a day from `since` to `until`; weeks start on Monday."""
    if bucket == "week":
        start = since - timedelta(days=since.weekday())
    elif bucket == "month":
        start = since.replace(day=1)
    else:
        start = since
    while start <= until:
        yield start
        if bucket == "month":
            start = (start + timedelta(days=31)).replace(day=1)
        else:
            start += timedelta(days=7 if bucket == "week" else 1)


def label_of(dimension: str, value: str | None) -> str:
    """What people read for a value: codes get their words, other values are theirs; empty where none is set."""
    if value is None:
        return ""
    if dimension == "channel" and value in ResponseChannel.values:
        return str(ResponseChannel(value).label)
    if dimension == "respondent" and value in RespondentType.values:
        return str(RespondentType(value).label)
    return value


def _scores(rows: Iterable[Count]) -> list[int]:
    found = [0] * SCORES
    for row in rows:
        found[row.score] += row.n
    return found
