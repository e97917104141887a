"""Who opened a link, kept in Redis for a while: a look changes no row, and the answer is weighed by it.

Networks and programs are kept as keyed hashes of few bytes: enough to see that two visits came from one client, not
enough to find anybody.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from django.conf import settings

from core import traces
from core.client import address_of, network_of
from core.tokens import BadToken, match_token
from surveys.rules import trust
from surveys.rules.trust import Visit

KEPT_FOR = 14 * 24 * 3600  # seconds after the last visit
MOST = 80  # visits of one link
QUEUE = "visits:to-count"
_PREFIX = "visits:"


class _Meta:
    """The part of a request that is looked at, for who has no request yet."""

    def __init__(self, meta: dict[str, Any]) -> None:
        self.META = meta


def note(
    *,
    token: str,
    meta: dict[str, Any],
    method: str,
    now: datetime,
    score: int | None = None,
    is_hidden: bool = False,
    is_ours: bool = False,
    page: str | None = None,
    hand: str = "",
) -> None:
    """Remember one request for the link of an invitation; for a link nobody has, and without Redis, nothing.

    `page` and `hand` are what the form carried (see templates/surveys/public/answer.html).
    """
    try:
        nonce = match_token("survey", token)
    except BadToken:
        return
    request = _Meta(meta)
    agent = str(meta.get("HTTP_USER_AGENT", ""))[:500]
    facts = {
        "at": now.timestamp(),
        "m": method,
        "n": _hash(network_of(request) or address_of(request)),
        "a": _hash(agent),
        "f": trust.family(agent),
    }
    more = {
        "s": score,
        "h": int(is_hidden) or None,
        "o": int(is_ours) or None,
        "p": None if page is None else 1,
        "g": page_age(page, now),
        "k": hand if hand in ("none", "robot", "driven", "seen") else None,
    }
    line = json.dumps(
        facts | {name: value for name, value in more.items() if value is not None}, separators=(",", ":")
    )
    key = _PREFIX + nonce
    traces.add(key=key, line=line, most=MOST, seconds=KEPT_FOR, queue=QUEUE, score=now.timestamp())


def of(nonces: Iterable[str]) -> dict[str, list[Visit]]:
    """The visits of these links (their nonces), oldest first; links without any are left out."""
    found = traces.lists([_PREFIX + nonce for nonce in nonces])
    return {key.removeprefix(_PREFIX): [_read(line) for line in lines] for key, lines in found.items()}


def forget(nonces: Iterable[str]) -> None:
    """Nothing stays known of who opened these links."""
    keys = [_PREFIX + nonce for nonce in nonces]
    traces.forget(keys)
    traces.done(queue=QUEUE, keys=keys)


def to_count(*, until: datetime, most: int) -> list[str]:
    """Nonces of links that were opened before `until` and not counted yet."""
    return [
        key.removeprefix(_PREFIX) for key in traces.waiting(queue=QUEUE, until=until.timestamp(), most=most)
    ]


def counted(nonces: Iterable[str]) -> None:
    """These links wait no longer to be counted."""
    traces.done(queue=QUEUE, keys=[_PREFIX + nonce for nonce in nonces])


def page_stamp(now: datetime) -> str:
    """What a page puts into its form, so that it can be seen to have come from there, and how old it was."""
    return f"{int(now.timestamp() * 10):x}"


def page_age(page: str | None, now: datetime) -> float | None:
    """How many seconds old the page with this stamp is; None where it is no stamp of ours."""
    try:
        made = int(page or "", 16) / 10
    except ValueError:
        return None
    age = round(now.timestamp() - made, 1)
    return age if 0 <= age <= KEPT_FOR * 10 else None


def _hash(text: str) -> str:
    return blake2b(text.encode(), key=settings.SECRET_KEY.encode()[:64], digest_size=6).hexdigest()


def _read(line: str) -> Visit:
    facts = json.loads(line)
    return Visit(
        at=datetime.fromtimestamp(facts["at"], UTC),
        method=facts["m"],
        network=facts["n"],
        agent=facts["a"],
        family=facts["f"],
        score=facts.get("s"),
        is_hidden="h" in facts,
        is_ours="o" in facts,
        has_page="p" in facts,
        page_age=facts.get("g"),
        hand=facts.get("k", ""),
    )
