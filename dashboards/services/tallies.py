"""Folding the ledgers into daily and monthly tallies, and making the tallies anew from the rows.

Figures are tallies plus unfolded ledger rows. A month's tally is the sum of its days' and written in the same statement,
so a reader may take either. Folding moves counts from the second to the first in one statement, so
every reader sees them in exactly one of the two places, however many folds run at once.
"""

import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeVar

from django.db import OperationalError, connection, transaction

from accounts.models import Workspace
from dashboards.queries.ledger import FUNNEL, MONTH_OF_DAY, SERIES_OF_RESPONSE, STEPS_OF_CHANGE, split

BATCH = 5_000  # ledger rows a statement: about a tenth of a second, far below any time-out
ATTEMPTS = 5
RETRIABLE = ("40P01", "40001")  # deadlock detected, could not serialise

T = TypeVar("T")

_COLUMNS = "workspace_id, series, dimension, day, survey_id, value, measure"
_MONTH_COLUMNS = _COLUMNS.replace("day", "month")

# Keys are inserted in one order by everybody, so two folds wait for each other and never in a circle.
_KEEP = f"""
by_day AS (
    INSERT INTO dashboards_dailytally ({_COLUMNS}, n)
    SELECT {_COLUMNS}, n FROM counted ORDER BY {_COLUMNS}
    ON CONFLICT ({_COLUMNS}) DO UPDATE SET n = dashboards_dailytally.n + EXCLUDED.n
), by_month AS (
    INSERT INTO dashboards_monthtally ({_MONTH_COLUMNS}, n)
    SELECT workspace_id, series, dimension, {MONTH_OF_DAY} AS month, survey_id, value, measure, SUM(n)
    FROM counted GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING SUM(n) <> 0 ORDER BY 1, 2, 3, 4, 5, 6, 7
    ON CONFLICT ({_MONTH_COLUMNS}) DO UPDATE SET n = dashboards_monthtally.n + EXCLUDED.n
)
"""

_FOLD_ANSWERS = f"""
WITH claimed AS (
    SELECT id, workspace_id, survey_id, before_series, before_score, after_series, after_score, day, dimensions
    FROM surveys_responsechange WHERE NOT is_folded
    ORDER BY workspace_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), marked AS (
    UPDATE surveys_responsechange AS ledger SET is_folded = TRUE FROM claimed WHERE ledger.id = claimed.id
), counted AS (
    SELECT c.workspace_id, step.series, part.dimension, c.day, c.survey_id, part.value,
           step.score::text AS measure, SUM(step.n)::int AS n
    FROM claimed AS c {STEPS_OF_CHANGE} {split("c")}
    WHERE step.series IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING SUM(step.n) <> 0
), {_KEEP}
SELECT COUNT(*) FROM claimed
"""

_FOLD_FUNNEL = f"""
WITH claimed AS (
    SELECT id, workspace_id, survey_id, stage, day, dimensions
    FROM surveys_invitationchange WHERE NOT is_folded
    ORDER BY workspace_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), marked AS (
    UPDATE surveys_invitationchange AS ledger SET is_folded = TRUE FROM claimed WHERE ledger.id = claimed.id
), counted AS (
    SELECT c.workspace_id, '{FUNNEL}' AS series, part.dimension, c.day, c.survey_id, part.value,
           c.stage AS measure, COUNT(*)::int AS n
    FROM claimed AS c {split("c")}
    GROUP BY 1, 2, 3, 4, 5, 6, 7
), {_KEEP}
SELECT COUNT(*) FROM claimed
"""

# Counting the rows and marking their ledger share one snapshot: an answer of this very moment is in both or in neither.
_REBUILD_ANSWERS = f"""
WITH marked AS (
    UPDATE surveys_responsechange SET is_folded = TRUE WHERE workspace_id = %(workspace)s AND NOT is_folded
), counted AS (
    SELECT r.workspace_id, {SERIES_OF_RESPONSE} AS series, part.dimension, r.day, r.survey_id, part.value,
           r.score::text AS measure, COUNT(*)::int AS n
    FROM surveys_response AS r {split("r")}
    WHERE r.workspace_id = %(workspace)s
    GROUP BY 1, 2, 3, 4, 5, 6, 7
), {_KEEP}
SELECT 1
"""

_REBUILD_FUNNEL = f"""
WITH marked AS (
    UPDATE surveys_invitationchange SET is_folded = TRUE WHERE workspace_id = %(workspace)s AND NOT is_folded
), counted AS (
    SELECT c.workspace_id, '{FUNNEL}' AS series, part.dimension, c.day, c.survey_id, part.value,
           c.stage AS measure, COUNT(*)::int AS n
    FROM surveys_invitationchange AS c {split("c")}
    WHERE c.workspace_id = %(workspace)s
    GROUP BY 1, 2, 3, 4, 5, 6, 7
), {_KEEP}
SELECT 1
"""


def fold(*, now: datetime, limit: int = BATCH) -> int:
    """Take up to `limit` unfolded rows of each ledger into the tallies; returns how many rows were taken.

    Safe to run twice and in parallel: a row is claimed, counted and marked in one statement. `now` is given as to every
    sweep; what is counted does not depend on it.
    """
    return _patiently(partial(_fold, _FOLD_ANSWERS, limit)) + _patiently(partial(_fold, _FOLD_FUNNEL, limit))


def fold_all(*, now: datetime, limit: int = BATCH, batches: int = 200) -> int:
    """Fold until nothing is left, at most `batches` times (the next turn of the sweep goes on); returns the rows."""
    rows = 0
    for _ in range(batches):
        taken = fold(now=now, limit=limit)
        rows += taken
        if not taken:
            break
    return rows


def rebuild(*, workspace: Workspace) -> None:
    """Make all tallies of `workspace` anew from its answers and funnel rows, while answers keep coming in.

    Folds wait meanwhile: they hold the table's lock from before they claim a row until they have counted it.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL statement_timeout = 0"
        )  # counts every row of the workspace: minutes at ten million
        cursor.execute("SET LOCAL lock_timeout = 0")
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute("SET LOCAL jit = off")  # compiling takes longer than what it saves here
        cursor.execute("LOCK TABLE dashboards_dailytally IN SHARE ROW EXCLUSIVE MODE")
        for table in ("dailytally", "monthtally"):
            cursor.execute(f"DELETE FROM dashboards_{table} WHERE workspace_id = %s", [workspace.pk])
        for statement in (_REBUILD_ANSWERS, _REBUILD_FUNNEL):
            cursor.execute(statement, {"workspace": workspace.pk})


def _fold(statement: str, limit: int) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, {"limit": limit})
        return int(cursor.fetchone()[0])


def _patiently(work: Callable[[], T]) -> T:
    """Run `work` again after a deadlock or serialisation failure, unless a surrounding transaction must end first."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return work()
        except OperationalError as error:
            code = getattr(error.__cause__, "pgcode", None)
            if code not in RETRIABLE or connection.in_atomic_block or attempt == ATTEMPTS:
                raise
            time.sleep(0.02 * attempt)  # seconds; lets the other fold finish
    raise AssertionError("unreachable: the last attempt returns or raises")
