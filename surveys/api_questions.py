"""Further questions of a survey, and its words in other languages, in the REST API.

They are written by the services of the pages, so the versions of a survey follow the same rule: an answer keeps the words
it was given to.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.forms import LANGUAGES
from core.api_fields import Body, Code, Flag, Json, Row, Text, Whole, all_shown, rows_serializer, shown
from core.problems import FieldError, invalid, not_found
from surveys.api import SurveysEndpoint, refusals
from surveys.enums import QuestionKind
from surveys.models import Survey, SurveyQuestion
from surveys.queries import rows, spoken, survey_pages
from surveys.rules.questions import LONGEST_OPTION, LONGEST_TEXT, MOST_OPTIONS, MOST_QUESTIONS, Condition
from surveys.services import questions, wordings

# --- Questions ----------------------------------------------------------------------------------------------------


class QuestionConditionBody(Body):
    """Whom a question is put to; all that is given must hold, and what is empty asks for nothing."""

    classes = serializers.ListField(
        child=Text(max_length=20),
        required=False,
        help_text="PROMOTER, PASSIVE, DETRACTOR, or those of the metric.",
    )
    scores = serializers.ListField(
        child=Whole(), required=False, max_length=2, help_text="[lowest, highest], both included."
    )
    question = Text(
        required=False, allow_blank=True, max_length=22, help_text="Id of an earlier choice or rating."
    )
    answers = serializers.ListField(
        child=Text(max_length=22), required=False, max_length=MOST_OPTIONS,
        help_text="Any of these options of that question; of a rating: its numbers as text.",
    )  # fmt: skip

    def validate_scores(self, value: list[int]) -> list[int]:
        if len(value) == 1:
            raise serializers.ValidationError(_("Give the lowest and the highest score."), code="invalid")
        return value


class _QuestionBody(Body):
    options = serializers.ListField(
        child=Text(max_length=LONGEST_OPTION), required=False, max_length=MOST_OPTIONS,
        help_text="Words of the choices, for SINGLE and MULTIPLE. One that keeps its words or its place stays the same choice.",
    )  # fmt: skip
    is_required = Flag(required=False)
    condition = QuestionConditionBody(required=False, help_text="Default: everybody is asked.")


class SurveyQuestionBody(_QuestionBody):
    kind = Code(choices=QuestionKind.choices)
    text = Text(max_length=LONGEST_TEXT)


class SurveyQuestionChange(_QuestionBody):
    kind = Code(choices=QuestionKind.choices, required=False)
    text = Text(max_length=LONGEST_TEXT, required=False)
    place = Whole(
        required=False, min_value=1, max_value=MOST_QUESTIONS, help_text="From 1; the others make room."
    )
    is_archived = Flag(required=False, help_text="Asked no more; answers given to it stay.")


class OptionRow(Row):
    id = serializers.CharField()
    text = serializers.CharField()


class QuestionConditionRow(Row):
    classes = serializers.ListField(child=serializers.CharField())
    scores = serializers.ListField(child=serializers.IntegerField())
    question = serializers.CharField(allow_blank=True)
    answers = serializers.ListField(child=serializers.CharField())


class SurveyQuestionRow(Row):
    id = serializers.CharField(source="public_id")
    place = serializers.IntegerField(source="position")
    kind = serializers.CharField()
    text = serializers.CharField()
    options = OptionRow(many=True)
    is_required = serializers.BooleanField()
    condition = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    archived_at = serializers.DateTimeField(allow_null=True)

    def get_condition(self, question: SurveyQuestion) -> dict[str, Any]:
        """Whom it is put to; everything empty: everybody."""
        return {"classes": [], "scores": [], "question": "", "answers": [], **question.condition}


SurveyQuestionPage = rows_serializer("SurveyQuestionPage", SurveyQuestionRow)


class QuestionsEndpoint(SurveysEndpoint):
    resource = "surveys"

    def survey(self, public_id: str) -> Survey:
        """The survey of this id, or 404."""
        found = rows.survey(workspace=self.workspace, public_id=public_id)
        if found is None:
            raise not_found()
        return found

    def question(self, survey: str, public_id: str) -> SurveyQuestion:
        """A question of this survey, or 404; it knows its survey."""
        mine = self.survey(survey)
        found: SurveyQuestion | None = (
            SurveyQuestion.objects.of(self.workspace).filter(survey=mine, public_id=public_id).first()
        )
        if found is None:
            raise not_found()
        found.survey = mine
        return found


class SurveyQuestions(QuestionsEndpoint):
    @extend_schema(
        operation_id="survey_questions_list",
        summary="Further questions of a survey, in the order they are asked",
        description=f"All of them on one page: at most {MOST_QUESTIONS} are asked. Archived ones come last.",
        responses=SurveyQuestionPage,
        tags=["surveys"],
    )
    def get(self, request: Request, id: str) -> Response:
        survey = self.survey(id)
        asked = SurveyQuestion.objects.of(self.workspace).filter(survey=survey, archived_at=None)
        listed = [*asked.order_by("position", "pk"), *survey_pages.archived_questions(survey=survey)]
        return Response({"results": all_shown(SurveyQuestionRow, listed), "next": None})

    @extend_schema(
        operation_id="survey_questions_make",
        summary="Ask one more question, after the others",
        request=SurveyQuestionBody,
        responses={201: SurveyQuestionRow},
        tags=["surveys"],
    )
    def post(self, request: Request, id: str) -> Response:
        survey, given = self.survey(id), self.read(SurveyQuestionBody)
        if "condition" in given:
            given["condition"] = Condition.of(given["condition"])
        with refusals():
            made = questions.add(survey=survey, by=self.author, now=self.now, **given)
        return Response(shown(SurveyQuestionRow, made), status=201)


class SurveyQuestionDetail(QuestionsEndpoint):
    @extend_schema(
        operation_id="survey_questions_read",
        summary="One further question",
        responses=SurveyQuestionRow,
        tags=["surveys"],
    )
    def get(self, request: Request, id: str, question: str) -> Response:
        return Response(shown(SurveyQuestionRow, self.question(id, question)))

    @extend_schema(
        operation_id="survey_questions_change",
        summary="Change, move, archive or restore a question",
        description="What is not given stays. Answers given before keep the words they were given to.",
        request=SurveyQuestionChange,
        responses=SurveyQuestionRow,
        tags=["surveys"],
    )
    def patch(self, request: Request, id: str, question: str) -> Response:
        row, given = self.question(id, question), self.read(SurveyQuestionChange)
        place, archived = given.pop("place", None), given.pop("is_archived", None)
        acting: dict[str, Any] = {"question": row, "now": self.now, "by": self.author}
        with refusals():
            if archived is False:
                questions.restore(**acting)
            if given:
                questions.change(**acting, **self._whole(row, given))
            if place is not None:
                questions.place(**acting, place=place)
            if archived:
                questions.archive(**acting)
        return Response(shown(SurveyQuestionRow, self.question(id, question)))

    def _whole(self, row: SurveyQuestion, given: dict[str, Any]) -> dict[str, Any]:
        """The question as it is wanted: the given parts, and those of before."""
        condition = given.pop("condition", row.condition)
        before = {
            "kind": row.kind, "text": row.text, "is_required": row.is_required,
            "options": [one["text"] for one in row.options],
        }  # fmt: skip
        return {**before, **given, "condition": Condition.of(condition)}


# --- Words in other languages -------------------------------------------------------------------------------------

_TEXTS_HELP = (
    "Words by key: the survey's own texts (question, low_label, prompt_detractor, thanks_promoter, subject, ...), "
    "link:<class>, question:<id> and option:<question id>:<option id>. Which there are: the survey's own language, first "
    "in the list."
)


class SurveyWordingBody(Body):
    language = Text(max_length=16, help_text="One of those a survey can be written in, such as de or pt-br.")
    texts = Json(required=False, help_text=_TEXTS_HELP)

    def validate_language(self, value: str) -> str:
        if value not in LANGUAGES:
            raise serializers.ValidationError(
                _("A survey cannot be written in this language."), code="unknown"
            )
        return value


class SurveyWordingChange(Body):
    texts = Json(help_text="Only what changes; an empty text falls back to the usual words of the language.")


class SurveyWordingRow(Row):
    language = serializers.CharField()
    is_own = serializers.BooleanField(
        help_text="The language the survey is written in: changed on the survey itself."
    )
    texts = serializers.DictField(
        child=serializers.CharField(), help_text="What is written; nothing else is."
    )
    missing = serializers.ListField(
        child=serializers.CharField(),
        help_text="Keys of own words of the survey that have none in this language.",
    )


SurveyWordingPage = rows_serializer("SurveyWordingPage", SurveyWordingRow)


class WordingsEndpoint(QuestionsEndpoint):
    def wording(self, survey: str, language: str) -> tuple[Survey, spoken.Spoken]:
        """The survey and what it says, if it speaks this language besides its own; else 404."""
        mine = self.survey(survey)
        says = spoken.now(survey=mine)
        if language not in says.languages[1:]:
            raise not_found()
        return mine, says

    def row(self, says: spoken.Spoken, language: str) -> dict[str, Any]:
        """What the survey says in a language, as it was written."""
        is_own = language == says.language
        texts = _own(says) if is_own else says.wordings[language]
        found = {"language": language, "is_own": is_own, "texts": texts, "missing": says.missing_in(language)}
        return shown(SurveyWordingRow, found)

    def checked(self, survey: Survey, texts: dict[str, Any]) -> dict[str, str]:
        """The texts of a body. Raises Problem (400) for keys the survey does not have and words that are no text."""
        known = wordings.limits(survey=survey)
        wrong = [
            FieldError(f"texts.{key}"[:120], code, sentence)
            for key, value in texts.items()
            for code, sentence in _faults(key, value, known)
        ]
        if wrong:
            raise invalid(*wrong)
        return texts


class SurveyWordings(WordingsEndpoint):
    @extend_schema(
        operation_id="survey_wordings_list",
        summary="What a survey says in each of its languages, its own first",
        responses=SurveyWordingPage,
        tags=["surveys"],
    )
    def get(self, request: Request, id: str) -> Response:
        says = spoken.now(survey=self.survey(id))
        return Response({"results": [self.row(says, code) for code in says.languages], "next": None})

    @extend_schema(
        operation_id="survey_wordings_make",
        summary="Let a survey speak one more language",
        description="201 new; 200 if it speaks it already: its texts are replaced.",
        request=SurveyWordingBody,
        responses={200: SurveyWordingRow, 201: SurveyWordingRow},
        tags=["surveys"],
    )
    def post(self, request: Request, id: str) -> Response:
        survey, given = self.survey(id), self.read(SurveyWordingBody)
        language, texts = given["language"], self.checked(survey, given.get("texts", {}))
        is_known = language in spoken.now(survey=survey).languages
        with refusals():
            wordings.write(survey=survey, language=language, texts=texts, by=self.author, now=self.now)
        row = self.row(spoken.now(survey=survey), language)
        return Response(row, status=200 if is_known else 201)


class SurveyWordingDetail(WordingsEndpoint):
    @extend_schema(
        operation_id="survey_wordings_read",
        summary="What a survey says in one more language",
        responses=SurveyWordingRow,
        tags=["surveys"],
    )
    def get(self, request: Request, id: str, language: str) -> Response:
        return Response(self.row(self.wording(id, language)[1], language))

    @extend_schema(
        operation_id="survey_wordings_change",
        summary="Change words in one more language",
        description="Answers given before keep the words they were given to.",
        request=SurveyWordingChange,
        responses=SurveyWordingRow,
        tags=["surveys"],
    )
    def patch(self, request: Request, id: str, language: str) -> Response:
        survey, says = self.wording(id, language)
        given = self.checked(survey, self.read(SurveyWordingChange)["texts"])
        texts = {**says.wordings[language], **given}
        with refusals():
            wordings.write(survey=survey, language=language, texts=texts, by=self.author, now=self.now)
        return Response(self.row(spoken.now(survey=survey), language))

    @extend_schema(
        operation_id="survey_wordings_remove",
        summary="The survey no longer speaks this language",
        responses={204: None},
        tags=["surveys"],
    )
    def delete(self, request: Request, id: str, language: str) -> Response:
        survey, _says = self.wording(id, language)
        wordings.remove(survey=survey, language=language, by=self.author, now=self.now)
        return Response(status=204)


def _own(says: spoken.Spoken) -> dict[str, str]:
    """All a survey says in its own language, by the keys of wordings."""
    found = {name: text for name, text in says.texts.items() if text}
    for one in says.questions:
        found[spoken.QUESTION + one.id] = one.text
        found |= {f"{spoken.OPTION}{one.id}:{ident}": text for ident, text in one.options}
    return found


def _faults(key: str, value: Any, known: dict[str, int]) -> list[tuple[str, str]]:
    if key not in known:
        return [("UNKNOWN_FIELD", _("The survey has no such text."))]
    return [] if isinstance(value, str) else [("INVALID", _("Write a text."))]
