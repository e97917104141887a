import pytest

from detractors.rules.matrix import Failure, hits_in, place

LATE = Failure(id=1, words=("late", "days", "wait*"), options=frozenset({"q1:slow"}))
BROKEN = Failure(id=2, words=("broken", "crack*", "does not work"), options=frozenset({"q1:broken", "q2:3"}))
SCENARIOS = {7: 70}


def placed(words="", answers=None, touchpoint=7):
    found = place(
        touchpoint_id=touchpoint,
        scenarios=SCENARIOS,
        failures=[LATE, BROKEN],
        answers=answers or {},
        words=words,
    )
    return found.scenario_id, found.failure_id, found.sentence.code


@pytest.mark.parametrize(
    ("words", "failure"),
    [
        ("It came three DAYS late", 1),
        ("I have been waiting", 1),
        ("the frame cracked", 2),
        ("It does  not, work!", 2),
        ("late and broken", 1),  # as many words for both: the first column
        ("late, cracked and broken", 2),  # more words
        ("translate", None),  # a word is a word, not a part of one
        ("", None),
    ],
)
def test_words_point_to_the_failure_most_of_them_name(words, failure):
    code = "BY_WORDS" if failure else "NO_FAILURE"
    assert placed(words) == (70, failure, code)


def test_what_was_chosen_counts_before_words():
    assert placed("late", {"q1": "broken"}) == (70, 2, "BY_ANSWER")
    assert placed("late", {"q1": ["nothing", "broken"]}) == (70, 2, "BY_ANSWER")
    assert placed("late", {"q2": 3}) == (70, 2, "BY_ANSWER")
    assert placed("late", {"q1": None, "q2": "free words"}) == (70, 1, "BY_WORDS")


@pytest.mark.parametrize("touchpoint", [None, 8])
def test_without_a_scenario_nothing_is_guessed(touchpoint):
    assert placed("late", touchpoint=touchpoint) == (None, None, "NO_SCENARIO")


def test_accents_and_case_make_no_difference():
    assert hits_in("Trop tard, cassé!", ["CASSE", "tard"]) == ["CASSE", "tard"]


def test_the_sentence_names_the_words():
    found = place(
        touchpoint_id=7, scenarios=SCENARIOS, failures=[LATE], answers={}, words="Late, waited for days"
    )
    assert str(found.sentence) == "By the touchpoint, and the words “late, days, wait”."
