"""The sweep that learns what became of the mails: sent, delivered, or not sent after all, with the reason.

Each invitation says when to look again (`follow_at`): soon while its mail is still with us, then at growing distances,
then never. An answer that came meanwhile is never undone. A link that others hand out has no mail; it enters the funnel
as sent and delivered.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from core.queue import nudge_on_commit
from outbox import text_rules
from outbox.enums import State
from surveys.answer_sql import dimensions
from surveys.models import Invitation

BATCH = 500
MAX_BATCHES = 40  # in one turn; the next turn goes on
FOLLOW_FOR = timedelta(days=5)  # servers give up on a mail after about five days (RFC 5321, 4.5.4.1)
SOON = timedelta(seconds=5)
WAITING_MOST = timedelta(seconds=30)  # between two looks while the mail has not left
SENT_LEAST = timedelta(
    minutes=1
)  # between two looks at a mail that has left: each writes the invitation anew
SENT_MOST = timedelta(hours=6)

_FOLLOW = f"""
WITH seen AS (
  SELECT i.id, now_.age, m.delivered_at,
         CASE WHEN m.state IN ('SENT', 'UNKNOWN') THEN COALESCE(m.sent_at, %(now)s) END AS left_at,
         CASE
           WHEN NOT i.is_mailed THEN ''
           WHEN m.bounced_at IS NOT NULL OR m.state = 'FAILED' THEN 'UNDELIVERABLE'
           WHEN m.state = 'SKIPPED' AND m.skipped_because LIKE '%%SUPPRESSED%%' THEN 'SUPPRESSED'
           WHEN m.state = 'SKIPPED' AND m.skipped_because = ANY(%(texts)s) THEN m.skipped_because
           WHEN m.id IS NULL OR m.state IN ('SKIPPED', 'DEAD') THEN 'MAIL_FAILED'
           ELSE ''
         END AS reason,
         r.id IS NOT NULL AS is_answered
  FROM surveys_invitation i
  LEFT JOIN outbox_outboundmessage m ON m.id = i.message_id
  LEFT JOIN surveys_response r ON r.invitation_id = i.id
  CROSS JOIN LATERAL (SELECT %(now)s - COALESCE(i.queued_at, i.created_at) AS age) AS now_
  WHERE i.id = ANY(%(ids)s)
),
moved AS (
  UPDATE surveys_invitation i
  SET sent_at = COALESCE(i.sent_at, seen.left_at),
      delivered_at = COALESCE(i.delivered_at, seen.delivered_at),
      status = CASE
        WHEN seen.is_answered OR i.status NOT IN ('QUEUED', 'SENT', 'DELIVERED') THEN i.status
        WHEN seen.reason <> '' THEN 'NOT_SENT'
        WHEN seen.delivered_at IS NOT NULL THEN 'DELIVERED'
        WHEN seen.left_at IS NOT NULL THEN 'SENT'
        ELSE i.status
      END,
      not_sent_because = CASE
        WHEN seen.is_answered OR i.status NOT IN ('QUEUED', 'SENT', 'DELIVERED') THEN i.not_sent_because
        ELSE seen.reason
      END,
      follow_at = CASE
        WHEN NOT i.is_mailed OR seen.reason <> '' OR seen.delivered_at IS NOT NULL THEN NULL
        WHEN seen.age > %(follow_for)s THEN NULL
        WHEN seen.left_at IS NULL THEN %(now)s + LEAST(GREATEST(seen.age, %(soon)s), %(waiting_most)s)
        ELSE %(now)s + LEAST(GREATEST(seen.age, %(sent_least)s), %(sent_most)s)
      END
  FROM seen
  WHERE i.id = seen.id
  RETURNING i.id, i.workspace_id, i.survey_id, i.contact_id, i.touchpoint_id, i.campaign_id, i.channel, i.status,
            i.is_mailed, i.sent_at, i.delivered_at, COALESCE(i.queued_at, i.created_at) AS asked_at
),
funnel AS (
  INSERT INTO surveys_invitationchange (workspace_id, invitation_id, survey_id, stage, day, dimensions, at, is_folded)
  SELECT moved.workspace_id, moved.id, moved.survey_id, stages.stage, (moved.asked_at AT TIME ZONE w.time_zone)::date,
         {dimensions(channel="moved.channel")}, %(now)s, false
  FROM moved
  JOIN surveys_survey s ON s.id = moved.survey_id
  JOIN accounts_workspace w ON w.id = moved.workspace_id
  JOIN surveys_contact c ON c.id = moved.contact_id
  LEFT JOIN surveys_touchpoint t ON t.id = moved.touchpoint_id
  LEFT JOIN surveys_campaign cp ON cp.id = moved.campaign_id
  JOIN LATERAL (
    VALUES ('SENT', moved.sent_at IS NOT NULL), ('DELIVERED', moved.delivered_at IS NOT NULL OR NOT moved.is_mailed)
  ) AS stages (stage, is_reached) ON stages.is_reached
  ON CONFLICT (invitation_id, stage) DO NOTHING
)
SELECT contact_id FROM moved WHERE status = 'NOT_SENT'"""

# Who was not asked after all may be asked: the latest request that stands decides.
_UNASK = """
UPDATE surveys_contact c
SET last_asked_at = (
  SELECT max(COALESCE(i.queued_at, i.created_at)) FROM surveys_invitation i
  WHERE i.contact_id = c.id AND i.status NOT IN ('PLANNED', 'NOT_SENT'))
WHERE c.id = ANY(%s)"""


def _has_news(now: datetime) -> Q:
    """Whose mail has left, or is gone; one that waits in the outbox is looked at rarely, for each look writes the row anew.

    The outbox holds so many surveys at most (sending.AHEAD), so few rows are passed over.
    """
    waits = Q(message__state__in=(State.QUEUED, State.SENDING))
    return Q(message__isnull=True) | ~waits | Q(follow_at__lte=now - WAITING_MOST)


def follow_mail(*, now: datetime) -> int:
    """Bring every invitation that is due for a look up to date with its mail; returns how many were looked at."""
    seen = 0
    for _turn in range(MAX_BATCHES):
        looked = _follow_batch(now)
        seen += looked
        if looked < BATCH:
            break
    if seen:  # what left makes room for more (sending.AHEAD)
        nudge_on_commit("surveys.send_due")
    return seen


@transaction.atomic
def _follow_batch(now: datetime) -> int:
    # Locked by a statement of its own, so that the next one sees what others committed before the lock was had.
    due = Invitation.objects.across_workspaces().filter(follow_at__lte=now).filter(_has_news(now))
    rows = due.order_by("follow_at").select_for_update(skip_locked=True, of=("self",))
    ids = list(rows.values_list("pk", flat=True)[:BATCH])
    if not ids:
        return 0
    facts: dict[str, Any] = {
        "ids": ids, "now": now, "follow_for": FOLLOW_FOR, "soon": SOON, "waiting_most": WAITING_MOST,
        "sent_least": SENT_LEAST, "sent_most": SENT_MOST, "texts": list(text_rules.REASONS),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, facts)
        if unasked := [row[0] for row in cursor.fetchall()]:
            cursor.execute(_UNASK, [unasked])
    return len(ids)
