"""Links that leave the site."""

from django.conf import settings
from django.urls import reverse


def absolute_url(name: str, **kwargs: object) -> str:
    """The full address of URL `name`, on `AMENDS_BASE_URL`."""
    return settings.BASE_URL + reverse(name, kwargs=kwargs)
