"""How often: exact limits, counted in one atomic script on Redis, over all processes and hosts together.

A moving window: in no stretch of the period are there more than the allowed number. When Redis does not answer,
everything is let through (a limit protects the service, it must not be what stops it) and Redis is left alone for
`BREAKER_SECONDS`, so an outage costs one time-out in ten seconds, not one a request. What guards secrets (sign-in) asks
for `or_locally`: while Redis is away each process counts for itself.
"""

import hashlib
import time
from functools import lru_cache
from math import ceil
from typing import Any

import structlog
from django.conf import settings
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

BREAKER_SECONDS = 10.0
TIMEOUT_SECONDS = 1.0

_state = {"closed_until": 0.0}


@lru_cache(maxsize=8)
def _limiter(url: str) -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(
        storage_from_string(url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS)
    )


@lru_cache(maxsize=1)
def _local() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(MemoryStorage())


@lru_cache(maxsize=64)
def _item(rate: str) -> RateLimitItem:
    return parse(rate)


def hit(*, rate: str, key: str, or_locally: bool = False, uses: int = 1) -> int | None:
    """Count one use (or `uses` at once) of `key` against `rate` ("6000/minute"); None when it is allowed, else the
    seconds to wait.

    A refused use does not count. With `or_locally` this process counts alone while Redis does not answer.
    """
    item = _item(rate)
    if time.monotonic() >= _state["closed_until"]:
        try:
            return _hit(_limiter(settings.LIMITER_URL), item, key, uses)
        except (RedisError, OSError) as error:
            _state["closed_until"] = time.monotonic() + BREAKER_SECONDS
            log.warning("limiter_away", error=type(error).__name__, let_through_for_seconds=BREAKER_SECONDS)
    return _hit(_local(), item, key, uses) if or_locally else None


def _hit(limiter: MovingWindowRateLimiter, item: RateLimitItem, key: str, uses: int) -> int | None:
    if limiter.hit(item, key, cost=uses):
        return None
    return max(1, ceil(limiter.get_window_stats(item, key).reset_time - time.time()))


def give_back(*, rate: str, key: str) -> None:
    """Take back one counted use of `key`: it turned out to be none (a password that was right)."""
    if time.monotonic() < _state["closed_until"]:
        return
    storage: Any = _limiter(settings.LIMITER_URL).storage
    try:  # a moving window is a list of moments, the newest first: dropping one is dropping one use
        storage.storage.lpop(storage.prefixed_key(_item(rate).key_for(key)))
    except (RedisError, OSError) as error:
        _state["closed_until"] = time.monotonic() + BREAKER_SECONDS
        log.warning("limiter_away", error=type(error).__name__, let_through_for_seconds=BREAKER_SECONDS)


class FirstFree:
    """A limit for what is nearly always used once: the first use of a key in a process asks nobody and costs nothing.

    The second tells Redis of both, so a key is never refused before it was used as often as `rate` allows; with n
    processes it may be used up to n - 1 times more. `hit` before the use, `note` once the key has proved to be real.
    """

    def __init__(self, *, name: str, rate: str, kept: int = 20_000) -> None:
        self.name, self.rate, self.kept = name, rate, kept
        self.seconds = _item(rate).get_expiry()
        self._noted: dict[str, tuple[float, bool]] = {}  # when first used, and whether Redis knows

    def is_first(self, key: str) -> bool:
        """Whether this process does not remember a use of `key`: then `hit` allows it and asks nobody."""
        return key not in self._noted

    def hit(self, key: str) -> int | None:
        """None when this use is allowed, else the seconds to wait."""
        first = self._noted.get(key)
        if first is None:
            return None
        moment, is_told = first
        if time.monotonic() - moment > self.seconds:
            self._noted.pop(key, None)
            return None
        digest = hashlib.sha256(key.encode()).hexdigest()[:32]  # links do not lie in Redis
        wait = hit(rate=self.rate, key=f"{self.name}:{digest}", uses=1 if is_told else 2)
        if wait is None:
            self._noted[key] = (moment, True)
        return wait

    def note(self, key: str) -> None:
        """The key was used, and is no guess: guesses would push out what is remembered."""
        if key not in self._noted:
            if len(self._noted) >= self.kept:
                for old in list(self._noted)[: self.kept // 2]:
                    self._noted.pop(old, None)
            self._noted[key] = (time.monotonic(), False)
