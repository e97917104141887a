from datetime import UTC, datetime, time

import pytest

from detractors.rules.quiet import Quiet, ends_at

NIGHT = Quiet(time(20), time(7))
NIGHTS_AND_WEEKENDS = Quiet(time(20), time(7), frozenset({5, 6}))
NOON = Quiet(time(12), time(13))


def utc(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)  # 2 March is a Monday


@pytest.mark.parametrize(
    ("quiet", "now", "end"),
    [
        (NIGHT, utc(2, 19, 59), None),
        (NIGHT, utc(2, 20), utc(3, 7)),
        (NIGHT, utc(3, 6, 59), utc(3, 7)),
        (NIGHT, utc(3, 7), None),
        (NOON, utc(2, 12, 30), utc(2, 13)),
        (NOON, utc(2, 13), None),
        (NIGHTS_AND_WEEKENDS, utc(6, 21), utc(9, 7)),  # Friday evening to Monday morning
        (NIGHTS_AND_WEEKENDS, utc(7, 12), utc(9, 7)),
        (Quiet(days=frozenset({6})), utc(8, 0), utc(9, 0)),
        (Quiet(days=frozenset({6})), utc(7, 23, 59), None),
        (Quiet(), utc(2, 3), None),
        (Quiet(time(7), time(7)), utc(2, 7), None),  # nothing, not everything
        (Quiet(days=frozenset(range(7))), utc(2, 7), None),  # nobody is out of reach for ever
    ],
)
def test_quiet_time_ends(quiet: Quiet, now: datetime, end: datetime | None) -> None:
    assert ends_at(quiet, zone="UTC", now=now) == end


def test_quiet_time_is_of_the_persons_own_clock_also_when_it_is_changed() -> None:
    assert ends_at(NIGHT, zone="Europe/Berlin", now=utc(28, 20)) == utc(29, 5)  # 29 March: summer time
    assert ends_at(NIGHT, zone="Asia/Tokyo", now=utc(2, 11)) == utc(2, 22)


def test_an_hour_the_clocks_repeat_is_quiet_twice_and_no_day_longer() -> None:
    """25 October in Berlin: 02:00 to 03:00 comes twice, first at 00:00 UTC."""
    until_half_past_two = Quiet(time(22), time(2, 30))
    assert ends_at(until_half_past_two, zone="Europe/Berlin", now=utc(25, 0, 10, month=10)) == utc(
        25, 0, 30, month=10
    )
    assert ends_at(until_half_past_two, zone="Europe/Berlin", now=utc(25, 1, 10, month=10)) == utc(
        25, 1, 30, month=10
    )
