"""The short address in a text message: it leads to the answer page, and records nothing."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse

from core.tokens import NONCE_LENGTH, link_token
from surveys.queries import answers
from surveys.views import public

_NONCE = re.compile(rf"[A-Za-z0-9_-]{{{NONCE_LENGTH}}}\Z")
METHODS = ("GET", "HEAD")


def short_link(request: HttpRequest, nonce: str) -> HttpResponse:
    """To the page of the invitation with this nonce; what is asked for there (`?score=7`) goes along.

    Whoever fetches it, a preview of a messaging program too, has only looked. An unknown one is answered as the long
    address answers what nobody made: the limit of guesses is the same.
    """
    if request.method not in METHODS:
        return HttpResponseNotAllowed(METHODS)
    is_one = _NONCE.match(nonce) is not None
    if not (is_one and answers.is_invitation(nonce=nonce)):
        slug = answers.slug_of_survey(public_id=nonce) if is_one else ""
        if slug:  # of a test: the preview, for whoever is signed in there
            return HttpResponseRedirect(
                reverse("surveys:survey_preview", kwargs={"slug": slug, "public_id": nonce})
            )
        return public.answer(request, nonce[:NONCE_LENGTH])
    query = request.META.get("QUERY_STRING", "")
    page = reverse("surveys:answer", kwargs={"token": link_token("survey", nonce)})
    return HttpResponseRedirect(f"{page}?{query}" if query else page)
