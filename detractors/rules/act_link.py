"""The link in an alert by which its reader acts on a case without opening the product: whose it is, and until when.

The token carries case, person and end; it is signed together with the person's own salt, so that a new salt makes every
link they were ever sent worthless.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core import tokens

PURPOSE = "act"
LIFE = timedelta(days=3)
_SHAPE = struct.Struct(">QQI")


@dataclass(frozen=True)
class Claim:
    """What a link says of itself; nothing is true before it is proven."""

    case_id: int
    user_id: int
    ends_at: datetime


def token_of(*, case_id: int, user_id: int, ends_at: datetime, salt: str) -> str:
    """The token of a link."""
    facts = _SHAPE.pack(case_id, user_id, int(ends_at.timestamp()))
    return tokens.facts_token(PURPOSE, facts, salt=salt)


def claim_in(token: str) -> Claim:
    """What the token claims; raises tokens.BadToken where it claims nothing."""
    facts = tokens.facts_in(token)
    if len(facts) != _SHAPE.size:
        raise tokens.BadToken("malformed")
    case_id, user_id, ends = _SHAPE.unpack(facts)
    if case_id > 2**63 - 1 or user_id > 2**63 - 1:
        raise tokens.BadToken("malformed")
    return Claim(case_id, user_id, datetime.fromtimestamp(ends, tz=UTC))


def prove(token: str, *, salt: str) -> None:
    """Raise tokens.BadToken unless the token was made with `salt`."""
    tokens.match_facts(PURPOSE, token, salt=salt)
