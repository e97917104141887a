"""What every page may show."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from core import deadlines


def site(request: HttpRequest) -> dict[str, object]:
    """The product's version, whether this is a development server, and to staff since when deadlines are not enforced."""
    found: dict[str, object] = {"VERSION": settings.VERSION, "DEBUG": settings.DEBUG}
    if getattr(request, "workspace", None) is not None:
        found["deadlines_late_since"] = late_since
    return found


def late_since() -> datetime | None:
    """Asked by the line on top of a page, and only there."""
    return deadlines.known_late_since(now=timezone.now())  # noqa: TID251  # an edge: every page of the staff
