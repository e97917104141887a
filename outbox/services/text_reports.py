"""What a provider of text messages reports: which text it means, then as with mail (services/tracking.py).

apprise gives no id of the provider, so the first report of a text teaches it: it names the receiver, and means the latest
text to that number which has none yet. Reports count only for the workspace whose gateway they came in by.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from core.tokens import NONCE_LENGTH
from outbox.enums import Channel
from outbox.models import OutboundMessage, TrackingEvent
from outbox.services.tracking import Report, record_tracking

LEARNED_WITHIN = timedelta(hours=48)  # networks try as long
_LEFT = ("SENDING", "SENT", "UNKNOWN", "QUEUED")


@transaction.atomic
def record(
    *,
    workspace_id: int,
    number: str,
    provider_id: str,
    kind: str,
    now: datetime,
    reason: str = "",
    detail: str = "",
    happened_at: datetime | None = None,
    reference: str = "",
) -> TrackingEvent | None:
    """Store one report and let it count, once; None when it is known already, or means no text of this workspace."""
    message = _meant(workspace_id, number, provider_id, reference, now)
    if message is None:
        return None
    if not message.provider_id:
        message.provider_id = provider_id[:255]
        message.save(update_fields=["provider_id"])
    return record_tracking(
        report=Report(
            provider="texts",
            kind=kind,
            recipient=number,
            happened_at=happened_at,
            event_id=f"{workspace_id}:{provider_id}:{kind}"[:150],
            public_id=message.public_id,
            provider_id=provider_id,
            reason=reason,
            detail=detail,
        ),
        now=now,
    )


def _meant(
    workspace_id: int, number: str, provider_id: str, reference: str, now: datetime
) -> OutboundMessage | None:
    rows = OutboundMessage.objects.of(workspace_id).filter(channel=Channel.SMS, to=number)
    rows = rows.defer("text", "html", "facts").select_for_update()
    found: OutboundMessage | None = rows.filter(provider_id=provider_id).first()
    if found is None and len(reference) == NONCE_LENGTH:
        found = rows.filter(public_id=reference).first()
    if found is None:
        lately = rows.filter(
            provider_id="", attempts__gt=0, state__in=_LEFT, created_at__gt=now - LEARNED_WITHIN
        )
        found = lately.order_by("-created_at", "-id").first()
    return found
