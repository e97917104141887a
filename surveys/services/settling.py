"""What an answer means for its invitation: the mark ANSWERED and the lines of the funnel, after the answer is safe.

Also whether further questions are still open (services/further.py).

They would cost the customer more than half of the statement's pages, and nothing is lost by their coming a moment later:
the unique key of the answer keeps a second one out, and `decide_at` says that they are still to come. Who decides about
the answers settles them in the same transaction, so an answer that no longer waits is settled. Who reads meanwhile sees
them as settled: pages through `surveys.queries.settled`, figures through `answer_sql.FUNNEL_TO_COME`.
"""

from collections.abc import Sequence

from django.db import connection

from surveys.answer_sql import FUNNEL_TO_COME
from surveys.enums import Metric, Trust
from surveys.services import further

_LATEST = f"""
  SELECT {{what}} FROM surveys_response r
  WHERE r.contact_id = people.id AND r.trust <> '{Trust.LIKELY_SCANNER}' {{which}}
  ORDER BY r.responded_at DESC, r.id DESC LIMIT 1"""

# Whatever the status is: a link that ended or was refused in the very moment of the answer was answered all the same.
# Locked in one order by everybody, so two batches wait for each other and never in a circle.
_SETTLE = f"""
WITH locked AS MATERIALIZED (
  SELECT i.id, r.received_at
  FROM surveys_response r JOIN surveys_invitation i ON i.id = r.invitation_id
  WHERE r.id = ANY(%(responses)s) AND i.status <> 'ANSWERED'
  ORDER BY i.id FOR NO KEY UPDATE OF i
),
marked AS (
  UPDATE surveys_invitation i
  SET status = 'ANSWERED', answered_at = locked.received_at, not_sent_because = '', askable_at = NULL
  FROM locked WHERE i.id = locked.id
)
INSERT INTO surveys_invitationchange (workspace_id, invitation_id, survey_id, stage, day, dimensions, at, is_folded)
SELECT workspace_id, invitation_id, survey_id, stage, day, dimensions, at, false
FROM ({FUNNEL_TO_COME} AND r.id = ANY(%(responses)s)) AS coming
ON CONFLICT (invitation_id, stage) DO NOTHING"""

# Who answered, and what their last answer was: audiences read it on the contact. An answer that was amended, judged
# doubtful or taken back waits again, so this is always counted anew from the answers themselves.
_TELL_CONTACTS = f"""
WITH people AS MATERIALIZED (
  SELECT c.id, c.respondent_type FROM surveys_contact c
  WHERE c.id IN (SELECT r.contact_id FROM surveys_response r WHERE r.id = ANY(%(responses)s))
  ORDER BY c.id FOR NO KEY UPDATE
),
typed AS (
  UPDATE surveys_response r SET respondent_type = people.respondent_type
  FROM people
  WHERE r.id = ANY(%(responses)s) AND r.contact_id = people.id AND r.respondent_type <> people.respondent_type
    AND r.amended_at IS NULL
)
UPDATE surveys_contact c
SET last_answered_at = latest.at, last_score = nps.score, last_segment = COALESCE(nps.segment, '')
FROM people
LEFT JOIN LATERAL ({_LATEST.format(what="r.responded_at AS at", which="")}) AS latest ON true
LEFT JOIN LATERAL ({_LATEST.format(what="r.score, r.segment", which=f"AND r.metric = '{Metric.NPS}'")}) AS nps ON true
WHERE c.id = people.id AND (c.last_answered_at, c.last_score, c.last_segment)
  IS DISTINCT FROM (latest.at, nps.score, COALESCE(nps.segment, ''))"""


def settle(*, responses: Sequence[int]) -> None:
    """Mark the invitations of waiting answers, write their lines of the funnel, and tell the contacts what they said.

    What is settled stays as it is.

    Call it in the transaction that ends their waiting. Safe to run twice and in parallel.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, {"responses": list(responses)})
        cursor.execute(_TELL_CONTACTS, {"responses": list(responses)})
    further.mark_open(responses=responses)
