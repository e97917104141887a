"""Alive, able to serve, and the pages for when something does not go."""

from datetime import datetime
from math import ceil
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from core import deadlines, heartbeat, moments
from core.components_demo import example_context
from core.sweeps import allowed_lateness


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; touches nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


def _trouble(now: datetime) -> dict[str, str]:
    """What keeps this installation from serving, by part; empty when all is well."""
    trouble = {}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if late := heartbeat.late(allowed=allowed_lateness(), now=now):
            trouble["sweeps"] = "late: " + ", ".join(late)
        if since := deadlines.late_since(now=now):
            trouble["deadlines"] = f"not enforced since {moments.machine(since)}"
    except Exception as error:  # every way a database can be away means the same here
        trouble["database"] = type(error).__name__
    try:
        cache.get("readyz")
    except Exception as error:  # likewise
        trouble["redis"] = type(error).__name__
    return trouble


def readyz(request: HttpRequest) -> HttpResponse:
    """200 when database, Redis and every sweep are well; 503 with what is not."""
    trouble = _trouble(timezone.now())
    body = {"ready": not trouble, "trouble": trouble, "version": settings.VERSION}
    return JsonResponse(body, status=503 if trouble else 200)


def components(request: HttpRequest, slug: str) -> HttpResponse:
    """The style guide: every component with examples (development only)."""
    return render(request, "core/components.html", example_context())


def _page(request: HttpRequest, status: int, **context: Any) -> HttpResponse:
    return render(request, f"errors/{status}.html", context, status=status)


def forbidden(request: HttpRequest, why: str = "") -> HttpResponse:
    """403 with a sentence that says who can help."""
    return _page(request, 403, why=why)


def too_many_requests(request: HttpRequest, wait: int) -> HttpResponse:
    """429: this was done very often; `wait` is in seconds."""
    response = _page(request, 429, minutes=ceil(wait / 60), is_work=True)
    response["Retry-After"] = str(wait)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long or cookies are blocked."""
    return _page(
        request,
        403,
        why=_(
            "This form was open for too long, or cookies are blocked. Go back, reload the page and try again."
        ),
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 when a form was larger than this installation takes."""
    return _page(request, 413 if isinstance(exception, RequestDataTooBig | TooManyFieldsSent) else 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without context processors: whatever broke may break them too. The number finds the line in the log."""
    number = getattr(request, "request_id", "")
    return HttpResponse(render_to_string("errors/500.html", {"number": number}), status=500)
