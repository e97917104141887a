"""A page shown in a frame of our own list: only browsers that say so, and only for a page of this very site."""

from typing import Any

from csp.constants import SELF
from django.http import HttpRequest


def is_asked(request: HttpRequest) -> bool:
    """Whether the browser fetches this page for a frame of one of our own pages."""
    headers = request.headers
    return headers.get("Sec-Fetch-Dest") == "iframe" and headers.get("Sec-Fetch-Site") == "same-origin"


def opened(response: Any) -> Any:
    """The answer as our own pages may frame it; everybody else's may not."""
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response._csp_replace = {"frame-ancestors": [SELF]}
    return response
