import pytest

from surveys.rules import metrics, nps


@pytest.mark.parametrize("metric", metrics.METRICS)
def test_segments_of_every_metric_meet_without_gap_from_bound_to_bound(metric):
    low, high = metrics.bounds(metric)
    covered = [score for _, first, last in metrics.segment_ranges(metric) for score in range(first, last + 1)]
    assert covered == list(range(low, high + 1))


@pytest.mark.parametrize("metric", metrics.METRICS)
def test_classifying_and_the_table_of_ranges_agree(metric):
    for segment, first, last in metrics.segment_ranges(metric):
        assert {metrics.classify(metric, score) for score in range(first, last + 1)} == {segment}


@pytest.mark.parametrize("score", range(11))
def test_nps_is_classified_alike_by_both_modules(score):
    assert metrics.classify("NPS", score) == nps.classify(score)


@pytest.mark.parametrize(
    ("metric", "score", "segment"),
    [
        ("CSAT", 2, "DISSATISFIED"),
        ("CSAT", 3, "NEUTRAL"),
        ("CSAT", 4, "SATISFIED"),
        ("CES", 3, "DISSATISFIED"),
        ("CES", 4, "NEUTRAL"),
        ("CES", 5, "SATISFIED"),
        ("STARS", 2, "DISSATISFIED"),
        ("STARS", 3, "NEUTRAL"),
        ("STARS", 5, "SATISFIED"),
    ],
)
def test_other_metrics_have_their_own_words(metric, score, segment):
    assert metrics.classify(metric, score) == segment


@pytest.mark.parametrize(
    ("metric", "score"), [("NPS", 11), ("CSAT", 0), ("CSAT", 6), ("CES", 8), ("STARS", True)]
)
def test_scores_outside_the_bounds_are_refused(metric, score):
    with pytest.raises(nps.ScoreOutOfRange):
        metrics.classify(metric, score)


def test_an_unknown_metric_is_refused_with_the_known_ones():
    with pytest.raises(metrics.UnknownMetric, match="choose one of NPS, CSAT, CES, STARS"):
        metrics.bounds("ENPS")


@pytest.mark.parametrize(
    ("metric", "score", "severity"),
    [("NPS", 0, 1.0), ("NPS", 3, 0.5), ("NPS", 6, 0.0), ("NPS", 9, 0.0), ("CSAT", 1, 1.0), ("CES", 2, 0.5)],
)
def test_the_worst_score_is_the_most_severe(metric, score, severity):
    assert metrics.severity(metric, score) == severity


@pytest.mark.parametrize(
    ("metric", "score", "unhappy"),
    [("NPS", 6, True), ("NPS", 7, False), ("STARS", 2, True), ("STARS", 3, False)],
)
def test_only_the_worst_segment_is_owed_a_case(metric, score, unhappy):
    assert metrics.is_unhappy(metric, score) is unhappy
