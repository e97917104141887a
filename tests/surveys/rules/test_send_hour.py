import pytest

from surveys.rules.send_hour import learned


@pytest.mark.parametrize(
    ("hours", "hour"),
    [
        ([], None),
        ([9, 9], None),
        ([9, 9, 9], 9),
        ([8, 9, 10], 9),
        ([23, 0, 0, 1], 0),
        ([23, 23, 0], 23),
        ([2, 9, 16], None),
        ([9, 9, 9, 17, 18, 20], 9),
        ([3, 9, 14, 20, 9, 0, 17], None),
        ([20] * 20 + [9] * 30, 20),
    ],
)
def test_the_hour_is_learned_from_like_hours_only(hours: list[int], hour: int | None) -> None:
    assert learned(hours) == hour
