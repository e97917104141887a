"""The shortest way from a pressed button to a kept answer, before Django sees the request.

Building a request, finding the page and making a response cost more than the answer itself. The plain case (a link's
first answer in this process, sent by the form as it stands, that is taken) needs none of it: this reads the form, calls
the same service, and gives the same page with the same headers. For everything else, a refusal, an amendment, an odd
request, a database that is away, it steps aside, and `surveys.views.public` does all of it from the start: what was
not taken has changed nothing, and what was taken is found there.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import Error
from django.utils import timezone

from core.middleware import public_headers
from core.tokens import new_token
from surveys.rules.verbatim import TextTooLong
from surveys.services import responses
from surveys.views import public

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

MOST = 40_000  # bytes of a form: a comment of 10,000 characters, mostly
FIELDS = {"score", "comment", "page", "hand"}
FORM = "application/x-www-form-urlencoded"
_PATH = re.compile(r"/s/([A-Za-z0-9_-]{44})/?", re.ASCII)
_SCORE = re.compile(r"[0-9]|10")
_NONCE = new_token()  # stands in kept headers for the one of each page


class QuickAnswer:
    """WSGI: answers the plain case itself and passes everything else on."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"].startswith("/s/"):
            page = _answer(environ)
            if page is not None:
                start_response("200 OK", page[0])
                return [page[1]]
        return self.application(environ, start_response)


def _answer(environ: Environ) -> tuple[list[tuple[str, str]], bytes] | None:
    """Headers and body of the thank-you page; None when this is not the plain case."""
    path = _PATH.fullmatch(environ["PATH_INFO"])
    if path is None or environ.get("QUERY_STRING") or environ.get("SCRIPT_NAME"):
        return None
    token = path[1]
    is_secure = _is_secure(environ)
    if (
        environ.get("CONTENT_TYPE") != FORM
        or (settings.SECURE_SSL_REDIRECT and not is_secure)
        or not public.ANSWERS_OF_LINK.is_first(token)
    ):
        return None
    form = _form(environ)
    if form is None:
        return None
    now = timezone.now()
    public.note_post(token=token, meta=environ, form=form, now=now)
    try:
        recorded = responses.record_by_invitation(
            token=token, score=int(form["score"]), comment=form.get("comment", ""), now=now
        )
    except (responses.AnswerError, TextTooLong, Error):
        return None
    public.ANSWERS_OF_LINK.note(token)
    nonce = new_token()
    page, framed_by, _is_last = public.thanks_page(recorded=recorded, action=f"/s/{token}/", nonce=nonce)
    body = page.encode()
    headers = [(name, value.replace(_NONCE, nonce)) for name, value in _headers(framed_by, is_secure)]
    headers.append(("Content-Length", str(len(body))))
    return headers, body


def _is_secure(environ: Environ) -> bool:
    """As `HttpRequest.is_secure` says."""
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        if (said := environ.get(name)) is not None:
            return bool(said.split(",", 1)[0].strip() == secure)
    return bool(environ["wsgi.url_scheme"] == "https")


def _form(environ: Environ) -> dict[str, str] | None:
    """The fields of the form; None for anything but one score, at most one comment and what the page holds. Django can read it again."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdecimal() or not 0 < int(length) <= MOST:
        return None
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=10)
    except ValueError:  # not UTF-8, or very many fields
        return None
    form = dict(fields)
    if len(form) != len(fields) or not form.keys() <= FIELDS:
        return None
    return form if _SCORE.fullmatch(form.get("score", "")) else None


@lru_cache(maxsize=100)
def _headers(framed_by: str, is_secure: bool) -> list[tuple[str, str]]:
    """What every such page says, made once by what stands around all pages."""
    request = WSGIRequest(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/s/",
            "wsgi.input": BytesIO(),
            "wsgi.url_scheme": "https" if is_secure else "http",
            **({settings.SECURE_PROXY_SSL_HEADER[0]: settings.SECURE_PROXY_SSL_HEADER[1]}
               if settings.SECURE_PROXY_SSL_HEADER and is_secure else {}),
        }
    )  # fmt: skip
    return public_headers(request, nonce=_NONCE, framed_by=framed_by)
