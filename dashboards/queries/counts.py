"""How many answers, and how many invitations got how far: every count in one statement, so in one snapshot.

Three sources give the same numbers: the tallies (with what is not yet folded), or the answers themselves where the tallies
cannot tell - two filters at once, an attribute that is not tallied, each person's latest answer.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from dashboards.queries.ledger import (
    ATTRIBUTE,
    FUNNEL,
    MONTH_OF_DAY,
    NOT_SET,
    SERIES_OF_RESPONSE,
    STEPS_OF_CHANGE,
    VALUE_LENGTH,
    WHOLE,
    split,
)
from dashboards.queries.sight import of_answers, of_invitations
from dashboards.rules.months import Span, spans
from surveys.answer_sql import FUNNEL_TO_COME
from surveys.enums import FunnelStage, Metric, RespondentType, Series
from surveys.models import Attribute, Survey

TALLIED = (
    "touchpoint",
    "channel",
    "language",
    "campaign",
    "respondent",
)  # always; attributes only if they are reportable
RESPONDENT = "respondent"  # an answer without this dimension is a customer's
LEAVABLE = frozenset(RespondentType.values) - {RespondentType.CUSTOMER.value}
BUCKETS = {
    "day": "day",
    "week": "date_trunc('week', day::timestamp)::date",
    "month": MONTH_OF_DAY,
}
INCLUDABLE = {"resurvey": Series.RESURVEY.value, "doubtful": Series.DOUBTFUL.value}


class UnknownDimension(ValueError):
    """The dimension is none of TALLIED and no `attribute:<name>`."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Which answers: of `workspace`, from local day `since` to `until`, both included.

    `filters` maps a dimension (of TALLIED, or "attribute:<name>") to its value, or to
    NOT_SET for answers without one. `distinct` takes each person's latest answer; anonymous ones stay. `sight` leaves
    only what may be seen; tallies know nothing of owners and teams, so with limits the rows themselves are read. Only
    surveys of one `metric` are counted together. `without` are respondent types that are left out of answers; the
    funnel of invitations keeps everybody.
    """

    workspace: Workspace
    since: date
    until: date
    survey: Survey | None = None
    filters: Mapping[str, str] = field(default_factory=dict)
    distinct: bool = False
    sight: Sight = EVERYTHING
    metric: str = Metric.NPS.value
    without: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for dimension in self.filters:
            check_dimension(dimension)
        if unknown := self.without - LEAVABLE:
            raise ValueError(f"cannot be left out: {', '.join(sorted(unknown))}")


class Count(NamedTuple):
    """`n` answers of `series` with `score` in the bucket that starts on `bucket`; `value` is None where none is set."""

    series: str
    is_before: bool
    bucket: date | None
    value: str | None
    score: int
    n: int


def check_dimension(dimension: str) -> None:
    """Raise UnknownDimension unless `dimension` names one."""
    if dimension not in TALLIED and not (dimension.startswith(ATTRIBUTE) and len(dimension) > len(ATTRIBUTE)):
        raise UnknownDimension(dimension)


def is_tallied(*, scope: Scope, by: str | None = None) -> bool:
    """Whether the tallies know this combination, or the answers themselves must be read."""
    asked = {*scope.filters, *([by] if by else []), *([RESPONDENT] if scope.without else [])}
    if scope.distinct or scope.sight.is_limited or len(asked) > 1 or NOT_SET in scope.filters.values():
        return False
    return not _untallied(scope, asked)


def counts(
    *,
    scope: Scope,
    series: Sequence[str] = (Series.HEADLINE.value,),
    bucket: str | None = None,
    by: str | None = None,
    current_from: date | None = None,
) -> list[Count]:
    """Counts by series and score, and by `bucket` ("day", "week", "month"; its first day) and value of dimension `by`.

    Days before `current_from` are marked `is_before`. One statement, plus a look at which attributes are tallied when an
    attribute is asked for.
    """
    if by:
        check_dimension(by)
    parameters = {**_parameters(scope), "series": list(series), "current_from": current_from or scope.since}
    if is_tallied(scope=scope, by=by):
        rows = _from_tallies(scope, bucket, by, parameters)
        if by and not scope.filters:
            rows = [row for row in _rest_is_not_set(rows) if row[3] not in scope.without]
    else:
        rows = _from_answers(scope, bucket, by, parameters)
    return [
        Count(series, is_before, start, value, score, n) for series, is_before, start, value, score, n in rows
    ]


# The ledger of the funnel, with the lines of answers that still wait (surveys/services/settling.py).
_LINE = "workspace_id, invitation_id, survey_id, stage, day, dimensions"
_FUNNEL = f"SELECT {_LINE} FROM surveys_invitationchange WHERE workspace_id = %(workspace)s"
_TO_COME = f"UNION ALL SELECT {_LINE} FROM ({FUNNEL_TO_COME} AND r.workspace_id = %(workspace)s) AS coming"


def stages(*, scope: Scope) -> dict[str, int]:
    """How many invitations sent in the scope's days reached each FunnelStage."""
    scope = replace(scope, without=frozenset())
    parameters = {**_parameters(scope), "series": [FUNNEL]}
    if is_tallied(scope=scope):
        dimension, value = next(iter(scope.filters.items()), (WHOLE, ""))
        parameters.update(dimensions=[dimension], value=value[:VALUE_LENGTH])
        source = f"""
            SELECT t.measure, t.n FROM ({_tallied(scope, None, parameters)}) AS t
            WHERE t.value = %(value)s AND {_of_surveys("t.survey_id")}
            UNION ALL
            SELECT c.stage, 1 FROM ({_FUNNEL} AND NOT is_folded {_TO_COME}) AS c {split("c")}
            WHERE part.dimension = ANY(%(dimensions)s)
              AND c.day BETWEEN %(since)s AND %(until)s AND part.value = %(value)s AND {_of_surveys("c.survey_id")}
        """
    else:
        lines, parameters = funnel_lines(scope=scope)
        source = f"SELECT line.stage AS measure, 1 AS n FROM ({lines}) AS line"
    found = dict(
        _run(f"SELECT measure, SUM(n)::bigint FROM ({source}) AS counted GROUP BY measure", parameters)
    )
    return {stage: int(found.get(stage, 0)) for stage in FunnelStage.values}


