"""Short lists kept in Redis until they expire: what was seen in passing and must not touch the database.

For looks that change nothing (a page that was opened). When Redis does not answer nothing is kept and nothing is
found, and Redis is left alone for `BREAKER_SECONDS`, as the limiter does: a trace is a help, never what stops a page.
"""

import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import structlog
from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

BREAKER_SECONDS = 10.0
TIMEOUT_SECONDS = 1.0

_state = {"closed_until": 0.0}


@lru_cache(maxsize=8)
def _client(url: str) -> Any:
    return Redis.from_url(
        url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS, decode_responses=True
    )


def _away(error: Exception) -> None:
    _state["closed_until"] = time.monotonic() + BREAKER_SECONDS
    log.warning("traces_away", error=type(error).__name__, nothing_kept_for_seconds=BREAKER_SECONDS)


def add(*, key: str, line: str, most: int, seconds: int, queue: str = "", score: float = 0.0) -> None:
    """Append `line` to the list of `key`, of which the newest `most` stay for `seconds`.

    With `queue` the key also waits there under `score` for a sweep (see `waiting`); a key that waits keeps its place.
    """
    if time.monotonic() < _state["closed_until"]:
        return
    try:
        pipe = _client(settings.LIMITER_URL).pipeline(transaction=False)
        pipe.rpush(key, line)
        pipe.ltrim(key, -most, -1)
        pipe.expire(key, seconds)
        if queue:
            pipe.zadd(queue, {key: score}, nx=True)
        pipe.execute()
    except (RedisError, OSError) as error:
        _away(error)


def lists(keys: Sequence[str]) -> dict[str, list[str]]:
    """The lines of each key, the oldest first; keys without any are left out."""
    if not keys or time.monotonic() < _state["closed_until"]:
        return {}
    try:
        pipe = _client(settings.LIMITER_URL).pipeline(transaction=False)
        for key in keys:
            pipe.lrange(key, 0, -1)
        return {key: lines for key, lines in zip(keys, pipe.execute(), strict=True) if lines}
    except (RedisError, OSError) as error:
        _away(error)
        return {}


def touch(*, key: str, member: str, seconds: int, at: float, instead_of: Sequence[str] = ()) -> None:
    """Put `member` into the set of `key`, seen `at`, in the place of other members; who is not touched again for
    `seconds` is out of it."""
    if time.monotonic() < _state["closed_until"]:
        return
    try:
        pipe = _client(settings.LIMITER_URL).pipeline(transaction=False)
        pipe.zremrangebyscore(key, "-inf", at - seconds)
        if instead_of:
            pipe.zrem(key, *instead_of)
        if member:
            pipe.zadd(key, {member: at})
        pipe.expire(key, seconds)
        pipe.execute()
    except (RedisError, OSError) as error:
        _away(error)


def touched(*, key: str, since: float) -> list[str]:
    """The members of the set of `key` that were touched after `since`."""
    if time.monotonic() < _state["closed_until"]:
        return []
    try:
        found: list[str] = _client(settings.LIMITER_URL).zrangebyscore(key, f"({since}", "+inf")
        return found
    except (RedisError, OSError) as error:
        _away(error)
        return []


def waiting(*, queue: str, until: float, most: int) -> list[str]:
    """Up to `most` keys that have waited in `queue` since `until` or longer, the first one first."""
    try:
        found: list[str] = _client(settings.LIMITER_URL).zrangebyscore(
            queue, "-inf", until, start=0, num=most
        )
        return found
    except (RedisError, OSError) as error:
        _away(error)
        return []


def done(*, queue: str, keys: Sequence[str]) -> None:
    """These keys wait no longer."""
    if keys:
        try:
            _client(settings.LIMITER_URL).zrem(queue, *keys)
        except (RedisError, OSError) as error:
            _away(error)


def forget(keys: Sequence[str]) -> None:
    """Nothing is left of these lists."""
    if keys:
        try:
            _client(settings.LIMITER_URL).delete(*keys)
        except (RedisError, OSError) as error:
            _away(error)
