"""What was said to somebody who answered, and their answers in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from surveys import wording
from surveys.models import Response, Survey, SurveyVersion
from surveys.queries import spoken
from surveys.queries.spoken import Spoken
from surveys.rules import questions as rule
from surveys.rules.questions import Question


@dataclass(frozen=True)
class Said:
    """One further question and its answer, as words; `answer` is empty for one left out."""

    question: str
    answer: str
    is_text: bool


@dataclass(frozen=True)
class Asked:
    """The wording an answer was given to: its number (0: the survey never changed since), question and ends, and more."""

    number: int
    language: str
    question: str
    low_label: str
    high_label: str
    said: tuple[Said, ...]


def by_answer(*, response: Response) -> Spoken:
    """Everything the survey said when this answer was given."""
    return _by_answers([response])[response.pk][1]


def unfinished(*, responses: Sequence[Response]) -> list[int]:
    """The ids of those answers that have further questions which were not shown yet."""
    return [
        pk
        for pk, (_number, says, row, _company) in _by_answers(responses).items()
        if rule.still_open(says.questions, segment=row.segment, score=row.score, answers=row.answers)
    ]


def in_words(*, responses: Sequence[Response]) -> dict[int, Asked]:
    """By answer id, what was asked and said, in the language it was asked in; few queries for many answers."""
    found = {}
    for pk, (number, says, row, company) in _by_answers(responses).items():
        language = says.language_for(row.language) if row.language else says.language
        texts = says.texts_in(language)
        question = wording.fill(texts["question"], wording.values(company=company))
        found[pk] = Asked(
            number, language, question, texts["low_label"], texts["high_label"],
            tuple(_said(row, says.questions_in(language))),
        )  # fmt: skip
    return found


def attach(rows: Iterable[Response]) -> list[Response]:
    """The answers, each with what was asked and said as `asked`."""
    answers = list(rows)
    known = in_words(responses=answers)
    for row in answers:
        row.asked = known[row.pk]  # type: ignore[attr-defined]  # for the templates that show it
    return answers


def _said(response: Response, questions: Sequence[Question]) -> Iterable[Said]:
    known = {one.id: one for one in questions}
    for one in questions:
        if one.id in response.answers:
            yield Said(one.text, rule.in_words(one, response.answers[one.id]), one.kind == rule.TEXT)
    for key, value in response.answers.items():  # what the API was given besides
        if key not in known and value not in (None, "", [], {}):
            yield Said(str(key), ", ".join(map(str, value)) if isinstance(value, list) else str(value), False)


def _by_answers(responses: Sequence[Response]) -> dict[int, tuple[int, Spoken, Response, str]]:
    """By answer id: number of the version, what it said, the answer, and who asked."""
    surveys = {
        survey.pk: survey
        for survey in Survey.objects.across_workspaces()
        .select_related("workspace")
        .filter(pk__in={row.survey_id for row in responses})
    }
    # Answers without a version were given to the first one, which was written down when the words were changed.
    versions = SurveyVersion.objects.across_workspaces().filter(survey__in=surveys)
    wanted = {row.version_id for row in responses if row.version_id}
    by_id = versions.in_bulk(wanted) if wanted else {}
    changed = {pk for pk, survey in surveys.items() if survey.current_version_id}
    unnumbered = {row.survey_id for row in responses if not row.version_id} & changed
    firsts = (
        {row.survey_id: row for row in versions.filter(number=1, survey__in=unnumbered)} if unnumbered else {}
    )
    said: dict[tuple[int, int], tuple[int, Spoken]] = {}
    found = {}
    for row in responses:
        survey = surveys[row.survey_id]
        version = by_id.get(row.version_id) if row.version_id else firsts.get(survey.pk)
        key = (survey.pk, version.pk if version else 0)
        if key not in said:
            said[key] = (
                (version.number, spoken.then(version=version, metric=survey.metric))
                if version
                else (0, spoken.now(survey=survey))
            )
        found[row.pk] = (*said[key], row, survey.workspace.name)
    return found
