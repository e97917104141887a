from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.home, name="home"),
    path("w/<slug:slug>/", views.WorkspaceHome.as_view(), name="workspace"),
    path("w/<slug:slug>/settings/", views.Settings.as_view(), name="settings"),
]
