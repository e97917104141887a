import pytest

from surveys.mismatch_words import LANGUAGES, question
from surveys.rules.mismatch import asks, suspects
from surveys.text import sentiment


@pytest.mark.parametrize(
    ("metric", "score", "comment", "other"),
    [
        ("NPS", 0, "love it!", 10),
        ("NPS", 0, "0 - love it!", 10),
        ("NPS", 1, "Excellent", 9),
        ("NPS", 0, "Ich liebe es!", 10),
        ("NPS", 0, "J'adore", 10),
        ("NPS", 2, "Perfetto", 8),
        ("NPS", 0, "ممتاز", 10),
        ("CSAT", 1, "Great service, thank you", 5),
        ("CES", 1, "Perfect", 7),
        ("NPS", 10, "Terrible, never again", 0),
        ("NPS", 10, "Nie wieder, furchtbar", 0),
    ],
)
def test_a_score_its_words_contradict_is_asked(metric: str, score: int, comment: str, other: int) -> None:
    assert asks(metric, score, comment, reading=sentiment.starter().score(comment)) == other


@pytest.mark.parametrize(
    ("score", "comment"),
    [
        (0, ""),
        (0, "Not excellent"),
        (0, "I used to love it"),
        (0, "Great, another outage"),
        (0, "I would love it if it worked"),
        (0, "Excellent people, terrible product"),
        (0, "Love it! " * 20),
        (3, "Love it!"),
        (7, "Love it!"),
        (10, "Love it!"),
        (10, "No problems, never disappointed"),
        (10, "Not terrible"),
        (0, "nil"),
    ],
)
def test_what_both_may_be_meant_is_not(score: int, comment: str) -> None:
    assert asks("NPS", score, comment, reading=sentiment.starter().score(comment)) is None


def test_words_alone_do_not_ask_against_the_reading_of_the_whole() -> None:
    assert suspects("NPS", 0, "perfect")
    assert asks("NPS", 0, "perfect", reading=0.5) is None
    assert asks("NPS", 0, "perfect", reading=None) is None


def test_the_question_is_written_in_ten_languages_and_more() -> None:
    assert len(LANGUAGES) >= 10
    for language in LANGUAGES:
        words = question(language, score=0, other=10)
        assert all("{" not in text for text in words)
        assert "10" in words.asked
        assert words.corrected != words.kept
    assert question("pt-br", score=0, other=10) == question("pt", score=0, other=10)
    assert question("xx", score=0, other=10) == question("en", score=0, other=10)
