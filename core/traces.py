"""Short lists kept in Redis until they expire: what was seen in passing and must not touch the database.

For looks that change nothing (a page that was opened). When Redis does not answer nothing is kept and nothing is
found, and Redis is left alone for `BREAKER_SECONDS`, as the limiter does: a trace is a help, never what stops a page.
"""

import os
import threading
import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import structlog
from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeout

log = structlog.get_logger(__name__)

BREAKER_SECONDS = 10.0
TIMEOUT_SECONDS = 1.0

_state = {"closed_until": 0.0}
_own = threading.local()

# One command, one answer: a pipeline of the four costs a page three times as much time of the processor.
_ADD = """
redis.call('RPUSH', KEYS[1], ARGV[1])
redis.call('LTRIM', KEYS[1], -tonumber(ARGV[2]), -1)
redis.call('EXPIRE', KEYS[1], ARGV[3])
if KEYS[2] then redis.call('ZADD', KEYS[2], 'NX', ARGV[4], KEYS[1]) end
return 1"""


@lru_cache(maxsize=8)
def _client(url: str) -> Any:
    return Redis.from_url(
        url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS, decode_responses=True
    )


def _connection() -> Any:
    """This thread's own connection, kept: taking one from the pool and giving it back costs as much as the command."""
    mine = (os.getpid(), settings.LIMITER_URL)
    if getattr(_own, "of", None) != mine:
        _own.connection, _own.of = _client(settings.LIMITER_URL).connection_pool.make_connection(), mine
    return _own.connection


def _away(error: Exception) -> None:
    _state["closed_until"] = time.monotonic() + BREAKER_SECONDS
    log.warning("traces_away", error=type(error).__name__, nothing_kept_for_seconds=BREAKER_SECONDS)


def add(*, key: str, line: str, most: int, seconds: int, queue: str = "", score: float = 0.0) -> None:
    """Append `line` to the list of `key`, of which the newest `most` stay for `seconds`.

    With `queue` the key also waits there under `score` for a sweep (see `waiting`); a key that waits keeps its place.
    """
    if time.monotonic() < _state["closed_until"]:
        return
    keys = (key, queue) if queue else (key,)
    connection = _connection()
    for is_last in (False, True):
        try:
            connection.send_command("EVAL", _ADD, len(keys), *keys, line, most, seconds, score)
            connection.read_response()
            return
        except (RedisError, OSError) as error:
            connection.disconnect()  # what was not read must not be the answer to the next command
            # A kept connection may have died meanwhile. A line that came twice is a look seen twice: better than none.
            if is_last or isinstance(error, RedisTimeout | TimeoutError):
                _away(error)
                return


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
