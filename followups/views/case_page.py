"""The customer's own page of their case: no login, no cookie, no script. GET shows, whoever looks; only POST acts.

A program that presses every button finds none that does anything alone: each form wants words, a time or a choice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import dateformat, timezone, translation

from core import limiter
from core.moments import in_words
from core.tokens import NONCE_LENGTH, new_nonce
from detractors.models import Case
from detractors.queries import help_reasons
from detractors.services.errors import CaseError
from followups import words as words_of_ours
from followups.queries import customer_page
from followups.queries.customer_page import Closed
from followups.services import customer_pages
from followups.services.customer_pages import AlreadyTaken, Refused
from followups.views import public
from surveys import words as survey_words
from surveys.queries import asking

DONE = {  # what the page says after an act, by the word in its address
    "add": "thanks", "call": "", "cancel": "call_cancelled", "yes": "said_yes", "no": "said_no",
    "CASE": "alone_case_done", "ALL": "alone_all_done", "back": "alone_back_done",
}  # fmt: skip
MOMENT = "l j F, H:i"


def case_page(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the signed link in every mail of a case."""
    if request.method not in public.METHODS:
        return HttpResponse(status=405, headers={"Allow": ", ".join(public.METHODS)})
    is_post = request.method == "POST"
    kind, rate = ("act", public.ACTS) if is_post else ("look", public.LOOKS)
    if wait := limiter.hit(rate=rate, key=f"case-{kind}:{token[:NONCE_LENGTH]}"):
        return public.closed(request, "slow", workspace=None, status=429, wait=wait)
    now = timezone.now()
    try:
        case = customer_page.case_of(token=token, now=now)
    except Closed as closed:
        is_known = closed.state != customer_page.UNKNOWN
        return public.closed(
            request,
            "gone" if is_known else "unknown",
            workspace=closed.workspace,
            status=410 if is_known else 404,
        )
    if not is_post:
        return _show(request, case, now, done=request.GET.get("done", ""))
    return _act(request, case, token, now)


def _act(request: HttpRequest, case: Case, token: str, now: datetime) -> HttpResponse:
    do = request.POST.get("do", "")
    act = _ACTS.get(do)
    if act is None:
        return _show(request, case, now, status=400)
    try:
        done = act(request, case, now)
    except AlreadyTaken:
        done = ""
    except Refused as refused:
        return _show(request, case, now, refused=(do, refused), status=422)
    except CaseError:  # over, and another case of theirs goes on: the words go there by mail
        return public.closed(request, "gone", workspace=case.workspace, status=409)
    address = reverse("followups:case_page", kwargs={"token": token})
    response = HttpResponseRedirect(address + (f"?done={done}" if done else ""))
    response.status_code = 303
    return response


def _add(request: HttpRequest, case: Case, now: datetime) -> str:
    customer_pages.add(
        case=case,
        text=request.POST.get("text", ""),
        file=request.FILES.get("file"),
        once=request.POST.get("once", ""),
        now=now,
    )
    return "add"


def _call(request: HttpRequest, case: Case, now: datetime) -> str:
    try:
        at = datetime.fromisoformat(request.POST.get("at", "")).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(customer_pages.TIME, "at") from None
    customer_pages.book(
        case=case,
        at=at,
        phone=request.POST.get("phone", ""),
        zone=asking.zone_of(contact=case.contact, workspace=case.workspace),
        once=request.POST.get("once", ""),
        now=now,
    )
    return "call"


def _cancel(request: HttpRequest, case: Case, now: datetime) -> str:
    customer_pages.cancel_call(case=case, now=now)
    return "cancel"


def _say(request: HttpRequest, case: Case, now: datetime) -> str:
    chosen = request.POST.get("solved", "")
    if chosen not in ("yes", "no"):
        raise Refused(customer_pages.CHOICE, "solved")
    customer_pages.say(
        case=case,
        is_solved=chosen == "yes",
        text=request.POST.get("text", ""),
        once=request.POST.get("once", ""),
        now=now,
    )
    return chosen


def _alone(request: HttpRequest, case: Case, now: datetime) -> str:
    what = request.POST.get("what", "")
    customer_pages.leave_alone(case=case, what=what, once=request.POST.get("once", ""), now=now)
    return what


def _back(request: HttpRequest, case: Case, now: datetime) -> str:
    customer_pages.come_back(case=case, now=now)
    return "back"


_ACTS: dict[str, Callable[[HttpRequest, Case, datetime], str]] = {
    "add": _add, "call": _call, "cancel": _cancel, "say": _say, "alone": _alone, "back": _back,
}  # fmt: skip


# --- What is shown -------------------------------------------------------------------------------------------------


