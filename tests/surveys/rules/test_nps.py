import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.rules.nps import (
    DETRACTOR,
    PASSIVE,
    PROMOTER,
    ScoreOutOfRange,
    classify,
    distribution,
    has_enough,
    margin_of_error,
    net_promoter_score,
    segment_counts,
    variance,
)

counts = st.integers(0, 10_000)


@pytest.mark.parametrize(
    ("score", "segment"),
    [(0, DETRACTOR), (6, DETRACTOR), (7, PASSIVE), (8, PASSIVE), (9, PROMOTER), (10, PROMOTER)],
)
def test_segments_meet_without_gap(score, segment):
    assert classify(score) == segment


@pytest.mark.parametrize("score", [-1, 11, 7.0, "7", None, True])
def test_what_is_no_score_is_refused(score):
    with pytest.raises(ScoreOutOfRange, match="whole number from 0 to 10"):
        classify(score)


@pytest.mark.parametrize(
    ("promoters", "passives", "detractors", "nps"),
    [(1, 0, 0, 100.0), (0, 0, 1, -100.0), (0, 5, 0, 0.0), (50, 30, 20, 30.0), (876, 1206, 1918, -26.05)],
)
def test_nps_is_percent_promoters_minus_percent_detractors(promoters, passives, detractors, nps):
    assert net_promoter_score(promoters, passives, detractors) == pytest.approx(nps, abs=1e-12)


def test_no_answers_make_no_figure():
    assert (net_promoter_score(0, 0, 0), margin_of_error(0, 0, 0)) == (None, None)


def test_the_margin_of_a_figure_worked_by_hand():
    # p = 0.5, d = 0.2: 0.7 - 0.3^2 = 0.61; sqrt(0.61 / 100) = 0.0781025; times 196.
    assert margin_of_error(50, 30, 20) == pytest.approx(15.30809, abs=1e-5)


def test_one_answer_has_no_margin_and_two_equal_ones_a_margin_of_nothing():
    assert (margin_of_error(1, 0, 0), margin_of_error(2, 0, 0), margin_of_error(0, 2, 0)) == (None, 0.0, 0.0)


@given(counts, counts, counts)
def test_nps_and_variance_stay_in_their_bounds_and_mirror_each_other(promoters, passives, detractors):
    if promoters + passives + detractors:
        assert -100 <= net_promoter_score(promoters, passives, detractors) <= 100
        assert 0 <= variance(promoters, passives, detractors) <= 1
        assert net_promoter_score(promoters, passives, detractors) == -net_promoter_score(
            detractors, passives, promoters
        )


@given(st.lists(st.integers(0, 10)))
def test_counting_scores_and_counting_segments_agree(scores):
    segments = [classify(score) for score in scores]
    assert segment_counts(distribution(scores)) == tuple(map(segments.count, (PROMOTER, PASSIVE, DETRACTOR)))


def test_distribution_refuses_what_is_no_score():
    with pytest.raises(ScoreOutOfRange):
        distribution([3, 11])


def test_segment_counts_need_all_eleven_scores():
    with pytest.raises(ValueError, match="expected 11 counts"):
        segment_counts([1, 2, 3])


def test_negative_counts_are_refused():
    with pytest.raises(ValueError, match="must not be negative"):
        net_promoter_score(1, -1, 1)


def test_thirty_answers_are_enough():
    assert (has_enough(29), has_enough(30)) == (False, True)
