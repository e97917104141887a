"""Signed calls from other programs, as Standard Webhooks says: HMAC-SHA256 over "id.timestamp.body".

https://www.standardwebhooks.com: the headers webhook-id, webhook-timestamp (seconds) and webhook-signature, which holds
one or more "v1,<base64>" separated by spaces. A secret is "whsec_" and the base64 of its bytes.

The scheme's own library signs. It verifies by a clock of its own and with whatever a stranger's header makes of it, so a
call is verified here: signed once more by the library and compared, at the moment the caller says.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from standardwebhooks import Webhook

from core.tokens import new_token

PREFIX = "whsec_"
TOLERANCE = timedelta(minutes=5)  # a signature older than this may be a replay


class BadSignature(ValueError):
    """The call is not signed with this secret, or not now. The text says which, and nothing more."""


def new_secret() -> str:
    """A fresh secret of 24 random bytes."""
    raw = base64.urlsafe_b64decode(new_token(24))
    return PREFIX + base64.b64encode(raw).decode("ascii")


def sign(*, secret: str, message_id: str, at: datetime, body: bytes) -> str:
    """The value of webhook-signature for this message."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise BadSignature("the body is no text") from None
    return Webhook(_key(secret)).sign(message_id, at.astimezone(UTC), text)


def verify(*, secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """The id of the message, once it is proven to be signed with `secret` within TOLERANCE. Raises BadSignature."""
    message_id = headers.get("webhook-id", "")
    stamp = headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "")
    if not message_id or not stamp or not given:
        raise BadSignature("webhook-id, webhook-timestamp and webhook-signature are needed")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        raise BadSignature("webhook-timestamp is no number of seconds")
    at = datetime.fromtimestamp(int(stamp), tz=UTC)
    if abs(now - at) > TOLERANCE:
        raise BadSignature("webhook-timestamp is more than five minutes away from our clock")
    expected = sign(secret=secret, message_id=message_id, at=at, body=body)
    found = [one for one in given.split(" ") if one.startswith("v1,")]
    if not any(hmac.compare_digest(one.encode(), expected.encode()) for one in found):
        raise BadSignature("no signature fits")
    return message_id


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise BadSignature("the secret is damaged") from None
