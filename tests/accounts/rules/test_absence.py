"""Days away: whole days, both ends included."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.rules.absence import is_away, is_coming, local_day

MONDAY = date(2026, 3, 2)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("first", "last", "away"),
    [
        (None, None, False),
        (MONDAY, None, False),
        (None, MONDAY - DAY, False),
        (None, MONDAY, True),
        (MONDAY, MONDAY, True),
        (MONDAY - DAY, MONDAY + DAY, True),
        (MONDAY + DAY, MONDAY + DAY, False),
    ],
)
def test_the_first_and_the_last_day_belong_to_it(first: date | None, last: date | None, away: bool) -> None:
    assert is_away(first=first, last=last, today=MONDAY) is away


@pytest.mark.parametrize(("first", "coming"), [(None, False), (MONDAY, False), (MONDAY + DAY, True)])
def test_what_begins_later_is_coming(first: date | None, coming: bool) -> None:
    assert is_coming(first=first, today=MONDAY) is coming


def test_a_day_is_the_zones_own() -> None:
    evening = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
    assert [local_day(now=evening, zone=zone).day for zone in ("UTC", "Asia/Tokyo", "America/New_York")] == [
        2, 3, 2,
    ]  # fmt: skip
