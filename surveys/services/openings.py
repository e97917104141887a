"""A mail of a survey was opened by a person, as its provider reports: noted on the request, once, and in the funnel.

An open proves that the mail arrived, whatever else was reported; when it left is still followed (services/following.py).
Where no provider reports it, nobody knows: `surveys.queries.campaigns.measures_opens`.
"""

from datetime import datetime

from django.db import connection

from outbox.models import OutboundMessage
from surveys.answer_sql import dimensions

_ABOUT = "invitation:"

# A request that ended meanwhile keeps its end.
_NOTE = f"""
WITH opened AS (
  UPDATE surveys_invitation i
  SET opened_at = %(at)s, delivered_at = COALESCE(i.delivered_at, %(at)s),
      status = CASE WHEN i.status IN ('QUEUED', 'SENT', 'DELIVERED') THEN 'OPENED' ELSE i.status END
  WHERE i.id = %(id)s AND i.workspace_id = %(workspace)s AND i.opened_at IS NULL AND i.status NOT IN ('PLANNED', 'NOT_SENT')
  RETURNING i.id, i.workspace_id, i.survey_id, i.contact_id, i.touchpoint_id, i.campaign_id, i.channel, i.opened_at,
            COALESCE(i.queued_at, i.created_at) AS asked_at
)
INSERT INTO surveys_invitationchange (workspace_id, invitation_id, survey_id, stage, day, dimensions, at, is_folded)
SELECT i.workspace_id, i.id, i.survey_id, stages.stage, (i.asked_at AT TIME ZONE w.time_zone)::date,
       {dimensions(channel="i.channel")}, i.opened_at, false
FROM opened i
JOIN surveys_survey s ON s.id = i.survey_id
JOIN accounts_workspace w ON w.id = i.workspace_id
JOIN surveys_contact c ON c.id = i.contact_id
LEFT JOIN surveys_touchpoint t ON t.id = i.touchpoint_id
LEFT JOIN surveys_campaign cp ON cp.id = i.campaign_id
CROSS JOIN (VALUES ('DELIVERED'), ('OPENED')) AS stages (stage)
ON CONFLICT (invitation_id, stage) DO NOTHING"""


def note(*, message: OutboundMessage, at: datetime) -> None:
    """The first mail or a reminder was opened; a second open changes nothing. Call it in the transaction of the report."""
    kind, _colon, ident = message.about.partition(":")
    if f"{kind}:" != _ABOUT or not ident.isdecimal() or message.workspace_id is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, {"at": at, "id": int(ident), "workspace": message.workspace_id})
