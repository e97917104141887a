"""Surveys: the list, making one, its words with a live preview, opening and closing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import WorkspaceView
from accounts.rules.absence import local_day
from accounts.rules.permissions import Permission
from core import colours, looks
from core.colours import is_seen_on_white
from core.links import absolute_url
from core.merge_fields import MergeError
from outbox.channels.sms import gateway_of
from surveys import library, wording
from surveys.enums import SurveyStatus
from surveys.models import Survey
from surveys.queries import faces, lists, spoken, survey_pages
from surveys.queries.faces import Face
from surveys.rules import metrics, statistics
from surveys.services import surveys, trying
from surveys.survey_forms import NewSurveyForm, SurveyForm
from surveys.views.staff import base

# The customer a preview is made for.
SAMPLE_NAME = "Maya Keller"
PREVIEWED_THANKS = ("PROMOTER", "PASSIVE", "DETRACTOR")
_PREVIEWS = [
    ("mail", gettext_lazy("Mail")), ("page", gettext_lazy("Page")), ("more", gettext_lazy("Further questions")),
    ("thanks", gettext_lazy("Thanks")), ("widget", gettext_lazy("Widget")), ("sms", gettext_lazy("Text message")),
]  # fmt: skip


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
        rows, are_archived = (
            lists.surveys(workspace=self.workspace, sight=self.sight),
            request.GET.get("archived") == "1",
        )
        archived = rows.filter(status=SurveyStatus.ARCHIVED)
        shown = archived if are_archived else rows.exclude(status=SurveyStatus.ARCHIVED)
        page = lists.keyset(shown, **base.cursor(request))
        for survey in page.rows:
            survey.workspace = self.workspace
            survey.asked = filled(survey.question, sample_values(survey))
        context = {
            "are_archived": are_archived,
            "has_archived": archived.exists(),
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
            data = form.cleaned_data
            ready = library.start(data["start"])
            try:
                survey = (
                    surveys.create_from(
                        workspace=self.workspace, start=ready, name=data["name"], now=timezone.now()
                    )
                    if ready
                    else surveys.create(
                        workspace=self.workspace, name=data["name"], metric=data["metric"], now=timezone.now()
                    )
                )
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(
                    request, _("The survey is made, with words you can change. Activate it when it is right.")
                )
                return redirect("surveys:survey_edit", slug=slug, public_id=survey.public_id)
        return self._show(form, 422)

    def _show(self, form: NewSurveyForm, status: int = 200) -> HttpResponse:
        chosen = form["start"].value() or ""
        context = {
            "title": _("New survey"),
            "crumbs": self.crumbs(),
            "form": form,
            "starts": [{"start": one, "is_chosen": one.key == chosen} for one in library.all_starts()],
            "is_blank": not chosen,
        }
        return render(self.request, "surveys/survey_new.html", context, status=status)


class SurveyPage(SurveyView):
    """What the survey asks, its scale, its public link."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        survey = self.one(public_id)
        says = spoken.now(survey=survey)
        face = faces.make(survey=survey, says=says)
        known = sample_values(survey)
        today = local_day(now=timezone.now(), zone=self.workspace.time_zone)
        figure = survey_pages.figure(survey=survey, sight=self.sight, today=today)
        context = {
            "asked": says.questions,
            "languages": [faces.name_of(code) for code in says.languages],
            "gaps": [faces.name_of(code) for code in says.languages if says.missing_in(code)],
            "versions": survey_pages.versions(survey=survey),
            "figure": figure,
            "figure_words": _figure_words(figure),
            "is_archived": survey.status == SurveyStatus.ARCHIVED,
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
            "has_texts": gateway_of(self.workspace.pk) is not None,
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
                surveys.change(
                    survey=self.one(public_id), by=self.request.user, now=timezone.now(), **form.changes()
                )
            except ValidationError as error:
                form.refuse(error)
            else:
                messages.success(request, _("Saved. New mails and pages use these words."))
                return redirect("surveys:survey", slug=slug, public_id=public_id)
        return self._show(self.one(public_id), form, 422)

    def _show(self, survey: Survey, form: SurveyForm, status: int = 200) -> HttpResponse:
        page = reverse("surveys:survey", args=[self.workspace.slug, survey.public_id])
        accent = survey.accent or self.workspace.accent
        says = spoken.now(survey=survey)
        segments = metrics.segment_ranges(survey.metric)
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
            "colour": {
                "code": accent,
                "ratio": f"{colours.contrast(accent, colours.ink_on(accent)):.1f}",
                "on_white": f"{colours.contrast(accent, colours.LIGHT_INK):.1f}",
            },
            "tabs": _PREVIEWS,
            "languages": [(code, faces.name_of(code)) for code in says.languages],
            "segments": [(segment, looks.look("segment", segment).word) for segment, _low, _high in segments],
        }
        return render(self.request, "surveys/survey_edit.html", context, status=status)


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


