"""Site map: /s/ /u/ customers, /w/<slug>/ staff, /api/v1/ programs, /hooks/ providers."""

from django.urls import include, path

from core import views

handler400 = "core.views.bad_request"
handler403 = "core.views.permission_denied"
handler404 = "core.views.page_not_found"
handler500 = "core.views.server_error"

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("", include("accounts.urls")),
    path("", include("outbox.urls")),
    path("", include("surveys.urls")),
    path("", include("detractors.urls")),
    path("", include("followups.urls")),
    path("", include("dashboards.urls")),
    path("accounts/", include("allauth.urls")),
]
