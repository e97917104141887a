"""What every page may show."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """The product's version and whether this is a development server."""
    return {"VERSION": settings.VERSION, "DEBUG": settings.DEBUG}
