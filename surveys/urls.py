from django.urls import URLPattern, URLResolver, include, path

from surveys.views import hooks, text_hooks, widget

app_name = "surveys"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("surveys.public_urls")),
    path("widget.js", widget.script, name="widget_script"),
    path("widget/<str:public_id>.json", widget.config, name="widget_config"),
    path("", include("surveys.staff_urls")),
    path("hooks/sms/<str:public_id>/", text_hooks.sms_hook, name="sms_hook"),
    path("hooks/mentions/<str:public_id>/", hooks.mention_hook, name="mention_hook"),
]
