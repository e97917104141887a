"""Hours as people write them."""

import pytest

from accounts.forms import intervals


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("09:00-17:00", [["09:00", "17:00"]]),
        ("9–12, 13:00 – 17:30", [["09:00", "12:00"], ["13:00", "17:30"]]),
        ("0900-1200; 13-24:00", [["09:00", "12:00"], ["13:00", "24:00"]]),
        ("8 to 16", [["08:00", "16:00"]]),
    ],
)
def test_hours_are_understood(text: str, expected: list[list[str]]) -> None:
    assert intervals(text) == expected


@pytest.mark.parametrize("text", ["all day", "9-", "-17", "9:5-17", "09:00-12:00-13:00", "9;00-17"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        intervals(text)
