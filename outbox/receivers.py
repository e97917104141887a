"""News the outbox listens to: mails about an account, and what mail providers report."""

from datetime import datetime
from typing import Any

import structlog
from anymail.signals import AnymailTrackingEvent, tracking
from django.dispatch import receiver
from django.utils import timezone

from accounts.models import Workspace
from accounts.signals import account_mail
from outbox.enums import Kind
from outbox.models import ChatTarget
from outbox.services import chat_notices, messages
from outbox.services.tracking import Report, record_tracking
from outbox.signals import chat_target_gave_up

log = structlog.get_logger(__name__)

# How providers say that a bounce is temporary, which anymail does not keep: ESP name -> path in the raw event, values.
SOFT: dict[str, tuple[tuple[str, ...], frozenset[str]]] = {
    "Postmark": (("Type",), frozenset({"SoftBounce", "Transient", "DnsError"})),
    "Amazon SES": (("bounce", "bounceType"), frozenset({"Transient", "Undetermined"})),
    "SendGrid": (("type",), frozenset({"blocked"})),
}
# How providers say that a program opened the mail, not a person.
MACHINES: dict[str, tuple[tuple[str, ...], frozenset[str | bool]]] = {
    "SendGrid": (("sg_machine_open",), frozenset({True, "true"})),
}


@receiver(account_mail, dispatch_uid="outbox.account_mail")
def send_account_mail(
    sender: Any,
    *,
    mail: str,
    to: str,
    context: dict[str, Any],
    dedupe_key: str,
    now: datetime,
    user: Any = None,
    workspace: Workspace | None = None,
    to_name: str = "",
    about: str = "",
    expires_at: datetime | None = None,
    is_secret: bool = True,
    **_: Any,
) -> None:
    """Insert the row inside the sender's transaction: there is no reset without its mail.

    With a `workspace` the mail is shown in its mailbox, the words of an invitation only to those who could have written it.
    """
    messages.queue_email(
        mail=mail, to=to, to_name=to_name or (user.display_name if user else ""), context=context,
        dedupe_key=dedupe_key, kind=Kind.STAFF if workspace else Kind.ACCOUNT, workspace=workspace, about=about,
        is_secret=is_secret, expires_at=expires_at, now=now,
    )  # fmt: skip


@receiver(tracking, dispatch_uid="outbox.tracking")
def record(sender: Any, *, event: AnymailTrackingEvent, esp_name: str, **_: Any) -> None:
    """Store one report; an error of the database reaches the provider as 500, and it tries again."""
    record_tracking(
        report=Report(
            provider=esp_name,
            kind=str(event.event_type or "unknown"),
            recipient=str(event.recipient or ""),
            happened_at=event.timestamp,
            event_id=str(event.event_id or ""),
            public_id=_public_id(event.metadata),
            provider_id=str(event.message_id or ""),
            reason=str(event.reject_reason or ""),
            detail=str(event.description or event.mta_response or ""),
            is_soft=_is_soft(event, esp_name),
            user_agent=str(event.user_agent or "")[:500],
            is_machine=_is_machine(event, esp_name),
        ),
        now=timezone.now(),
    )


def _is_machine(event: AnymailTrackingEvent, esp_name: str) -> bool:
    """What a provider says of an opening itself."""
    path, values = MACHINES.get(esp_name, ((), frozenset()))
    return bool(path) and _found(event, path) in values


def _public_id(metadata: Any) -> str:
    value = metadata.get("id", "") if isinstance(metadata, dict) else ""
    return value if isinstance(value, str) and len(value) <= 22 and value.isprintable() else ""


def _is_soft(event: AnymailTrackingEvent, esp_name: str) -> bool:
    path, values = SOFT.get(esp_name, ((), frozenset()))
    return bool(path) and _found(event, path) in values


def _found(event: AnymailTrackingEvent, path: tuple[str, ...]) -> str | bool | None:
    """A word, or a yes or no, of the raw event."""
    found: Any = event.esp_event
    for step in path:
        found = found.get(step) if isinstance(found, dict) else None
    return found if isinstance(found, str | bool) else None


@receiver(chat_target_gave_up, dispatch_uid="outbox.chat_target_gave_up")
def tell_of_silent_target(sender: Any, *, target: ChatTarget, now: datetime, **_: Any) -> None:
    """Who looks after the workspace hears that nobody is told there any more."""
    chat_notices.tell_of_end(target=target, now=now)
