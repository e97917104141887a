"""The pages a customer sees: no login, no cookie, no script needed. GET shows, only POST records.

They come through `core.middleware.PublicPages`. The templates take everything from a plain context: no context
processor runs, so a page costs its words and one or two statements.
"""

import re
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template import Context, Template
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.translation import gettext as _

from core import limiter
from core.client import network_of
from core.tokens import NONCE_LENGTH, new_nonce, new_token
from surveys.enums import ResponseChannel
from surveys.queries import answers
from surveys.queries.faces import Face
from surveys.rules.verbatim import TextTooLong
from surveys.services import responses

FOLDER = "surveys/public/"
METHODS = ("GET", "HEAD", "OPTIONS", "POST")
KIOSK_SECONDS = 8  # how long the thanks stay before the next customer's turn
KEPT_PAGES = 500  # thank-you pages in one process; beyond it all are made anew

# How often, in a minute. A link opens for its customer whatever else goes on; guesses and floods count by their network.
ANSWERS_OF_LINK = limiter.FirstFree(name="answer", rate="10/minute")
LOOKS_AT_LINK = limiter.FirstFree(name="look", rate="60/minute")
ANSWERS_BY_NETWORK = "120/minute"  # and survey, on public pages
LOOKS_BY_NETWORK = "300/minute"
GUESSES_BY_NETWORK = "60/minute"
_SCORE = re.compile(r"\d{1,2}\Z", re.ASCII)
_SUBMISSION = re.compile(rf"[A-Za-z0-9_-]{{{NONCE_LENGTH}}}\Z")

# What stands in a kept page for what differs each time. Nobody can know these words, so nobody can write them.
_ADDRESS = new_token()


class _Blank:
    """The request a kept page is rendered for."""

    csp_nonce = new_token()


_thanks_pages: dict[tuple[Any, ...], str] = {}


