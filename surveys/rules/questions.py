"""Further questions of a survey: which may stand in it, to whom each is put, what counts as an answer.

Pure: rows become `Question`s at the edge of the database. Conditions look back only, at the class, the score or the answer
to an earlier question, so no two can wait for each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from surveys.rules import metrics, verbatim

TEXT, SINGLE, MULTIPLE, RATING = "TEXT", "SINGLE", "MULTIPLE", "RATING"
KINDS = (TEXT, SINGLE, MULTIPLE, RATING)
CHOICES = (SINGLE, MULTIPLE)
MOST_QUESTIONS = 10
FEWEST_OPTIONS, MOST_OPTIONS = 2, 20
LONGEST_TEXT, LONGEST_OPTION, LONGEST_WORDS = 300, 100, 2_000
RATING_FROM, RATING_TO = 1, 5

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Condition:
    """Whom a question is put to; what is empty asks for nothing, all that is given must hold."""

    classes: tuple[str, ...] = ()
    scores: tuple[int, int] | None = None  # both ends included
    question: str = ""  # id of an earlier choice or rating
    answers: tuple[str, ...] = ()  # any of these options (of a rating: numbers as text)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Condition:
        """From its stored form; see `SurveyQuestion.condition`."""
        scores = stored.get("scores")
        return cls(
            tuple(stored.get("classes") or ()),
            (scores[0], scores[1]) if scores else None,
            stored.get("question") or "",
            tuple(str(one) for one in stored.get("answers") or ()),
        )

    def stored(self) -> dict[str, Any]:
        """As it is kept: only what it asks for."""
        kept = {
            "classes": list(self.classes),
            "scores": list(self.scores or ()),
            "question": self.question,
            "answers": list(self.answers),
        }
        return {name: value for name, value in kept.items() if value}


@dataclass(frozen=True)
class Question:
    id: str
    kind: str
    text: str
    options: tuple[tuple[str, str], ...] = ()  # (id, words)
    is_required: bool = False
    condition: Condition = field(default_factory=Condition)

    @property
    def answer_ids(self) -> tuple[str, ...]:
        """What a condition on this question can name."""
        if self.kind == RATING:
            return tuple(str(number) for number in range(RATING_FROM, RATING_TO + 1))
        return tuple(ident for ident, _words in self.options)


@dataclass(frozen=True)
class Fault:
    """Something that must not be saved: which question (its place, from 0) and what about it."""

    place: int
    code: str


def faults(questions: Sequence[Question], *, metric: str) -> list[Fault]:
    """All that is wrong with these questions in this order; [] for a good list.

    TOO_MANY, NO_TEXT, LONG_TEXT, UNKNOWN_KIND, FEW_OPTIONS, MANY_OPTIONS, LONG_OPTION, SAME_OPTION, NEEDLESS_OPTIONS,
    UNKNOWN_CLASS, BAD_SCORES, NEVER_BOTH (no score has one of the classes), UNKNOWN_QUESTION, LATER_QUESTION (also
    itself: a circle), NO_CHOICE (the earlier question is free text), UNKNOWN_ANSWER, NO_ANSWER.
    """
    found = [Fault(MOST_QUESTIONS, "TOO_MANY")] if len(questions) > MOST_QUESTIONS else []
    places = {one.id: place for place, one in enumerate(questions)}
    for place, one in enumerate(questions):
        codes = [*_shape(one), *_scope(one.condition, metric), *_reference(one, place, places, questions)]
        found += [Fault(place, code) for code in codes]
    return found


def _shape(one: Question) -> list[str]:
    words = [text.strip() for _ident, text in one.options]
    checks = [
        (not one.text.strip(), "NO_TEXT"),
        (len(one.text) > LONGEST_TEXT, "LONG_TEXT"),
        (one.kind not in KINDS, "UNKNOWN_KIND"),
        (one.kind in CHOICES and len([text for text in words if text]) < FEWEST_OPTIONS, "FEW_OPTIONS"),
        (len(words) > MOST_OPTIONS, "MANY_OPTIONS"),
        (any(len(text) > LONGEST_OPTION for text in words), "LONG_OPTION"),
        (len({text.casefold() for text in words}) < len(words), "SAME_OPTION"),
        (one.kind not in CHOICES and bool(words), "NEEDLESS_OPTIONS"),
    ]
    return [code for is_so, code in checks if is_so]


def _scope(condition: Condition, metric: str) -> list[str]:
    ranges = {segment: (low, high) for segment, low, high in metrics.segment_ranges(metric)}
    lowest, highest = metrics.bounds(metric)
    if any(segment not in ranges for segment in condition.classes):
        return ["UNKNOWN_CLASS"]
    if condition.scores is None:
        return []
    low, high = condition.scores
    if not lowest <= low <= high <= highest:
        return ["BAD_SCORES"]
    met = [ranges[one] for one in condition.classes] or [(lowest, highest)]
    return [] if any(first <= high and low <= last for first, last in met) else ["NEVER_BOTH"]


def _reference(
    one: Question, place: int, places: Mapping[str, int], questions: Sequence[Question]
) -> list[str]:
    condition = one.condition
    if not condition.question:
        return ["NO_ANSWER"] if condition.answers else []
    if condition.question not in places:
        return ["UNKNOWN_QUESTION"]
    if places[condition.question] >= place:
        return ["LATER_QUESTION"]
    earlier = questions[places[condition.question]]
    if earlier.kind == TEXT:
        return ["NO_CHOICE"]
    if not condition.answers:
        return ["NO_ANSWER"]
    return [] if set(condition.answers) <= set(earlier.answer_ids) else ["UNKNOWN_ANSWER"]


def applies(question: Question, *, segment: str, score: int, answers: Answers) -> bool:
    """Whether the question is put to somebody who answered so. What waits for an answer not given is not."""
    condition = question.condition
    if condition.classes and segment not in condition.classes:
        return False
    if condition.scores is not None and not condition.scores[0] <= score <= condition.scores[1]:
        return False
    if not condition.question:
        return True
    given = answers.get(condition.question)
    chosen = given if isinstance(given, list) else [given]
    return any(str(one) in condition.answers for one in chosen if one is not None)


def still_open(
    questions: Sequence[Question], *, segment: str, score: int, answers: Answers
) -> list[Question]:
    """The questions to put now: those that apply and were not shown yet (a question left out is kept as None)."""
    return [
        one
        for one in questions
        if one.id not in answers and applies(one, segment=segment, score=score, answers=answers)
    ]


def read(questions: Sequence[Question], given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """(answers that can be kept, faults by question id) for what was sent to these questions.

    A text is kept without space around it, a choice by its option's id, several in the order of the options, a rating as a
    number; nothing given is None. Faults: BAD_CHOICE, BAD_TEXT, BAD_RATING; a needed answer that is missing has the fault
    of its kind.
    """
    kept: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for one in questions:
        fault, value = _READERS[one.kind](one, given.get(one.id))
        if fault or (value is None and one.is_required):
            wrong[one.id] = _FAULTS[one.kind]
        else:
            kept[one.id] = value
    return kept, wrong


def _text(_question: Question, given: Any) -> tuple[bool, Any]:
    if given is None:
        return False, None
    if not isinstance(given, str):
        return True, None
    try:
        return False, verbatim.clean(given, limit=LONGEST_WORDS) or None
    except verbatim.TextTooLong:
        return True, None


def _single(question: Question, given: Any) -> tuple[bool, Any]:
    if given in (None, "", []):
        return False, None
    return given not in question.answer_ids, given


def _multiple(question: Question, given: Any) -> tuple[bool, Any]:
    if given in (None, "", []):
        return False, None
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        return True, None
    return not set(given) <= set(question.answer_ids), [one for one in question.answer_ids if one in given]


def _rating(question: Question, given: Any) -> tuple[bool, Any]:
    if given in (None, ""):
        return False, None
    if isinstance(given, bool) or not isinstance(given, int | str) or str(given) not in question.answer_ids:
        return True, None
    return False, int(given)


_READERS = {TEXT: _text, SINGLE: _single, MULTIPLE: _multiple, RATING: _rating}
_FAULTS = {TEXT: "BAD_TEXT", SINGLE: "BAD_CHOICE", MULTIPLE: "BAD_CHOICE", RATING: "BAD_RATING"}


def in_words(question: Question, value: Any) -> str:
    """An answer as a person reads it; "" for one left out."""
    if value is None:
        return ""
    words = dict(question.options)
    if question.kind == RATING:
        return f"{value} / {RATING_TO}"
    if isinstance(value, list):
        return ", ".join(words.get(str(one), str(one)) for one in value)
    return words.get(str(value), str(value))
