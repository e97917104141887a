"""Each metric by its own statistic, with figures worked out by hand or taken from the literature."""

from __future__ import annotations

import pytest

from dashboards.rules.metric_figures import Figure, change, figure
from surveys.rules import metrics


def scores(**given: int) -> list[int]:
    """scores(s4=10): ten answers of 4."""
    found = [0] * 11
    for name, n in given.items():
        found[int(name[1:])] = n
    return found


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


def test_under_thirty_on_a_side_nothing_is_said_about_the_change() -> None:
    many, few = figure(metrics.CSAT, scores(s5=30)), figure(metrics.CSAT, scores(s1=29))
    assert [change(many, few).verdict, change(few, many).verdict] == ["TOO_FEW", "TOO_FEW"]
    assert change(figure(metrics.CSAT, scores()), many).value is None


def test_a_change_of_a_share_is_weighed_by_newcombes_interval() -> None:
    # 56 of 70 against 48 of 80: 0.0524 to 0.3339 (Newcombe 1998, table II, method 10), so it is real.
    before, after = figure(metrics.CSAT, scores(s4=48, s1=32)), figure(metrics.CSAT, scores(s4=56, s1=14))
    found = change(before, after)
    assert (round(found.value or 0, 1), found.verdict) == (20.0, "REAL")
    assert found.sentence.facts == {"change": "+20.0", "margin": "14.8"}
    assert change(after, before).verdict == "REAL"
    assert change(before, figure(metrics.CSAT, scores(s4=50, s1=30))).verdict == "NOISE"


def test_shares_without_any_variation_are_still_not_certain() -> None:
    all_of_them = figure(metrics.CSAT, scores(s5=30))
    assert change(figure(metrics.CSAT, scores(s5=29, s1=1)), all_of_them).verdict == "NOISE"


def test_a_change_of_a_mean_is_weighed_by_both_spreads() -> None:
    low, high = figure(metrics.CES, scores(s4=50, s5=50)), figure(metrics.CES, scores(s5=50, s6=50))
    assert (change(low, high).verdict, change(low, low).verdict) == ("REAL", "NOISE")
    assert change(low, high).sentence.facts == {"change": "+1.00", "margin": "0.14"}
