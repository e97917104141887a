from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detractors.rules.priority import Facts, Weights, band, explain, minutes_to, rank

MONDAY_9AM = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DUE = MONDAY_9AM + timedelta(hours=1)


def facts(**more):
    return Facts(opened_at=MONDAY_9AM, next_due_at=DUE, **more)


@pytest.mark.parametrize(
    ("score", "minutes", "priority"),
    [(0, 180, "HIGH"), (1, 150, "HIGH"), (2, 120, "NORMAL"), (5, 30, "NORMAL"), (6, 0, "LOW")],
)
def test_a_lower_score_earns_half_an_hour_a_point(score, minutes, priority):
    result = rank(facts(score=score))
    assert (result.minutes, result.priority, result.rank_at) == (
        minutes,
        priority,
        DUE - timedelta(minutes=minutes),
    )


@pytest.mark.parametrize(
    ("value", "minutes"),
    [("999.99", 0), ("1000", 60), ("9999", 60), ("10000", 120), ("100000", 180), ("-5", 0)],
)
def test_a_more_valuable_account_earns_more(value, minutes):
    assert rank(facts(account_value=Decimal(value))).minutes == minutes


@pytest.mark.parametrize(("earlier", "minutes"), [(0, 0), (1, 60), (3, 180), (4, 180)])
def test_a_customer_let_down_before_earns_more_up_to_three_times(earlier, minutes):
    assert rank(facts(earlier_unhappy=earlier)).minutes == minutes


def test_a_public_complaint_earns_four_hours():
    assert [(part.code, part.minutes) for part in rank(facts(is_public=True)).parts] == [("EXPOSURE", 240)]


@pytest.mark.parametrize(
    ("minutes", "name"),
    [(300, "URGENT"), (299, "HIGH"), (150, "HIGH"), (149, "NORMAL"), (30, "NORMAL"), (29, "LOW"), (0, "LOW")],
)
def test_bands_meet_without_gap(minutes, name):
    assert band(minutes) == name


def test_other_metrics_are_as_severe_as_their_own_scale_says():
    assert rank(facts(metric="STARS", score=1)).minutes == rank(facts(metric="NPS", score=0)).minutes


def test_a_case_without_a_running_promise_stands_behind_the_promises_of_a_month():
    result = rank(Facts(opened_at=MONDAY_9AM, score=6))
    assert result.rank_at == MONDAY_9AM + timedelta(days=30)


def test_a_workspace_may_weigh_otherwise():
    weights = Weights(score=60, exposure=0, value_steps=((Decimal(5), 7),))
    assert rank(facts(score=0, is_public=True, account_value=Decimal(5)), weights).minutes == 67


every_case = st.builds(
    facts,
    score=st.none() | st.integers(0, 10),
    account_value=st.none() | st.decimals(0, 10**9, places=2),
    earlier_unhappy=st.integers(0, 9),
    is_public=st.booleans(),
)


@given(every_case)
def test_the_parts_add_up_to_the_order(case):
    result = rank(case)
    assert sum(part.minutes for part in result.parts) == result.minutes
    assert result.rank_at == case.next_due_at - timedelta(minutes=result.minutes)
    assert [part for part in result.parts if part.minutes <= 0] == []


@given(every_case, every_case)
def test_of_two_cases_with_the_same_promise_the_one_that_earned_more_is_first(one, other):
    assert (rank(one).rank_at < rank(other).rank_at) is (rank(one).minutes > rank(other).minutes)


def test_the_sum_is_said_in_words():
    case = facts(score=0, account_value=Decimal("12500"), earlier_unhappy=2, is_public=True)
    assert [str(sentence) for sentence in explain(case)] == [
        "The next promise is due at 2026-11-23 10:00 UTC.",
        "180 minutes earlier for the score of 0.",
        "120 minutes earlier for an account worth 12,500.",
        "120 minutes earlier for unhappy answers before: 2.",
        "240 minutes earlier because others can read the complaint.",
        "Together 660 minutes (URGENT), so the case is ranked at 2026-11-22 23:00 UTC.",
    ]


def test_without_a_promise_the_words_say_so():
    assert str(explain(Facts(opened_at=MONDAY_9AM))[0]) == (
        "No promise is running, so 2026-12-23 09:00 UTC is taken: 30 days after the case opened."
    )


def test_each_kind_of_case_has_its_own_minutes():
    weights = Weights(long_standing=90, one_off=15)
    earned = {
        code: rank(facts(standing=code), weights).minutes for code in ("FIRST", "ONE_OFF", "LONG_STANDING")
    }
    assert earned == {"FIRST": 0, "ONE_OFF": 15, "LONG_STANDING": 90}


def test_cell_and_rule_add_their_minutes_under_their_names():
    result = rank(facts(cell="Delivery: Late", cell_minutes=45, rule="Key accounts", rule_minutes=30))
    assert [(part.code, part.minutes) for part in result.parts] == [("CELL", 45), ("RULE", 30)]
    assert [str(part.sentence) for part in result.parts] == [
        "45 minutes earlier for its cell in the matrix, Delivery: Late.",
        "30 minutes earlier by the rule Key accounts.",
    ]


@pytest.mark.parametrize(
    ("earned", "wanted", "minutes"),
    [(0, "URGENT", 300), (310, "URGENT", 0), (310, "HIGH", -11), (310, "LOW", -281), (149, "HIGH", 1), (30, "NORMAL", 0), (12, "LOW", 0), (12, "", 0)],
)  # fmt: skip
def test_a_priority_set_by_hand_brings_the_sum_into_its_band_and_no_further(
    earned: int, wanted: str, minutes: int
) -> None:
    assert minutes_to(wanted, earned) == minutes
    assert not wanted or band(earned + minutes) == wanted


def test_what_was_set_by_hand_is_a_summand_like_any_other() -> None:
    result = rank(facts(score=0, rule="VIP", rule_minutes=60, by_hand="LOW"))
    assert (result.priority, result.minutes, result.parts[-1].minutes) == ("LOW", 29, -211)
    assert result.rank_at == DUE - timedelta(minutes=29)
