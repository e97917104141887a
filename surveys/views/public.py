"""The pages a customer sees: no login, no cookie, no script needed. GET shows, only POST records.

They come through `core.middleware.PublicPages`. The templates take everything from a plain context: no context
processor runs, so a page costs its words and one or two statements.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template import Context, Template
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape

from core import limiter
from core.client import network_of
from core.tokens import NONCE_LENGTH, new_nonce, new_token
from surveys import mismatch_words, wording
from surveys import words as words_of_ours
from surveys.enums import ResponseChannel
from surveys.models import Response
from surveys.queries import answers, faces, help_links
from surveys.queries.faces import Face
from surveys.rules import help_links as help_rules
from surveys.rules.questions import still_open
from surveys.rules.verbatim import TextTooLong
from surveys.services import further, mismatches, responses, visits
from surveys.views import more

FOLDER = "surveys/public/"
METHODS = ("GET", "HEAD", "OPTIONS", "POST")
KIOSK_SECONDS = 8  # how long the thanks stay before the next customer's turn
KIOSK_PATIENCE = 90  # and how long further questions wait for an answer
KEPT_PAGES = 500  # thank-you pages in one process; beyond it all are made anew

# How often, in a minute. A link opens for its customer whatever else goes on; guesses and floods count by their network.
ANSWERS_OF_LINK = limiter.FirstFree(name="answer", rate="10/minute")
LOOKS_AT_LINK = limiter.FirstFree(name="look", rate="60/minute")
ANSWERS_BY_NETWORK = "120/minute"  # and survey, on public pages
LOOKS_BY_NETWORK = "300/minute"
GUESSES_BY_NETWORK = "60/minute"
_STEP_CLASSES = {5: " of-5", 7: " of-7"}  # in answer.css; eleven steps are the rule
_SCORE = re.compile(r"\d{1,2}\Z", re.ASCII)
KEPT, CORRECTED = "kept", "corrected"  # `meant` of the question whether a score is meant
HIDDEN, MAILBOX = "list", "mailbox"  # `from` of the link nobody can see, and of links in the built-in mailbox
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}\Z", re.ASCII)
_SUBMISSION = re.compile(rf"[A-Za-z0-9_-]{{{NONCE_LENGTH}}}\Z")

# What stands in a kept page for what differs each time. Nobody can know these words, so nobody can write them.
_ADDRESS = new_token()


class _Blank:
    """The request a kept page is rendered for."""

    csp_nonce = new_token()


_thanks_pages: dict[tuple[Any, ...], str] = {}


def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The page of one invitation. `?score=7` chooses 7 and records nothing; that it was opened is kept beside the database."""
    if refused := _refuse_method(request):
        return refused
    limit = ANSWERS_OF_LINK if request.method == "POST" else LOOKS_AT_LINK
    if wait := limit.hit(token):
        return _too_often(request, wait)
    now = timezone.now()
    language = _language(request)
    action = request.path.rstrip("/") + "/" + (f"?lang={language}" if language else "")

    def reopen() -> answers.Opening | None:
        return answers.open_invitation(token=token, now=now, language=language)

    if request.method == "POST":
        note_post(token=token, meta=request.META, form=request.POST, now=now)

        def record(score: int, comment: str) -> responses.Recorded:
            return responses.record_by_invitation(
                token=token, score=score, comment=comment, now=now, language=language
            )

        def keep(asked: list[str], given: dict[str, Any]) -> further.Kept:
            return further.keep_by_invitation(token=token, asked_ids=asked, given=given, now=now)

        if more.IS_MORE in request.POST:
            response = _more(request, keep, reopen, action, language)
        else:
            response = _post(request, record, reopen, action)
    else:
        response = _form(request, reopen(), action)
    if response.status_code not in (404, 429):
        limit.note(token)
        if request.method != "POST":
            _note_look(request, token, now)
    return response


def note_post(*, token: str, meta: dict[str, Any], form: Mapping[str, str], now: datetime) -> None:
    """Remember that the form of a link was sent, before it is recorded: who decides about it may look at once."""
    chosen = form.get("score", "").strip()
    visits.note(
        token=token,
        meta=meta,
        method="POST",
        now=now,
        score=int(chosen) if _SCORE.match(chosen) else None,
        page=form.get("page"),
        hand=form.get("hand", ""),
    )