def funnel_lines(*, scope: Scope) -> tuple[str, dict[str, Any]]:
    """The statement of the lines of the funnel that the scope counts, one by one, and its parameters."""
    parameters = _parameters(scope)
    conditions = _conditions(scope, "c", parameters, join_contact=False)
    conditions += of_invitations(scope.workspace, scope.sight, parameters, row="c.invitation_id")
    statement = f"""
        SELECT {_LINE} FROM ({_FUNNEL} {_TO_COME}) AS c
        WHERE c.day BETWEEN %(since)s AND %(until)s AND {_of_surveys("c.survey_id")} {conditions}
    """
    return statement, parameters


def _parameters(scope: Scope) -> dict[str, Any]:
    return {
        "workspace": scope.workspace.pk,
        "since": scope.since,
        "until": scope.until,
        "survey": scope.survey.pk if scope.survey else None,
        "metric": scope.metric,
    }


def _of_surveys(column: str) -> str:
    return (
        f"{column} IN (SELECT id FROM surveys_survey WHERE workspace_id = %(workspace)s AND metric = %(metric)s"
        " AND (%(survey)s::bigint IS NULL OR id = %(survey)s))"
    )


def _untallied(scope: Scope, dimensions: set[str]) -> set[str]:
    names = {
        dimension: dimension.removeprefix(ATTRIBUTE) for dimension in dimensions if dimension not in TALLIED
    }
    if not names:
        return set()
    reportable = Attribute.objects.of(scope.workspace).filter(name__in=names.values(), is_reportable=True)
    known = set(reportable.values_list("name", flat=True))
    return {dimension for dimension, name in names.items() if name not in known}


