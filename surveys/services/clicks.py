"""The sweep that counts opened links: a look changes no row, so what was kept in Redis is counted a little later.

Only people's visits are counted; a scanner's are known as such once they are all there, which takes a few minutes.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from surveys.answer_sql import dimensions
from surveys.models import Invitation
from surveys.rules import trust
from surveys.services import trusting, visits

DELAY = timedelta(minutes=2)  # a scanner that follows all links is through by then
BATCH = 500
MAX_BATCHES = 20  # in one turn; the next turn goes on

_COUNT = f"""
WITH clicked AS (
  UPDATE surveys_invitation i SET clicked_at = v.at
  FROM unnest(%(ids)s::bigint[], %(moments)s::timestamptz[]) AS v (id, at)
  WHERE i.id = v.id AND i.clicked_at IS NULL
  RETURNING i.id, i.workspace_id, i.survey_id, i.contact_id, i.touchpoint_id, i.campaign_id, i.channel,
            i.clicked_at, COALESCE(i.queued_at, i.created_at) AS asked_at
)
INSERT INTO surveys_invitationchange (workspace_id, invitation_id, survey_id, stage, day, dimensions, at, is_folded)
SELECT i.workspace_id, i.id, i.survey_id, 'CLICKED', (i.asked_at AT TIME ZONE w.time_zone)::date,
       {dimensions(channel="i.channel")}, i.clicked_at, false
FROM clicked i
JOIN surveys_survey s ON s.id = i.survey_id
JOIN accounts_workspace w ON w.id = i.workspace_id
JOIN surveys_contact c ON c.id = i.contact_id
LEFT JOIN surveys_touchpoint t ON t.id = i.touchpoint_id
LEFT JOIN surveys_campaign cp ON cp.id = i.campaign_id
ON CONFLICT (invitation_id, stage) DO NOTHING"""


def count_clicks(*, now: datetime) -> int:
    """Mark every link that a person has opened, each once; returns how many. Safe to run twice and in parallel."""
    total = 0
    for _turn in range(MAX_BATCHES):
        nonces = visits.to_count(until=now - DELAY, most=BATCH)
        if not nonces:
            break
        total += _count(nonces)
        visits.counted(nonces)
    return total


@transaction.atomic
def _count(nonces: Sequence[str]) -> int:
    # Locked in one order by everybody, as by those who settle answers.
    rows = (
        Invitation.objects.across_workspaces()
        .filter(link_nonce__in=nonces, clicked_at__isnull=True)
        .order_by("pk")
        .select_for_update(no_key=True)
    )
    links = list(rows)
    seen = visits.of(link.link_nonce for link in links)
    moments = {}
    for link in links:
        moment = trust.human_click(
            seen.get(link.link_nonce, ()),
            reached_at=link.delivered_at or link.sent_at or link.queued_at,
            may_be_scanned=trusting.may_be_scanned(link),
        )
        if moment:
            moments[link.pk] = moment
    if moments:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, {"ids": list(moments), "moments": list(moments.values())})
    return len(moments)
