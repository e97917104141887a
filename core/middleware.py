"""The customers' pages take a short way: no session, no cookie, no login, no CSRF token.

The token in the path is the right to act, so there is nothing for those middlewares to do; leaving them out makes
the answer page twice as fast and keeps cookies off it by construction.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.urls import Resolver404, resolve

from core.tokens import new_token

PUBLIC = ("/s/", "/u/")
URLS = "config.public_urls"  # by its dotted name, as Django reads the site map


class PublicPages:
    """Answers /s/ and /u/ itself and passes everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        if not request.path_info.startswith(PUBLIC):
            return self.get_response(request)
        try:
            match = resolve(request.path_info, URLS)
        except Resolver404:
            return HttpResponseNotFound()
        request.resolver_match = match
        nonce = new_token()
        request.csp_nonce = nonce  # type: ignore[attr-defined]  # the same name django-csp uses on other pages
        response = match.func(request, *match.args, **match.kwargs)
        if hasattr(response, "render") and not getattr(response, "is_rendered", True):
            response = response.render()
        for name, value in (
            (
                "Content-Security-Policy",
                f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; "
                "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            ),
            ("X-Frame-Options", "DENY"),
            ("Cache-Control", "no-store"),
            ("X-Robots-Tag", "noindex, nofollow"),
            ("Referrer-Policy", "no-referrer"),
        ):
            response.headers[name] = value
        return response
