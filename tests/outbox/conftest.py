"""A real mail server on loopback that does what the receiver's address tells it to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from accounts.models import Workspace
from config import mail
from outbox.enums import Kind
from outbox.models import OutboundMessage
from outbox.services import messages
from tests.conftest import MONDAY_9AM


class Postman:
    """Accepts mail, but for receivers whose name says otherwise: `refuse`, `gone`, `defer`, `drop`, `leave`."""

    def __init__(self) -> None:
        self.received: list[tuple[str, EmailMessage]] = []
        self.connections = 0
        self.on_data: Any = None
        self.takes_together = False  # commands in one go (RFC 2920)
        self._lock = threading.Lock()

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return [*responses[:1], *(["250-PIPELINING"] if self.takes_together else []), *responses[1:]]

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        name = address.split("@")[0]
        if name.startswith("refuse"):
            return "554 5.7.1 we do not want this"
        if name.startswith("gone"):
            return "550 5.1.1 no such mailbox"
        if name.startswith("defer"):
            return "450 4.7.1 greylisted, try later"
        if name.startswith("leave"):  # the line goes dead before any word of the message
            server.transport.abort()
            return "250 OK"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        with self._lock:
            for address in envelope.rcpt_tos:
                parsed = message_from_bytes(envelope.content, policy=policy.default)
                assert isinstance(parsed, EmailMessage)
                self.received.append((address, parsed))
        if self.on_data:
            self.on_data(envelope)
        if envelope.rcpt_tos[0].startswith("drop"):  # taken, but nobody says so
            server.transport.abort()
        return "250 OK"

    @property
    def addresses(self) -> list[str]:
        return [address for address, _message in self.received]


def free_port() -> int:
    """A port of loopback nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def postman(settings: Any) -> Iterator[Postman]:
    """The product set to SMTP with this server at the other end."""
    handler, port = Postman(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port, ready_timeout=10)
    controller.start()
    settings.MAIL = mail.configure(f"smtp://127.0.0.1:{port}")
    yield handler
    controller.stop()


@pytest.fixture
def mail_server_away(settings: Any) -> None:
    """The product set to an SMTP server nobody listens at."""
    settings.MAIL = mail.configure(f"smtp://127.0.0.1:{free_port()}")


@pytest.fixture
def kept_mail(settings: Any) -> None:
    """The product set to keep all mail in its own mailbox."""
    settings.MAIL = mail.configure("outbox:")


SCORES = [
    {
        "value": value,
        "url": f"https://feedback.example/s/token/?score={value}",
        "segment": "DETRACTOR" if value < 7 else "PASSIVE" if value < 9 else "PROMOTER",
    }
    for value in range(11)
]

# Facts for every mail there is.
FACTS: dict[str, Any] = {
    "first_name": "Maya",
    "question": "How likely are you to recommend Acme to a friend or colleague?",
    "intro": "You ordered from us last week.",
    "scores": SCORES,
    "link": "https://feedback.example/s/token/",
    "hidden_link": "https://feedback.example/s/token/?from=list",
    "low_label": "Not at all likely",
    "high_label": "Extremely likely",
    "what_was_done": "We sent the order again by express.",
    "case_number": 7,
    "customer": "Maya Keller",
    "score": 3,
    "comment": "Nine days late.",
    "days": 7,
    "url": "https://feedback.example/w/acme/cases/7/",
    "due_at": "Monday 2 March 2026, 10:00 UTC",
    "promise": "First response",
    "level": "Manager",
    "agent_name": "Bob Brown",
    "kind": "sla_breach",
    "count": 7,
    "lines": [
        {
            "number": 7,
            "customer": "Maya Keller",
            "score": 3,
            "promise": "First response, due Monday",
            "url": "https://feedback.example/w/acme/cases/7/",
        }
    ],
    "more": 6,
    "asker": "Bob Brown",
    "act_url": "https://feedback.example/act/token/remedies/remedy/",
    "what": "The postage",
    "value": "9.90 EUR",
    "cost": "12.00 EUR",
    "left": "300.00 EUR",
    "because": "more than they may give at once",
    "answer_label": "Will you come?",
    "answer_url": "https://feedback.example/e/token/",
    "title": "Ask the depot for the scan",
    "ends_at": "Monday 16 March 2026, 10:00 UTC",
    "promised": "Tuesday at noon",
    "waiting_for": "Your order number",
    "headline": "New sign-in to your account",
    "says": "Somebody signed in.",
    "when": "2 Mar 2026, 09:00 UTC",
    "browser": "Firefox on Linux",
    "address": "192.0.2.7",
    "security_url": "https://feedback.example/accounts/security/",
    "code": "1234-5678",
    "password_reset_url": "https://feedback.example/accounts/password/reset/key/abc/",
    "name": "Bob",
    "source": "Reviews of the shop",
    "page": "https://feedback.example/reviews",
}


def queued(
    workspace: Workspace | None, to: str = "maya@customer.example", *, kind: Kind = Kind.SURVEY, **more: Any
) -> OutboundMessage:
    """One mail in the outbox, due at MONDAY_9AM."""
    mails = {Kind.SURVEY: "survey_invitation", Kind.CUSTOMER: "case_reply", Kind.STAFF: "sla_breach"}
    facts = {
        "mail": mails.get(kind, "password_reset"),
        "to": to,
        "context": FACTS,
        "dedupe_key": f"test:{kind}:{to}",
        "kind": kind,
        "workspace": workspace,
        "now": MONDAY_9AM,
    }
    if kind == Kind.CUSTOMER:
        facts |= {"subject": "Your order", "text": "I am sorry."}
    return messages.queue_email(**{**facts, **more})
