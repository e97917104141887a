"""The page behind the link of an invitation: no login, no cookie, no script. GET shows, whoever looks; only POST answers.

A program that presses every button finds none that answers alone: the form wants a choice.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation

from core import limiter
from core.links import absolute_url
from core.moments import in_words
from core.numbers import whole
from core.tokens import NONCE_LENGTH
from detractors.rules import calendar_file
from followups import words as words_of_ours
from followups.enums import AnnouncementState, Coming
from followups.models import Guest
from followups.queries import gatherings as queries
from followups.services import gatherings
from followups.services.gatherings import MOMENT, NOTE_LENGTH, Refused
from followups.views import public
from surveys.queries import faces

SHOWN_AFTER = timedelta(days=7)  # how long after the event the page still shows what was said
SAID = {Coming.YES: "g_said_yes", Coming.MAYBE: "g_said_maybe", Coming.NO: "g_said_no"}
REMIND = 24 * 60  # minutes before it begins


def guest_page(request: HttpRequest, token: str) -> HttpResponse:
    """What is held when and where, and whether they come."""
    if request.method not in public.METHODS:
        return HttpResponse(status=405, headers={"Allow": ", ".join(public.METHODS)})
    is_post, now = request.method == "POST", timezone.now()
    kind, rate = ("act", public.ACTS) if is_post else ("look", public.LOOKS)
    if wait := limiter.hit(rate=rate, key=f"guest-{kind}:{token[:NONCE_LENGTH]}"):
        return _closed(request, None, "slow", status=429, wait=wait)
    guest = queries.guest_of(token=token)
    if guest is None or guest.gathering.state == AnnouncementState.DRAFT:
        return _closed(request, None, "unknown", status=404)
    if is_gone(guest, now):
        return _closed(request, guest, "gone", status=410)
    if not is_post:
        return _show(request, guest, now)
    try:
        gatherings.answer(
            guest=guest,
            coming=request.POST.get("coming", ""),
            companions=_number(request.POST.get("companions", "0")),
            note=request.POST.get("note", ""),
            now=now,
        )
    except Refused as refused:
        return _show(request, guest, now, refused=refused, status=422)
    response = HttpResponseRedirect(reverse("followups:guest", kwargs={"token": token}))
    response.status_code = 303
    return response


def guest_file(request: HttpRequest, token: str) -> HttpResponse:
    """The event for a calendar."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    if wait := limiter.hit(rate=public.LOOKS, key=f"guest-look:{token[:NONCE_LENGTH]}"):
        return _closed(request, None, "slow", status=429, wait=wait)
    guest, now = queries.guest_of(token=token), timezone.now()
    if guest is None or guest.gathering.state == AnnouncementState.DRAFT:
        return _closed(request, None, "unknown", status=404)
    if is_gone(guest, now):
        return _closed(request, guest, "gone", status=410)
    gathering = guest.gathering
    event = calendar_file.Event(
        uid=f"{gathering.public_id}@amends",
        at=gathering.starts_at,
        minutes=int((gathering.ends_at - gathering.starts_at).total_seconds() // 60),
        remind_minutes=REMIND,
        title=gathering.title,
        text=gathering.workspace.name,
        place=gathering.place,
        url=absolute_url("followups:guest", token=token),
        made_at=gathering.updated_at,
    )
    response = HttpResponse(calendar_file.render(event), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="event.ics"'
    response["Cache-Control"] = "no-store"
    return response


def is_gone(guest: Guest, now: datetime) -> bool:
    """Whether there is nothing to see any more: the event is long over, or the person was erased."""
    return now > guest.gathering.ends_at + SHOWN_AFTER or guest.contact.erased_at is not None


def _number(text: str) -> int:
    number = whole(text, digits=3)
    return -1 if number is None else number


def _show(
    request: HttpRequest, guest: Guest, now: datetime, *, refused: Refused | None = None, status: int = 200
) -> HttpResponse:
    gathering, language = guest.gathering, gatherings.language_of(guest.case)
    with translation.override(language):
        words = words_of_ours.of(language)

        def moment(at: datetime) -> str:
            return in_words(at, gathering.time_zone, MOMENT)

        is_open = now < gathering.reply_by
        typed = request.POST if refused is not None else {}
        context = faces.plain(workspace=gathering.workspace, language=language) | {
            "w": words,
            "title": words["g_title"] % {"company": gathering.workspace.name},
            "gathering": gathering,
            "starts": moment(gathering.starts_at),
            "ends": moment(gathering.ends_at),
            "until": words["g_until"] % {"when": moment(gathering.reply_by)} if is_open and not guest.answer else "",
            "change": words["g_change"] % {"when": moment(gathering.reply_by)} if is_open and guest.answer else "",
            "said": words[SAID[Coming(guest.answer)]] if guest.answer else "",
            "with": words["g_with"] % {"n": guest.companions} if guest.companions else "",
            "is_open": is_open,
            "choices": [
                {"value": code.value, "word": words[key], "is_chosen": typed.get("coming", guest.answer) == code}
                for code, key in ((Coming.YES, "g_yes"), (Coming.MAYBE, "g_maybe"), (Coming.NO, "g_no"))
            ],
            "companions": [
                {"value": n, "word": words["g_none"] if not n else str(n),
                 "is_chosen": str(typed.get("companions", guest.companions)) == str(n)}
                for n in range(gathering.most_companions + 1)
            ] if gathering.most_companions else [],
            "note": typed.get("note", guest.note),
            "note_length": NOTE_LENGTH,
            "file_url": reverse("followups:guest_file", kwargs={"token": guest.link}),
            "error": words[refused.code] % refused.facts if refused is not None else "",
        }  # fmt: skip
        return public.page(request, "guest", context, status=status)


def _closed(
    request: HttpRequest, guest: Guest | None, kind: str, *, status: int, wait: int | None = None
) -> HttpResponse:
    return public.closed(
        request,
        kind,
        workspace=guest.gathering.workspace if guest else None,
        language=gatherings.language_of(guest.case) if guest else "",
        status=status,
        wait=wait,
    )
