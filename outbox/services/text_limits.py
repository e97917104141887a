"""How many texts a workspace has sent today, counted from the messages themselves, under a lock of the workspace.

Whoever counts holds the lock until the text is marked as being sent, so two workers together keep a limit.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from accounts.models import Workspace
from outbox import text_rules
from outbox.channels.sms import Gateway
from outbox.enums import Kind
from outbox.models import OutboundMessage
from outbox.text_rules import Used

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('outbox.texts', %(workspace)s))"

# On its way or gone: also one of which nobody knows whether it arrived. A text waits at most LIFE (outbox.rules).
_USED = """
SELECT COALESCE(SUM(m.parts), 0),
       COALESCE(SUM(m.parts) FILTER (WHERE m."to" LIKE %(country)s), 0),
       COUNT(*) FILTER (WHERE m."to" = %(to)s)
FROM outbox_outboundmessage m
WHERE m.workspace_id = %(workspace)s AND m.channel = 'SMS' AND m.created_at >= %(day)s - interval '4 days'
  AND m.state IN ('SENDING', 'SENT', 'UNKNOWN')
  AND (m.state = 'SENDING' OR COALESCE(m.sent_at, m.created_at) >= %(day)s)"""


def day_of(*, workspace: Workspace, now: datetime) -> datetime:
    """When the workspace's day began, in UTC."""
    zone = ZoneInfo(workspace.time_zone)
    return datetime.combine(now.astimezone(zone).date(), time(0), zone).astimezone(UTC)


def used(*, workspace: Workspace, number: str = "", now: datetime) -> Used:
    """What left today, in all and to this number and its country."""
    facts: dict[str, Any] = {
        "workspace": workspace.pk,
        "to": number,
        "country": f"{text_rules.calling_code(number) or 'nowhere'}%",
        "day": day_of(workspace=workspace, now=now),
    }
    with connection.cursor() as cursor:
        cursor.execute(_USED, facts)
        day, country, to = cursor.fetchone()
    return Used(day=int(day), country=int(country), number=int(to))


def why_not(*, message: OutboundMessage, gateway: Gateway | None, now: datetime) -> str:
    """The reason this text must not leave now; "" if it may. Holds the workspace's lock to the end of the transaction.

    A text to one of our own people, to try the gateway, counts for the day and not against the number.
    """
    if gateway is None or message.workspace_id is None:
        return text_rules.NO_GATEWAY
    workspace = Workspace.objects.get(pk=message.workspace_id)
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, {"workspace": workspace.pk})
    found = used(workspace=workspace, number=message.to, now=now)
    if message.kind == Kind.STAFF:
        found = Used(day=found.day, country=found.country)
    return text_rules.why_not(number=message.to, parts=message.parts, limits=gateway.limits, used=found)