def _from_tallies(scope: Scope, bucket: str | None, by: str | None, parameters: dict[str, Any]) -> list[Any]:
    of_value, sign = "", "1"
    if scope.without and not by:  # the whole, and what is taken from it
        parameters.update(dimensions=[WHOLE, RESPONDENT], without=sorted(scope.without))
        of_value = f"AND ({{0}}.dimension = '{WHOLE}' OR {{0}}.value = ANY(%(without)s))"
        sign = f"CASE WHEN {{}}.dimension = '{WHOLE}' THEN 1 ELSE -1 END"
    elif scope.filters:
        [(dimension, value)] = scope.filters.items()
        parameters.update(dimensions=[dimension], value=value[:VALUE_LENGTH])
        of_value = "AND {}.value = %(value)s"
    else:
        parameters["dimensions"] = [WHOLE, by] if by else [WHOLE]
    before, start = _before(scope, parameters), BUCKETS[bucket] if bucket else "NULL::date"
    keys = ", ".join(
        ["t.series", "t.dimension", "t.value", "t.measure"]
        + [key for key in (before, start) if not key.startswith(("FALSE", "NULL"))]
    )
    # Added up by the bare columns of the index first, then put into words.
    source = f"""
        SELECT t.series, {before} AS is_before, {start} AS bucket, t.dimension, t.value, t.measure,
               SUM(t.n * {sign.format("t")}) AS n
        FROM ({_tallied(scope, bucket, parameters)}) AS t
        WHERE {_of_surveys("t.survey_id")} {of_value.format("t")}
        GROUP BY {keys}
        UNION ALL
        SELECT step.series, {before}, {start}, part.dimension, part.value, step.score::text,
               step.n * {sign.format("part")}
        FROM surveys_responsechange AS c {STEPS_OF_CHANGE} {split("c")}
        WHERE c.workspace_id = %(workspace)s AND NOT c.is_folded
          AND step.series = ANY(%(series)s) AND part.dimension = ANY(%(dimensions)s)
          AND c.day BETWEEN %(since)s AND %(until)s AND {_of_surveys("c.survey_id")} {of_value.format("part")}
    """
    value = "CASE WHEN dimension = '' THEN NULL ELSE value END" if by else "NULL::text"
    return _grouped(source, value, parameters)


def _tallied(scope: Scope, bucket: str | None, parameters: dict[str, Any]) -> str:
    """The tallies of the scope's days for the `series` and `dimensions` of the parameters: of whole months where the
    question does not tell their days apart, of days at the edges. A month stands there with its first day.
    """
    if bucket in (None, "month"):
        parts = spans(scope.since, scope.until, cuts=[parameters.get("current_from", scope.since)])
    else:
        parts = [Span(scope.since, scope.until, False)]
    found = []
    for place, part in enumerate(parts):
        parameters[f"first{place}"], parameters[f"last{place}"] = part.first, part.last
        table, day = ("monthtally", "month") if part.is_months else ("dailytally", "day")
        found.append(
            f"SELECT series, dimension, value, measure, survey_id, {day} AS day, n FROM dashboards_{table}"
            " WHERE workspace_id = %(workspace)s AND series = ANY(%(series)s) AND dimension = ANY(%(dimensions)s)"
            f" AND {day} BETWEEN %(first{place})s AND %(last{place})s"
        )
    return " UNION ALL ".join(found)


