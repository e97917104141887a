import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from django.test import override_settings

from accounts.models import User, Workspace
from core import signatures
from core.sealing import unseal
from outbox.channels import chat
from outbox.models import ChatTarget, OutboundMessage
from outbox.services import chat_outcomes, chat_targets, deliveries
from outbox.services.chats import ChatRequest, queue_chats
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
SLACK = "https://hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnopqrstuvwx"
ADDRESSES = {
    "SLACK": SLACK,
    "TEAMS": "https://prod-12.westeurope.logic.azure.com:443/workflows/643e69f83c8944/triggers/manual/paths/invoke"
    "?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=KODuebWbDGYFr0z0eu-6Rj8aUKz7108W3wrNJZxFE5A",
    "DISCORD": "https://discord.com/api/webhooks/000000000000000000/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "MATTERMOST": "https://chat.example.com/hooks/5s3qkq9kbpf9fqn8gqjo3g5wzo",
    "WEBHOOK": "https://example.com/amends",
}


@dataclass
class Heard:
    """What a server of this machine was told, and what it says."""

    port: int
    status: int = 200
    calls: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def heard() -> Iterator[Heard]:
    class Server(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.calls.append(
                (self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            )
            self.send_response(found.status)
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_args: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Server)
    found = Heard(server.server_port)
    Thread(target=server.serve_forever, daemon=True).start()
    with override_settings(ALLOW_PRIVATE_NETWORKS=True):
        yield found
    server.shutdown()
    server.server_close()


def target(workspace: Workspace, kind: str, address: str, **facts: Any) -> ChatTarget:
    row, _secret = chat_targets.save(
        workspace=workspace, target=None, name=f"Room {kind}", kind=kind, address=address,
        events=facts.get("events", ["BREACH"]), digest_at=None, now=MONDAY_9AM,
    )  # fmt: skip
    return row


def send(
    to: ChatTarget, key: str, *, now: datetime = MONDAY_9AM, title: str = "Case 7 is overdue"
) -> OutboundMessage:
    request = ChatRequest(
        target=to, type="promise.missed", title=title, text="Open it\nhttps://acme.example/7",
        dedupe_key=key, facts={"case": 7},
    )  # fmt: skip
    queue_chats([request], now=now)
    deliveries.sweep_chats(now=now)
    row: OutboundMessage = OutboundMessage.objects.of(to.workspace_id).get(dedupe_key=key)
    return row


@pytest.mark.parametrize("kind", list(ADDRESSES))
def test_each_kind_takes_its_own_address_sealed_and_no_others(acme: Workspace, kind: str) -> None:
    row = target(acme, kind, ADDRESSES[kind])
    assert ADDRESSES[kind] not in row.address
    assert unseal(row.address) == ADDRESSES[kind]
    assert bool(row.secret) == (kind == "WEBHOOK")
    for other, address in ADDRESSES.items():
        if kind not in (other, "WEBHOOK"):
            with pytest.raises(chat_targets.BadTarget) as caught:
                chat_targets.save(
                    workspace=acme, target=row, name="Room", kind=kind, address=address, events=[], digest_at=None,
                    now=MONDAY_9AM,
                )  # fmt: skip
            assert list(caught.value.errors) == ["address"]


def test_a_room_is_written_to_through_the_guarded_client(acme: Workspace, heard: Heard) -> None:
    row = target(acme, "MATTERMOST", f"http://127.0.0.1:{heard.port}/hooks/5s3qkq9kbpf9fqn8gqjo3g5wzo")
    message = send(row, "a", title="Case 7: <!channel> @here [x](https://evil.example)")
    assert (message.state, message.last_error) == ("SENT", "")
    [(path, _headers, body)] = heard.calls
    assert path == "/hooks/5s3qkq9kbpf9fqn8gqjo3g5wzo"
    said = json.loads(body)["text"]
    assert "https://acme.example/7" in said
    assert "<!channel>" not in said
    assert "@here" not in said
    assert "](" not in said
    row.refresh_from_db()
    assert (row.failures, row.last_sent_at is None) == (0, False)


@override_settings(ALLOW_PRIVATE_NETWORKS=False)
@pytest.mark.parametrize("kind", ["MATTERMOST", "WEBHOOK"])
def test_an_address_inside_this_network_is_never_called(acme: Workspace, kind: str) -> None:
    row = target(acme, kind, "https://localhost/hooks/5s3qkq9kbpf9fqn8gqjo3g5wzo")
    message = send(row, "a")
    assert (message.state, "not on the public internet" in message.last_error) == ("FAILED", True)


def test_a_program_gets_signed_json(acme: Workspace, heard: Heard) -> None:
    row = target(acme, "WEBHOOK", f"http://127.0.0.1:{heard.port}/amends")
    assert send(row, "a").state == "SENT"
    [(_path, headers, body)] = heard.calls
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), tz=MONDAY_9AM.tzinfo)
    assert signatures.verify(secret=unseal(row.secret), headers=headers, body=body, now=at) != ""
    said = json.loads(body)
    assert (said["type"], said["data"]["case"]) == ("promise.missed", 7)


def test_what_fails_for_a_while_is_tried_again_and_sent_once(acme: Workspace, heard: Heard) -> None:
    row, heard.status = target(acme, "WEBHOOK", f"http://127.0.0.1:{heard.port}/amends"), 503
    message = send(row, "a")
    assert (message.state, message.last_error) == ("QUEUED", "it answered with 503")
    row.refresh_from_db()
    assert row.last_error == "it answered with 503"
    heard.status = 204
    deliveries.sweep_chats(now=MONDAY_9AM + timedelta(minutes=2))
    message.refresh_from_db()
    assert (message.state, len(heard.calls)) == ("SENT", 2)


def test_a_target_that_fails_again_and_again_is_switched_off_and_told(
    acme: Workspace, owner: User, heard: Heard, django_capture_on_commit_callbacks: Any
) -> None:
    row, heard.status = target(acme, "WEBHOOK", f"http://127.0.0.1:{heard.port}/amends"), 410
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(chat_outcomes.GIVEN_UP_AFTER):
            assert send(row, f"a{number}").state == "FAILED"
    row.refresh_from_db()
    assert (row.is_active, row.disabled_because) == (False, "5 messages in a row could not be delivered.")
    mail = OutboundMessage.objects.of(acme).get(mail="chat_target_off")
    assert (mail.to, mail.subject) == (owner.email, "Nothing is written to “Room WEBHOOK” any more")
    assert send(row, "later").state == "FAILED"  # nobody calls it
    assert len(heard.calls) == 5
    heard.status = 200
    test = chat_targets.send_test(target=row, by=owner, now=MONDAY_9AM)
    deliveries.sweep_chats(now=MONDAY_9AM)
    test.refresh_from_db()
    assert test.state == "SENT"
    chat_targets.switch(target=row, on=True, now=MONDAY_9AM)
    assert send(row, "again").state == "SENT"


def test_a_redirect_is_not_followed_and_no_error_names_the_address(acme: Workspace) -> None:
    assert "hooks" not in chat.judge(302, None).why
    assert chat.harmless("@Everyone at Acme <b>") == "@\u200bEveryone at Acme ‹b›"
