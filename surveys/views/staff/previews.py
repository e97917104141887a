"""What customers will see, while it is written: page, further questions, thanks, mail, widget and text message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.template.loader import get_template
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.rules.permissions import Permission
from core.links import absolute_url
from core.merge_fields import MergeError
from core.tokens import NONCE_LENGTH
from outbox import rendering, text_rules
from outbox.channels.sms import gateway_of
from surveys import wording
from surveys.models import Survey
from surveys.queries import faces
from surveys.queries.faces import Face
from surveys.services import mailing, texting
from surveys.survey_forms import SurveyForm
from surveys.views import more, public
from surveys.views.staff import base
from surveys.views.staff.surveys import SurveyView, filled, sample_values

LONGEST = 1_000  # characters of a text that is shown while it is typed


class SurveyPreview(SurveyView):
    """One of the things a customer sees. POST shows words that are not saved, and saves nothing either.

    `as` says which (page by default), `lang` in which language, `shown` to which class of answer.
    """

    post_permission = Permission.EDIT_SURVEYS

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        return self._show(self.one(public_id), request.GET)

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        survey = self.one(public_id)
        for name in SurveyForm.Meta.fields:
            field = Survey._meta.get_field(name)
            if field.get_internal_type() != "PositiveSmallIntegerField" and name in request.POST:
                setattr(survey, name, request.POST[name][:LONGEST])
        survey.thanks_links = {
            shade: {"label": label[:LONGEST], "url": "#"}
            for shade in wording.CLASSES
            if (label := request.POST.get(f"link_label_{shade.lower()}", "").strip())
        }
        if survey.accent and not _is_colour(survey.accent):
            survey.accent = ""
        return self._show(survey, request.POST)

    def _show(self, survey: Survey, wanted: Any) -> HttpResponse:
        look = faces.make(survey=survey, language=wanted.get("lang", ""))
        shown = wanted.get("shown", "")
        segments = list(dict.fromkeys(step["segment"] for step in look.scale))
        kind = wanted.get("as", "") or ("thanks" if shown in segments else "page")
        segment = shown if shown in segments else segments[0]
        draw = _DRAWN.get(kind, _page)
        return draw(self.request, survey, look, segment)


def _page(request: HttpRequest, survey: Survey, look: Face, segment: str) -> HttpResponse:
    return _rendered(request, "public/answer", look, _question(survey, look))


def _more(request: HttpRequest, survey: Survey, look: Face, segment: str) -> HttpResponse:
    score = _worst(look, segment)
    asked = [one for one in look.questions if not one.condition.classes or segment in one.condition.classes]
    if not asked:
        says = _("This class of answer is asked nothing further: thanks come at once.")
        return _rendered(request, "preview_nothing", look, {"says": says})
    context = {"score": score, "segment": segment, "action": "", **more.context(look, asked)}
    return _rendered(request, "public/more", look, context)


def _thanks(request: HttpRequest, survey: Survey, look: Face, segment: str) -> HttpResponse:
    context = {
        "thanks": filled(look.thanks[segment], sample_values(survey)),
        "score": _worst(look, segment),
        "segment": segment,
        "link": look.links.get(segment),
    }
    return _rendered(request, "public/thanks", look, context)


def _mail(request: HttpRequest, survey: Survey, look: Face, segment: str) -> HttpResponse:
    values = sample_values(survey)
    link = absolute_url("surveys:public_survey", public_id=survey.public_id)
    try:
        context = mailing.mail_context(face=look, values=values, link=link, facts={})
    except MergeError as error:
        return _rendered(request, "preview_nothing", look, {"says": str(error)})
    made = rendering.render(
        mail="survey_invitation",
        context={**context, "unsubscribe_url": link},
        workspace=survey.workspace,
        subject=filled(look.subject, values) or None,
    )
    return base.framed(made.html)


def _widget(request: HttpRequest, survey: Survey, look: Face, segment: str) -> HttpResponse:
    return _rendered(request, "preview_widget", look, _question(survey, look))


def _text(request: HttpRequest, survey: Survey, look: Face, segment: str) -> HttpResponse:
    link = texting.short_link(nonce="x" * NONCE_LENGTH)
    gateway = gateway_of(survey.workspace_id)
    try:
        said = texting.words(
            face=look, values=sample_values(survey), link=link, can_reply=bool(gateway and gateway.number)
        )
    except MergeError as error:
        return _rendered(request, "preview_nothing", look, {"says": str(error)})
    before, _link, after = said.partition(link)
    size = text_rules.size(said)
    shown = {
        "words": before,
        "link": link.replace("x" * NONCE_LENGTH, "…"),
        "after": after,
        "cost": _cost(size),
    }
    return _rendered(request, "preview_sms", look, shown)


def _cost(size: text_rules.Size) -> list[str]:
    """What a text costs, in sentences for whoever writes it."""
    facts = {"parts": size.parts, "units": size.units, "room": size.room}
    said = [
        ngettext(
            "%(parts)s part: a provider charges it as one message. Room for %(room)s more characters.",
            "%(parts)s parts: a provider charges as many messages. Room for %(room)s more characters in the last.",
            size.parts,
        )
        % facts
    ]
    if size.odd:
        said.append(
            _("%(odd)s: these make each part shorter, 70 characters instead of 160.")
            % {"odd": " ".join(size.odd[:12])}
        )
    return said


_DRAWN: dict[str, Callable[[HttpRequest, Survey, Face, str], HttpResponse]] = {
    "page": _page, "more": _more, "thanks": _thanks, "mail": _mail, "widget": _widget, "sms": _text,
}  # fmt: skip


def _worst(look: Face, segment: str) -> int:
    return next(int(step["value"]) for step in look.scale if step["segment"] == segment)


def _question(survey: Survey, look: Face) -> dict[str, Any]:
    known = sample_values(survey)
    return {
        **public.scale_context(look),
        "question": filled(look.question, known),
        "prompts": {shade: filled(text, known) for shade, text in look.prompts.items()},
        "errors": {},
        "comment": "",
        "action": "",
    }


def _rendered(request: HttpRequest, name: str, look: Face, context: dict[str, Any]) -> HttpResponse:
    page: Template = get_template(f"surveys/{name}.html").template  # type: ignore[attr-defined]  # Django's own engine
    nonce = str(getattr(request, "csp_nonce", ""))
    with translation.override(look.language):
        return base.framed(
            page.render(Context({**public.page_context(look), **context, "request": request})), nonce
        )


def _is_colour(text: str) -> bool:
    return (
        len(text) == 7 and text[0] == "#" and all(letter in "0123456789abcdefABCDEF" for letter in text[1:])
    )