def _from_answers(scope: Scope, bucket: str | None, by: str | None, parameters: dict[str, Any]) -> list[Any]:
    conditions = _conditions(scope, "r", parameters, join_contact=True)
    conditions += of_answers(scope.workspace, scope.sight, parameters)
    if scope.without:
        parameters["without"] = sorted(scope.without)
        conditions += f" AND COALESCE(r.dimensions ->> '{RESPONDENT}', '') <> ALL(%(without)s)"
    value = "NULL::text"
    if by:
        value = f"NULLIF(left({_value_of(scope, by, 'by', 'r', parameters, True)}, {VALUE_LENGTH}), '')"
    before, start = _before(scope, parameters), BUCKETS[bucket] if bucket else "NULL::date"
    latest = "DISTINCT ON (COALESCE(r.contact_id, -r.id))" if scope.distinct else ""
    order = "ORDER BY COALESCE(r.contact_id, -r.id), r.responded_at DESC, r.id DESC" if scope.distinct else ""
    source = f"""
        SELECT {latest} {SERIES_OF_RESPONSE} AS series, {before} AS is_before, {start} AS bucket, {value} AS value,
               r.score AS measure, 1 AS n
        FROM surveys_response AS r LEFT JOIN surveys_contact AS k ON k.id = r.contact_id
        WHERE r.workspace_id = %(workspace)s AND r.metric = %(metric)s AND r.day BETWEEN %(since)s AND %(until)s
          AND (%(survey)s::bigint IS NULL OR r.survey_id = %(survey)s)
          AND {SERIES_OF_RESPONSE} = ANY(%(series)s) {conditions} {order}
    """
    return _grouped(source, "value", parameters)


def _before(scope: Scope, parameters: dict[str, Any]) -> str:
    """Whether a day lies before the period that is compared with; a constant where nothing is."""
    return "FALSE" if parameters["current_from"] <= scope.since else "day < %(current_from)s"


def _grouped(source: str, value: str, parameters: dict[str, Any]) -> list[Any]:
    return _run(
        f"""
        SELECT series, is_before, bucket, {value} AS of_value, measure::int, SUM(n)::bigint
        FROM ({source}) AS counted GROUP BY 1, 2, 3, 4, 5 HAVING SUM(n) <> 0 ORDER BY 3, 4, 5
        """,
        parameters,
    )


def _conditions(scope: Scope, row: str, parameters: dict[str, Any], *, join_contact: bool) -> str:
    """One AND for each filter; names and values travel as parameters."""
    parts = []
    for place, (dimension, wanted) in enumerate(scope.filters.items()):
        found = _value_of(scope, dimension, f"d{place}", row, parameters, join_contact)
        if wanted == NOT_SET:
            parts.append(f"AND COALESCE({found}, '') = ''")
        else:
            parameters[f"v{place}"] = wanted[:VALUE_LENGTH]
            # Only a value of full length can be a longer one cut; the others need no cutting, row by row.
            cut = found if len(wanted) < VALUE_LENGTH else f"left({found}, {VALUE_LENGTH})"
            parts.append(f"AND {cut} = %(v{place})s")
    return " ".join(parts)


def _value_of(
    scope: Scope, dimension: str, place: str, row: str, parameters: dict[str, Any], join_contact: bool
) -> str:
    """The SQL of a row's value: as it was when the answer came, or the contact's own if the attribute is not tallied."""
    parameters[place] = dimension
    if join_contact and _untallied(scope, {dimension}):
        parameters[f"{place}_name"] = dimension.removeprefix(ATTRIBUTE)
        return f"COALESCE({row}.dimensions ->> %({place})s, k.attributes ->> %({place}_name)s)"
    return f"({row}.dimensions ->> %({place})s)"


def _rest_is_not_set(rows: list[Any]) -> list[Any]:
    """Rows without a value are the whole: what the values leave of it has no value."""
    rest: dict[tuple[Any, ...], int] = defaultdict(int)
    for series, is_before, bucket, value, score, n in rows:
        rest[series, is_before, bucket, score] += n if value is None else -n
    valued = [row for row in rows if row[3] is not None]
    return valued + [(s, before, start, None, score, n) for (s, before, start, score), n in rest.items() if n]


def _run(statement: str, parameters: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()
