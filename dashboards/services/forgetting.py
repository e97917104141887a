"""Tallies forget a person where a segment is so small that it points at them; everywhere else the counts stay."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from core.privacy import Person
from dashboards.queries.ledger import FUNNEL, KEY_LENGTH, MONTH_OF_DAY, STEPS_OF_CHANGE, VALUE_LENGTH, split
from surveys.services.forgetting import small_segments

# Locked first, by statements of their own: then nobody folds these rows meanwhile, and what others have folded is seen.
_HOLD = """
SELECT c.id FROM surveys_responsechange c JOIN surveys_response r ON r.id = c.response_id
WHERE r.workspace_id = %(workspace)s AND r.contact_id = %(contact)s ORDER BY c.id FOR UPDATE OF c;
SELECT c.id FROM surveys_invitationchange c JOIN surveys_invitation i ON i.id = c.invitation_id
WHERE i.workspace_id = %(workspace)s AND i.contact_id = %(contact)s ORDER BY c.id FOR UPDATE OF c"""
_OF_SEGMENTS = "(dimension, value) IN (SELECT * FROM unnest(%(keys)s::text[], %(values)s::text[]))"
_HOLD_TALLIES = f"""
SELECT id FROM dashboards_dailytally WHERE workspace_id = %(workspace)s AND {_OF_SEGMENTS}
ORDER BY workspace_id, series, dimension, day, survey_id, value, measure FOR UPDATE;
SELECT id FROM dashboards_monthtally WHERE workspace_id = %(workspace)s AND {_OF_SEGMENTS}
ORDER BY workspace_id, series, dimension, month, survey_id, value, measure FOR UPDATE"""

_COUNTED = f"""
SELECT step.series, part.dimension, c.day, c.survey_id, part.value, step.score::text AS measure, SUM(step.n)::int AS n
FROM surveys_responsechange AS c JOIN surveys_response AS r ON r.id = c.response_id {STEPS_OF_CHANGE} {split("c")}
WHERE r.workspace_id = %(workspace)s AND r.contact_id = %(contact)s AND c.is_folded AND step.series IS NOT NULL
GROUP BY 1, 2, 3, 4, 5, 6
UNION ALL
SELECT '{FUNNEL}', part.dimension, c.day, c.survey_id, part.value, c.stage, COUNT(*)::int
FROM surveys_invitationchange AS c JOIN surveys_invitation AS i ON i.id = c.invitation_id {split("c")}
WHERE i.workspace_id = %(workspace)s AND i.contact_id = %(contact)s AND c.is_folded
GROUP BY 1, 2, 3, 4, 5, 6"""

_TAKE_OUT = f"""
WITH counted AS MATERIALIZED (
    SELECT * FROM ({_COUNTED}) AS counted WHERE {_OF_SEGMENTS}
), by_day AS (
    UPDATE dashboards_dailytally AS t SET n = t.n - counted.n FROM counted
    WHERE t.workspace_id = %(workspace)s AND t.series = counted.series AND t.dimension = counted.dimension
      AND t.day = counted.day AND t.survey_id = counted.survey_id AND t.value = counted.value AND t.measure = counted.measure
)
UPDATE dashboards_monthtally AS t SET n = t.n - counted.n
FROM (SELECT series, dimension, {MONTH_OF_DAY} AS month, survey_id, value, measure, SUM(n)::int AS n
      FROM counted GROUP BY 1, 2, 3, 4, 5, 6) AS counted
WHERE t.workspace_id = %(workspace)s AND t.series = counted.series AND t.dimension = counted.dimension
  AND t.month = counted.month AND t.survey_id = counted.survey_id AND t.value = counted.value AND t.measure = counted.measure;
DELETE FROM dashboards_dailytally WHERE workspace_id = %(workspace)s AND n = 0 AND {_OF_SEGMENTS};
DELETE FROM dashboards_monthtally WHERE workspace_id = %(workspace)s AND n = 0 AND {_OF_SEGMENTS}"""


def forget(person: Person, now: datetime) -> None:
    """Take the person out of the tallies of small segments; runs before surveys take them out of the rows."""
    facts: dict[str, Any] = {"workspace": person.workspace_id, "contact": person.contact_id}
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, facts)
        segments = small_segments(person)
        if not segments:
            return
        facts["keys"] = [key[:KEY_LENGTH] for key, _value in segments]
        facts["values"] = [value[:VALUE_LENGTH] for _key, value in segments]
        cursor.execute(_HOLD_TALLIES, facts)
        cursor.execute(_TAKE_OUT, facts)
