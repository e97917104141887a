"""What providers of text messages hand in: texts that came, and what became of texts that left. Shapes, not trust.

Fields have one of a handful of names at every provider (Twilio, Vonage, MessageBird, Plivo, Sinch, Telnyx, ClickSend,
46elks, Infobip and our own): who, to whom, the words, an id, a state. A body is a form, a JSON object, a list of them, or
an object that holds such a list.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from outbox import text_rules

MOST = 100  # in one call
LONGEST = 1_600  # characters of a text that comes in; networks join ten parts

_ID = (
    "messagesid",
    "smssid",
    "smsmessagesid",
    "messageid",
    "message_id",
    "messageuuid",
    "id",
    "uuid",
    "msgid",
    "batch_id",
)
_FROM = ("from", "msisdn", "originator", "sender", "from_number", "source", "phone_number")
_TO = ("to", "recipient", "destination", "to_number", "receiver")
_TEXT = ("body", "text", "message", "payload", "content", "smstext")
_STATE = ("messagestatus", "smsstatus", "status", "state", "deliverystatus", "delivery_status")
_CODE = ("errorcode", "error_code", "err-code", "code")
_AT = ("timestamp", "received_at", "at", "created", "message-timestamp")
_LISTS = ("messages", "results", "data", "items", "events")

# What states are called, in the words of outbox.services.tracking.
_STATES: dict[str, str] = {
    "accepted": "queued", "queued": "queued", "scheduled": "queued", "created": "queued", "buffered": "queued",
    "sending": "sent", "sent": "sent", "submitted": "sent", "dispatched": "sent",
    "delivered": "delivered", "delivrd": "delivered", "delivered_to_handset": "delivered", "read": "delivered",
    "undelivered": "bounced", "undeliv": "bounced", "delivery_failed": "bounced", "failed": "bounced",
    "undeliverable": "bounced", "expired": "bounced", "rejected": "rejected", "rejectd": "rejected", "canceled": "failed",
}  # fmt: skip
# Numbers that do not exist or take no texts; and numbers whose owner told the provider STOP.
_DEAD = frozenset({"21211", "21214", "21217", "21614", "30005", "30006"})
_STOPPED = frozenset({"21610"})


@dataclass(frozen=True)
class Came:
    """A text that came in: `number` is the sender's, in E.164."""

    provider_id: str
    number: str
    to: str
    text: str


@dataclass(frozen=True)
class Report:
    """What became of a text that left: `kind` and `reason` in the words of outbox.services.tracking."""

    provider_id: str
    number: str
    kind: str
    reason: str
    detail: str
    happened_at: datetime | None
    reference: str = ""  # our own id, where the provider gives it back


def read(body: Any) -> tuple[list[Came], list[Report], int]:
    """(texts, reports, how many rows were neither) of a decoded body; no more than MOST rows are looked at."""
    texts: list[Came] = []
    reports: list[Report] = []
    unread = 0
    for row in list(_rows(body))[:MOST]:
        found = _came(row) or _report(row)
        if isinstance(found, Came):
            texts.append(found)
        elif isinstance(found, Report):
            reports.append(found)
        else:
            unread += 1
    return texts, reports, unread


def _rows(body: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if isinstance(body, list):
        for one in body[:MOST]:
            if isinstance(one, Mapping):
                yield from _rows(one, depth)
        return
    if not isinstance(body, Mapping):
        return
    row = {str(name).lower(): value for name, value in body.items()}
    for name in _LISTS:
        inner = row.get(name)
        if depth < 3 and isinstance(inner, list | dict) and inner and not _value(row, _TEXT):
            yield from _rows(inner, depth + 1)
            return
    if depth < 3 and isinstance(row.get("payload"), Mapping):  # Telnyx: {"data": {"payload": {...}}}
        yield from _rows(row["payload"], depth + 1)
        return
    yield row


def _came(row: Mapping[str, Any]) -> Came | None:
    text, number = _value(row, _TEXT), _number(row, _FROM)
    if (
        not text.strip()
        or not number
        or _STATES.get(_value(row, _STATE).lower(), "") not in ("", "sent", "queued")
    ):
        return None
    to = _number(row, _TO)
    ident = _value(row, _ID)
    if not ident:  # a provider without ids: the same words of the same number at the same moment are one text
        said = chr(0).join((number, text, _value(row, _AT)))
        ident = "sha256:" + hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()
    return Came(ident[:120], number, to, text[:LONGEST])


def _report(row: Mapping[str, Any]) -> Report | None:
    state, ident = _value(row, _STATE).lower(), _value(row, _ID)
    kind = _STATES.get(state, "")
    # Vonage names the receiver of a report where it names the sender of a text.
    number = _number(row, ("msisdn",)) or _number(row, _TO) or _number(row, _FROM)
    if not kind or not ident or not number:
        return None
    code = _value(row, _CODE)
    reason = "invalid" if code in _DEAD else "unsubscribed" if code in _STOPPED else ""
    return Report(
        ident[:120], number, kind, reason, f"{state} {code}".strip(), _moment(_value(row, _AT)),
        _value(row, ("reference", "client_ref", "client-ref", "custom_string"))[:22],
    )  # fmt: skip


def _value(row: Mapping[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        value = row.get(name)
        if isinstance(value, Mapping):  # {"from": {"phone_number": ...}}, {"status": {"groupName": ...}}
            inner = {str(key).lower(): one for key, one in value.items()}
            value = (
                inner.get("phone_number") or inner.get("groupname") or inner.get("name") or inner.get("text")
            )
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            value = value[0].get("phone_number") or value[0].get("recipient")
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value) != "":
            return str(value).replace("\x00", "")
    return ""


def _number(row: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """A number in E.164; providers often leave the plus out."""
    given = _value(row, names).strip()
    digits = given.removeprefix("tel:").removeprefix("00").lstrip("+")
    return text_rules.e164(f"+{digits}") if digits[:1].isdigit() else ""


def _moment(text: str) -> datetime | None:
    try:
        if text.isdigit() and 9 <= len(text) <= 13:
            return datetime.fromtimestamp(int(text) / (1000 if len(text) > 11 else 1), tz=UTC)
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
