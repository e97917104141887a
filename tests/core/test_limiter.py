"""Limits are exact, on the real Redis, whoever counts at the same time."""

import subprocess
import sys
import time
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


RACERS = """
import sys, time
from concurrent.futures import ThreadPoolExecutor
from django.conf import settings
settings.configure(LIMITER_URL=sys.argv[1])
from core import limiter
limiter.hit(rate="1/minute", key=sys.argv[2] + "-warm")
print("ready", flush=True)
begin = float(sys.stdin.readline())
def race(_):
    time.sleep(max(0.0, begin - time.time()))
    return [limiter.hit(rate="100/minute", key=sys.argv[2]) is None for _ in range(5)]
with ThreadPoolExecutor(16) as pool:
    print(sum(sum(won) for won in pool.map(race, range(16))))
"""


def test_sixty_four_racers_over_four_processes_get_exactly_what_is_allowed(settings) -> None:
    command = [sys.executable, "-c", RACERS, settings.LIMITER_URL, new_token()]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    assert [process.stdout.readline() for process in processes] == ["ready\n"] * 4
    begin = time.time() + 0.3
    for process in processes:
        process.stdin.write(f"{begin}\n")
        process.stdin.flush()
    won = [int(process.communicate(timeout=30)[0]) for process in processes]
    assert sum(won) == 100  # of 320 tries


def test_several_uses_at_once_fit_whole_or_not_at_all() -> None:
    key = new_token()
    assert limiter.hit(rate="3/minute", key=key, uses=2) is None
    assert limiter.hit(rate="3/minute", key=key, uses=2) in (59, 60)
    assert limiter.hit(rate="3/minute", key=key) is None


def test_the_first_use_is_free_of_redis_and_the_limit_holds_all_the_same(settings) -> None:
    limit, key = limiter.FirstFree(name="t", rate="10/minute"), new_token()
    away, settings.LIMITER_URL = settings.LIMITER_URL, "redis://127.0.0.1:1/2"
    assert limit.hit(key) is None
    assert limiter._state["closed_until"] == 0.0  # nobody was asked
    limit.note(key)
    settings.LIMITER_URL = away
    waits = []
    for _ in range(12):
        waits.append(limit.hit(key))
        limit.note(key)
    assert waits[:9] == [None] * 9
    assert all(wait in (59, 60) for wait in waits[9:])
    assert limit.hit(new_token()) is None


def test_in_several_processes_no_key_is_refused_before_its_limit_and_few_uses_come_on_top() -> None:
    key = new_token()
    processes = [limiter.FirstFree(name="t", rate="10/minute") for _ in range(4)]
    allowed, refused_at = 0, 0
    for turn in range(40):
        limit = processes[turn % 4]
        if limit.hit(key) is None:
            limit.note(key)
            allowed += 1
        else:
            refused_at = refused_at or turn
    assert refused_at >= 10
    assert 10 <= allowed <= 13


def test_keys_nobody_noted_are_not_remembered_and_memory_has_an_end() -> None:
    limit = limiter.FirstFree(name="t", rate="1/minute", kept=10)
    assert [limit.hit("guess") for _ in range(5)] == [None] * 5
    for number in range(100):
        limit.note(f"k{number}")
    assert len(limit._noted) <= 10
    assert "k99" in limit._noted


def test_a_use_of_long_ago_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    limit, key = limiter.FirstFree(name="t", rate="1/minute"), new_token()
    limit.note(key)
    later = time.monotonic() + 61
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert limit.hit(key) is None


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
