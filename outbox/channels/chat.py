"""Chat: the only place that hands a message to a room or to a program of a workspace.

Rooms (Slack, Microsoft Teams, Mattermost, Discord) are written to through apprise; its calls leave by core.outgoing, so that
an address somebody typed never leads into this server's own network. A webhook of one's own gets a call signed as Standard
Webhooks says (core/signatures.py). The address holds the secret of the room: sealed in the database, and never written to a
log or an error.
"""

from __future__ import annotations

import re
import sys
import threading
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings

from core import outgoing, signatures
from core.sealing import CannotUnseal, unseal
from outbox.channels.sms import capturing, lines
from outbox.enums import TargetKind
from outbox.models import ChatTarget, OutboundMessage
from outbox.rules import Outcome, Pace, Verdict, judge_http

GONE = frozenset({400, 401, 403, 404, 405, 410})  # the room, or its permission to be written to
SWITCHED_OFF = "the chat target is switched off"
_HOOK = re.compile(r"/hooks/[A-Za-z0-9_-]{4,}/?\Z")
_CALLS = re.compile(r"@(?=here\b|channel\b|everyone\b|all\b)", re.IGNORECASE)
_HARMLESS = str.maketrans({"<": "‹", ">": "›"})
_PLUGINS: dict[str, str] = {
    TargetKind.SLACK: "apprise.plugins.slack",
    TargetKind.TEAMS: "apprise.plugins.workflows",
    TargetKind.MATTERMOST: "apprise.plugins.mattermost",
    TargetKind.DISCORD: "apprise.plugins.discord",
}
NOT_OURS, NOT_READABLE, NOT_SAFE = "NOT_OURS", "NOT_READABLE", "NOT_SAFE"


class BadAddress(ValueError):
    """No message can leave by this address. `code` is NOT_OURS, NOT_READABLE or NOT_SAFE."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class _Guarded:
    """What apprise takes for the library requests: every call leaves by core.outgoing, and how it ended is kept."""

    def __init__(self) -> None:
        self._local = threading.local()

    def __getattr__(self, name: str) -> Any:
        return getattr(requests, name)

    def start(self) -> None:
        """Forget how the last call of this thread ended."""
        self._local.status, self._local.error = None, None

    @property
    def status(self) -> int | None:
        """What the last call was answered with."""
        found: int | None = self._local.status
        return found

    @property
    def error(self) -> Exception | None:
        """Why the last call was not answered."""
        found: Exception | None = self._local.error
        return found

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """One call, guarded; apprise's own wishes about certificates, redirects and time do not count."""
        for name in ("verify", "timeout", "allow_redirects"):
            options.pop(name, None)
        try:
            with outgoing.session() as http:
                answer = http.request(method, url, **options)
        except requests.RequestException as error:
            self._local.error = error
            raise
        self._local.status = answer.status_code
        return answer

    def post(self, url: str, **options: Any) -> requests.Response:
        """POST."""
        return self.request("POST", url, **options)

    def get(self, url: str, **options: Any) -> requests.Response:
        """GET."""
        return self.request("GET", url, **options)


_guarded = _Guarded()


class Chats:
    """The way out of chat messages. A target that is away makes no other wait."""

    is_one_server = False

    def __init__(self) -> None:
        self._targets: dict[str, ChatTarget | None] = {}

    def open(self) -> str:
        return ""

    def send(self, message: OutboundMessage) -> Verdict:
        target = self._target_of(message)
        if target is None:
            return Verdict(Outcome.REFUSED, SWITCHED_OFF)
        try:
            address = unseal(target.address)
            secret = unseal(target.secret) if target.secret else ""
        except CannotUnseal:
            return Verdict(Outcome.REFUSED, "its address was sealed under another key: enter it again")
        if target.kind == TargetKind.WEBHOOK:
            return _call(address, secret, message)
        return _write(target.kind, address, message)

    def _target_of(self, message: OutboundMessage) -> ChatTarget | None:
        if message.to not in self._targets:
            rows = ChatTarget.objects.of(message.workspace_id)
            if message.mail != "chat_test":  # somebody tries a target that is off
                rows = rows.filter(is_active=True)
            self._targets[message.to] = rows.filter(pk=int(message.to.partition(":")[2])).first()
        return self._targets[message.to]

    def close(self) -> None:
        return


