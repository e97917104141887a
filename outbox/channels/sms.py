"""Text messages: the only place that hands one to a provider.

A workspace has one gateway. CONSOLE keeps every text in the built-in mailbox, where the link can be pressed: nothing
leaves the house. APPRISE hands it to one of the providers of PROVIDERS through apprise; its address holds the account's
secret, lies sealed in the database, and is never written to a log or an error.

apprise says only whether a provider took a text, and why not in lines of its own log; those are read here and sorted into
the same five endings as a mail's (outbox/rules.py). A text whose line went dead after it was sent has the ending UNKNOWN.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import structlog

from outbox import text_rules
from outbox.models import OutboundMessage
from outbox.rules import Outcome, Pace, Verdict, judge_http
from outbox.signals import text_gateway_asked
from outbox.text_rules import Limits

log = structlog.get_logger(__name__)

CONSOLE, APPRISE = "CONSOLE", "APPRISE"
TO = "{to}"  # where the number stands in a provider's address; without it the number is its last part
SECONDS = {"cto": "3", "rto": "12"}  # to connect, and to answer

# apprise's names of providers that carry texts, each with hosts of its own: none calls an address somebody typed.
PROVIDERS: dict[str, str] = {
    "46elks": "46elks", "atalk": "Africa's Talking", "bulksms": "BulkSMS", "bulkvs": "BulkVS", "burstsms": "Kudosity",
    "clickatell": "Clickatell", "clicksend": "ClickSend", "d7sms": "D7 Networks", "elks": "46elks", "httpsms": "httpSMS",
    "kudosity": "Kudosity", "msg91": "MSG91", "msgbird": "MessageBird",
    "nexmo": "Vonage", "plivo": "Plivo", "seven": "seven", "sinch": "Sinch", "smsmanager": "SMS Manager",
    "smsmgr": "SMS Manager", "sns": "Amazon SNS", "telnyx": "Telnyx", "twilio": "Twilio", "voipms": "VoIP.ms",
    "vonage": "Vonage",
}  # fmt: skip
# What an address may not set: how we wait, whom we trust, whether a text is sent again.
_OURS = frozenset(
    {"cto", "rto", "redirect", "verify", "retry", "wait", "overflow", "format", "emojis", "tz", "method"}
)
_ERROR = re.compile(r"error=(\d{1,6})")
_NEVER_LEFT = re.compile(
    r"NewConnectionError|ConnectTimeout|NameResolution|Failed to resolve|SSLError|ProxyError"
)
_LINE_DEAD = re.compile(r"A Connection error occurred", re.IGNORECASE)

# Codes of Twilio, which puts its own in the place of HTTP's (https://www.twilio.com/docs/api/errors).
_TWILIO_WAITS = frozenset({20429, 14107, 30001, 30022})
_TWILIO_SETUP = frozenset({20003, 20005, 20008, 21606, 21659, 21660, 30002})
_TWILIO_UNKNOWN = frozenset({20500, 20503, 20504, 30008})
_TWILIO_DEAD = frozenset({21211, 21214, 21217, 21614, 30005, 30006})
_TWILIO_STOPPED = 21610

capturing = threading.Lock()  # apprise has one log for everybody


class BadAddress(ValueError):
    """This is no address of a provider we send through. `code` is one of the words below."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


UNKNOWN_PROVIDER, NOT_READABLE, NO_OWN_OPTIONS = "UNKNOWN_PROVIDER", "NOT_READABLE", "NO_OWN_OPTIONS"


@dataclass(frozen=True)
class Gateway:
    """How one workspace's texts leave. `address` is the provider's, unsealed: it never shows in a repr."""

    provider: str
    number: str = ""  # whom texts seem to come from, E.164
    limits: Limits = field(default_factory=Limits)
    address: str = field(default="", repr=False)

    @property
    def region(self) -> str:
        """The country numbers without one are of: the sender's own."""
        return text_rules.country(self.number) if self.number else ""


class Provider(Protocol):
    """What a way out for texts must do."""

    def send(self, message: OutboundMessage) -> Verdict:
        """Hand over one text; never raises."""


class Console:
    """Nothing leaves: the built-in mailbox is where the text is read."""

    def send(self, message: OutboundMessage) -> Verdict:
        return Verdict(Outcome.ACCEPTED, is_delivered=True)


class Apprise:
    """One of PROVIDERS, over HTTPS, one text at a time."""

    def __init__(self, address: str) -> None:
        self._address = address

    def send(self, message: OutboundMessage) -> Verdict:
        try:
            made = instance(addressed(self._address, message.to))
        except BadAddress as error:
            return Verdict(Outcome.DEFERRED, f"the provider's address: {error.code}", Pace.SLOW)
        with capturing, lines() as said:
            try:
                is_taken = bool(made.notify(body=message.text, title="", body_format="text"))
            except Exception as error:  # a plugin's own fault: nobody knows how far it came
                return Verdict(Outcome.UNKNOWN, type(error).__name__)
        return Verdict(Outcome.ACCEPTED) if is_taken else judge("\n".join(said))


