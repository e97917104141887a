"""What mail providers report: delivered, bounced, complained, opened. Believed only when it fits a message of ours."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction

from core.announce import announce
from outbox import rules
from outbox.enums import State, SuppressionReason, SuppressionScope
from outbox.models import OutboundMessage, TrackingEvent
from outbox.rendering import one_line
from outbox.services.suppressions import suppress
from outbox.signals import message_opened, message_undeliverable

log = structlog.get_logger(__name__)

ARRIVED = frozenset({"delivered", "opened", "clicked"})  # nobody opens what has not arrived
READ = frozenset({"opened", "clicked"})
TAKEN = frozenset({"queued", "sent", "delivered", "deferred", "bounced", "complained", "opened", "clicked"})
FAILED_KINDS = frozenset({"bounced", "rejected", "failed"})
HARD_REASONS = frozenset({"bounced", "invalid"})
SOFT_KIND = "soft_bounced"


@dataclass(frozen=True, kw_only=True)
class Report:
    """One event in anymail's words. `kind` and `reason` are its event type and reject reason; `public_id` is the id we
    sent along; `is_soft` says that a bounce was temporary; `user_agent` is what opened the mail."""

    provider: str
    kind: str
    recipient: str
    happened_at: datetime | None
    event_id: str = ""
    public_id: str = ""
    provider_id: str = ""
    reason: str = ""
    detail: str = ""
    is_soft: bool = False
    user_agent: str = ""
    is_machine: bool = False  # the provider says so itself


def record_tracking(*, report: Report, now: datetime) -> TrackingEvent | None:
    """Store one report and let it count, once; None when it is known already.

    It counts only when it names a message of ours and that message's receiver, and when it is not older than
    rules.OLDEST_EVENT; any other is stored without a message, and nothing follows from it.
    """
    happened_at = report.happened_at or now
    named = _named_by(report)
    if (
        named is not None and not named.to
    ):  # its receiver was erased: not even their address is taken in again
        return None
    message = named if named and named.to.lower() == report.recipient.strip().lower() else None
    with transaction.atomic():
        event, is_new = TrackingEvent.objects.get_or_create(
            event_id=_identity(report),
            defaults={
                "kind": SOFT_KIND if report.kind == "bounced" and _is_soft(report) else report.kind[:30],
                "recipient": one_line(report.recipient, 320),
                "provider_id": one_line(report.provider_id, 255),
                "message": message,
                "detail": one_line(f"{report.reason} {report.detail}".strip(), 500),
                "happened_at": min(happened_at, now),
                "received_at": now,
            },
        )
        if not is_new:
            return None
        if message is None:
            log.warning("tracking_fits_no_message", provider=report.provider, kind=report.kind)
        elif now - happened_at <= rules.OLDEST_EVENT:
            _follow(event, report, now=now)
    return event


def _named_by(report: Report) -> OutboundMessage | None:
    """The message the report names; it counts only when it names the receiver, too."""
    rows = OutboundMessage.objects.across_workspaces().defer(
        "text", "html"
    )  # an id nobody can guess is looked up
    if report.public_id:
        return rows.filter(public_id=report.public_id).first()
    if report.provider_id:
        return (
            rows.filter(provider_id=report.provider_id).first()
            or rows.filter(message_id=report.provider_id).first()
        )
    return None


def _identity(report: Report) -> str:
    """The provider's own id of the event; without one, a hash of what it says."""
    if report.event_id and len(report.event_id) <= 150:
        return f"{report.provider}:{one_line(report.event_id, 150)}"
    facts = [
        report.event_id, report.kind, report.recipient.lower(), report.provider_id, report.public_id, report.reason,
        report.happened_at.isoformat() if report.happened_at else "",
    ]  # fmt: skip
    return f"{report.provider}:sha256:{hashlib.sha256(chr(0).join(facts).encode('utf-8', 'replace')).hexdigest()}"


def _is_soft(report: Report) -> bool:
    return report.is_soft or report.reason not in HARD_REASONS


