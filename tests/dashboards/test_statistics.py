import math
import statistics as python_statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.statistics import (
    attainment,
    closed_loop_rate,
    difference,
    estimate,
    estimate_by_score,
    median,
    p90,
    percent,
    percentile,
    recovery_rate,
    share,
    signed,
)


def test_an_estimate_worked_by_hand():
    # p = 0.5, d = 0.2, n = 100: variance 0.7 - 0.09 = 0.61, standard error 7.81025 points.
    result = estimate(50, 30, 20)
    assert (result.n, result.nps, result.has_enough) == (100, 30.0, True)
    assert result.standard_error == pytest.approx(7.8102497, abs=1e-6)
    assert result.margin == pytest.approx(15.3080894, abs=1e-6)


def test_eleven_counts_and_three_counts_agree():
    assert estimate_by_score([1, 0, 2, 0, 0, 3, 4, 5, 6, 7, 8]) == estimate(15, 11, 10)


def test_no_answers_are_no_figure_and_one_has_no_margin():
    nothing, one = estimate(0, 0, 0), estimate(1, 0, 0)
    assert (nothing.nps, nothing.standard_error, nothing.margin) == (None, None, None)
    assert (one.nps, one.standard_error, one.margin) == (100.0, 0.0, None)


@given(st.lists(st.sampled_from([1, 0, -1]), min_size=1))
def test_the_standard_error_is_that_of_a_mean_of_plus_one_zero_and_minus_one(answers):
    result = estimate(answers.count(1), answers.count(0), answers.count(-1))
    assert result.nps == pytest.approx(100 * python_statistics.fmean(answers))
    expected = 100 * math.sqrt(python_statistics.pvariance(answers) / len(answers))
    assert result.standard_error == pytest.approx(expected, abs=1e-9)


def test_a_difference_worked_by_hand():
    # 100 answers each: 30 points before, 55 after. Variances 0.61 and 0.75 - 0.3025 = 0.4475;
    # error sqrt(0.61 + 0.4475) / 10 = 10.28348 points; z = 25 / 10.28348 = 2.43108.
    result = difference(estimate(50, 30, 20), estimate(65, 25, 10))
    assert result.change == pytest.approx(25.0)
    assert result.standard_error == pytest.approx(10.2834819, abs=1e-6)
    assert result.z == pytest.approx(2.4310832, abs=1e-6)
    assert result.verdict == "REAL"
    assert str(result.sentence) == (
        "Real: the change of +25.0 points is more than the 20.2 points chance would explain."
    )


def test_a_change_that_chance_explains_is_called_noise():
    result = difference(estimate(50, 30, 20), estimate(55, 30, 15))
    assert (round(result.change, 9), result.verdict) == (10.0, "NOISE")
    assert str(result.sentence) == "Probably noise: chance alone moves the figure by up to 21.0 points."


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ((0, 0, 29), (30, 0, 0), "TOO_FEW"),
        ((0, 0, 30), (29, 0, 0), "TOO_FEW"),
        ((0, 0, 0), (30, 0, 0), "TOO_FEW"),
        ((0, 0, 30), (30, 0, 0), "REAL"),
        ((30, 0, 0), (30, 0, 0), "NOISE"),
    ],
)
def test_thirty_answers_on_both_sides_are_needed_and_no_variation_is_no_doubt(before, after, verdict):
    assert difference(estimate(*before), estimate(*after)).verdict == verdict


def test_too_few_says_how_many_there_are():
    result = difference(estimate(0, 0, 0), estimate(10, 0, 2))
    assert (result.change, result.z) == (None, None)
    assert str(result.sentence) == "Too few answers to say: 0 before, 12 now; each needs at least 30."


counts = st.tuples(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500)).map(
    lambda three: estimate(*three)
)


@given(counts, counts)
def test_a_change_back_is_the_same_with_the_other_sign(one, other):
    there, back = difference(one, other), difference(other, one)
    assert there.verdict == back.verdict
    assert there.change is None or there.change == -back.change


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        # Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998),
        # Table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_wilson_interval_equals_published_values(hits, n, low, high):
    result = share(hits, n)
    assert (round(result.low, 4), round(result.high, 4)) == (low, high)


@given(st.integers(0, 300), st.integers(0, 300))
def test_a_share_lies_inside_its_interval_inside_0_and_1(hits, misses):
    result = share(hits, hits + misses)
    if result.n:
        assert 0 <= result.low <= result.value <= result.high <= 1


def test_rates_have_their_own_denominators():
    assert (attainment(3, 1).value, recovery_rate(1, 4).value, closed_loop_rate(1, 2).value) == (
        0.75,
        0.25,
        0.5,
    )
    assert attainment(0, 0).value is None


@pytest.mark.parametrize(("hits", "n"), [(3, 2), (-1, 2)])
def test_what_is_no_share_is_refused(hits, n):
    with pytest.raises(ValueError, match="is no share"):
        share(hits, n)


@pytest.mark.parametrize(
    ("values", "middle", "ninety"),
    [([], None, None), ([7], 7, 7), ([1, 2], 1.5, 1.9), ([3, 1, 2], 2, 2.8), (range(1, 12), 6, 10)],
)
def test_median_and_p90_interpolate_between_neighbours(values, middle, ninety):
    assert (median(values), p90(values)) == (middle, ninety)


@given(st.lists(st.integers(0, 10_000), min_size=2))
def test_percentiles_agree_with_the_inclusive_method_of_the_standard_library(values):
    tenths = python_statistics.quantiles(values, n=10, method="inclusive")
    assert [percentile(values, 10 * tenth) for tenth in range(1, 10)] == pytest.approx(tenths)
    assert (percentile(values, 0), percentile(values, 100)) == (min(values), max(values))


@pytest.mark.parametrize("bad", [-0.1, 100.1])
def test_a_percentile_outside_0_to_100_is_refused(bad):
    with pytest.raises(ValueError, match="between 0 and 100"):
        percentile([1], bad)


@pytest.mark.parametrize(
    ("value", "text"), [(12.04, "+12.0"), (-26.05, "−26.1"), (0.0, "0.0"), (-0.04, "0.0"), (None, None)]
)
def test_points_carry_their_sign(value, text):
    assert signed(value) == text


@pytest.mark.parametrize(("value", "text"), [(0.734, "73 %"), (0.0, "0 %"), (1.0, "100 %"), (None, None)])
def test_shares_are_written_as_percent_and_no_data_is_not_zero(value, text):
    assert percent(value) == text


def test_a_share_may_have_decimals():
    assert percent(0.12345, 1) == "12.3 %"
