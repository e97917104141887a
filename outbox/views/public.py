"""The customers' side: no more surveys, in one press. GET changes nothing; any POST unsubscribes (RFC 8058)."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.utils import timezone, translation

from core import colours, limiter
from core.client import network_of
from core.tokens import BadToken
from outbox.models import OutboundMessage
from outbox.rendering import direction
from outbox.services import suppressions

USES = limiter.FirstFree(name="unsubscribe", rate="30/minute")  # of one link, pressed or opened
GUESSES_BY_NETWORK = "60/minute"


def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button. POST, from the button or from a mail program, puts the address on the list; twice is once.

    The body of the POST is not read: form or multipart, with whatever in it, the token says it all.
    """
    if request.method not in {"GET", "HEAD", "POST"}:
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    if wait := USES.hit(token):
        return _too_often(request, wait)
    try:
        message = suppressions.of_link(token=token)
        USES.note(token)
        if request.method == "POST":
            suppressions.unsubscribe(token=token, now=timezone.now())
    except (BadToken, suppressions.UnknownMessage):
        if wait := limiter.hit(rate=GUESSES_BY_NETWORK, key=f"guess:{network_of(request)}"):
            return _too_often(request, wait)
        return _page(request, "unknown", {"lang": "en", "dir": "ltr"}, status=404)
    return _page(
        request, "unsubscribed" if request.method == "POST" else "unsubscribe", _facts(request, message)
    )


def _facts(request: HttpRequest, message: OutboundMessage) -> dict[str, Any]:
    workspace = message.workspace
    if workspace is None:  # mail about an account has no unsubscribe link
        raise suppressions.UnknownMessage
    return {
        "survey": {"company": workspace.name},
        "brand": {
            "accent": workspace.accent,
            "accent_text": colours.ink_on(workspace.accent),
            "logo_data_uri": workspace.logo,
        },
        "address": message.to,
        "action": request.path,
        "lang": workspace.language,
        "dir": direction(workspace.language),
        "contact_block": [line for line in (workspace.phone, workspace.email, workspace.address) if line],
        "contact_links": workspace.social_links,
    }


def _too_often(request: HttpRequest, wait: int) -> HttpResponse:
    response = _page(request, "too_often", {"lang": "en", "dir": "ltr", "seconds": wait}, status=429)
    response.headers["Retry-After"] = str(wait)
    return response


def _page(request: HttpRequest, name: str, facts: dict[str, Any], status: int = 200) -> HttpResponse:
    with translation.override(facts["lang"]):
        page = render_to_string(f"surveys/public/{name}.html", {**facts, "request": request})
    return HttpResponse(page, status=status)
