from django.urls import URLPattern, URLResolver, include, path

from surveys.views import hooks

app_name = "surveys"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("surveys.public_urls")),
    path("", include("surveys.staff_urls")),
    path("hooks/mentions/<str:public_id>/", hooks.mention_hook, name="mention_hook"),
]
