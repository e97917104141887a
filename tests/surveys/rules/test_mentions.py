"""What makes an opinion happy, unhappy or the same as another."""

from datetime import timedelta

import pytest

from surveys.rules.mentions import next_look, own_id, segment_of, stars_of, twin_key


@pytest.mark.parametrize(
    ("stars", "segment"),
    [(1, "DISSATISFIED"), (2, "DISSATISFIED"), (3, "NEUTRAL"), (4, "SATISFIED"), (5, "SATISFIED")],
)
def test_stars_decide_whatever_the_words_say(stars: int, segment: str) -> None:
    assert [segment_of(stars=stars, sentiment=mood) for mood in (None, 0.0, 1.0)] == [segment] * 3


@pytest.mark.parametrize(
    ("sentiment", "segment"),
    [(None, ""), (0.39, "DISSATISFIED"), (0.4, "NEUTRAL"), (0.59, "NEUTRAL"), (0.6, "SATISFIED")],
)
def test_without_stars_the_words_decide_and_without_both_nobody(sentiment: float, segment: str) -> None:
    assert segment_of(stars=None, sentiment=sentiment) == segment


@pytest.mark.parametrize(
    ("value", "best", "stars"),
    [(8, 10, 4), (1, 10, 1), (0, 5, 1), (4.4, 5, 4), (100, 100, 5), (6, 5, None), (1, 0, None)],
)
def test_other_scales_become_stars(value: float, best: float, stars: int | None) -> None:
    assert stars_of(value=value, best=best) == stars


def test_spacing_and_case_make_no_other_opinion_but_a_day_does() -> None:
    assert twin_key(author="Ann  B", text="Too\n late", day="2026-03-02") == twin_key(
        author="ann b", text="too late", day="2026-03-02"
    )
    assert own_id(author="a", text="b", url="", day="1") != own_id(author="a", text="b", url="", day="2")


def test_a_failing_feed_is_left_alone_ever_longer_up_to_a_day() -> None:
    hour = timedelta(hours=1)
    assert [next_look(every=hour, failures=n) for n in (0, 1, 2, 10, 99999)] == [
        hour, 2 * hour, 4 * hour, 24 * hour, 24 * hour,
    ]  # fmt: skip
    assert next_look(every=timedelta(days=7), failures=3) == timedelta(days=7)
