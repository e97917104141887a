"""Surveys: the list, making one, its words with a live preview, opening and closing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template import Context, Template
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.access import WorkspaceView
from accounts.rules.permissions import Permission
from core.colours import is_seen_on_white
from core.links import absolute_url
from core.merge_fields import MergeError
from surveys import wording
from surveys.enums import SurveyStatus
from surveys.forms import NewSurveyForm, SurveyForm
from surveys.models import Survey
from surveys.queries import faces, lists
from surveys.queries.faces import Face
from surveys.services import surveys, trying
from surveys.views.staff import base

# The customer a preview is made for.
SAMPLE_NAME = "Maya Keller"
PREVIEWED_THANKS = ("PROMOTER", "PASSIVE", "DETRACTOR")


class SurveyView(WorkspaceView):
    permission = Permission.VIEW_SURVEYS
    post_permission = Permission.EDIT_SURVEYS

    def one(self, public_id: str) -> Survey:
        """The workspace's survey with this id, or 404."""
        rows = Survey.objects.of(self.workspace).select_related("workspace")
        found: Survey = get_object_or_404(rows, public_id=public_id)
        return found

    def crumbs(self, *more: tuple[Any, str]) -> list[dict[str, Any]]:
        return base.crumbs((_("Surveys"), reverse("surveys:survey_list", args=[self.workspace.slug])), *more)


class SurveyList(SurveyView):
    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        page = lists.keyset(lists.surveys(workspace=self.workspace, sight=self.sight), **base.cursor(request))
        context = {
            "title": _("Surveys"),
            "page": page,
            "may_edit": self.may(Permission.EDIT_SURVEYS),
            **base.paging(request, page),
        }
        return render(request, "surveys/survey_list.html", context)