def _show(
    request: HttpRequest,
    case: Case,
    now: datetime,
    *,
    done: str = "",
    refused: tuple[str, Refused] | None = None,
    status: int = 200,
) -> HttpResponse:
    language = _language(case)
    with translation.override(language):
        context = _context(case, language, now)
        words = context["w"]
        if DONE.get(done):
            context["notice"] = words[DONE[done]]
        if refused is not None:
            do, error = refused
            context["errors"] = {f"{do}_{error.field}": words[error.code]}
            if (
                do not in context["forms"]
            ):  # the case moved on while they wrote: their form is no longer there
                context["problem"] = words[error.code]
            context["typed"] = {"do": do} | {name: request.POST.get(name, "") for name in _TYPED}
        return public.page(request, "case", context, status=status)


_TYPED = ("text", "phone", "at", "solved", "what")


def _context(case: Case, language: str, now: datetime) -> dict[str, Any]:
    words = words_of_ours.of(language)
    zone = asking.zone_of(contact=case.contact, workspace=case.workspace)
    settings = customer_page.settings_of(workspace=case.workspace)
    page = customer_page.page_of(case=case)
    call = customer_page.call_of(case=case, now=now)
    is_over = not case.is_open
    caller = customer_page.caller_of(case=case)
    slots = (
        customer_page.slots(case=case, settings=settings, zone=zone, now=now)
        if settings.offers_calls and case.is_open and call is None
        else []
    )

    def say(key: str, **facts: str) -> str:
        return str(words[key]) % facts

    def moment(at: datetime) -> str:
        return in_words(at, zone, MOMENT)

    return public.base(case.workspace, language) | {
        "title": say("title", company=case.workspace.name),
        "case": case,
        "headline": _headline(case, words, caller.display_name if caller else ""),
        "promise": _promise(case, words, now, moment),
        "what_was_done": case.resolution if is_over else "",
        "waiting_for": case.waiting_for,
        "told": case.stated_complaint or (case.response.comment if case.response else ""),
        "score": say("said_score", score=str(case.score)) if case.score is not None else "",
        "help": help_reasons.help_of_case(case=case, language=language),
        "help_title": survey_words.of(language)["help"],
        "steps": [
            {
                "text": say(
                    step.key, name=step.name or words["nobody"], when=moment(step.when) if step.when else ""
                ),
                "at": moment(step.at),
                "words": step.words,
            }
            for step in customer_page.steps(case=case)
        ],
        "is_over": is_over,
        "call": say("call_booked", when=moment(call.at)) if call else "",
        "offers_calls": settings.offers_calls and case.is_open and call is None,
        "call_lead": say("call_lead", name=caller.display_name if caller else words["nobody"]),
        "days": [
            (day, [(slot.isoformat(), dateformat.format(slot.astimezone(zone), "H:i")) for slot in of_day])
            for day, of_day in groupby(slots, lambda slot: dateformat.format(slot.astimezone(zone), "l j F"))
        ],
        "phone_ends": case.contact.phone[-3:] if case.contact and case.contact.phone else "",
        "said": "" if page.is_solved is None else words["said_yes" if page.is_solved else "said_no"],
        "is_alone": customer_page.is_left_alone(case=case),
        "zone": say("zone", zone=str(zone).replace("_", " ")),
        "once": new_nonce(),
        "forms": {"alone"} | ({"say"} if is_over else {"add"}) | ({"call"} if slots else set()),
        "notice": "",
        "problem": "",
        "errors": {},
        "typed": {},
    }


def _headline(case: Case, words: Any, name: str) -> str:
    if case.is_closed:
        return str(words["closed"])
    if case.is_resolved:
        return str(words["did"])
    if case.is_waiting:
        return str(words["waiting"])
    if case.reopened_count:
        return str(words["again"])
    if case.contacted_at is None:
        return words["new_named"] % {"name": name} if name else str(words["new"])
    return words["working_named"] % {"name": name} if name else str(words["working"])


def _promise(case: Case, words: Any, now: datetime, moment: Callable[[datetime], str]) -> str:
    if not case.is_open:
        return ""
    owed = customer_page.promise(case=case, now=now)
    if owed is None or (owed.is_late and not owed.is_first):
        return ""  # a solution that takes longer is told by a person, not by a clock
    key = "late" if owed.is_late else "promised" if owed.is_first else "solve_by"
    return str(words[key] % {"when": moment(owed.due_at)})


def _language(case: Case) -> str:
    """The customer's language where we speak it, else the survey's, else the workspace's."""
    known = words_of_ours.LANGUAGES
    spoken = (
        case.contact.language if case.contact else "",
        case.survey.language if case.survey else "",
        case.workspace.language,
    )
    return next((one for one in spoken if one and one.lower().split("-")[0] in known), "en")
