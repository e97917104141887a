"""A survey's words in other languages, side by side with its own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.rules.permissions import Permission
from outbox.rendering import direction
from surveys import words
from surveys.models import Survey
from surveys.queries import faces, spoken
from surveys.services import wordings
from surveys.survey_forms import LanguageForm, WordingForm
from surveys.views.staff.surveys import SurveyView


class SurveyLanguages(SurveyView):
    """Every language the survey speaks, and what is missing in it."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        return self._show(self.one(public_id))

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        survey = self.one(public_id)
        form = LanguageForm(request.POST, spoken_already=spoken.now(survey=survey).languages)
        if form.is_valid():
            language = form.cleaned_data["language"]
            try:
                wordings.write(
                    survey=survey, language=language, texts={}, by=self.request.user, now=timezone.now()
                )
            except ValidationError as error:
                form.add_error("language", error.messages)
            else:
                return redirect("surveys:survey_language", slug=slug, public_id=public_id, language=language)
        return self._show(survey, form, 422)

    def _show(self, survey: Survey, form: LanguageForm | None = None, status: int = 200) -> HttpResponse:
        says = spoken.now(survey=survey)
        page = reverse("surveys:survey", args=[self.workspace.slug, survey.public_id])
        context = {
            "title": _("Languages"),
            "crumbs": self.crumbs((survey.name, page)),
            "survey": survey,
            "own": {"code": says.language, "name": faces.name_of(says.language)},
            "rows": [_row(says, code) for code in says.languages[1:]],
            "form": form
            or LanguageForm(
                spoken_already=says.languages, wanted=says.next_language(survey.workspace.language)
            ),
            "may_edit": self.may(Permission.EDIT_SURVEYS),
        }
        return render(self.request, "surveys/survey_languages.html", context, status=status)


class SurveyLanguage(SurveyView):
    """The survey in one more language, each text beside its own."""

    permission = Permission.EDIT_SURVEYS

    def get(self, request: HttpRequest, slug: str, public_id: str, language: str) -> HttpResponse:
        survey, says = self._both(public_id, language)
        return self._show(survey, says, language, self._form(survey, says, language))

    def post(self, request: HttpRequest, slug: str, public_id: str, language: str) -> HttpResponse:
        survey, says = self._both(public_id, language)
        form = self._form(survey, says, language, request.POST)
        if form.is_valid():
            try:
                wordings.write(
                    survey=survey,
                    language=language,
                    texts=form.cleaned_data,
                    by=self.request.user,
                    now=timezone.now(),
                )
            except ValidationError as error:
                for name, sentences in error.message_dict.items():
                    form.add_error(name if name in form.fields else None, sentences)
            else:
                messages.success(request, _("Saved. New mails and pages in this language use these words."))
                return redirect("surveys:survey_languages", slug=slug, public_id=public_id)
        return self._show(survey, says, language, form, 422)

    def _both(self, public_id: str, language: str) -> tuple[Survey, spoken.Spoken]:
        survey = self.one(public_id)
        says = spoken.now(survey=survey)
        if language not in says.languages[1:]:
            raise Http404
        return survey, says

    def _form(self, survey: Survey, says: spoken.Spoken, language: str, data: Any = None) -> WordingForm:
        return WordingForm(
            data,
            says=says,
            language=language,
            limits=wordings.limits(survey=survey),
            links=survey.thanks_links or {},
        )

    def _show(
        self, survey: Survey, says: spoken.Spoken, language: str, form: WordingForm, status: int = 200
    ) -> HttpResponse:
        page = reverse("surveys:survey", args=[self.workspace.slug, survey.public_id])
        listed = reverse("surveys:survey_languages", args=[self.workspace.slug, survey.public_id])
        missing = set(says.missing_in(language))
        context = {
            "title": faces.name_of(language),
            "crumbs": self.crumbs((survey.name, page), (_("Languages"), listed)),
            "survey": survey,
            "language": language,
            "direction": direction(language),
            "own": {
                "code": says.language,
                "name": faces.name_of(says.language),
                "dir": direction(says.language),
            },
            "form": form,
            "pairs": [
                {
                    "field": form[key],
                    "original": form.originals[key],
                    "is_missing": key in missing,
                    "about": _about(key),
                }
                for key in form.fields
            ],
            "missing": _missing(len(missing)),
            "has_defaults": words.is_known(language),
        }
        return render(self.request, "surveys/survey_language.html", context, status=status)


class SurveyLanguageRemove(SurveyView):
    permission = Permission.EDIT_SURVEYS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str, language: str) -> HttpResponse:
        survey = self.one(public_id)
        wordings.remove(survey=survey, language=language, by=self.request.user, now=timezone.now())
        messages.success(
            request, _("The survey no longer speaks %(name)s.") % {"name": faces.name_of(language)}
        )
        return redirect("surveys:survey_languages", slug=slug, public_id=public_id)


def _row(says: spoken.Spoken, code: str) -> dict[str, Any]:
    missing = len(says.missing_in(code))
    return {
        "code": code,
        "name": faces.name_of(code),
        "missing": _missing(missing),
        "has_defaults": words.is_known(code),
    }


def _missing(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(n)s text is missing", "%(n)s texts are missing", count) % {"n": count}


def _about(key: str) -> str:
    """What a text is, for those who translate it."""
    if key.startswith(spoken.QUESTION):
        return _("Further question")
    if key.startswith(spoken.OPTION):
        return _("Choice")
    if key.startswith(spoken.LINK_LABEL):
        return _("Words of a link")
    return str(getattr(Survey._meta.get_field(key), "verbose_name", key))
