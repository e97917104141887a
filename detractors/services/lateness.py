"""What the promises of a case say of it, kept beside the case for the queue (detractors.models.Lateness)."""

from collections.abc import Iterable

from django.db import connection

from core.arrays import array

# One row for a case that is late, or was; it holds what the timers say and where the case stands.
_KEEP = """
INSERT INTO detractors_lateness AS kept (case_id, workspace_id, number, rank_at, is_due_soon, is_breached, version)
SELECT found.id, found.workspace_id, found.number,
  CASE WHEN found.category IN ('OPEN', 'WAITING') THEN found.rank_at END, said.is_due_soon, said.is_breached, 1
FROM detractors_case AS found
JOIN LATERAL (
  SELECT coalesce(bool_or(timer.warned_at IS NOT NULL AND timer.breached_at IS NULL AND timer.met_at IS NULL
      AND timer.cancelled_at IS NULL AND timer.paused_at IS NULL), false) AS is_due_soon,
    coalesce(bool_or(timer.breached_at IS NOT NULL), false) AS is_breached
  FROM detractors_slatimer AS timer
  WHERE timer.case_id = found.id
) AS said ON said.is_due_soon OR said.is_breached
  OR EXISTS (SELECT 1 FROM detractors_lateness AS known WHERE known.case_id = found.id)
WHERE found.id = ANY(%s::bigint[])
ON CONFLICT (case_id) DO UPDATE SET rank_at = excluded.rank_at, is_due_soon = excluded.is_due_soon,
  is_breached = excluded.is_breached, version = kept.version + 1
"""


def keep(*, cases: Iterable[int]) -> None:
    """Write down what the timers of these cases (ids) say now; the caller holds the cases' locks.

    "Due soon" means due later: a case whose every warned promise was missed, met or stopped leaves that view. A breach
    is permanent.
    """
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [array(cases)])
