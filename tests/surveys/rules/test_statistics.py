"""Each metric by its own statistic, with figures worked out by hand or taken from the literature."""

from __future__ import annotations

import math
from statistics import mean, stdev

import pytest

from surveys.rules import metrics, nps, statistics
from surveys.rules.statistics import Figure, figure

SCORES = {
    "NPS": [0, 6, 7, 9, 10, 10],
    "CSAT": [1, 3, 4, 5, 5],
    "CES": [1, 4, 5, 7, 7, 7],
    "STARS": [2, 3, 5, 5],
}


def scores(**given: int) -> dict[int, int]:
    """scores(s4=10): ten answers of 4."""
    return {int(name[1:]): n for name, n in given.items()}


def rounded(found: Figure) -> tuple[float | None, ...]:
    return tuple(None if one is None else round(one, 2) for one in (found.value, found.low, found.high))


def test_nps_is_the_net_share_with_its_margin() -> None:
    found = figure(metrics.NPS, scores(s9=50, s8=20, s2=30))
    assert (found.n, rounded(found)) == (100, (20.0, 2.91, 37.09))


def test_csat_is_the_share_of_fours_and_fives_with_wilsons_interval() -> None:
    # 81 of 263, as worked out by Newcombe (1998, method 3): 0.2553 to 0.3662.
    found = figure(metrics.CSAT, scores(s5=40, s4=41, s3=100, s1=82))
    assert (found.n, rounded(found)) == (263, (30.8, 25.53, 36.62))


@pytest.mark.parametrize("metric", [metrics.CES, metrics.STARS])
def test_ces_and_stars_are_means_with_the_samples_own_error(metric: str) -> None:
    # 1, 2, 3, 4, 5: mean 3, deviation sqrt(2.5), error sqrt(0.5), 1.96 of it 1.386.
    found = figure(metric, scores(s1=1, s2=1, s3=1, s4=1, s5=1))
    assert rounded(found) == (3.0, 1.61, 4.39)


def test_one_answer_has_no_margin_and_none_no_figure() -> None:
    assert [rounded(figure(metrics.CES, scores(s7=n))) for n in (1, 0)] == [(7.0, None, None), (None,) * 3]


@pytest.mark.parametrize("metric", ["CES", "STARS"])
def test_the_mean_and_its_error_are_those_of_the_textbook(metric: str) -> None:
    given = SCORES[metric]
    found = figure(metric, {score: given.count(score) for score in given})
    assert (found.n, found.value) == (len(given), pytest.approx(mean(given)))
    assert found.standard_error == pytest.approx(stdev(given) / math.sqrt(len(given)))


@pytest.mark.parametrize(
    ("metric", "value"), [("NPS", 100 * (3 - 2) / 6), ("CSAT", 60.0), ("CES", 31 / 6), ("STARS", 3.75)]
)
def test_each_kind_has_its_own_figure_inside_its_interval(metric: str, value: float) -> None:
    given = SCORES[metric]
    found = figure(metric, {score: given.count(score) for score in given})
    assert found.statistic == metrics.kind(metric).statistic
    assert found.value == pytest.approx(value)
    assert found.low is not None
    assert found.high is not None
    assert found.low < value < found.high


def test_wilsons_interval_is_the_published_one() -> None:
    # 81 of 263, Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998.
    low, high = statistics.wilson(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    assert [statistics.wilson(0, n)[0] for n in range(1, 200)] == [0.0] * 199
    assert [statistics.wilson(n, n)[1] for n in range(1, 200)] == [1.0] * 199


def test_no_interval_leaves_the_scale() -> None:
    found = figure(metrics.NPS, scores(s9=2, s0=0, s10=1, s8=1))
    assert (found.value, found.high) == (75.0, 100.0)


def test_few_answers_claim_no_precision() -> None:
    assert figure("STARS", {}) == Figure("MEAN", 0)
    assert figure("STARS", {4: 1}) == Figure("MEAN", 1, 4.0)
    with pytest.raises(nps.ScoreOutOfRange):
        figure("STARS", {6: 1})
