"""Further questions of a survey: the list, one of them, its place."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules.permissions import Permission
from core import looks
from surveys.models import Survey, SurveyQuestion
from surveys.queries import spoken, survey_pages
from surveys.rules.questions import MOST_QUESTIONS, Question
from surveys.services import questions
from surveys.survey_forms import QuestionForm
from surveys.views.staff.surveys import SurveyView


class QuestionView(SurveyView):
    post_permission = Permission.EDIT_SURVEYS

    def question(self, public_id: str, question_id: str) -> SurveyQuestion:
        """One question of the workspace's survey, or 404; it knows its survey."""
        survey = self.one(public_id)
        rows = SurveyQuestion.objects.of(self.workspace).filter(survey=survey)
        found: SurveyQuestion = get_object_or_404(rows, public_id=question_id)
        found.survey = survey
        return found

    def back(self, survey: Survey) -> HttpResponse:
        return redirect("surveys:survey_questions", slug=self.workspace.slug, public_id=survey.public_id)

    def trail(self, survey: Survey, *more: tuple[Any, str]) -> list[dict[str, Any]]:
        page = reverse("surveys:survey", args=[self.workspace.slug, survey.public_id])
        return self.crumbs((survey.name, page), *more)


class SurveyQuestions(QuestionView):
    """What is asked after the score, in order; a form for one more."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        survey = self.one(public_id)
        return self._show(survey, QuestionForm(survey=survey, earlier=_asked(survey)))

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        survey = self.one(public_id)
        form = QuestionForm(request.POST, survey=survey, earlier=_asked(survey))
        if form.is_valid():
            try:
                questions.add(survey=survey, by=request.user, now=timezone.now(), **form.values())
            except ValidationError as error:
                form.refuse(error)
            else:
                messages.success(
                    request, _("The question is added; people who answer from now on are asked it.")
                )
                return self.back(survey)
        return self._show(survey, form, 422)

    def _show(self, survey: Survey, form: QuestionForm, status: int = 200) -> HttpResponse:
        asked = _asked(survey)
        context = {
            "title": _("Further questions"),
            "crumbs": self.trail(survey),
            "survey": survey,
            "rows": [_row(one, asked, place) for place, one in enumerate(asked)],
            "archived": survey_pages.archived_questions(survey=survey),
            "form": form,
            "is_full": len(asked) >= MOST_QUESTIONS,
            "may_edit": self.may(Permission.EDIT_SURVEYS),
            "count": len(asked),
            "most": MOST_QUESTIONS,
        }
        return render(self.request, "surveys/survey_questions.html", context, status=status)


class SurveyQuestionEdit(QuestionView):
    permission = Permission.EDIT_SURVEYS

    def get(self, request: HttpRequest, slug: str, public_id: str, question_id: str) -> HttpResponse:
        row = self.question(public_id, question_id)
        one = spoken.question(row)
        return self._show(row, QuestionForm(survey=row.survey, earlier=_before(row), question=one))

    def post(self, request: HttpRequest, slug: str, public_id: str, question_id: str) -> HttpResponse:
        row = self.question(public_id, question_id)
        form = QuestionForm(request.POST, survey=row.survey, earlier=_before(row))
        if form.is_valid():
            try:
                questions.change(question=row, by=request.user, now=timezone.now(), **form.values())
            except ValidationError as error:
                form.refuse(error)
            else:
                messages.success(request, _("Saved. Answers given before keep the words they were given to."))
                return self.back(row.survey)
        return self._show(self.question(public_id, question_id), form, 422)

    def _show(self, row: SurveyQuestion, form: QuestionForm, status: int = 200) -> HttpResponse:
        listed = reverse("surveys:survey_questions", args=[self.workspace.slug, row.survey.public_id])
        context = {
            "title": _("Edit the question"),
            "crumbs": self.trail(row.survey, (_("Further questions"), listed)),
            "survey": row.survey,
            "question": row,
            "form": form,
        }
        return render(self.request, "surveys/survey_question.html", context, status=status)


class _Act(QuestionView):
    """A button beside a question."""

    permission = Permission.EDIT_SURVEYS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str, question_id: str) -> HttpResponse:
        row = self.question(public_id, question_id)
        try:
            self.act(row)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return self.back(row.survey)

    def act(self, row: SurveyQuestion) -> None:
        raise NotImplementedError


class SurveyQuestionMove(_Act):
    def act(self, row: SurveyQuestion) -> None:
        up = self.request.POST.get("to") != "down"
        questions.move(question=row, up=up, by=self.request.user, now=timezone.now())


class SurveyQuestionArchive(_Act):
    def act(self, row: SurveyQuestion) -> None:
        questions.archive(question=row, by=self.request.user, now=timezone.now())


class SurveyQuestionRestore(_Act):
    def act(self, row: SurveyQuestion) -> None:
        questions.restore(question=row, by=self.request.user, now=timezone.now())


def _asked(survey: Survey) -> tuple[Question, ...]:
    return spoken.now(survey=survey).questions


def _before(row: SurveyQuestion) -> list[Question]:
    """The questions asked before this one; an archived one comes after all."""
    asked = _asked(row.survey)
    ids = [one.id for one in asked]
    return list(asked[: ids.index(row.public_id)] if row.public_id in ids else asked)


def _row(one: Question, asked: tuple[Question, ...], place: int) -> dict[str, Any]:
    """A question as the list shows it: its kind, its choices, and whom it is put to, in words."""
    return {
        "one": one,
        "place": place + 1,
        "kind": SurveyQuestion(kind=one.kind).get_kind_display(),
        "options": [words for _ident, words in one.options],
        "for_whom": _for_whom(one, asked),
        "is_first": place == 0,
        "is_last": place == len(asked) - 1,
    }


def _for_whom(one: Question, asked: tuple[Question, ...]) -> list[str]:
    condition, said = one.condition, []
    if condition.classes:
        said.append(", ".join(str(looks.SEGMENT_PLURALS[segment]) for segment in condition.classes))
    if condition.scores:
        said.append(
            _("scores %(low)s to %(high)s") % {"low": condition.scores[0], "high": condition.scores[1]}
        )
    earlier = next((other for other in asked if other.id == condition.question), None)
    if earlier is not None:
        words = dict(earlier.options)
        chosen = ", ".join(words.get(ident, ident) for ident in condition.answers)
        said.append(
            _("after “%(answers)s” to “%(question)s”") % {"answers": chosen, "question": earlier.text}
        )
    return said
