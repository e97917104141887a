"""What the staff pages of surveys share: reading a list's filters, and pages that only a frame may show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from core.numbers import whole
from surveys.queries import lists


def cursor(request: HttpRequest) -> dict[str, Any]:
    """`before` and `after` of the query string; anything but a number is none."""
    return {name: whole(request.GET.get(name, "")) for name in ("before", "after")}


def paging(request: HttpRequest, page: lists.Page) -> dict[str, str]:
    """Addresses of the newer and older page with all filters kept."""

    def url(name: str, pk: int | None) -> str:
        if pk is None:
            return ""
        query = request.GET.copy()
        for key in ("before", "after"):
            query.pop(key, None)
        query[name] = str(pk)
        return "?" + query.urlencode()

    return {"newer_url": url("after", page.newer), "older_url": url("before", page.older)}


def counted(number: int) -> str:
    """A count as it is said: exact up to the cap, "1,000+" above."""
    return f"{lists.CAP:,}+" if number > lists.CAP else f"{number:,}"


def without(request: HttpRequest, *names: str) -> str:
    """The address of this list without some of its filters, from the first page."""
    query = request.GET.copy()
    for name in (*names, "before", "after"):
        query.pop(name, None)
    return "?" + query.urlencode()


def chip(request: HttpRequest, label: Any, value: Any, *names: str) -> dict[str, Any]:
    """A filter in use, with the address that takes it off."""
    return {"label": label, "value": value, "remove_url": without(request, *names)}


def options(pairs: Sequence[tuple[str, Any]], chosen: str) -> list[dict[str, Any]]:
    """Choices of a filter, the one in use marked."""
    return [{"value": value, "label": label, "is_chosen": value == chosen} for value, label in pairs]


def framed(html: str, nonce: str = "") -> HttpResponse:
    """A whole page to be shown inside a frame of ours: what it holds can run nothing and reach nothing."""
    style = f"'nonce-{nonce}'" if nonce else "'unsafe-inline'"  # mails carry their styles in attributes
    response = HttpResponse(html)
    response["Content-Security-Policy"] = (
        f"default-src 'none'; style-src {style}; img-src data:; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'self'; sandbox"
    )
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Cache-Control"] = "no-store"
    return response


def crumbs(*pairs: tuple[Any, str]) -> list[dict[str, Any]]:
    """Breadcrumbs from (label, address); the page itself is the heading."""
    return [{"label": label, "url": url} for label, url in pairs]