def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The page of one invitation. `?score=7` chooses 7 and records nothing."""
    if refused := _refuse_method(request):
        return refused
    limit = ANSWERS_OF_LINK if request.method == "POST" else LOOKS_AT_LINK
    if wait := limit.hit(token):
        return _too_often(request, wait)
    now = timezone.now()
    action = request.path.rstrip("/") + "/"
    if request.method == "POST":

        def record(score: int, comment: str) -> responses.Recorded:
            return responses.record_by_invitation(token=token, score=score, comment=comment, now=now)

        response = _post(request, record, lambda: answers.open_invitation(token=token, now=now), action, now)
    else:
        response = _form(request, answers.open_invitation(token=token, now=now), action)
    if response.status_code not in (404, 429):
        limit.note(token)
    return response


def public_survey(request: HttpRequest, public_id: str) -> HttpResponse:
    """The public page of a survey or of one of its links, for anybody. A kiosk (a link's, or `?kiosk=1`) begins anew after
    each answer.

    `n` names this copy of the form: sent twice it is one answer, and with it the answer can be changed.
    """
    if refused := _refuse_method(request):
        return refused
    kind, rate = ("post", ANSWERS_BY_NETWORK) if request.method == "POST" else ("get", LOOKS_BY_NETWORK)
    if wait := limiter.hit(rate=rate, key=f"public-{kind}:{network_of(request)}:{public_id[:NONCE_LENGTH]}"):
        return _too_often(request, wait)
    now = timezone.now()
    given = request.GET.get("n", "")
    submission = given if _SUBMISSION.match(given) else new_nonce()
    page = reverse("surveys:public_survey", kwargs={"public_id": public_id})
    is_kiosk = request.GET.get("kiosk") == "1"
    action = f"{page}?n={submission}" + ("&kiosk=1" if is_kiosk else "")
    if request.method != "POST":
        # A kiosk never shows what the customer before has written.
        shown = "" if is_kiosk else submission
        opening = answers.open_form(survey_public_id=public_id, submission=shown, now=now)
        if is_kiosk or (opening and opening.kiosk_seconds):
            return _kiosk(request, opening, page)
        return _form(request, opening, action)

    def record(score: int, comment: str) -> responses.Recorded:
        return responses.record_by_link(
            survey_public_id=public_id,
            submission=submission,
            score=score,
            comment=comment,
            now=now,
            channel=ResponseChannel.KIOSK if is_kiosk else ResponseChannel.LINK,
        )

    def reopen() -> answers.Opening | None:
        return answers.open_form(survey_public_id=public_id, submission=submission, now=now)

    if not is_kiosk:
        return _post(request, record, reopen, action, now)
    opening = reopen()
    stay = (opening and opening.kiosk_seconds) or KIOSK_SECONDS
    return _post(request, record, reopen, action, now, again=f"{stay}; url={page}?kiosk=1")


def _kiosk(request: HttpRequest, opening: answers.Opening | None, page: str) -> HttpResponse:
    """The question on a counter: nothing chosen, nothing of the customer before, and a form of its own for each one."""
    request.may_fetch = True  # type: ignore[attr-defined]  # read by core.middleware.PublicPages
    again = f"{page}?kiosk=1"
    action = f"{page}?n={new_nonce()}&kiosk=1"
    return _form(
        request, opening, action, kiosk=(opening and opening.kiosk_seconds) or KIOSK_SECONDS, again=again
    )


def _refuse_method(request: HttpRequest) -> HttpResponse | None:
    if request.method not in METHODS:
        return HttpResponseNotAllowed(METHODS)
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": ", ".join(METHODS)})
    return None


def _post(
    request: HttpRequest, record: Any, reopen: Any, action: str, now: datetime, again: str = ""
) -> HttpResponse:
    """Record what was sent and give thanks; what cannot be recorded is shown again as it was typed."""
    comment = request.POST.get("comment", "")
    chosen = request.POST.get("score", "").strip()
    score = int(chosen) if _SCORE.match(chosen) else None
    if score is None:
        return _form(request, reopen(), action, score=None, comment=comment, error="score")
    try:
        recorded = record(score, comment)
    except responses.ScoreOutOfRange:
        return _form(request, reopen(), action, score=None, comment=comment, error="score")
    except TextTooLong:
        return _form(request, reopen(), action, score=score, comment=comment, error="comment")
    except responses.UnknownLink:
        return _unknown(request)
    except (responses.ExpiredLink, responses.NoLongerEditable):
        return _gone(request, "expired", reopen())
    except responses.ClosedSurvey:
        return _gone(request, "closed", reopen())
    return _thanks(request, recorded, action, again)


def _thanks(request: HttpRequest, recorded: responses.Recorded, action: str, again: str) -> HttpResponse:
    nonce = request.csp_nonce  # type: ignore[attr-defined]  # set by core.middleware.PublicPages
    page, framed_by = thanks_page(recorded=recorded, action=action, nonce=nonce, can_edit=not again)
    request.framed_by = framed_by  # type: ignore[attr-defined]  # read by core.middleware.PublicPages
    response = HttpResponse(page)
    if again:
        response.headers["Refresh"] = again
    return response


def thanks_page(
    *, recorded: responses.Recorded, action: str, nonce: str, can_edit: bool = True
) -> tuple[str, str]:
    """The thank-you page as HTML, and which sites may show it in a frame ("" is none)."""
    look, words = answers.thanks(
        version=recorded.version, survey_id=recorded.survey_id, segment=recorded.segment, name=recorded.name
    )
    can_edit = can_edit and recorded.is_editable
    # All the page depends on, besides its address and its nonce: most customers of a survey get one of few pages.
    key = (recorded.version, words, recorded.score, recorded.segment, bool(recorded.comment), can_edit)
    page = _thanks_pages.get(key)
    if page is None:
        context = _base(look) | {
            "thanks": words,
            "score": recorded.score,
            "segment": recorded.segment,
            "comment": bool(recorded.comment),
            "can_edit": can_edit,
            "action": _ADDRESS,
            "edit_url": _ADDRESS,
        }
        if len(_thanks_pages) >= KEPT_PAGES:
            _thanks_pages.clear()
        page = _thanks_pages[key] = _rendered("thanks", context, _Blank)
    page = page.replace(_ADDRESS, escape(action)).replace(_Blank.csp_nonce, nonce)
    return page, look.framed_by


def _form(
    request: HttpRequest,
    opening: answers.Opening | None,
    action: str,
    *,
    score: int | None = None,
    comment: str | None = None,
    error: str = "",
    kiosk: int = 0,
    again: str = "",
) -> HttpResponse:
    """The question: with what the customer has answered before, chosen in the mail, or just typed."""
    if opening is None:
        return _unknown(request)
    look = opening.face
    request.framed_by = look.framed_by  # type: ignore[attr-defined]  # read by core.middleware.PublicPages
    if not opening.is_editable:
        if opening.score is not None or not opening.is_live:
            return _page(request, "expired", _base(look), status=410)
        if not opening.is_open:
            return _page(request, "closed", _base(look), status=410)
    if not error:
        score, comment = _chosen(request, look), opening.comment
        score = opening.score if score is None else score
    context = _base(look) | {
        "question": opening.question,
        "scale": look.scale,
        "low_label": look.low_label,
        "high_label": look.high_label,
        "prompts": look.prompts,
        "score": score,
        "comment": comment,
        "errors": _errors(error, look),
        "action": action,
        "kiosk": kiosk,
        "again": again,
    }
    return _page(request, "answer", context, status=422 if error else 200)


def _chosen(request: HttpRequest, look: Face) -> int | None:
    """The score of the link in the mail; anything that is not on the scale is no choice."""
    text = request.GET.get("score", "")
    score = int(text) if _SCORE.match(text) else None
    return score if any(step["value"] == score for step in look.scale) else None


def _errors(error: str, look: Face) -> dict[str, str]:
    low, high = look.scale[0]["value"], look.scale[-1]["value"]
    words = {
        "score": _("Please choose a number from %(low)d to %(high)d.") % {"low": low, "high": high},
        "comment": _("This is longer than 10,000 characters. Please shorten it a little; nothing is lost."),
    }
    return {error: words[error]} if error else {}


def _gone(request: HttpRequest, name: str, opening: answers.Opening | None) -> HttpResponse:
    look = opening.face if opening else None
    request.framed_by = look.framed_by if look else ""  # type: ignore[attr-defined]  # read by core.middleware.PublicPages
    return _page(request, name, _base(look), status=410)


def _base(look: Face | None) -> dict[str, Any]:
    """What every page of a survey shows: whose it is, in which language, how to reach them."""
    if look is None:
        return {"lang": translation.get_language(), "dir": "ltr"}
    return {
        "survey": {"company": look.company},
        "brand": {"accent": look.accent, "accent_text": look.accent_text, "logo_data_uri": look.logo},
        "lang": look.language,
        "dir": look.direction,
        "contact_block": look.contact_lines,
    }


def _unknown(request: HttpRequest) -> HttpResponse:
    """Nobody has this link. A guess costs no look into the database; many from one network are asked to wait."""
    if wait := limiter.hit(rate=GUESSES_BY_NETWORK, key=f"guess:{network_of(request)}"):
        return _too_often(request, wait)
    return _page(request, "unknown", _base(None), status=404)


def _too_often(request: HttpRequest, wait: int) -> HttpResponse:
    response = _page(request, "too_often", _base(None) | {"seconds": wait}, status=429)
    response.headers["Retry-After"] = str(wait)
    return response


def _page(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return HttpResponse(_rendered(name, context, request), status=status)


def _rendered(name: str, context: dict[str, Any], request: Any) -> str:
    template: Template = get_template(f"{FOLDER}{name}.html").template  # type: ignore[attr-defined]  # Django's own engine
    with translation.override(context["lang"]):
        return template.render(Context(context | {"request": request}))
