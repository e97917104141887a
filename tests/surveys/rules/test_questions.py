"""Further questions: every edge of what may stand in a survey, whom it is put to, and what is kept of an answer."""

from dataclasses import replace
from typing import Any

import pytest

from surveys.rules import questions
from surveys.rules.questions import Condition, Fault, Question

OPTIONS = (("p", "Price"), ("q", "Quality"), ("s", "Speed"))
WHAT = Question("what", "MULTIPLE", "What was it?", OPTIONS)
WHICH = Question("which", "SINGLE", "Which shop?", (("n", "North"), ("o", "Other")))
RATE = Question("rate", "RATING", "How was the delivery?")
WORDS = Question("words", "TEXT", "Tell us more.")


def on(given: Question, /, **condition: Any) -> Question:
    return replace(given, condition=Condition(**condition))


def codes(*listed: Question, metric: str = "NPS") -> list[str]:
    return [fault.code for fault in questions.faults(listed, metric=metric)]


def test_four_kinds_side_by_side_are_fine() -> None:
    assert questions.faults([WHAT, WHICH, RATE, WORDS], metric="NPS") == []


@pytest.mark.parametrize(("many", "fault"), [(10, []), (11, ["TOO_MANY"])])
def test_ten_are_the_most(many: int, fault: list[str]) -> None:
    assert codes(*[replace(WORDS, id=str(number)) for number in range(many)]) == fault


@pytest.mark.parametrize(
    ("question", "fault"),
    [
        (replace(WORDS, text=" "), ["NO_TEXT"]),
        (replace(WORDS, text="x" * 300), []),
        (replace(WORDS, text="x" * 301), ["LONG_TEXT"]),
        (replace(WORDS, kind="SLIDER"), ["UNKNOWN_KIND"]),
        (replace(WHICH, options=OPTIONS[:1]), ["FEW_OPTIONS"]),
        (replace(WHICH, options=OPTIONS[:2]), []),
        (replace(WHICH, options=(("a", " "), ("b", "B"))), ["FEW_OPTIONS"]),
        (replace(WHAT, options=tuple((str(n), str(n)) for n in range(20))), []),
        (replace(WHAT, options=tuple((str(n), str(n)) for n in range(21))), ["MANY_OPTIONS"]),
        (replace(WHAT, options=(("a", "x" * 101), ("b", "B"))), ["LONG_OPTION"]),
        (replace(WHAT, options=(("a", "Price"), ("b", "price "))), ["SAME_OPTION"]),
        (replace(RATE, options=OPTIONS), ["NEEDLESS_OPTIONS"]),
    ],
)
def test_what_may_stand_in_a_question(question: Question, fault: list[str]) -> None:
    assert codes(question) == fault


@pytest.mark.parametrize(
    ("condition", "metric", "fault"),
    [
        ({"classes": ("DETRACTOR",)}, "NPS", []),
        ({"classes": ("DISSATISFIED",)}, "NPS", ["UNKNOWN_CLASS"]),
        ({"classes": ("DISSATISFIED",)}, "CSAT", []),
        ({"scores": (0, 10)}, "NPS", []),
        ({"scores": (0, 5)}, "CSAT", ["BAD_SCORES"]),
        ({"scores": (1, 8)}, "CES", ["BAD_SCORES"]),
        ({"scores": (5, 4)}, "NPS", ["BAD_SCORES"]),
        ({"classes": ("DETRACTOR",), "scores": (6, 10)}, "NPS", []),
        ({"classes": ("DETRACTOR",), "scores": (7, 10)}, "NPS", ["NEVER_BOTH"]),
        ({"question": "what", "answers": ("p",)}, "NPS", []),
        ({"question": "what"}, "NPS", ["NO_ANSWER"]),
        ({"answers": ("p",)}, "NPS", ["NO_ANSWER"]),
        ({"question": "what", "answers": ("p", "z")}, "NPS", ["UNKNOWN_ANSWER"]),
        ({"question": "gone", "answers": ("p",)}, "NPS", ["UNKNOWN_QUESTION"]),
        ({"question": "rate", "answers": ("1", "2")}, "NPS", []),
        ({"question": "rate", "answers": ("0",)}, "NPS", ["UNKNOWN_ANSWER"]),
        ({"question": "words", "answers": ("p",)}, "NPS", ["NO_CHOICE"]),
        ({"question": "last", "answers": ("p",)}, "NPS", ["LATER_QUESTION"]),
    ],
)
def test_conditions_look_back_at_what_exists(
    condition: dict[str, Any], metric: str, fault: list[str]
) -> None:
    last = on(Question("last", "TEXT", "And?"), **condition)
    assert codes(WHAT, RATE, WORDS, last, metric=metric) == fault


def test_two_that_wait_for_each_other_are_refused() -> None:
    one = on(replace(WHAT, id="one"), question="two", answers=("p",))
    two = on(replace(WHAT, id="two"), question="one", answers=("p",))
    assert questions.faults([one, two], metric="NPS") == [Fault(0, "LATER_QUESTION")]
    assert questions.faults([two, one], metric="NPS") == [Fault(0, "LATER_QUESTION")]


