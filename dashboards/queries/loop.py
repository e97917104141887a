"""How well the loop is closed: how soon a person answered, promises kept, customers told back and won back.

Cases count in the period in which their answer came; second answers in the period in which they came.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from dashboards.queries.counts import Scope, stages
from dashboards.queries.sight import of_cases
from dashboards.statistics import Share, attainment, closed_loop_rate, recovery_rate, share
from detractors.enums import TimerKind
from followups.enums import ResurveyStatus
from surveys.enums import FunnelStage, Segment
from surveys.models import Survey
from surveys.rules.metrics import UNHAPPY

BEST_PRACTICE_MINUTES = 60  # working minutes: reply within an hour
WON = (Segment.PROMOTER.value, Segment.SATISFIED.value)


@dataclass(frozen=True)
class Spread:
    """Median and 90th percentile (interpolated) of `n` lengths in minutes; None without any."""

    n: int
    median: float | None
    p90: float | None


@dataclass(frozen=True)
class Funnel:
    """Invitations sent in the period and how far they got; a later stage may be reached days after."""

    sent: int
    delivered: int
    opened: int
    clicked: int
    answered: int
    commented: int

    @property
    def response_rate(self) -> Share:
        """Answered of delivered (of sent, where no delivery was ever reported)."""
        asked = max(
            self.delivered or self.sent, self.answered
        )  # an answer proves the delivery nobody reported
        return share(self.answered, asked)


@dataclass(frozen=True)
class LoopFigures:
    """Each figure with its n; the `Share`s carry hits, n and the 95 % interval."""

    opened: int
    first_response: Spread  # working minutes
    first_response_calendar: Spread  # the customer's minutes
    within_hour: Share  # of the cases answered, or whose promise was missed
    sla_attainment: Share  # both promises together
    attainment_by_kind: dict[str, Share]
    closed_loop_rate: Share
    recovery_rate: Share
    converted: int  # of the recovered, those who are promoters now
    open_now: int
    breached_now: int
    funnel: Funnel


def moments(*, workspace: Workspace, since: date, until: date) -> tuple[datetime, datetime]:
    """[start, end) in UTC of the local days `since` to `until`, both included."""
    zone = ZoneInfo(workspace.time_zone)
    start = datetime.combine(since, time.min, tzinfo=zone)
    end = datetime.combine(until + timedelta(days=1), time.min, tzinfo=zone)
    return start.astimezone(UTC), end.astimezone(UTC)


def funnel(*, scope: Scope) -> Funnel:
    """How far the invitations of the scope's days got."""
    found = stages(scope=scope)
    return Funnel(**{stage.lower(): found[stage] for stage in FunnelStage.values})


def loop_figures(
    *,
    workspace: Workspace,
    since: date,
    until: date,
    survey: Survey | None = None,
    sight: Sight = EVERYTHING,
) -> LoopFigures:
    """The loop's figures from local day `since` to `until`, both included, of the cases seen; four statements."""
    start, end = moments(workspace=workspace, since=since, until=until)
    parameters: dict[str, Any] = {
        "workspace": workspace.pk, "start": start, "end": end, "survey": survey.pk if survey else None,
        "hour": BEST_PRACTICE_MINUTES, "kinds": [TimerKind.FIRST_RESPONSE.value, TimerKind.RESOLUTION.value],
        "answered": ResurveyStatus.ANSWERED.value, "unhappy": list(UNHAPPY), "won": list(WON),
    }  # fmt: skip
    seen = of_cases(workspace, sight, parameters)
    [cases] = _run(_CASES.format(seen=seen), parameters)
    by_kind = {
        kind: attainment(met, breached)
        for kind, met, breached in _run(_TIMERS.format(seen=_exists("t", seen)), parameters)
    }
    [(asked, recovered, converted)] = _run(_RESURVEYS.format(seen=_exists("s", seen)), parameters)
    (
        opened,
        first,
        median,
        p90,
        calendar,
        calendar_median,
        calendar_p90,
        in_hour,
        missed,
        told,
        open_now,
        breached,
    ) = cases
    return LoopFigures(
        opened=opened,
        first_response=Spread(first, median, p90),
        first_response_calendar=Spread(calendar, calendar_median, calendar_p90),
        within_hour=share(in_hour, first + missed),
        sla_attainment=attainment(
            sum(kind.hits for kind in by_kind.values()), sum(kind.n - kind.hits for kind in by_kind.values())
        ),
        attainment_by_kind={kind: by_kind.get(kind, attainment(0, 0)) for kind in parameters["kinds"]},
        closed_loop_rate=closed_loop_rate(told, opened),
        recovery_rate=recovery_rate(recovered, asked),
        converted=converted,
        open_now=open_now,
        breached_now=breached,
        funnel=funnel(scope=Scope(workspace=workspace, since=since, until=until, survey=survey, sight=sight)),
    )