def _note_look(request: HttpRequest, token: str, now: datetime) -> None:
    chosen = request.GET.get("score", "")
    source = request.GET.get("from", "")
    visits.note(
        token=token,
        meta=request.META,
        method=str(request.method),
        now=now,
        score=int(chosen) if _SCORE.match(chosen) else None,
        is_hidden=source == HIDDEN,
        is_ours=source == MAILBOX,
    )


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
    language = _language(request)
    spoken = f"&lang={language}" if language else ""
    action = f"{page}?n={submission}" + ("&kiosk=1" if is_kiosk else "") + spoken
    if request.method != "POST":
        # A kiosk never shows what the customer before has written.
        shown = "" if is_kiosk else submission
        opening = answers.open_form(survey_public_id=public_id, submission=shown, now=now, language=language)
        if is_kiosk or (opening and opening.kiosk_seconds):
            return _kiosk(request, opening, page, spoken)
        return _form(request, opening, action)

    def record(score: int, comment: str) -> responses.Recorded:
        return responses.record_by_link(
            survey_public_id=public_id,
            submission=submission,
            score=score,
            comment=comment,
            now=now,
            channel=ResponseChannel.KIOSK if is_kiosk else ResponseChannel.LINK,
            language=language,
        )

    def keep(asked: list[str], given: dict[str, Any]) -> further.Kept:
        return further.keep_by_link(
            survey_public_id=public_id, submission=submission, asked_ids=asked, given=given, now=now
        )

    def reopen() -> answers.Opening | None:
        return answers.open_form(
            survey_public_id=public_id, submission=submission, now=now, language=language
        )

    if not is_kiosk:
        if more.IS_MORE in request.POST:
            return _more(request, keep, reopen, action, language)
        return _post(request, record, reopen, action)
    opening = reopen()
    again = _Again(f"{page}?kiosk=1{spoken}", (opening and opening.kiosk_seconds) or KIOSK_SECONDS)
    if more.IS_MORE in request.POST:
        return _more(request, keep, reopen, action, language, again)
    return _post(request, record, reopen, action, again)


class _Again(NamedTuple):
    """Where a kiosk begins anew, and after how many seconds of thanks."""

    url: str
    seconds: int


def _kiosk(request: HttpRequest, opening: answers.Opening | None, page: str, spoken: str) -> HttpResponse:
    """The question on a counter: nothing chosen, nothing of the customer before, and a form of its own for each one."""
    request.may_fetch = True  # type: ignore[attr-defined]  # read by core.middleware.PublicPages
    again = f"{page}?kiosk=1{spoken}"
    action = f"{page}?n={new_nonce()}&kiosk=1{spoken}"
    return _form(
        request, opening, action, kiosk=(opening and opening.kiosk_seconds) or KIOSK_SECONDS, again=again
    )


def _language(request: HttpRequest) -> str:
    """The language chosen on the page; "" leaves it to the contact's."""
    chosen = request.GET.get("lang", "")
    return chosen if _LANGUAGE.match(chosen) else ""


def _refuse_method(request: HttpRequest) -> HttpResponse | None:
    if request.method not in METHODS:
        return HttpResponseNotAllowed(METHODS)
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": ", ".join(METHODS)})
    return None


