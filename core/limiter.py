"""How often: exact limits, counted in one atomic script on Redis, over all processes and hosts together.

A moving window: in no stretch of the period are there more than the allowed number. When Redis does not answer,
everything is let through (a limit protects the service, it must not be what stops it) and Redis is left alone for
`BREAKER_SECONDS`, so an outage costs one time-out in ten seconds, not one a request.
"""

import time
from functools import lru_cache
from math import ceil

import structlog
from django.conf import settings
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
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


@lru_cache(maxsize=64)
def _item(rate: str) -> RateLimitItem:
    return parse(rate)


def hit(*, rate: str, key: str) -> int | None:
    """Count one use of `key` against `rate` ("6000/minute"); None when it is allowed, else the seconds to wait.

    A refused use does not count.
    """
    if time.monotonic() < _state["closed_until"]:
        return None
    limiter, item = _limiter(settings.LIMITER_URL), _item(rate)
    try:
        if limiter.hit(item, key):
            return None
        reset = limiter.get_window_stats(item, key).reset_time
    except (RedisError, OSError) as error:
        _state["closed_until"] = time.monotonic() + BREAKER_SECONDS
        log.warning("limiter_away", error=type(error).__name__, let_through_for_seconds=BREAKER_SECONDS)
        return None
    return max(1, ceil(reset - time.time()))
