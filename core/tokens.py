"""The only source of randomness, and the shape of every secret link.

A link token is a nonce of 16 random bytes kept on its row, followed by 16 bytes of
HMAC-SHA256(link key, purpose + nonce), both as unpadded base64url (22 + 22 characters).
The row is found by its nonce; the tag is compared in constant time. The token is never
stored, yet can be rebuilt for a reminder or the API. The link key is not SECRET_KEY; old
link keys stay valid as fall-backs, so links mailed before a rotation keep working.
"""

import base64
import binascii
import hmac
import re
import secrets

from django.conf import settings

NONCE_LENGTH = 22  # characters: 16 bytes as unpadded base64url
TOKEN_LENGTH = 2 * NONCE_LENGTH
_TOKEN = re.compile(r"[A-Za-z0-9_-]{44}\Z")
_FACTS = re.compile(r"[A-Za-z0-9_-]{2,200}")


class BadToken(ValueError):
    """The text is no token of this purpose: malformed, or its tag does not match."""


_TO_URL = bytes.maketrans(b"+/", b"-_")


def _encode(raw: bytes) -> str:
    """Unpadded base64url; what base64.urlsafe_b64encode does, in half its time: an outage makes tens of thousands."""
    return binascii.b2a_base64(raw, newline=False).translate(_TO_URL, b"=").decode("ascii")


def new_token(size: int = 16) -> str:
    """`size` random bytes (default 16, 128 bits) as unpadded base64url."""
    return _encode(secrets.token_bytes(size))


def new_nonce() -> str:
    """A fresh link nonce: 22 characters, 128 bits."""
    return new_token(16)


def new_public_id() -> str:
    """An opaque, unguessable id for URLs and the API: 22 characters, 128 bits."""
    return new_token(16)


def _tag(key: str, purpose: str, nonce: str) -> str:
    digest = hmac.digest(key.encode(), f"{purpose}:{nonce}".encode(), "sha256")
    return _encode(digest[:16])


def new_public_ids(count: int) -> list[str]:
    """So many of them; the system is asked for randomness once."""
    raw = secrets.token_bytes(16 * count)
    return [_encode(raw[start : start + 16]) for start in range(0, len(raw), 16)]


def link_token(purpose: str, nonce: str) -> str:
    """The token of a link: `nonce` plus its tag for `purpose` ("survey", "unsubscribe", "case")."""
    return nonce + _tag(settings.LINK_KEY, purpose, nonce)


def match_token(purpose: str, token: str) -> str:
    """Return the nonce inside `token` if its tag fits `purpose`; raise BadToken otherwise."""
    if not _TOKEN.match(token):
        raise BadToken("malformed")
    nonce, tag = token[:NONCE_LENGTH], token[NONCE_LENGTH:]
    for key in (settings.LINK_KEY, *settings.LINK_KEY_FALLBACKS):
        if hmac.compare_digest(tag, _tag(key, purpose, nonce)):
            return nonce
    raise BadToken("tag does not match")


def facts_token(purpose: str, facts: bytes, *, salt: str = "") -> str:
    """A token that carries `facts` (everybody can read them) and proves them; with another `salt` it is worthless."""
    text = _encode(facts)
    return f"{text}.{_tag(settings.LINK_KEY, purpose, f'{text}:{salt}')}"


def facts_in(token: str) -> bytes:
    """What a token of `facts_token` carries, proven or not; raises BadToken where it carries nothing."""
    text, dot, tag = token.partition(".")
    if not dot or not _FACTS.fullmatch(text) or len(tag) != NONCE_LENGTH:
        raise BadToken("malformed")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def match_facts(purpose: str, token: str, *, salt: str = "") -> None:
    """Raise BadToken unless the facts of `token` are proven for `purpose` and `salt`."""
    text, _dot, tag = token.partition(".")
    for key in (settings.LINK_KEY, *settings.LINK_KEY_FALLBACKS):
        if hmac.compare_digest(tag.encode(), _tag(key, purpose, f"{text}:{salt}").encode()):
            return
    raise BadToken("tag does not match")


# --- Addresses -------------------------------------------------------------------------------------------------
# The local part of a mail address is short and loses its capitals on the way: base32 in small letters, 80 bits of
# nonce and 80 of tag.

ADDRESS_NONCE_LENGTH = 16
ADDRESS_TOKEN_LENGTH = 32
_ADDRESS_TOKEN = re.compile(r"[a-z2-7]{32}\Z")


def new_address_nonce() -> str:
    """A fresh nonce for an address: 16 characters, 80 bits."""
    return _small(secrets.token_bytes(10))


def address_token(purpose: str, nonce: str) -> str:
    """What stands in the address for `nonce`: 32 characters that survive being written in small letters."""
    return nonce + _address_tag(settings.LINK_KEY, purpose, nonce)


def match_address_token(purpose: str, token: str) -> str:
    """Return the nonce inside `token`, in whatever capitals it came; raise BadToken when its tag does not fit."""
    token = token.lower()
    if not _ADDRESS_TOKEN.match(token):
        raise BadToken("malformed")
    nonce, tag = token[:ADDRESS_NONCE_LENGTH], token[ADDRESS_NONCE_LENGTH:]
    for key in (settings.LINK_KEY, *settings.LINK_KEY_FALLBACKS):
        if hmac.compare_digest(tag, _address_tag(key, purpose, nonce)):
            return nonce
    raise BadToken("tag does not match")


def _small(raw: bytes) -> str:
    return base64.b32encode(raw).decode("ascii").lower()


def _address_tag(key: str, purpose: str, nonce: str) -> str:
    return _small(hmac.digest(key.encode(), f"address:{purpose}:{nonce}".encode(), "sha256")[:10])
