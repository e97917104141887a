"""The customers' side: no more surveys, in one press. GET changes nothing; any POST unsubscribes (RFC 8058)."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.utils import timezone, translation

from core import colours
from core.tokens import BadToken
from outbox.models import OutboundMessage
from outbox.rendering import direction
from outbox.services import suppressions


def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button. POST, from the button or from a mail program, puts the address on the list; twice is once.

    The body of the POST is not read: form or multipart, with whatever in it, the token says it all.
    """
    if request.method not in {"GET", "HEAD", "POST"}:
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    try:
        message = suppressions.of_link(token=token)
        if request.method == "POST":
            suppressions.unsubscribe(token=token, now=timezone.now())
    except (BadToken, suppressions.UnknownMessage):
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
    }


def _page(request: HttpRequest, name: str, facts: dict[str, Any], status: int = 200) -> HttpResponse:
    with translation.override(facts["lang"]):
        page = render_to_string(f"surveys/public/{name}.html", {**facts, "request": request})
    return HttpResponse(page, status=status)
