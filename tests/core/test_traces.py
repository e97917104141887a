"""Traces are left without waiting for Redis, and found again by whoever left them and by everybody else."""

from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from core import traces
from core.tokens import new_token


@pytest.fixture
def key(settings: Any) -> Iterator[str]:
    """A key nobody else has."""
    name, server = f"test:{new_token()}", Redis.from_url(settings.LIMITER_URL)
    yield name
    server.delete(name, f"{name}:queue")


def add(key: str, *lines: str, most: int = 80) -> None:
    for line in lines:
        traces.add(key=key, line=line, most=most, seconds=60, queue=f"{key}:queue", score=7.0)


def test_what_was_left_is_read_at_once_in_its_order(key: str) -> None:
    add(key, "a", "b", "ü")
    assert traces.lists([key, f"{key}:none"]) == {key: ["a", "b", "ü"]}
    assert traces.waiting(queue=f"{key}:queue", until=7.0, most=10) == [key]


def test_the_newest_stay_and_all_go_with_their_time(key: str, settings: Any) -> None:
    add(key, *"abcdef", most=3)
    assert traces.lists([key]) == {key: ["d", "e", "f"]}
    assert 0 < Redis.from_url(settings.LIMITER_URL).ttl(key) <= 60  # type: ignore[operator]


def test_what_is_done_or_forgotten_is_gone_though_it_was_left_a_moment_before(key: str) -> None:
    add(key, "a")
    traces.done(queue=f"{key}:queue", keys=[key])
    traces.forget([key])
    assert traces.lists([key]) == {}
    assert traces.waiting(queue=f"{key}:queue", until=9.0, most=10) == []


def test_each_thread_has_a_line_of_its_own(key: str) -> None:
    def leave(number: int) -> None:
        add(key, *(f"{number}-{n}" for n in range(20)))
        traces.lists([key])  # returns when its own are there

    threads = [Thread(target=leave, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = traces.lists([key])[key]
    assert len(found) == 80
    for number in range(4):
        mine = [line for line in found if line.startswith(f"{number}-")]
        assert mine == sorted(mine, key=lambda line: int(line.split("-")[1]))


def test_a_line_that_was_cut_is_laid_anew(key: str, settings: Any) -> None:
    add(key, "a")
    assert traces.lists([key]) == {key: ["a"]}
    server = Redis.from_url(settings.LIMITER_URL, decode_responses=True)
    mine = traces._wire()._line._sock.getsockname()
    [ours] = [one for one in server.client_list() if one["addr"].endswith(f":{mine[1]}")]
    server.client_kill(ours["addr"])
    add(key, "b")
    assert traces.lists([key]) == {key: ["a", "b"]}


def test_a_redis_that_cannot_be_silent_is_asked_like_any_other(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = traces._Wire(traces.settings.LIMITER_URL)
    monkeypatch.setattr(traces._local, "wire", wire, raising=False)
    wire._line.connect()
    monkeypatch.setattr(wire._line, "can_read", lambda timeout=0: True)

    def refuse() -> None:
        raise ResponseError("unknown subcommand 'REPLY'")

    monkeypatch.setattr(wire._line, "read_response", refuse)
    add(key, "a", "b")
    assert wire.must_answer
    assert traces.lists([key]) == {key: ["a", "b"]}


def test_without_redis_nothing_is_kept_and_nothing_raised(key: str, settings: Any) -> None:
    settings.LIMITER_URL = "redis://127.0.0.1:1/0"
    try:
        add(key, "a")
        assert traces._state["closed_until"] > 0
        assert traces.lists([key]) == {}
    finally:
        traces._state["closed_until"] = 0.0
        del traces._local.wire
