"""Where core.middleware.PublicPages looks: the customers' pages alone, in one flat list, so that each is found at once."""

from followups.public_urls import urlpatterns as followup_urls
from outbox.urls import urlpatterns as outbox_urls
from surveys.public_urls import urlpatterns as survey_urls

urlpatterns = [*survey_urls, *followup_urls, *outbox_urls]
