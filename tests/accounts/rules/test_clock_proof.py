"""The short run of the proof: the product's due times against a walk minute by minute (`make prove-clock` is the long one)."""

from bench import clock


def test_due_times_equal_a_walk_over_a_wall_clock() -> None:
    compared, _beyond, near, differences = clock.a_share(seed=11, cases=250)
    assert (compared, differences) == (250, [])
    assert near > 30


def test_the_walk_would_find_a_wrong_due_time() -> None:
    data = {"time_zone": "Europe/Berlin", "week": {"mon": [["09:00", "17:00"]]}, "holidays": []}
    start = clock.datetime(2026, 11, 23, 8, 0, tzinfo=clock.UTC)  # Monday 09:00 in Berlin
    assert clock.walk(data, start, 480) == start + clock.timedelta(hours=8)
    assert clock.walk({**data, "holidays": ["2026-11-23"]}, start, 1) == start + clock.timedelta(
        days=7, minutes=1
    )


def test_a_due_time_is_found_fast() -> None:
    known, fresh = clock.additions_a_second(seconds=0.1)
    assert known > 5_000
    assert fresh > 200
