"""A workspace that sends text messages, for tests of every app."""

from __future__ import annotations

from typing import Any

from accounts.models import Workspace
from outbox.enums import Kind
from outbox.models import OutboundMessage
from outbox.services.texts import TextRequest, queue_texts
from surveys.models import SmsGateway
from surveys.services import sms_gateways
from tests.conftest import MONDAY_9AM

DORAS = "+4915112345678"
OURS = "+493012345678"
SECRET = "auth-token-of-acme"
TWILIO = "twilio://AC00000000000000000000000000000001:0123456789abcdef0123456789abcdef@+15005550006"


def set_up(workspace: Workspace, **more: Any) -> SmsGateway:
    """A gateway in use that keeps its texts here, and takes calls signed with SECRET."""
    chosen: dict[str, Any] = {
        "provider": "CONSOLE", "number": OURS, "per_day": 1_000, "per_number": 3, "per_country": None, "countries": "",
        "is_active": True, "secret": SECRET, "now": MONDAY_9AM,
    }  # fmt: skip
    return sms_gateways.save(workspace=workspace, **{**chosen, **more})


def queued(workspace: Workspace, to: str = DORAS, *, key: str = "", **more: Any) -> OutboundMessage:
    """One survey text in the outbox, due at MONDAY_9AM."""
    facts: dict[str, Any] = {
        "to": to, "text": "Acme: how did we do?", "subject": "Text", "dedupe_key": key or f"text:{to}",
        "kind": Kind.SURVEY, "workspace": workspace,
    }  # fmt: skip
    [row] = queue_texts([TextRequest(**{**facts, **more})], now=MONDAY_9AM)
    return row


def fresh(message: OutboundMessage) -> OutboundMessage:
    return OutboundMessage.objects.across_workspaces().get(pk=message.pk)