class SurveyAdd(SurveyView):
    """A name and a metric: everything else has good words already."""

    permission = Permission.EDIT_SURVEYS

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._show(NewSurveyForm())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = NewSurveyForm(request.POST)
        if form.is_valid():
            try:
                survey = surveys.create(workspace=self.workspace, now=timezone.now(), **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(
                    request, _("The survey is made, with words you can change. Activate it when it is right.")
                )
                return redirect("surveys:survey_edit", slug=slug, public_id=survey.public_id)
        return self._show(form, 422)

    def _show(self, form: NewSurveyForm, status: int = 200) -> HttpResponse:
        context = {"title": _("New survey"), "crumbs": self.crumbs(), "form": form}
        return render(self.request, "surveys/survey_new.html", context, status=status)


class SurveyPage(SurveyView):
    """What the survey asks, its scale, its public link."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        survey = self.one(public_id)
        face = faces.make(survey=survey)
        known = sample_values(survey)
        context = {
            "title": survey.name,
            "crumbs": self.crumbs(),
            "survey": survey,
            "face": face,
            "question": wording.fill(face.question, known),
            "classes": _classes(face, known),
            "public_link": absolute_url("surveys:public_survey", public_id=survey.public_id),
            "is_draft": survey.status == SurveyStatus.DRAFT,
            "is_closed": survey.status == SurveyStatus.CLOSED,
            "may_edit": self.may(Permission.EDIT_SURVEYS),
            "may_send": self.may(Permission.SEND_CAMPAIGNS),
        }
        return render(request, "surveys/survey.html", context)


class SurveyTest(SurveyView):
    """The survey's mail to oneself."""

    permission = Permission.EDIT_SURVEYS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        trying.send(survey=self.one(public_id), to=self.request.user, now=timezone.now())
        messages.success(
            request, _("A test is on its way to %(email)s.") % {"email": self.request.user.email}
        )
        if request.POST.get("from") == "first-steps":
            return redirect("accounts:workspace", slug=slug)
        return redirect("surveys:survey", slug=slug, public_id=public_id)


class SurveyEdit(SurveyView):
    permission = Permission.EDIT_SURVEYS

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        survey = self.one(public_id)
        return self._show(survey, SurveyForm(instance=survey))

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        # The form writes into its instance, so the service gets a row of its own.
        form = SurveyForm(request.POST, instance=self.one(public_id))
        if form.is_valid():
            try:
                surveys.change(survey=self.one(public_id), now=timezone.now(), **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("Saved. New mails and pages use these words."))
                return redirect("surveys:survey", slug=slug, public_id=public_id)
        return self._show(self.one(public_id), form, 422)

    def _show(self, survey: Survey, form: SurveyForm, status: int = 200) -> HttpResponse:
        page = reverse("surveys:survey", args=[self.workspace.slug, survey.public_id])
        accent = survey.accent or self.workspace.accent
        context = {
            "title": _("Edit the words"),
            "crumbs": self.crumbs((survey.name, page)),
            "survey": survey,
            "form": form,
            "groups": _groups(form),
            "merge_fields": [(f"{{{{ {name} }}}}", label) for name, label in wording.MERGE_FIELDS.items()],
            "attributes": [
                (f"{{{{ {wording.ATTRIBUTE}{row.name} }}}}", row.label)
                for row in lists.attributes(workspace=self.workspace)
            ],
            "is_faint": not is_seen_on_white(accent),
        }
        return render(self.request, "surveys/survey_edit.html", context, status=status)


class SurveyPreview(SurveyView):
    """The answer page as a customer would see it. POST shows words that are not saved, and saves nothing either."""

    post_permission = Permission.EDIT_SURVEYS

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        return self._show(self.one(public_id), request.GET.get("shown", ""))

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        survey = self.one(public_id)
        for name in SurveyForm.Meta.fields:
            field = Survey._meta.get_field(name)
            if field.get_internal_type() != "PositiveSmallIntegerField" and name in request.POST:
                setattr(survey, name, request.POST[name][:1_000])
        if survey.accent and not _is_colour(survey.accent):
            survey.accent = ""
        return self._show(survey, request.POST.get("shown", ""))

    def _show(self, survey: Survey, shown: str) -> HttpResponse:
        face = faces.make(survey=survey)
        known = sample_values(survey)
        thanks = face.thanks.get(shown)
        context: dict[str, Any] = {
            "survey": {"company": face.company},
            "brand": {"accent": face.accent, "accent_text": face.accent_text, "logo_data_uri": face.logo},
            "lang": face.language,
            "dir": face.direction,
            "contact_block": face.contact_lines,
            "contact_links": face.contact_links,
            "scale": face.scale,
            "low_label": face.low_label,
            "high_label": face.high_label,
            "question": _filled(face.question, known),
            "prompts": {segment: _filled(text, known) for segment, text in face.prompts.items()},
            "errors": {},
            "comment": "",
            "action": "",
        }
        if thanks is not None:
            worst, *_rest = [step["value"] for step in face.scale if step["segment"] == shown]
            context |= {"thanks": _filled(thanks, known), "score": worst, "segment": shown}
        page: Template = get_template(  # type: ignore[attr-defined]  # Django's own engine
            f"surveys/public/{'thanks' if thanks is not None else 'answer'}.html"
        ).template
        nonce = str(getattr(self.request, "csp_nonce", ""))
        with translation.override(face.language):
            return base.framed(page.render(Context(context | {"request": self.request})), nonce)


class SurveyActivate(SurveyView):
    permission = Permission.EDIT_SURVEYS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        survey = self.one(public_id)
        try:
            surveys.activate(survey=survey, now=timezone.now())
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("surveys:survey_edit", slug=slug, public_id=public_id)
        messages.success(request, _("“%(name)s” takes answers now.") % {"name": survey.name})
        return redirect("surveys:survey", slug=slug, public_id=public_id)


class SurveyClose(SurveyView):
    permission = Permission.EDIT_SURVEYS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        survey = self.one(public_id)
        surveys.close(survey=survey, now=timezone.now())
        messages.success(request, _("“%(name)s” takes no new answers.") % {"name": survey.name})
        return redirect("surveys:survey", slug=slug, public_id=public_id)


def sample_values(survey: Survey) -> dict[str, str]:
    """What merge fields stand for in a preview without a real customer."""
    return wording.values(
        company=survey.workspace.name,
        name=SAMPLE_NAME,
        customer_company=_("Keller & Sons"),
        touchpoint=_("Delivery"),
    )


def _filled(text: str, known: dict[str, str]) -> str:
    """The text as a customer would read it; one that is still being typed is shown as it is."""
    try:
        return wording.fill(text, known)
    except MergeError:
        return text


def _is_colour(text: str) -> bool:
    return (
        len(text) == 7 and text[0] == "#" and all(letter in "0123456789abcdefABCDEF" for letter in text[1:])
    )


def _classes(face: Face, known: dict[str, str]) -> list[dict[str, Any]]:
    """For each class of answer, best first: what is asked next and how thanks are said."""
    segments = list(dict.fromkeys(step["segment"] for step in face.scale))[::-1]
    prompts = dict(zip(segments, (face.prompts[shade] for shade in PREVIEWED_THANKS), strict=True))
    return [
        {
            "segment": segment,
            "prompt": _filled(prompts[segment], known),
            "thanks": _filled(face.thanks[segment], known),
        }
        for segment in segments
    ]


def _groups(form: SurveyForm) -> list[dict[str, Any]]:
    """The fields as a person thinks of them."""
    groups = [
        (_("The question"), "", ["name", "language", "question", "low_label", "high_label"]),
        (_("What is asked next"), _("The follow-up fits the answer; empty uses good words of ours."),
         ["prompt_detractor", "prompt_passive", "prompt_promoter"]),
        (_("Thanks"), _("Shown after the answer."), ["thanks_detractor", "thanks_passive", "thanks_promoter"]),
        (_("The mail"), "", ["subject", "intro", "accent"]),
        (_("Waits"), "", ["quiet_days", "link_days", "edit_days", "resurvey_days"]),
    ]  # fmt: skip
    return [
        {"title": title, "says": says, "fields": [form[name] for name in names]}
        for title, says, names in groups
    ]
