"""Places at an event: companions count, and the last one goes once."""

import pytest

from followups.rules import gatherings as rules


def test_only_those_who_come_take_places() -> None:
    assert rules.taken([("YES", 0), ("YES", 2), ("MAYBE", 5), ("NO", 0), ("", 0)]) == 4
    assert (rules.left(capacity=None, taken=9), rules.left(capacity=5, taken=4), rules.left(capacity=3, taken=4)) == (
        None, 1, 0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "companions", "left", "why"),
    [
        ("YES", 0, None, ""), ("YES", 9, None, ""), ("YES", 1, 2, ""), ("YES", 2, 2, "g_few"), ("YES", 0, 0, "g_full"),
        ("MAYBE", 3, 0, ""), ("NO", 0, 0, ""),
    ],
)  # fmt: skip
def test_who_comes_needs_a_place(answer: str, companions: int, left: int | None, why: str) -> None:
    assert rules.refusal(answer=answer, companions=companions, left=left) == why
