"""Short lists kept in Redis until they expire: what was seen in passing and must not touch the database.

For looks that change nothing (a page that was opened). When Redis does not answer nothing is kept and nothing is
found, and Redis is left alone for `BREAKER_SECONDS`, as the limiter does: a trace is a help, never what stops a page.

A trace is sent on a connection of its own on which Redis answers nothing: a page that leaves one waits for no round trip.
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
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import RedisError, ResponseError

log = structlog.get_logger(__name__)

BREAKER_SECONDS = 10.0
TIMEOUT_SECONDS = 1.0

_state = {"closed_until": 0.0}
_local = threading.local()


class _Wire:
    """A connection on which Redis answers nothing; on a Redis that must answer, an ordinary one is used instead."""

    def __init__(self, url: str) -> None:
        self.url, self.pid, self.must_answer = url, os.getpid(), False
        self._line: Any = _client(url).connection_pool.make_connection()

    def say(self, commands: Sequence[tuple[Any, ...]]) -> None:
        """Send `commands`; raises RedisError or OSError when they cannot be sent."""
        if not self._is_open():
            self._line.disconnect()
            self._line.connect()
            self._line.send_command("CLIENT", "REPLY", "OFF", check_health=False)
        if self.must_answer:
            pipe = _client(self.url).pipeline(transaction=False)
            for command in commands:
                pipe.execute_command(*command)
            pipe.execute()
            return
        self._line.send_packed_command(self._line.pack_commands(commands), check_health=False)

    def settle(self) -> None:
        """Return when Redis has done all that was said."""
        if not self.must_answer and self._is_open():
            self._line.send_command("CLIENT", "REPLY", "ON", check_health=False)
            self._line.read_response()
            self._line.send_command("CLIENT", "REPLY", "OFF", check_health=False)

    def _is_open(self) -> bool:
        """Whether the line stands. What can be read from it is its end, or that Redis cannot be silent."""
        if self.must_answer:
            return True
        if not self._line.is_connected:
            return False
        try:
            if not self._line.can_read(0):
                return True
            self._line.read_response()
        except ResponseError:
            self.must_answer = True
            return True
        except (Disconnected, OSError):
            pass
        return False


def _wire() -> _Wire:
    """The wire of this thread and process."""
    wire: _Wire | None = getattr(_local, "wire", None)
    if wire is None or wire.url != settings.LIMITER_URL or wire.pid != os.getpid():
        wire = _local.wire = _Wire(settings.LIMITER_URL)
    return wire


def _settle() -> None:
    """What this thread left is there for whoever reads now."""
    if getattr(_local, "wire", None) is not None:
        _wire().settle()


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
    This thread reads what it added; others may need a moment.
    """
    if time.monotonic() < _state["closed_until"]:
        return
    commands: list[tuple[Any, ...]] = [
        ("RPUSH", key, line), ("LTRIM", key, -most, -1), ("EXPIRE", key, seconds),
    ]  # fmt: skip
    if queue:
        commands.append(("ZADD", queue, "NX", score, key))
    try:
        _wire().say(commands)
    except (RedisError, OSError) as error:
        _away(error)


def lists(keys: Sequence[str]) -> dict[str, list[str]]:
    """The lines of each key, the oldest first; keys without any are left out."""
    if not keys or time.monotonic() < _state["closed_until"]:
        return {}
    try:
        _settle()
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
        _settle()
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
            _settle()
            _client(settings.LIMITER_URL).zrem(queue, *keys)
        except (RedisError, OSError) as error:
            _away(error)


def forget(keys: Sequence[str]) -> None:
    """Nothing is left of these lists."""
    if keys:
        try:
            _settle()
            _client(settings.LIMITER_URL).delete(*keys)
        except (RedisError, OSError) as error:
            _away(error)
