"""Where core.middleware.PublicPages looks: the customers' pages alone, so that each is found at once."""

from django.urls import include, path

urlpatterns = [
    path("", include("surveys.public_urls")),
    path("", include("outbox.urls")),
]