def _call(address: str, secret: str, message: OutboundMessage) -> Verdict:
    """A signed call to a program of the workspace; any 2xx is a yes."""
    body, at = message.text.encode(), datetime.now(UTC)  # the moment of the call itself is signed
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message.public_id,
        "webhook-timestamp": str(int(at.timestamp())),
    }
    if secret:
        headers["webhook-signature"] = signatures.sign(
            secret=secret, message_id=message.public_id, at=at, body=body
        )
    try:
        answer = outgoing.fetch(address, method="POST", headers=headers, data=body)
    except requests.RequestException as error:
        return judge(None, error)
    return Verdict(Outcome.ACCEPTED) if answer.ok else judge(answer.status_code, None)


def _write(kind: str, address: str, message: OutboundMessage) -> Verdict:
    try:
        made = instance(kind, address)
    except BadAddress as error:
        return Verdict(Outcome.REFUSED, f"its address: {error.code}")
    _guarded.start()
    with capturing, lines():
        try:
            is_taken = bool(
                made.notify(body=harmless(message.text), title=harmless(message.subject), body_format="text")
            )
        except Exception as error:  # a plugin's own fault: nobody knows how far it came
            return Verdict(Outcome.UNKNOWN, type(error).__name__)
    return Verdict(Outcome.ACCEPTED) if is_taken else judge(_guarded.status, _guarded.error)


def judge(status: int | None, error: Exception | None) -> Verdict:
    """What a call that was not taken means; the sentence for people names no address."""
    if isinstance(error, outgoing.TimedOut):
        return Verdict(Outcome.UNKNOWN, "no answer in time")
    if isinstance(error, outgoing.OutgoingError):
        return Verdict(Outcome.REFUSED, str(error))
    if error is not None:  # of its own attempts: one that is away for hours is given up like one that says no
        return Verdict(Outcome.DEFERRED, "it cannot be reached")
    if status is None:
        return Verdict(Outcome.REFUSED, "the message was not taken")
    why = f"it answered with {status}"
    if status in GONE:
        return Verdict(Outcome.REFUSED, why)
    if status >= 500:
        return Verdict(Outcome.DEFERRED, why, Pace.QUICK)
    return judge_http(status=status, has_retry_after=False, why=why)


def check(kind: str, address: str) -> None:
    """Raise BadAddress unless messages of this kind can leave by this address; nothing is called."""
    parts = urlsplit(address.strip())
    if parts.scheme not in ("https", "http") or not parts.hostname or "@" in parts.netloc:
        raise BadAddress(NOT_READABLE)
    if parts.scheme != "https" and not settings.ALLOW_PRIVATE_NETWORKS:
        raise BadAddress(NOT_SAFE)
    if kind != TargetKind.WEBHOOK:
        instance(kind, address)


def instance(kind: str, address: str) -> Any:
    """apprise's object for an address as people copy it from their chat. Raises BadAddress."""
    import apprise  # a third of a second, and most processes never write to a room

    asset = apprise.AppriseAsset(
        app_id="Amends", app_desc="Amends", http_redirects=False, secure_logging=True
    )
    with capturing, lines():
        made = apprise.Apprise.instantiate(
            _as_apprise_writes(kind, address.strip()), asset=asset, suppress_exceptions=True
        )
    if made is None:
        raise BadAddress(NOT_READABLE)
    if type(made).__module__ != _PLUGINS[kind]:
        raise BadAddress(NOT_OURS)
    sys.modules[type(made).__module__].requests = _guarded  # type: ignore[attr-defined]  # its name for the library
    return made


def _as_apprise_writes(kind: str, address: str) -> str:
    """Mattermost runs under any name, so apprise wants to be told; the others it knows by theirs."""
    if kind != TargetKind.MATTERMOST:
        return address
    parts = urlsplit(address)
    if not _HOOK.search(parts.path):
        raise BadAddress(NOT_READABLE)
    before, _hooks, key = parts.path.rstrip("/").rpartition("/hooks/")
    return f"{'mmosts' if parts.scheme == 'https' else 'mmost'}://{parts.netloc}{before}/{key}"


def harmless(text: str) -> str:
    """`text` in which nothing calls a whole room together or hides where a link leads: names are typed by anybody."""
    return _CALLS.sub("@\u200b", text.translate(_HARMLESS)).replace("](", "] (")
