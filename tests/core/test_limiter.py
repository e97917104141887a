"""Limits are exact, on the real Redis, whoever counts at the same time."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from core import limiter
from core.tokens import new_token


@pytest.fixture(autouse=True)
def closed_breaker():
    limiter._state["closed_until"] = 0.0
    yield
    limiter._state["closed_until"] = 0.0


def test_the_last_allowed_use_passes_and_the_next_is_told_how_long_to_wait() -> None:
    key = new_token()
    assert [limiter.hit(rate="3/minute", key=key) for _ in range(3)] == [None, None, None]
    assert limiter.hit(rate="3/minute", key=key) in (59, 60)


def test_two_keys_do_not_share() -> None:
    one, other = new_token(), new_token()
    assert limiter.hit(rate="1/minute", key=one) is None
    assert limiter.hit(rate="1/minute", key=other) is None


def test_sixteen_threads_get_exactly_what_is_allowed() -> None:
    key = new_token()
    with ThreadPoolExecutor(16) as pool:
        waits = list(pool.map(lambda _: limiter.hit(rate="50/minute", key=key), range(200)))
    assert waits.count(None) == 50


def test_without_redis_everything_is_let_through_and_redis_is_left_alone_for_a_while(
    settings, caplog
) -> None:
    settings.LIMITER_URL = "redis://127.0.0.1:1/2"
    assert [limiter.hit(rate="1/minute", key="k") for _ in range(5)] == [None] * 5
    assert len([record for record in caplog.records if "limiter_away" in record.getMessage()]) == 1


def test_what_is_given_back_can_be_used_again() -> None:
    key = new_token()
    assert [limiter.hit(rate="2/minute", key=key) for _ in range(2)] == [None, None]
    limiter.give_back(rate="2/minute", key=key)
    assert [limiter.hit(rate="2/minute", key=key) is None for _ in range(2)] == [True, False]


def test_giving_back_what_was_never_taken_changes_nothing() -> None:
    key = new_token()
    limiter.give_back(rate="1/minute", key=key)
    assert [limiter.hit(rate="1/minute", key=key) is None for _ in range(2)] == [True, False]


def test_what_guards_secrets_is_counted_locally_while_redis_is_away(settings) -> None:
    settings.LIMITER_URL = "redis://127.0.0.1:1/2"
    key = new_token()
    assert [limiter.hit(rate="2/minute", key=key, or_locally=True) is None for _ in range(3)] == [
        True,
        True,
        False,
    ]
    limiter.give_back(rate="2/minute", key=key)  # nothing to give it back to: and no error