def _follow(event: TrackingEvent, report: Report, *, now: datetime) -> None:
    """What a believed report changes."""
    assert event.message is not None
    is_read = _is_read(event.message, report)
    if is_read:  # before the message is locked: whoever forgets a person locks their requests first, too
        message_opened.send(sender=OutboundMessage, message=event.message, at=event.happened_at)
    message = OutboundMessage.objects.across_workspaces().select_for_update().get(pk=event.message_id)
    changed = _settle_doubt(message, report)
    if is_read:
        changed += _mark_read(message, report.kind, event.happened_at)
    if report.kind in ARRIVED and message.delivered_at is None:
        message.delivered_at = event.happened_at
        changed.append("delivered_at")
    if report.kind == "complained" and message.complained_at is None:
        message.complained_at = event.happened_at
        changed.append("complained_at")
    is_first_failure = report.kind in FAILED_KINDS and message.bounced_at is None
    if is_first_failure:
        message.bounced_at = event.happened_at
        message.last_error = event.detail
        changed += ["bounced_at", "last_error"]
    if changed:
        message.save(update_fields=changed)
    _suppress(message, report, now=now)
    if is_first_failure:
        announce(message_undeliverable, sender=OutboundMessage, message=message, now=now)


def _is_read(message: OutboundMessage, report: Report) -> bool:
    """Whether a person opened the mail, as far as anybody can say."""
    if report.kind not in READ or report.is_machine:
        return False
    waited = report.happened_at - message.sent_at if report.happened_at and message.sent_at else None
    return not rules.is_opened_by_machine(user_agent=report.user_agent, after=waited)


def _mark_read(message: OutboundMessage, kind: str, at: datetime) -> list[str]:
    """A click opens the mail too."""
    names = ["opened_at"] if kind == "opened" else ["opened_at", "clicked_at"]
    changed = [name for name in names if getattr(message, name) is None]
    for name in changed:
        setattr(message, name, at)
    return changed


def _settle_doubt(message: OutboundMessage, report: Report) -> list[str]:
    """A provider that reports on a message has it: one whose fate was unknown was sent."""
    is_doubtful = message.state == State.UNKNOWN or (message.state == State.QUEUED and message.attempts > 0)
    if not (is_doubtful and report.kind in TAKEN):
        return []
    message.state, message.next_at, message.lease_until = State.SENT, None, None
    message.sent_at = message.sent_at or report.happened_at or message.created_at
    message.provider_id = message.provider_id or report.provider_id[:255]
    return ["state", "next_at", "lease_until", "sent_at", "provider_id"]


def _suppress(message: OutboundMessage, report: Report, *, now: datetime) -> None:
    if message.workspace_id is None:
        return
    listed = _listing(message, report, now=now)
    if listed is not None:
        scope, reason, note = listed
        suppress(
            workspace=message.workspace_id, address=message.to, scope=scope, reason=reason,
            source=f"message:{message.public_id}", now=now, note=note,
        )  # fmt: skip


def _listing(message: OutboundMessage, report: Report, *, now: datetime) -> tuple[str, str, str] | None:
    """Scope, reason and note with which the address goes on the list; None when it does not."""
    detail = one_line(report.detail, 300)
    if report.kind == "complained" or (report.kind in FAILED_KINDS and report.reason == "spam"):
        return SuppressionScope.ALL, SuppressionReason.COMPLAINED, detail
    if report.kind == "unsubscribed" or (report.kind in FAILED_KINDS and report.reason == "unsubscribed"):
        return SuppressionScope.SURVEYS, SuppressionReason.UNSUBSCRIBED, detail
    if report.kind in {"bounced", "rejected"} and not _is_soft(report):
        return SuppressionScope.ALL, SuppressionReason.BOUNCED, detail
    if report.kind == "bounced" and _soft_bounces(message, now=now) >= rules.SOFT_BOUNCES:
        return (
            SuppressionScope.ALL,
            SuppressionReason.BOUNCED,
            f"{rules.SOFT_BOUNCES} soft bounces in 30 days",
        )
    return None


def _soft_bounces(message: OutboundMessage, *, now: datetime) -> int:
    """How many messages of this workspace to this address bounced softly in the window."""
    return (
        TrackingEvent.objects.filter(
            kind=SOFT_KIND,
            recipient__iexact=message.to,
            message__workspace=message.workspace_id,
            happened_at__gt=now - rules.SOFT_BOUNCE_WINDOW,
        )
        .values("message")
        .distinct()
        .count()
    )
