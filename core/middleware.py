"""What stands around every page: headers that hold everywhere, the request's name and address in the log, and the
customers' pages, which take a short way: no session, no cookie, no login, no CSRF token.

Their token in the path is the right to act, so there is nothing for those middlewares to do; leaving them out makes
the answer page twice as fast and keeps cookies off it by construction.
"""

import re
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.middleware.security import SecurityMiddleware
from django.urls import Resolver404, get_resolver
from django_structlog.middlewares import RequestMiddleware

from core.client import address_of
from core.tokens import new_token

NOBODY = "'none'"
PUBLIC = ("/s/", "/u/", "/m/", "/c/", "/e/", "/complain/")
PERSONAL = ("/w/", "/accounts/", "/api/", "/setup/", "/hooks/", *PUBLIC)
URLS = "config.public_urls"  # by its dotted name, as Django reads the site map


PERMISSIONS = ", ".join(
    f"{name}=()"
    for name in (
        "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "geolocation", "gyroscope",
        "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial", "usb",
        "xr-spatial-tracking", "browsing-topics",
    )
)  # fmt: skip
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)


class EveryAnswer:
    """Outermost: headers every answer carries, whoever made it, and the request's id on every one that went wrong.

    An id from outside is taken over only from the installation's own proxy, and only when it looks like one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.META.get("HTTP_X_REQUEST_ID")
        if given is not None and not (settings.TRUSTED_PROXIES and _REQUEST_ID.fullmatch(given)):
            del request.META["HTTP_X_REQUEST_ID"]
            given = None
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Permissions-Policy", PERMISSIONS)
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.path_info.startswith(PERSONAL):
            headers.setdefault(
                "Cache-Control", "no-store"
            )  # nor by the browser's back button, after signing out
        if response.status_code >= 400:
            headers["X-Request-ID"] = getattr(request, "request_id", None) or given or new_token()
            structlog.contextvars.clear_contextvars()  # the next request in this thread is another
        return response


class SentByScript:
    """A form that a script sent (static/js/sending.js) hears where the answer leads and is not led there.

    What was typed stays in the page until it is certain that it is kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.headers.get("X-Sent-By") == "script" and "Location" in response.headers:
            response.headers["X-Leads-To"] = response.headers["Location"]
            del response.headers["Location"]
            response.status_code = 204
        return response


class RequestLog(RequestMiddleware):
    """django-structlog's, with the client's address as this installation knows it (core/client.py)."""

    @staticmethod
    def bind_ip(request: HttpRequest) -> None:
        structlog.contextvars.bind_contextvars(ip=address_of(request))

    def prepare(self, request: HttpRequest) -> None:
        super().prepare(request)
        request.request_id = structlog.contextvars.get_contextvars()["request_id"]  # type: ignore[attr-defined]


class PublicPages:
    """Answers the customers' addresses (PUBLIC) itself and passes everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        if not request.path_info.startswith(PUBLIC):
            return self.get_response(request)
        try:
            match = get_resolver(URLS).resolve(request.path_info)
        except Resolver404:
            return HttpResponseNotFound()
        request.resolver_match = match
        nonce = new_token()
        request.csp_nonce = nonce  # type: ignore[attr-defined]  # the same name django-csp uses on other pages
        try:
            response = match.func(request, *match.args, **match.kwargs)
        except Exception:  # the log's lines about it name the request, as its answer does
            request.request_id = request.META.get("HTTP_X_REQUEST_ID") or new_token()  # type: ignore[attr-defined]
            structlog.contextvars.bind_contextvars(request_id=request.request_id)  # type: ignore[attr-defined]
            raise
        # A page that sites of its workspace may show has set `framed_by`.
        closed = _close(response, nonce=nonce, framed_by=getattr(request, "framed_by", ""))
        if getattr(request, "may_fetch", False):  # a kiosk hands in its answers without leaving the page
            closed.headers["Content-Security-Policy"] += "; connect-src 'self'"
        return closed


def _close(response: Any, *, nonce: str, framed_by: str) -> Any:
    """A customer's page with the headers that keep everything else out."""
    headers = response.headers
    headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; "
        f"img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors {framed_by or NOBODY}"
    )
    if not framed_by:  # X-Frame-Options knows no list
        headers["X-Frame-Options"] = "DENY"
    headers["Cache-Control"] = "no-store"
    headers["X-Robots-Tag"] = "noindex, nofollow"
    headers["Referrer-Policy"] = "no-referrer"
    return response


def public_headers(request: HttpRequest, *, nonce: str, framed_by: str) -> list[tuple[str, str]]:
    """The headers of a customer's page as all that stands around it makes them, for who answers without Django."""

    def page(_request: HttpRequest) -> Any:
        return _close(HttpResponse(), nonce=nonce, framed_by=framed_by)

    secured: Any = SecurityMiddleware(page)
    return list(EveryAnswer(secured)(request).items())
