"""The complaint form of a workspace: no login, no cookie, no script. GET changes nothing, whatever a robot looks at.

Robots that fill in every field fall for one that people cannot see; what they sent is thrown away with a friendly face.
"""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from core import limiter
from core.client import network_of
from core.tokens import NONCE_LENGTH, new_nonce
from surveys import words as words_of_ours
from surveys.enums import SourceKind
from surveys.models import FeedbackSource
from surveys.queries import faces, heard
from surveys.rules.contact_values import BadValue
from surveys.rules.verbatim import COMMENT_LIMIT, TextTooLong
from surveys.services import complaining

METHODS = ("GET", "HEAD", "POST")
LOOKS_BY_NETWORK = "120/minute"
COMPLAINTS_BY_NETWORK = "20/hour"  # an office behind one address still gets through
COMPLAINTS_OF_ADDRESS = "5/day"  # nobody's mailbox is filled with our acknowledgements
TRAP = "website"
_ONCE = re.compile(rf"[A-Za-z0-9_-]{{{NONCE_LENGTH}}}\Z")
ERRORS = {
    "text": gettext_lazy("Please tell us what happened."),
    "long": gettext_lazy(
        "This is longer than 10,000 characters. Please shorten it a little; nothing is lost."
    ),
    "email": gettext_lazy("Please give the mail address at which we can answer you."),
}


def complain(request: HttpRequest, public_id: str) -> HttpResponse:
    """The form, and the thanks after it was sent."""
    if request.method not in METHODS:
        return HttpResponse(status=405, headers={"Allow": ", ".join(METHODS)})
    is_post = request.method == "POST"
    kind, rate = ("post", COMPLAINTS_BY_NETWORK) if is_post else ("get", LOOKS_BY_NETWORK)
    if wait := limiter.hit(rate=rate, key=f"complain-{kind}:{network_of(request)}"):
        return _too_often(request, wait)
    source = heard.source_of_address(public_id=public_id[:NONCE_LENGTH], kind=SourceKind.FORM)
    if source is None:
        return _page(request, "unknown", _base(None), status=404)
    if not is_post:
        return _page(request, "complain", _base(source) | {"once": new_nonce(), "given": {}, "errors": {}})
    return _post(request, source)


def _post(request: HttpRequest, source: FeedbackSource) -> HttpResponse:
    given = {name: request.POST.get(name, "") for name in ("name", "email", "text")}
    once = request.POST.get("once", "")
    once = once if _ONCE.match(once) else new_nonce()
    if request.POST.get(TRAP, ""):
        return _page(request, "complained", _base(source))
    errors: dict[str, Any] = {}
    address = given["email"].strip().lower()[:254]
    if not given["text"].strip():
        errors["text"] = ERRORS["text"]
    if not address:
        errors["email"] = ERRORS["email"]
    if not errors:
        key = f"complain-address:{source.workspace_id}:{address}"
        if wait := limiter.hit(rate=COMPLAINTS_OF_ADDRESS, key=key):
            return _too_often(request, wait)
        try:
            complaining.write(source=source, once=once, now=timezone.now(), **given)
            return _page(request, "complained", _base(source))
        except BadValue:
            errors["email"] = ERRORS["email"]
        except TextTooLong:
            errors["text"] = ERRORS["long"]
        except ValueError:  # nothing is left of the words once what no page can show is gone
            errors["text"] = ERRORS["text"]
    return _page(
        request, "complain", _base(source) | {"once": once, "given": given, "errors": errors}, status=422
    )


def _base(source: FeedbackSource | None) -> dict[str, Any]:
    if source is None:  # in the reader's language, with the few words of ours in English
        look = faces.plain(workspace=None, language=translation.get_language() or "en")
        return look | {"dir": "ltr", "w": words_of_ours.of("en")}
    workspace = source.workspace
    return faces.plain(workspace=workspace, language=workspace.language) | {
        "w": words_of_ours.of(workspace.language),
        "most": COMMENT_LIMIT,
    }


def _too_often(request: HttpRequest, wait: int) -> HttpResponse:
    response = _page(request, "too_often", _base(None) | {"seconds": wait}, status=429)
    response.headers["Retry-After"] = str(wait)
    return response


def _page(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    template: Template = get_template(f"surveys/public/{name}.html").template  # type: ignore[attr-defined]  # Django's own engine
    with translation.override(context["lang"]):
        return HttpResponse(template.render(Context(context | {"request": request})), status=status)