def _post(
    request: HttpRequest, record: Any, reopen: Any, action: str, again: "_Again | None" = None
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
    meant = request.POST.get("meant", "")
    if meant in (KEPT, CORRECTED):
        mismatches.hear(response_id=recorded.response_id, is_kept=meant == KEPT, now=timezone.now())
    return _thanks(request, recorded, action, again, asks=meant not in (KEPT, CORRECTED))


def _more(
    request: HttpRequest, keep: Any, reopen: Any, action: str, language: str, again: "_Again | None" = None
) -> HttpResponse:
    """Keep a page of answers to further questions, and ask the next ones or give thanks."""
    try:
        kept = keep(*more.sent(request))
    except responses.UnknownLink:
        return _unknown(request)
    except responses.NoLongerEditable:
        return _gone(request, "expired", reopen())
    answer = kept.response
    look = faces.make(survey=answer.survey, says=kept.says, language=language or answer.language)
    request.framed_by = look.framed_by  # type: ignore[attr-defined]  # read by core.middleware.PublicPages
    facts = {"score": answer.score, "segment": answer.segment, "action": action}
    open_ids = {one.id for one in (kept.shown if kept.faults else kept.open)}
    if open_ids:
        asked = [one for one in look.questions if one.id in open_ids]
        context = (
            page_context(look) | facts | more.context(look, asked, typed=request.POST, faults=kept.faults)
        )
        response = _page(request, "more", context, status=422 if kept.faults else 200)
        return _back_to_start(response, again, KIOSK_PATIENCE)
    name = answer.contact.name if answer.contact else ""
    words = wording.fill(look.thanks[answer.segment], wording.values(company=look.company, name=name))
    shown = {"thanks": words, "link": look.links.get(answer.segment), "comment": True, "can_edit": False}
    if not again:  # a kiosk stays where it is
        shown |= _help(request, answer, look.language)
    return _back_to_start(_page(request, "thanks", page_context(look) | facts | shown), again)


def _help(request: HttpRequest, answer: Response, language: str) -> dict[str, Any]:
    """Links that may help with what they chose; whoever chose it sees them, and contact is promised all the same."""
    found = help_links.for_reasons(
        workspace=answer.survey.workspace, reasons=help_rules.chosen(answer.answers), language=language
    )
    if found:
        request.may_fetch = True  # type: ignore[attr-defined]  # a press is told by a beacon
    return {"help": found, "counts_help": True, "help_title": words_of_ours.of(language)["help"]}


def _thanks(
    request: HttpRequest, recorded: responses.Recorded, action: str, again: "_Again | None", *, asks: bool
) -> HttpResponse:
    nonce = request.csp_nonce  # type: ignore[attr-defined]  # set by core.middleware.PublicPages
    page, framed_by, is_last = thanks_page(
        recorded=recorded, action=action, nonce=nonce, can_edit=not again, asks=asks
    )
    request.framed_by = framed_by  # type: ignore[attr-defined]  # read by core.middleware.PublicPages
    return _back_to_start(HttpResponse(page), again, None if is_last else KIOSK_PATIENCE)


def _back_to_start(
    response: HttpResponse, again: "_Again | None", seconds: int | None = None
) -> HttpResponse:
    """A kiosk's page, which makes room for the next customer; any other stays."""
    if again:
        response.headers["Refresh"] = f"{seconds or again.seconds}; url={again.url}"
    return response


def thanks_page(
    *, recorded: responses.Recorded, action: str, nonce: str, can_edit: bool = True, asks: bool = True
) -> tuple[str, str, bool]:
    """What follows an answer, as HTML: further questions, or thanks.

    Then which sites may show it in a frame ("" is none), and whether it is the last page.
    """
    look, words = answers.thanks(
        version=recorded.version,
        survey_id=recorded.survey_id,
        segment=recorded.segment,
        name=recorded.name,
        language=recorded.language,
    )
    can_edit = can_edit and recorded.is_editable
    facts: dict[str, Any] = {
        "segment": recorded.segment,
        "score": recorded.score,
        "answers": recorded.answers,
    }
    asked = still_open(look.questions, **facts) if look.questions else []
    # All the page depends on, besides its address and its nonce: most customers of a survey get one of few pages.
    other = _other_score(recorded, look) if can_edit and asks else None
    key = (
        recorded.version, look.language, words, recorded.score, recorded.segment, bool(recorded.comment), can_edit,
        tuple(one.id for one in asked), other,
    )  # fmt: skip
    page = _thanks_pages.get(key)
    if page is None:
        context = page_context(look) | {
            "thanks": words,
            "score": recorded.score,
            "segment": recorded.segment,
            "comment": bool(recorded.comment),
            "can_edit": can_edit,
            "mismatch": None
            if other is None
            else mismatch_words.question(look.language, score=recorded.score, other=other),
            "other": other,
            "link": look.links.get(recorded.segment),
            "action": _ADDRESS,
            "edit_url": _ADDRESS,
        }
        goes_on = bool(asked) and other is None  # whether the score is meant comes first
        if goes_on:
            context |= more.context(look, asked)
        if len(_thanks_pages) >= KEPT_PAGES:
            _thanks_pages.clear()
        page = _thanks_pages[key] = _rendered("more" if goes_on else "thanks", context, _Blank)
    page = page.replace(_ADDRESS, escape(action)).replace(_Blank.csp_nonce, nonce)
    return page, look.framed_by, not asked


def _other_score(recorded: responses.Recorded, look: Face) -> int | None:
    """What the customer may have meant instead, when score and words contradict each other."""
    if not look.asks_mismatch:
        return None
    return mismatches.other_score(metric=look.metric, score=recorded.score, comment=recorded.comment)


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
            return _page(request, "expired", page_context(look), status=410)
        if not opening.is_open:
            return _page(request, "closed", page_context(look), status=410)
    if not error:
        score, comment = _chosen(request, look), opening.comment
        score = opening.score if score is None else score
    context = page_context(look) | {
        "question": opening.question,
        **scale_context(look),
        "prompts": look.prompts,
        "score": score,
        "comment": comment,
        "errors": _errors(error, look),
        "page_stamp": visits.page_stamp(timezone.now()),
        "action": action,
        "languages": _languages(request, look, score),
        "kiosk": kiosk,
        "again": again,
    }
    return _page(request, "answer", context, status=422 if error else 200)


def scale_context(look: Face) -> dict[str, Any]:
    """The scale as the template draws it."""
    return {
        "scale": look.scale,
        "step_class": _STEP_CLASSES.get(len(look.scale), ""),
        "low_label": look.low_label,
        "high_label": look.high_label,
    }


def _chosen(request: HttpRequest, look: Face) -> int | None:
    """The score of the link in the mail; anything that is not on the scale is no choice."""
    text = request.GET.get("score", "")
    score = int(text) if _SCORE.match(text) else None
    return score if any(step["value"] == score for step in look.scale) else None


def _languages(request: HttpRequest, look: Face, score: int | None) -> list[dict[str, Any]]:
    """Links to the page in the other languages of the survey; what was chosen in the mail stays chosen."""
    kept = {name: request.GET[name] for name in ("n", "kiosk") if name in request.GET}
    if score is not None:
        kept["score"] = str(score)
    return [
        {
            "code": code,
            "name": name,
            "is_this": code == look.language,
            "url": f"?{urlencode(kept | {'lang': code})}",
        }
        for code, name in look.languages
    ]


def _errors(error: str, look: Face) -> dict[str, str]:
    ends = {"low": look.scale[0]["value"], "high": look.scale[-1]["value"]}
    words = {"score": look.words["bad_score"] % ends, "comment": look.words["too_long"]}
    return {error: words[error]} if error else {}


def _gone(request: HttpRequest, name: str, opening: answers.Opening | None) -> HttpResponse:
    look = opening.face if opening else None
    request.framed_by = look.framed_by if look else ""  # type: ignore[attr-defined]  # read by core.middleware.PublicPages
    return _page(request, name, page_context(look), status=410)


def page_context(look: Face | None) -> dict[str, Any]:
    """What every page of a survey shows: whose it is, in which language, how to reach them."""
    if look is None:
        return {"lang": translation.get_language(), "dir": "ltr", "w": words_of_ours.of("en")}
    return {
        "survey": {"company": look.company},
        "brand": {"accent": look.accent, "accent_text": look.accent_text, "logo_data_uri": look.logo},
        "lang": look.language,
        "dir": look.direction,
        "contact_block": look.contact_lines,
        "contact_links": look.contact_links,
        "w": look.words,
    }


def _unknown(request: HttpRequest) -> HttpResponse:
    """Nobody has this link. A guess costs no look into the database; many from one network are asked to wait."""
    if wait := limiter.hit(rate=GUESSES_BY_NETWORK, key=f"guess:{network_of(request)}"):
        return _too_often(request, wait)
    return _page(request, "unknown", page_context(None), status=404)


def _too_often(request: HttpRequest, wait: int) -> HttpResponse:
    response = _page(request, "too_often", page_context(None) | {"seconds": wait}, status=429)
    response.headers["Retry-After"] = str(wait)
    return response


def _page(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return HttpResponse(_rendered(name, context, request), status=status)


def _rendered(name: str, context: dict[str, Any], request: Any) -> str:
    template: Template = get_template(f"{FOLDER}{name}.html").template  # type: ignore[attr-defined]  # Django's own engine
    with translation.override(context["lang"]):
        return template.render(Context(context | {"request": request}))
