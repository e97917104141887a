"""Numbers that arrive as text."""

import pytest

from core.numbers import whole, wholes


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("12", 12),
        ("007", 7),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("9" * 5_000, None),  # more than `int` reads at all
        ("", None),
        (" 1", None),
        ("-1", None),
        ("+1", None),
        ("1.0", None),
        ("1_0", None),
        ("²", None),
        ("١", None),
        ("1\x00", None),
    ],
)
def test_only_ascii_digits_are_a_number(text: str, number: int | None) -> None:
    assert whole(text) == number


def test_the_length_can_be_bounded_and_a_list_keeps_what_is_one() -> None:
    assert (whole("99", digits=2), whole("100", digits=2)) == (99, None)
    assert wholes(["3", "x", "²", "1", "3"]) == [3, 1, 3]
    assert wholes(["12", "123"], digits=2) == [12]
