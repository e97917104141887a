"""Payloads in the shape two providers really send."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Workspace
from config import mail
from outbox import queries
from outbox.models import OutboundMessage, Suppression, TrackingEvent
from tests.outbox.conftest import queued

SECRET = "hook:4f8a1c0d9e"
KEY = "key-3ax6xnjp29jd6fds4gc373sgvjxteol0"
AUTH = {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(SECRET.encode()).decode()}


@pytest.fixture
def message(acme: Workspace, kept_mail: None) -> OutboundMessage:
    row = queued(acme)
    OutboundMessage.objects.of(acme).update(delivered_at=None)
    return OutboundMessage.objects.of(acme).get(pk=row.pk)


def use(settings: Any, provider: str, **options: str) -> None:
    query = "&".join(f"{name}={value}" for name, value in {"webhook_secret": SECRET, **options}.items())
    settings.MAIL = mail.configure(f"{provider}://?{query}")
    settings.ANYMAIL = settings.MAIL.anymail


@pytest.fixture
def postmark(settings: Any) -> None:
    use(settings, "postmark", server_token="token")


@pytest.fixture
def mailgun(settings: Any) -> None:
    use(settings, "mailgun", api_key="key-x", webhook_signing_key=KEY)


def post(provider: str, body: Any, **headers: str) -> int:
    text = body if isinstance(body, bytes | str) else json.dumps(body)
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    url = f"/hooks/anymail/{provider}/tracking/"
    return client.post(url, text, content_type="application/json", **headers).status_code


def bounce(message: OutboundMessage, **more: Any) -> dict[str, Any]:
    """A Postmark bounce."""
    return {
        "RecordType": "Bounce", "ID": 4323372036854775807, "Type": "HardBounce", "TypeCode": 1, "Name": "Hard bounce",
        "Tag": "", "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483", "ServerID": 23,
        "Metadata": {"id": message.public_id}, "Description": "The server was unable to deliver your message.",
        "Details": "smtp;550 5.1.1 The email account does not exist", "Email": message.to,
        "From": "feedback@amends.example", "BouncedAt": timezone.now().isoformat(), "DumpAvailable": True,
        "Inactive": True, "CanActivate": True, "Subject": message.subject, "MessageStream": "outbound", **more,
    }  # fmt: skip


def delivery(message: OutboundMessage) -> dict[str, Any]:
    """A Postmark delivery: it has no id of its own."""
    return {
        "RecordType": "Delivery", "ServerID": 23, "MessageStream": "outbound",
        "MessageID": "00000000-0000-0000-0000-000000000000", "Recipient": message.to, "Tag": "",
        "DeliveredAt": timezone.now().isoformat(), "Details": "Test", "Metadata": {"id": message.public_id},
    }  # fmt: skip


def mailgun_event(message: OutboundMessage, event: str, token: str = "a" * 50, **more: Any) -> dict[str, Any]:
    """A signed Mailgun event."""
    stamp = str(int(timezone.now().timestamp()))
    signature = hmac.new(KEY.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {
        "signature": {"timestamp": stamp, "token": token, "signature": signature},
        "event-data": {
            "event": event, "id": "CPgfbmQMTCKtHW6uIWtuVe", "timestamp": timezone.now().timestamp(), "log-level": "info",
            "recipient": message.to, "tags": [], "user-variables": {"id": message.public_id},
            "message": {"headers": {"message-id": message.message_id.strip("<>"), "to": message.to}},
            "delivery-status": {"code": 250, "message": "OK", "description": ""}, **more,
        },
    }  # fmt: skip


def state(message: OutboundMessage) -> tuple[bool, bool, str | None]:
    row = OutboundMessage.objects.across_workspaces().get(pk=message.pk)
    scope = queries.suppressed(workspace=row.workspace_id, addresses=[row.to]).get(row.to)
    return row.delivered_at is not None, row.bounced_at is not None, scope


def test_postmark_reports_count_once(message: OutboundMessage, postmark: None) -> None:
    assert [post("postmark", delivery(message), **AUTH), state(message)] == [200, (True, False, None)]
    reported = bounce(message)
    assert [post("postmark", reported, **AUTH) for _ in range(2)] == [200, 200]
    assert state(message) == (True, True, "ALL")
    assert TrackingEvent.objects.count() == 2


def test_a_soft_bounce_of_postmark_stops_nobody(message: OutboundMessage, postmark: None) -> None:
    post("postmark", bounce(message, Type="SoftBounce"), **AUTH)
    assert (state(message), TrackingEvent.objects.get().kind) == ((False, True, None), "soft_bounced")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(b"hook:wrong").decode()},
        {"HTTP_AUTHORIZATION": "x"},
    ],
)
def test_who_does_not_know_the_secret_changes_nothing(
    message: OutboundMessage, postmark: None, headers: dict[str, str]
) -> None:
    assert post("postmark", bounce(message), **headers) == 400
    assert (state(message), TrackingEvent.objects.count()) == ((False, False, None), 0)


@pytest.mark.parametrize(
    "forged", [{"Metadata": {"id": "B" * 22}}, {"Email": "boss@acme.example"}, {"Metadata": {"id": ["x"]}}]
)
def test_a_forged_id_or_receiver_silences_nobody(
    message: OutboundMessage, postmark: None, forged: dict[str, Any]
) -> None:
    assert post("postmark", bounce(message, **forged), **AUTH) == 200
    assert (state(message), Suppression.objects.across_workspaces().count()) == ((False, False, None), 0)
    assert TrackingEvent.objects.get().message_id is None


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '"x"', "null", b"\xff\xfe", '{"RecordType": "Bounce", "ID": {}}', "{}"]
)
def test_what_cannot_be_read_is_refused_kindly(postmark: None, db: None, body: Any) -> None:
    assert post("postmark", body, **AUTH) in {200, 400}  # an unknown shape of their own is stored


def test_nul_bytes_and_lone_surrogates_do_no_harm(message: OutboundMessage, postmark: None) -> None:
    assert post("postmark", bounce(message, Details="a\x00\ud83d", Description="\x00"), **AUTH) == 200
    assert state(message) == (False, True, "ALL")


def test_mailgun_reports_are_checked_by_their_signature(message: OutboundMessage, mailgun: None) -> None:
    assert [post("mailgun", mailgun_event(message, "delivered"), **AUTH), state(message)] == [
        200,
        (True, False, None),
    ]
    tampered = mailgun_event(message, "complained", token="b" * 50)
    tampered["signature"]["signature"] = "0" * 64
    assert [post("mailgun", tampered, **AUTH), state(message)] == [400, (True, False, None)]
    failed = mailgun_event(message, "failed", token="c" * 50, severity="permanent", reason="bounce")
    assert [post("mailgun", failed, **AUTH), state(message)] == [200, (True, True, "ALL")]


def test_a_signature_used_again_with_other_words_changes_nothing(
    message: OutboundMessage, mailgun: None
) -> None:
    """Mailgun signs a token and a time, not the words: the token must count once."""
    first = mailgun_event(message, "delivered")
    post("mailgun", first, **AUTH)
    replayed = mailgun_event(message, "complained")
    replayed["signature"] = first["signature"]
    assert post("mailgun", replayed, **AUTH) == 200
    assert (state(message), TrackingEvent.objects.count()) == ((True, False, None), 1)


def test_a_temporary_failure_of_mailgun_changes_nothing(message: OutboundMessage, mailgun: None) -> None:
    post("mailgun", mailgun_event(message, "failed", severity="temporary", reason="generic"), **AUTH)
    assert state(message) == (False, False, None)


def test_postmark_tells_who_opened(message: OutboundMessage, postmark: None) -> None:
    """The shape of Postmark's open event, once by Apple's proxy, once by a person."""
    opened = {
        "RecordType": "Open", "FirstOpen": True, "Recipient": message.to, "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "MessageStream": "outbound", "ReceivedAt": timezone.now().isoformat(), "Tag": "", "Platform": "Desktop",
        "Metadata": {"id": message.public_id}, "Client": {"Name": "Thunderbird"}, "OS": {}, "Geo": {},
    }  # fmt: skip
    OutboundMessage.objects.of(message.workspace_id).update(sent_at=timezone.now() - timedelta(minutes=5))
    post("postmark", opened | {"UserAgent": "Mozilla/5.0"}, **AUTH)
    message.refresh_from_db()
    assert (message.opened_at, message.delivered_at is not None) == (None, True)
    seen = opened | {
        "UserAgent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Thunderbird/128.0",
        "FirstOpen": False,
    }
    assert post("postmark", seen | {"ReceivedAt": timezone.now().isoformat()}, **AUTH) == 200
    message.refresh_from_db()
    assert message.opened_at is not None


@pytest.mark.parametrize("provider", ["mailgun", "sendgrid", "nonsense", "smtp", ""])
def test_only_the_provider_in_use_is_served(message: OutboundMessage, postmark: None, provider: str) -> None:
    assert post(provider, bounce(message), **AUTH) == 404


def test_no_provider_no_hook(message: OutboundMessage) -> None:
    assert [post(provider, bounce(message), **AUTH) for provider in ("postmark", "mailgun")] == [404, 404]
