"""Site map: /s/ /c/ /e/ /u/ customers, /w/<slug>/ staff, /api/v1/ programs, /hooks/ providers."""

from django.conf import settings
from django.urls import include, path

from config import api
from core import views

handler400 = "core.views.bad_request"
handler403 = "core.views.permission_denied"
handler404 = "core.views.page_not_found"
handler500 = "core.views.server_error"

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", api.metrics, name="metrics"),
    path("api/v1/", include(api)),
    path("", include("accounts.urls")),
    path("", include("outbox.urls")),
    path("", include("surveys.urls")),
    path("", include("detractors.urls")),
    path("", include("followups.urls")),
    path("", include("dashboards.urls")),
    path(
        "accounts/email/", views.page_not_found
    ),  # a login address is changed by an admin, not by its session
    path("accounts/2fa/", include("accounts.factor_urls")),
    path("accounts/", include("allauth.urls")),
]

if settings.DEBUG:
    urlpatterns += [path("w/<slug:slug>/components/", views.components, name="components")]