class SurveyArchive(SurveyView):
    """Out of the lists, and back."""

    permission = Permission.EDIT_SURVEYS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        survey = self.one(public_id)
        surveys.archive(survey=survey, now=timezone.now())
        messages.success(
            request,
            _("“%(name)s” is archived: it takes no answers, and those it has keep counting.")
            % {"name": survey.name},
        )
        return redirect("surveys:survey_list", slug=slug)


class SurveyUnarchive(SurveyView):
    permission = Permission.EDIT_SURVEYS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        survey = self.one(public_id)
        surveys.unarchive(survey=survey, now=timezone.now())
        messages.success(request, _("“%(name)s” is back, closed.") % {"name": survey.name})
        return redirect("surveys:survey", slug=slug, public_id=public_id)


class SurveyVersionPage(SurveyView):
    """What the survey said at one of its versions."""

    def get(self, request: HttpRequest, slug: str, public_id: str, version_number: int) -> HttpResponse:
        survey = self.one(public_id)
        version = survey_pages.version(survey=survey, number=version_number)
        if version is None:
            raise Http404
        says = spoken.then(version=version, metric=survey.metric)
        page = reverse("surveys:survey", args=[self.workspace.slug, survey.public_id])
        context = {
            "title": _("Version %(number)s") % {"number": version_number},
            "crumbs": self.crumbs((survey.name, page)),
            "survey": survey,
            "version": version,
            "texts": [
                (
                    getattr(Survey._meta.get_field(name), "verbose_name", name),
                    filled(says.texts[name], sample_values(survey)),
                )
                for name in spoken.TEXTS
                if says.texts[name]
            ],
            "questions": says.questions,
            "language": says.language,
            "others": [faces.name_of(code) for code in says.languages[1:]],
        }
        return render(request, "surveys/survey_version.html", context)


def sample_values(survey: Survey) -> dict[str, str]:
    """What merge fields stand for in a preview without a real customer."""
    return wording.values(
        company=survey.workspace.name,
        name=SAMPLE_NAME,
        customer_company=_("Keller & Sons"),
        touchpoint=_("Delivery"),
    )


def filled(text: str, known: dict[str, str]) -> str:
    """The text as a customer would read it; one that is still being typed is shown as it is."""
    try:
        return wording.fill(text, known)
    except MergeError:
        return text


def _classes(face: Face, known: dict[str, str]) -> list[dict[str, Any]]:
    """For each class of answer, best first: what is asked next and how thanks are said."""
    segments = list(dict.fromkeys(step["segment"] for step in face.scale))[::-1]
    prompts = dict(zip(segments, (face.prompts[shade] for shade in PREVIEWED_THANKS), strict=True))
    return [
        {
            "segment": segment,
            "prompt": filled(prompts[segment], known),
            "thanks": filled(face.thanks[segment], known),
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
        (_("Links after the thanks"),
         _("One button for each class, or none: help for the unhappy, a friend's code for the happy. A link to a review site "
           "must be the same for everybody: asking only the happy for a public review misleads its readers, is forbidden by "
           "the sites and, in many countries, by law."),
         [f"link_{part}_{shade.lower()}" for shade in reversed(wording.CLASSES) for part in ("label", "url")]),
        (_("The mail and the text message"), "", ["subject", "intro", "sms_text", "accent"]),
        (_("Waits"), "", ["quiet_days", "link_days", "edit_days", "resurvey_days"]),
        (_("Checks"), "", ["asks_mismatch"]),
    ]  # fmt: skip
    labels = {
        f"link_{part}_{shade.lower()}": f"{form[f'link_{part}_{shade.lower()}'].label}: {word}"
        for shade, word in _classes_by_shade(form.instance).items()
        for part in ("label", "url")
    }
    for name, label in labels.items():
        form.fields[name].label = label
    return [
        {
            "title": title,
            "says": says,
            "fields": [form[name] for name in names],
            "has_colour": "accent" in names,
        }
        for title, says, names in groups
    ]


def _classes_by_shade(survey: Survey) -> dict[str, str]:
    """What this survey's metric calls the best, the middle and the worst class."""
    segments = [segment for segment, _low, _high in metrics.segment_ranges(survey.metric)]
    words = [str(looks.SEGMENT_PLURALS[segment]) for segment in reversed(segments)]
    return dict(zip(PREVIEWED_THANKS, words, strict=True))


def _figure_words(figure: statistics.Figure) -> dict[str, str]:
    """The figure of a survey, its interval and its name, as they are said."""
    names = {
        metrics.NET_SCORE: _("Net Promoter Score"),
        metrics.TOP_BOXES: _("satisfied: the top two of five"),
        metrics.MEAN: _("mean"),
    }
    forms = {metrics.NET_SCORE: "{:+.0f}", metrics.TOP_BOXES: "{:.0f} %", metrics.MEAN: "{:.2f}"}
    form = forms[figure.statistic]
    ends = (figure.low, figure.high)
    is_sure = figure.low is not None and figure.high is not None
    return {
        "what": str(names[figure.statistic]),
        "figure": "" if figure.value is None else form.format(figure.value),
        "range": _("%(low)s to %(high)s") % dict(zip(("low", "high"), map(form.format, ends), strict=True))
        if is_sure
        else "",
    }