@pytest.mark.parametrize(
    ("condition", "segment", "score", "answers", "is_put"),
    [
        ({}, "PROMOTER", 10, {}, True),
        ({"classes": ("DETRACTOR", "PASSIVE")}, "PASSIVE", 7, {}, True),
        ({"classes": ("DETRACTOR", "PASSIVE")}, "PROMOTER", 9, {}, False),
        ({"scores": (3, 6)}, "DETRACTOR", 2, {}, False),
        ({"scores": (3, 6)}, "DETRACTOR", 3, {}, True),
        ({"scores": (3, 6)}, "DETRACTOR", 6, {}, True),
        ({"scores": (3, 6)}, "PASSIVE", 7, {}, False),
        ({"scores": (0, 0)}, "DETRACTOR", 0, {}, True),
        ({"question": "what", "answers": ("p", "q")}, "PASSIVE", 7, {}, False),
        ({"question": "what", "answers": ("p", "q")}, "PASSIVE", 7, {"what": None}, False),
        ({"question": "what", "answers": ("p", "q")}, "PASSIVE", 7, {"what": ["s"]}, False),
        ({"question": "what", "answers": ("p", "q")}, "PASSIVE", 7, {"what": ["s", "q"]}, True),
        ({"question": "which", "answers": ("o",)}, "PASSIVE", 7, {"which": "o"}, True),
        ({"question": "rate", "answers": ("1", "2")}, "PASSIVE", 7, {"rate": 2}, True),
        ({"question": "rate", "answers": ("1", "2")}, "PASSIVE", 7, {"rate": 3}, False),
        ({"classes": ("PASSIVE",), "scores": (8, 8), "question": "rate", "answers": ("1",)}, "PASSIVE", 8,
         {"rate": 1}, True),
        ({"classes": ("PASSIVE",), "scores": (8, 8), "question": "rate", "answers": ("1",)}, "PASSIVE", 7,
         {"rate": 1}, False),
    ],
)  # fmt: skip
def test_a_question_is_put_when_all_its_conditions_hold(
    condition: dict[str, Any], segment: str, score: int, answers: dict[str, Any], is_put: bool
) -> None:
    question = on(WORDS, **condition)
    assert questions.applies(question, segment=segment, score=score, answers=answers) is is_put


def test_what_was_shown_is_not_asked_again_and_what_waits_comes_later() -> None:
    later = on(WORDS, question="which", answers=("o",))
    facts: dict[str, Any] = {"segment": "DETRACTOR", "score": 3}
    assert questions.still_open([WHICH, later], answers={}, **facts) == [WHICH]
    assert questions.still_open([WHICH, later], answers={"which": "o"}, **facts) == [later]
    assert questions.still_open([WHICH, later], answers={"which": "n"}, **facts) == []
    assert questions.still_open([WHICH, later], answers={"which": None}, **facts) == []
    assert questions.still_open([WHICH, later], answers={"which": "o", "words": None}, **facts) == []


@pytest.mark.parametrize(
    ("question", "given", "kept"),
    [
        (WORDS, " a\x00b\r\nc ", "ab\nc"),
        (WORDS, "  ", None),
        (WORDS, "x" * 2_000, "x" * 2_000),
        (WHICH, "o", "o"),
        (WHICH, "", None),
        (WHAT, ["s", "p"], ["p", "s"]),
        (WHAT, [], None),
        (RATE, "5", 5),
        (RATE, 1, 1),
        (RATE, None, None),
    ],
)
def test_an_answer_is_kept_in_one_form(question: Question, given: Any, kept: Any) -> None:
    assert questions.read([question], {question.id: given}) == ({question.id: kept}, {})


@pytest.mark.parametrize(
    ("question", "given", "fault"),
    [
        (WORDS, "x" * 2_001, "BAD_TEXT"),
        (WORDS, 7, "BAD_TEXT"),
        (WHICH, "z", "BAD_CHOICE"),
        (WHICH, ["o"], "BAD_CHOICE"),
        (WHAT, ["p", "z"], "BAD_CHOICE"),
        (WHAT, "p", "BAD_CHOICE"),
        (WHAT, [1], "BAD_CHOICE"),
        (RATE, "0", "BAD_RATING"),
        (RATE, "6", "BAD_RATING"),
        (RATE, "6.5", "BAD_RATING"),
        (RATE, "٣", "BAD_RATING"),
        (RATE, True, "BAD_RATING"),
        (RATE, 4.0, "BAD_RATING"),
        (replace(RATE, is_required=True), None, "BAD_RATING"),
        (replace(WORDS, is_required=True), " ", "BAD_TEXT"),
        (replace(WHAT, is_required=True), [], "BAD_CHOICE"),
    ],
)
def test_what_is_no_answer_is_told_and_the_good_ones_beside_it_are_kept(
    question: Question, given: Any, fault: str
) -> None:
    good = Question("good", "SINGLE", "Good?", (("y", "Yes"), ("n", "No")))
    kept, wrong = questions.read([good, question], {"good": "y", question.id: given})
    assert (kept, wrong) == ({"good": "y"}, {question.id: fault})


def test_a_condition_survives_being_stored() -> None:
    whole = Condition(("DETRACTOR",), (0, 3), "what", ("p", "q"))
    assert Condition.of(whole.stored()) == whole
    assert Condition().stored() == {}
    assert Condition.of({}) == Condition()


def test_answers_are_read_as_words_also_of_options_that_are_gone() -> None:
    assert questions.in_words(WHAT, ["p", "gone"]) == "Price, gone"
    assert questions.in_words(WHICH, "n") == "North"
    assert questions.in_words(RATE, 4) == "4 / 5"
    assert questions.in_words(WORDS, "Late again") == "Late again"
    assert questions.in_words(WORDS, None) == ""
