"""What is kept in passing: the newest lines, in order, and a page never hears of a Redis that is away."""

import pytest
from django.conf import settings
from redis import Redis

from core import traces


@pytest.fixture
def redis():
    client = Redis.from_url(settings.LIMITER_URL, decode_responses=True)
    client.delete("traces:one", "traces:two", "traces:queue")
    traces._state["closed_until"] = 0.0
    yield client
    client.delete("traces:one", "traces:two", "traces:queue")
    traces._state["closed_until"] = 0.0


def _add(key, line, *, score=1.0, most=3):
    traces.add(key=key, line=line, most=most, seconds=60, queue="traces:queue", score=score)


def test_the_newest_lines_stay_in_order_and_expire(redis):
    for line in "abcd":
        _add("traces:one", line)
    assert traces.lists(["traces:one", "traces:two"]) == {"traces:one": ["b", "c", "d"]}
    assert 0 < redis.ttl("traces:one") <= 60


def test_a_key_that_waits_keeps_its_place(redis):
    _add("traces:one", "a", score=1.0)
    _add("traces:two", "b", score=2.0)
    _add("traces:one", "c", score=9.0)
    assert traces.waiting(queue="traces:queue", until=5.0, most=10) == ["traces:one", "traces:two"]


def test_without_a_queue_nothing_waits(redis):
    traces.add(key="traces:one", line="a", most=3, seconds=60)
    assert traces.waiting(queue="traces:queue", until=5.0, most=10) == []


def test_a_connection_that_died_meanwhile_is_made_anew(redis):
    _add("traces:one", "a")
    traces._connection()._sock.close()
    _add("traces:one", "b")
    assert traces.lists(["traces:one"]) == {"traces:one": ["a", "b"]}


def test_a_redis_that_is_away_costs_the_page_nothing(redis, settings):
    settings.LIMITER_URL = "redis://127.0.0.1:1/0"  # nobody listens there
    _add("traces:one", "a")
    assert traces.lists(["traces:one"]) == {}
    assert traces._state["closed_until"] > 0