def _exists(row: str, seen: str) -> str:
    """The condition that the case of a timer or a second question may be seen; empty without limits."""
    if not seen:
        return ""
    return f"AND EXISTS (SELECT 1 FROM detractors_case AS c WHERE c.id = {row}.case_id {seen})"


_OF_SURVEY = "AND (%(survey)s::bigint IS NULL OR c.survey_id = %(survey)s)"

_BREACHED = "EXISTS (SELECT 1 FROM detractors_lateness AS l WHERE l.case_id = c.id AND l.is_breached)"

_CASES = f"""
SELECT COUNT(*), COUNT(first_response_minutes),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY first_response_minutes),
       percentile_cont(0.9) WITHIN GROUP (ORDER BY first_response_minutes),
       COUNT(first_response_minutes_calendar),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY first_response_minutes_calendar),
       percentile_cont(0.9) WITHIN GROUP (ORDER BY first_response_minutes_calendar),
       COUNT(*) FILTER (WHERE first_response_minutes <= %(hour)s),
       COUNT(*) FILTER (WHERE first_response_minutes IS NULL AND {_BREACHED}),
       COUNT(told_back_at),
       (SELECT COUNT(*) FROM detractors_case AS c
        WHERE c.workspace_id = %(workspace)s AND c.category IN ('OPEN', 'WAITING') {_OF_SURVEY} {{seen}}),
       (SELECT COUNT(*) FROM detractors_lateness AS l JOIN detractors_case AS c ON c.id = l.case_id
        WHERE l.workspace_id = %(workspace)s AND l.is_breached AND l.rank_at IS NOT NULL {_OF_SURVEY} {{seen}})
FROM detractors_case AS c
WHERE c.workspace_id = %(workspace)s AND c.opened_at >= %(start)s AND c.opened_at < %(end)s {_OF_SURVEY} {{seen}}
"""

# A breach is permanent: a promise met late is not met. Cancelled and running timers count on neither side.
_TIMERS = """
SELECT t.kind, COUNT(*) FILTER (WHERE t.met_at IS NOT NULL AND t.breached_at IS NULL),
       COUNT(*) FILTER (WHERE t.breached_at IS NOT NULL)
FROM detractors_slatimer AS t
WHERE t.workspace_id = %(workspace)s AND t.kind = ANY(%(kinds)s)
  AND t.started_at >= %(start)s AND t.started_at < %(end)s
  AND (%(survey)s::bigint IS NULL
       OR EXISTS (SELECT 1 FROM detractors_case AS c WHERE c.id = t.case_id AND c.survey_id = %(survey)s))
  {seen}
GROUP BY t.kind
"""

_RESURVEYS = """
SELECT COUNT(*), COUNT(*) FILTER (WHERE NOT r.segment = ANY(%(unhappy)s)), COUNT(*) FILTER (WHERE r.segment = ANY(%(won)s))
FROM followups_resurvey AS s JOIN surveys_response AS r ON r.id = s.response_id
WHERE s.workspace_id = %(workspace)s AND s.status = %(answered)s AND s.settled_at >= %(start)s AND s.settled_at < %(end)s
  AND (%(survey)s::bigint IS NULL OR r.survey_id = %(survey)s)
  {seen}
"""


def _run(statement: str, parameters: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()
