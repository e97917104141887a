"""A help link was pressed on one of our pages: the page says so in passing, and nothing is kept of who."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from core import limiter
from core.client import network_of
from surveys.services import help_links

PRESSES = "30/minute"  # from one network


@require_POST
def pressed(request: HttpRequest, public_id: str) -> HttpResponse:
    """Always the same empty answer: nobody learns whether there is such a link."""
    if not limiter.hit(rate=PRESSES, key=f"help-link:{network_of(request)}"):
        help_links.count(public_id=public_id[:22])
    return HttpResponse(status=204)
