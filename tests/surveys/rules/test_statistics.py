import math
from statistics import mean, stdev

import pytest

from surveys.rules import metrics, nps, statistics

SCORES = {
    "NPS": [0, 6, 7, 9, 10, 10],
    "CSAT": [1, 3, 4, 5, 5],
    "CES": [1, 4, 5, 7, 7, 7],
    "STARS": [2, 3, 5, 5],
}


@pytest.mark.parametrize("metric", metrics.METRICS)
def test_the_mean_and_its_error_are_those_of_the_textbook(metric: str) -> None:
    scores = SCORES[metric]
    found = statistics.summary(metric, {score: scores.count(score) for score in scores})
    assert found.answers == len(scores)
    assert found.mean == pytest.approx(mean(scores))
    assert found.standard_error == pytest.approx(stdev(scores) / math.sqrt(len(scores)))


@pytest.mark.parametrize(
    ("metric", "figure"), [("NPS", 100 * (3 - 2) / 6), ("CSAT", 60.0), ("CES", 31 / 6), ("STARS", 3.75)]
)
def test_each_kind_has_its_own_figure_inside_its_interval(metric: str, figure: float) -> None:
    scores = SCORES[metric]
    found = statistics.summary(metric, {score: scores.count(score) for score in scores})
    assert found.figure == pytest.approx(figure)
    assert found.low is not None
    assert found.high is not None
    assert found.low < figure < found.high


def test_wilsons_interval_is_the_published_one() -> None:
    # 81 of 263, Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998.
    low, high = statistics.wilson(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    assert statistics.wilson(0, 10)[0] == 0.0
    assert statistics.wilson(10, 10)[1] == 1.0


def test_few_answers_claim_no_precision() -> None:
    nobody = statistics.summary("STARS", {})
    assert (nobody.answers, nobody.figure, nobody.low, nobody.mean, nobody.standard_error) == (
        0, None, None, None, None,
    )  # fmt: skip
    one = statistics.summary("STARS", {4: 1})
    assert (one.figure, one.low, one.high, one.standard_error) == (4.0, None, None, None)
    with pytest.raises(nps.ScoreOutOfRange):
        statistics.summary("STARS", {6: 1})
