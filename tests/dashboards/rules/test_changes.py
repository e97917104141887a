"""Whether a figure moved, with examples taken from the literature."""

from __future__ import annotations

from dashboards.rules.changes import change
from surveys.rules import metrics
from surveys.rules.statistics import figure


def scores(**given: int) -> dict[int, int]:
    """scores(s4=10): ten answers of 4."""
    return {int(name[1:]): n for name, n in given.items()}


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
