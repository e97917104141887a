"""Proof that a call about text messages is the provider's: one of three ways, whichever it knows.

- Standard Webhooks (core/signatures.py), for whoever can sign as we do; a call older than five minutes is refused.
- Twilio's: base64 of HMAC-SHA1 over the address and, of a form, its fields in order of their names, each followed by its
  value (https://www.twilio.com/docs/usage/security); of any other body, the address holds its SHA-256 as `bodySHA256`.
- The secret itself as Bearer token or as password of Basic, for providers that sign nothing but keep a header.

The addresses are secret too, but an address stands in logs and histories, so it is never enough.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from core import signatures
from core.signatures import BadSignature


def verify(
    *,
    secret: str,
    url: str,
    headers: Mapping[str, str],
    form: Mapping[str, Sequence[str]] | None,
    body: bytes,
    now: datetime,
) -> None:
    """Raise BadSignature unless the call proves that whoever makes it knows `secret`. `form` is None for other bodies."""
    if not secret:
        raise BadSignature("no secret is set here")
    if headers.get("webhook-signature"):
        signatures.verify(secret=secret, headers=headers, body=body, now=now)
        return
    if given := headers.get("x-twilio-signature"):
        _check_twilio(secret=secret, url=url, form=form, body=body, given=given)
        return
    if _token(headers.get("authorization", "")) is not None:
        if not _same(_token(headers["authorization"]) or "", secret):
            raise BadSignature("the secret is another one")
        return
    raise BadSignature("webhook-signature, x-twilio-signature or authorization is needed")


def twilio_signature(*, secret: str, url: str, form: Mapping[str, Sequence[str]] | None) -> str:
    """What stands in X-Twilio-Signature for this call."""
    said = url + "".join(
        f"{name}{value}" for name in sorted(form or {}) for value in sorted(set((form or {})[name]))
    )
    digest = hmac.new(secret.encode(), said.encode("utf-8", "replace"), hashlib.sha1).digest()
    return base64.b64encode(digest).decode("ascii")


def _check_twilio(
    *, secret: str, url: str, form: Mapping[str, Sequence[str]] | None, body: bytes, given: str
) -> None:
    if not _same(given, twilio_signature(secret=secret, url=url, form=form)):
        raise BadSignature("no signature fits")
    if form is None:
        hashes = parse_qs(urlsplit(url).query).get("bodySHA256", [""])
        if not _same(hashes[0], hashlib.sha256(body).hexdigest()):
            raise BadSignature("the body is another one")


def _token(header: str) -> str | None:
    kind, _space, value = header.partition(" ")
    if kind.lower() == "bearer":
        return value.strip()
    if kind.lower() != "basic":
        return None
    try:
        return base64.b64decode(value.strip(), validate=True).decode("utf-8", "replace").partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
