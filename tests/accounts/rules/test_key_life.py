"""How long keys live."""

from datetime import timedelta

import pytest

from accounts.rules import key_life
from accounts.rules.key_life import KeyState, has_ended, overlap_end, state
from tests.conftest import MONDAY_9AM as NOW

SECOND = timedelta(seconds=1)


def test_a_key_has_ended_at_the_very_moment_of_its_end() -> None:
    assert [has_ended(end, NOW) for end in (None, NOW + SECOND, NOW, NOW - SECOND)] == [
        False,
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("left", "is_replaced", "expected"),
    [
        (None, False, KeyState.OPEN),
        (timedelta(days=14) + SECOND, False, KeyState.OPEN),
        (timedelta(days=14), False, KeyState.ENDS_SOON),
        (SECOND, False, KeyState.ENDS_SOON),
        (timedelta(0), False, KeyState.ENDED),
        (SECOND, True, KeyState.REPLACED),
        (timedelta(0), True, KeyState.ENDED),
    ],
)
def test_what_the_page_says(left: timedelta | None, is_replaced: bool, expected: KeyState) -> None:
    end = NOW + left if left is not None else None
    assert state(expires_at=end, is_replaced=is_replaced, now=NOW) == expected


def test_two_keys_overlap_for_30_days_at_most_and_never_past_the_old_ones_end() -> None:
    month = timedelta(days=30)
    assert overlap_end(until=NOW, expires_at=None, now=NOW) == NOW
    assert overlap_end(until=NOW + month, expires_at=None, now=NOW) == NOW + month
    assert overlap_end(until=NOW + month, expires_at=NOW + SECOND, now=NOW) == NOW + SECOND
    for until in (NOW - SECOND, NOW + month + SECOND):
        with pytest.raises(ValueError):
            overlap_end(until=until, expires_at=None, now=NOW)


def test_a_key_made_for_so_many_days_is_offered_as_many_again() -> None:
    for days in (*key_life.LIFETIMES, 0):
        assert key_life.lifetime_of(NOW, key_life.end_after(days, NOW)) == days
