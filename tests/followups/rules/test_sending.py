from datetime import timedelta

import pytest

from followups.rules.sending import KEEPS_FOR, Facts, why_not
from tests.conftest import MONDAY_9AM


def facts(step: str = "ACKNOWLEDGE", **given: object) -> Facts:
    category = {"ACKNOWLEDGE": "OPEN", "WAITING": "WAITING", "CLOSING": "RESOLVED"}[step]
    known = {"step": step, "category": category, "happened_at": MONDAY_9AM, "is_same_episode": True}
    return Facts(**{**known, **given})  # type: ignore[arg-type]


@pytest.mark.parametrize("step", ["ACKNOWLEDGE", "WAITING", "CLOSING"])
def test_a_true_mail_to_somebody_who_can_be_reached_may_leave(step: str) -> None:
    assert why_not(facts(step), now=MONDAY_9AM) is None


@pytest.mark.parametrize(
    ("step", "category"),
    [
        ("ACKNOWLEDGE", "RESOLVED"), ("ACKNOWLEDGE", "CLOSED"), ("WAITING", "OPEN"), ("WAITING", "RESOLVED"),
        ("CLOSING", "OPEN"), ("CLOSING", "WAITING"),
    ],
)  # fmt: skip
def test_a_mail_about_a_state_the_case_has_left_is_not_sent(step: str, category: str) -> None:
    assert why_not(facts(step, category=category), now=MONDAY_9AM) == "NO_LONGER_TRUE"


@pytest.mark.parametrize("step", ["WAITING", "CLOSING"])
def test_a_mail_planned_before_the_case_was_reopened_is_not_sent(step: str) -> None:
    assert why_not(facts(step, is_same_episode=False), now=MONDAY_9AM) == "NO_LONGER_TRUE"


def test_a_second_wait_makes_the_mail_of_the_first_untrue() -> None:
    assert why_not(facts("WAITING", is_same_wait=False), now=MONDAY_9AM) == "NO_LONGER_TRUE"


def test_nobody_is_told_that_a_person_will_write_after_a_person_wrote() -> None:
    assert why_not(facts(is_answered=True), now=MONDAY_9AM) == "ALREADY_ANSWERED"


def test_what_was_done_is_told_also_to_somebody_who_was_called() -> None:
    assert why_not(facts("CLOSING", is_answered=True), now=MONDAY_9AM) is None


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"is_erased": True, "has_address": False}, "ERASED"),
        ({"has_address": False}, "NO_ADDRESS"),
        ({"is_suppressed": True, "is_undeliverable": True}, "SUPPRESSED"),
        ({"is_undeliverable": True}, "UNDELIVERABLE"),
    ],
)
def test_who_cannot_be_reached_is_named_by_the_reason_that_lasts_longest(
    given: dict[str, bool], reason: str
) -> None:
    assert why_not(facts(**given), now=MONDAY_9AM + timedelta(days=9)) == reason


def test_news_of_three_days_still_leave_and_a_second_more_is_too_late() -> None:
    assert why_not(facts(), now=MONDAY_9AM + KEEPS_FOR) is None
    assert why_not(facts(), now=MONDAY_9AM + KEEPS_FOR + timedelta(seconds=1)) == "TOO_LATE"


def test_a_fourth_automatic_mail_within_a_day_is_held_back_but_never_the_closing_one() -> None:
    assert why_not(facts("WAITING", automatic_lately=2), now=MONDAY_9AM) is None
    assert why_not(facts("WAITING", automatic_lately=3), now=MONDAY_9AM) == "TOO_MANY"
    assert why_not(facts("CLOSING", automatic_lately=3), now=MONDAY_9AM) is None