class Texts:
    """The way out of every workspace's texts. One whose gateway is away makes no other wait."""

    is_one_server = False

    def __init__(self) -> None:
        self._gateways: dict[int, Gateway | None] = {}
        self._away: dict[int, Verdict] = {}

    def open(self) -> str:
        return ""

    def gateway_of(self, message: OutboundMessage) -> Gateway | None:
        """The gateway the message leaves by, looked up once for each workspace."""
        key = message.workspace_id or 0
        if key not in self._gateways:
            self._gateways[key] = gateway_of(key)
        return self._gateways[key]

    def send(self, message: OutboundMessage) -> Verdict:
        key = message.workspace_id or 0
        if key in self._away:
            return self._away[key]
        gateway = self.gateway_of(message)
        if gateway is None:  # it was switched off in this very moment
            return Verdict(Outcome.DEFERRED, text_rules.NO_GATEWAY, Pace.SLOW)
        verdict = _WAYS[gateway.provider](gateway).send(message)
        if verdict.outcome == Outcome.UNREACHABLE:
            self._away[key] = verdict
        return verdict

    def close(self) -> None:
        return


_WAYS: dict[str, Callable[[Gateway], Provider]] = {
    CONSOLE: lambda _gateway: Console(),
    APPRISE: lambda gateway: Apprise(gateway.address),
}


def gateway_of(workspace_id: int) -> Gateway | None:
    """The gateway in use of a workspace; None when there is none. Asked of the app that keeps it."""
    answers: Any = text_gateway_asked.send(sender=Gateway, workspace_id=workspace_id)
    found: list[Gateway] = [answer for _receiver, answer in answers if answer is not None]
    return found[0] if found else None


# The provider's address -------------------------------------------------------------------------------------------


def schema(address: str) -> str:
    """The provider's name in an address: "twilio"; "" when there is none."""
    name, found, _rest = address.strip().partition("://")
    return name.lower() if found else ""


def check(address: str) -> None:
    """Raise BadAddress unless texts can leave by this address; nothing is called."""
    if schema(address) not in PROVIDERS:
        raise BadAddress(UNKNOWN_PROVIDER)
    given = {name.lower() for name, _value in parse_qsl(urlsplit(address).query, keep_blank_values=True)}
    if given & _OURS:
        raise BadAddress(NO_OWN_OPTIONS)
    instance(addressed(address, "+4915112345678"))


def addressed(address: str, number: str) -> str:
    """The provider's address with the receiver's number in it."""
    scheme, _found, rest = address.strip().partition("://")
    body, _mark, query = rest.partition("?")
    joint = "" if body.endswith("@") else "/"
    body = body.replace(TO, quote(number)) if TO in body else f"{body.rstrip('/')}{joint}{quote(number)}"
    options = [
        (key, value) for key, value in parse_qsl(query, keep_blank_values=True) if key.lower() not in _OURS
    ]
    return urlunsplit(("", "", f"{scheme}://{body}", urlencode([*options, *SECONDS.items()]), ""))


def instance(address: str) -> Any:
    """apprise's object for an address. Raises BadAddress; what apprise has to say about it is not passed on."""
    import apprise  # a third of a second, and most processes never send a text

    if schema(address) not in PROVIDERS:
        raise BadAddress(UNKNOWN_PROVIDER)
    asset = apprise.AppriseAsset(
        app_id="Amends", app_desc="Amends", http_redirects=False, secure_logging=True
    )
    with capturing, lines():
        made = apprise.Apprise.instantiate(address, asset=asset, suppress_exceptions=True)
    if made is None:
        raise BadAddress(NOT_READABLE)
    return made


class lines:
    """What apprise's log says inside the block, as a list; none of it goes on to our own logs, for it names numbers."""

    def __enter__(self) -> list[str]:
        said: list[str] = []

        class Keeper(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                said.append(record.getMessage()[:2_000])

        self._logger, self._handler = logging.getLogger("apprise"), Keeper(level=logging.DEBUG)
        self._level, self._propagates = self._logger.level, self._logger.propagate
        self._logger.setLevel(logging.DEBUG)
        self._logger.propagate = False
        self._logger.addHandler(self._handler)
        return said

    def __exit__(self, *_error: object) -> None:
        self._logger.removeHandler(self._handler)
        self._logger.setLevel(self._level)
        self._logger.propagate = self._propagates


def judge(said: str) -> Verdict:
    """What a refusal in apprise's words means; the sentence for people names neither number nor account."""
    if _LINE_DEAD.search(said):
        if _NEVER_LEFT.search(said):
            return Verdict(Outcome.UNREACHABLE, "the provider cannot be reached")
        return Verdict(Outcome.UNKNOWN, "the line went dead while the text was on its way")
    found = _ERROR.search(said)
    if found is None:  # it never came to a call: a number or an account apprise does not take
        return Verdict(Outcome.REFUSED, "the provider does not take this number or this account")
    code = int(found[1])
    why = f"the provider answered with {code}"
    if code < 1_000:
        return judge_http(status=code, has_retry_after=False, why=why)
    if code in _TWILIO_WAITS:
        return Verdict(Outcome.DEFERRED, why)
    if code in _TWILIO_SETUP:
        return Verdict(Outcome.DEFERRED, why, Pace.SLOW)
    if code in _TWILIO_UNKNOWN:
        return Verdict(Outcome.UNKNOWN, why)
    return Verdict(Outcome.REFUSED, why, is_dead_address=code in _TWILIO_DEAD or code == _TWILIO_STOPPED)
