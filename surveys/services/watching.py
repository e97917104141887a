"""What answers leave with the person who gave them: an early warning, and the hour at which they answer.

A low CSAT, CES or star answer is about one moment, and often the sign before somebody turns away: the contact is watched
from then on, until somebody looks and says why no longer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection

from surveys.enums import Segment, Trust
from surveys.models import Contact
from surveys.rules import send_hour

REASON_LENGTH = 200

_WATCH = f"""
WITH low AS (
  SELECT DISTINCT ON (r.contact_id) r.contact_id, r.responded_at, r.metric || ' ' || r.score AS because
  FROM surveys_response r
  WHERE r.id = ANY(%(responses)s) AND r.contact_id IS NOT NULL AND r.segment = '{Segment.DISSATISFIED}'
    AND r.trust <> '{Trust.LIKELY_SCANNER}'
  ORDER BY r.contact_id, r.responded_at DESC
)
UPDATE surveys_contact c SET watch_since = low.responded_at, watch_because = low.because
FROM low WHERE c.id = low.contact_id AND c.erased_at IS NULL AND c.watch_since IS NULL"""

# What turned out to be a machine's, or was amended to something better, is no reason to watch.
_UNWATCH = f"""
UPDATE surveys_contact c SET watch_since = NULL, watch_because = ''
FROM surveys_response r
WHERE r.id = ANY(%(responses)s) AND c.id = r.contact_id AND c.watch_since = r.responded_at
  AND (r.trust = '{Trust.LIKELY_SCANNER}' OR r.segment <> '{Segment.DISSATISFIED}')"""

_ANSWERED_AT = f"""
SELECT r.contact_id, r.responded_at, COALESCE(NULLIF(c.time_zone, ''), w.time_zone)
FROM surveys_response r
JOIN surveys_contact c ON c.id = r.contact_id
JOIN accounts_workspace w ON w.id = r.workspace_id
WHERE r.contact_id IN (SELECT contact_id FROM surveys_response WHERE id = ANY(%(responses)s) AND invitation_id IS NOT NULL)
  AND r.invitation_id IS NOT NULL AND r.trust <> '{Trust.LIKELY_SCANNER}'
ORDER BY r.contact_id, r.responded_at DESC, r.id DESC"""

_TELL_HOUR = """
UPDATE surveys_contact c SET send_hour = v.hour FROM unnest(%s::bigint[], %s::smallint[]) AS v (id, hour)
WHERE c.id = v.id AND c.send_hour IS DISTINCT FROM v.hour AND c.erased_at IS NULL"""


def follow(*, responses: Sequence[int]) -> None:
    """Watch, or no longer, who gave these answers, and learn their hour. In the transaction that settles them."""
    ids = {"responses": list(responses)}
    with connection.cursor() as cursor:
        cursor.execute(_UNWATCH, ids)
        cursor.execute(_WATCH, ids)
        cursor.execute(_ANSWERED_AT, ids)
        hours: dict[int, list[int]] = defaultdict(list)
        for contact, moment, zone in cursor.fetchall():
            hours[contact].append(_local_hour(moment, zone))
        if hours:
            found = sorted((contact, send_hour.learned(seen)) for contact, seen in hours.items())
            cursor.execute(_TELL_HOUR, [[one[0] for one in found], [one[1] for one in found]])


def clear(*, contact: Contact, note: str, now: datetime) -> None:
    """Somebody has looked: the person is watched no longer. The note stays with the contact and in its history."""
    contact.watch_since, contact.watch_because = None, note.strip()[:REASON_LENGTH]
    contact.updated_at = now
    contact.save(update_fields=["watch_since", "watch_because", "updated_at"])


def choose_hour(*, contact: Contact, hour: int | None, now: datetime) -> None:
    """Set the hour at which this person is asked, whatever was learned; None goes back to that."""
    if hour is not None and not 0 <= hour < send_hour.DAY:
        raise ValueError(f"{hour} is no hour of a day")
    contact.chosen_send_hour, contact.updated_at = hour, now
    contact.save(update_fields=["chosen_send_hour", "updated_at"])


def _local_hour(moment: datetime, zone: str) -> int:
    try:
        return moment.astimezone(ZoneInfo(zone)).hour
    except (ValueError, OSError, KeyError):  # a zone that came in with an import and does not exist
        return moment.hour
