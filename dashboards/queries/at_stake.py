"""What is at stake in open cases, and what was won back.

One customer counts once: of all open cases of a company the largest value counts, and so does the largest of a person who
belongs to no company. A case is worth what the contact, else the company, was worth when it was counted last. A case without
a value adds nothing, and is told. Teams count in the same way, so a company with cases at two teams is in the figure of both
and once in the total.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.db import connection
from redis.exceptions import RedisError

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from dashboards.queries.sight import of_cases
from detractors.enums import Outcome, Retained
from detractors.queries import remedies
from followups.enums import ResurveyStatus

KEPT_SECONDS = 60
NOTHING = Decimal(0)
WON = (Outcome.RECOVERED.value, Outcome.CONVERTED.value)


@dataclass(frozen=True)
class Stake:
    """A sum, and what it stands on."""

    value: Decimal = NOTHING
    customers: int = 0  # with a value, each once
    cases: int = 0
    unvalued: int = 0  # cases nobody knows a value of
    public: int = 0  # cases others can read about


@dataclass(frozen=True)
class AtStake:
    """Of all open cases that may be seen, and by the id of their team (None: of no team)."""

    total: Stake
    teams: dict[int | None, Stake]
    currency: str


def at_stake(*, workspace: Workspace, sight: Sight = EVERYTHING) -> AtStake:
    """What stands open: two statements, the currency's among them."""
    parameters: dict[str, Any] = {"workspace": workspace.pk}
    seen = of_cases(workspace, sight, parameters)
    total, teams = Stake(), {}
    for is_all, team, *figures in _run(_OPEN.format(seen=seen), parameters):
        stake = Stake(figures[0] or NOTHING, *figures[1:])
        if is_all:
            total = stake
        else:
            teams[team] = stake
    currency = remedies.settings_of(workspace=workspace).currency
    return AtStake(total=total, teams=teams, currency=currency)


def lately(*, workspace: Workspace, sight: Sight = EVERYTHING) -> AtStake:
    """The same as it was at most KEPT_SECONDS ago: the homes of many people ask for it again and again.

    Only what everybody without limits sees is kept; without the cache it is counted each time.
    """
    key = f"at-stake:{workspace.public_id}"
    if sight.is_limited:
        return at_stake(workspace=workspace, sight=sight)
    with suppress(RedisError):
        known: AtStake | None = cache.get(key)
        if known is not None:
            return known
    found = at_stake(workspace=workspace)
    with suppress(RedisError):
        cache.set(key, found, timeout=KEPT_SECONDS)
    return found


def won_back(*, workspace: Workspace, since: datetime, until: datetime, sight: Sight = EVERYTHING) -> Stake:
    """The customers whose second answer came between two moments and was no detractor's, each once: one statement."""
    parameters: dict[str, Any] = {
        "workspace": workspace.pk, "since": since, "until": until, "won": list(WON),
        "answered": ResurveyStatus.ANSWERED.value,
    }  # fmt: skip
    seen = of_cases(workspace, sight, parameters)
    [(value, customers, cases, unvalued, public)] = _run(_WON.format(seen=seen), parameters)
    return Stake(value or NOTHING, customers, cases, unvalued, public)


def stayed(
    *, workspace: Workspace, since: date, until: date, sight: Sight = EVERYTHING
) -> dict[str, tuple[int, Decimal]]:
    """How many customers were said to be kept and lost on these days (both included), and their worth: by KEPT and LOST.

    Each customer once, as it was said last; worth the largest value of what was said. One statement.
    """
    parameters: dict[str, Any] = {"workspace": workspace.pk, "since": since, "until": until}
    seen = of_cases(workspace, sight, parameters)
    found = {state.value: (0, NOTHING) for state in Retained}
    for state, customers, value in _run(_STAYED.format(seen=seen), parameters):
        found[state] = (customers, value or NOTHING)
    return found


# Who is one customer: the company, else the person; an anonymous case is nobody's.
_CUSTOMER = "who.account_id AS company, CASE WHEN who.account_id IS NULL THEN c.contact_id END AS person"
_MOST = (
    "MAX(worth) AS worth, COUNT(*) AS cases, COUNT(*) FILTER (WHERE worth IS NULL) AS unvalued,"
    " COUNT(*) FILTER (WHERE is_public) AS public"
)
_SUMS = "SUM(worth), COUNT(worth), COALESCE(SUM(cases), 0)::int, COALESCE(SUM(unvalued), 0)::int, COALESCE(SUM(public), 0)::int"

_OPEN = f"""
WITH open AS (
    SELECT c.team_id AS team, {_CUSTOMER}, c.account_value AS worth, c.is_public
    FROM detractors_case AS c LEFT JOIN surveys_contact AS who ON who.id = c.contact_id
    WHERE c.workspace_id = %(workspace)s AND c.category IN ('OPEN', 'WAITING') {{seen}}
), customers AS (
    SELECT GROUPING(team) AS is_all, team, {_MOST} FROM open
    GROUP BY GROUPING SETS ((company, person), (company, person, team))
)
SELECT is_all, team, {_SUMS} FROM customers GROUP BY is_all, team
"""

_WON = f"""
WITH won AS (
    SELECT {_CUSTOMER}, c.account_value AS worth, c.is_public
    FROM followups_resurvey AS s JOIN detractors_case AS c ON c.id = s.case_id
    LEFT JOIN surveys_contact AS who ON who.id = c.contact_id
    WHERE s.workspace_id = %(workspace)s AND s.status = %(answered)s AND s.settled_at >= %(since)s AND s.settled_at < %(until)s
      AND c.outcome = ANY(%(won)s) {{seen}}
), customers AS (SELECT company, person, {_MOST} FROM won GROUP BY company, person)
SELECT {_SUMS} FROM customers
"""

_STAYED = f"""
WITH said AS (
    SELECT r.state, r.on_date, r.set_at, r.value AS worth, c.id AS case_id, {_CUSTOMER}
    FROM detractors_retention AS r JOIN detractors_case AS c ON c.id = r.case_id
    LEFT JOIN surveys_contact AS who ON who.id = c.contact_id
    WHERE r.workspace_id = %(workspace)s AND r.on_date >= %(since)s AND r.on_date <= %(until)s {{seen}}
), customers AS (
    SELECT (array_agg(state ORDER BY on_date DESC, set_at DESC))[1] AS state, MAX(worth) AS worth FROM said
    GROUP BY company, person, CASE WHEN company IS NULL AND person IS NULL THEN case_id END
)
SELECT state, COUNT(*), SUM(worth) FROM customers GROUP BY state
"""


def _run(statement: str, parameters: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()
