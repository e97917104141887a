from datetime import UTC, datetime, timedelta

import pytest

from detractors.rules.standing import Answer, read

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def days_ago(*answers):
    """(days, unhappy) pairs as answers."""
    return [Answer(NOW - timedelta(days=days), unhappy) for days, unhappy in answers]


@pytest.mark.parametrize(
    ("answers", "code", "episodes"),
    [
        ([], "FIRST", 0),
        ([(0, True)], "FIRST", 1),
        ([(100, False), (0, True)], "ONE_OFF", 1),
        ([(300, True), (100, False), (0, True)], "ONE_OFF", 2),
        ([(100, True), (0, True)], "LONG_STANDING", 2),
        ([(15, True), (0, True)], "LONG_STANDING", 2),
        ([(14, True), (0, True)], "ONE_OFF", 1),  # within a fortnight it is one disappointment
        ([(28, True), (14, True), (0, True)], "ONE_OFF", 1),
        ([(600, True), (400, False), (200, True), (100, False), (0, True)], "LONG_STANDING", 3),
        ([(731, True), (0, True)], "FIRST", 1),  # older than two years is forgotten
        ([(730, True), (0, True)], "LONG_STANDING", 2),
    ],
)
def test_two_in_a_row_or_three_in_two_years_are_long_standing(answers, code, episodes):
    found = read(days_ago(*answers), at=NOW)
    assert (found.code, len(found.episodes), found.is_chronic) == (
        code,
        episodes,
        code == "LONG_STANDING",
    )


def test_a_content_answer_between_two_unhappy_ones_of_a_fortnight_makes_them_two():
    found = read(days_ago((10, True), (5, False), (0, True)), at=NOW)
    assert (found.code, len(found.episodes), found.in_a_row, found.content) == ("ONE_OFF", 2, 1, 1)


def test_what_came_after_the_moment_does_not_count():
    assert read(days_ago((100, False), (0, True)), at=NOW - timedelta(days=50)).content == 1


def test_a_complaint_without_a_score_counts_as_unhappy_now():
    found = read(days_ago((100, True)), at=NOW, is_unhappy_now=True)
    assert (found.code, found.earlier) == ("LONG_STANDING", 1)


def test_the_order_of_the_answers_does_not_matter():
    answers = days_ago((600, True), (400, False), (200, True), (0, True))
    assert read(answers, at=NOW) == read(reversed(answers), at=NOW)
