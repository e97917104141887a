"""What a second answer suggests of a customer, and which days can be."""

from datetime import date

import pytest

from detractors.enums import Outcome
from detractors.rules import retention


def test_only_a_second_answer_suggests_something() -> None:
    assert {outcome: retention.suggested(outcome) for outcome in (*Outcome.values, "")} == {
        "RECOVERED": "KEPT", "CONVERTED": "KEPT", "NOT_RECOVERED": "LOST", "NO_ANSWER": "", "DISMISSED": "", "": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("day", "can_be"),
    [("2026-03-02", True), ("2026-03-03", False), ("2000-01-01", True), ("1999-12-31", False)],
)
def test_nothing_is_known_of_the_future(day: str, can_be: bool) -> None:
    assert retention.is_possible(date.fromisoformat(day), today=date(2026, 3, 2)) is can_be
