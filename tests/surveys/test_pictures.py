"""The drawing of a person's scores."""

from datetime import timedelta

from surveys import pictures
from tests.conftest import MONDAY_9AM


def answers(*scores: int) -> list[tuple[object, int, str]]:
    """Newest first, a day apart."""
    return [(MONDAY_9AM - timedelta(days=at), score, "PASSIVE") for at, score in enumerate(scores)]


def test_nobody_without_answers_has_a_picture() -> None:
    assert pictures.history([]) is None


def test_time_runs_from_left_to_right_and_better_is_higher() -> None:
    picture = pictures.history(answers(10, 0, 5))  # type: ignore[arg-type]
    assert picture is not None
    assert [point.score for point in picture.points] == [5, 0, 10]
    assert [point.x for point in picture.points] == [34, 330.0, 626.0]
    assert [point.y for point in picture.points] == [81.0, 150.0, 12.0]


def test_one_answer_stands_in_the_middle() -> None:
    picture = pictures.history(answers(7))  # type: ignore[arg-type]
    assert picture is not None
    assert [(point.x, point.score) for point in picture.points] == [(330.0, 7)]


def test_only_the_latest_answers_are_drawn() -> None:
    picture = pictures.history(answers(*([9] * 23), 1, 0))  # type: ignore[arg-type]
    assert picture is not None
    assert (len(picture.points), picture.points[0].score) == (24, 1)


def test_each_score_lies_in_the_stripe_of_its_segment() -> None:
    picture = pictures.history(answers(5))  # type: ignore[arg-type]
    assert picture is not None
    inside = {
        score: [
            band.segment for band in picture.bands if band.y <= pictures.level(score) < band.y + band.height
        ]
        for score in (0, 6, 7, 8, 9, 10)
    }
    assert inside == {
        0: ["DETRACTOR"], 6: ["DETRACTOR"], 7: ["PASSIVE"], 8: ["PASSIVE"], 9: ["PROMOTER"], 10: ["PROMOTER"],
    }  # fmt: skip
