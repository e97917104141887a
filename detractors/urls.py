from django.urls import URLPattern

app_name = "detractors"
urlpatterns: list[URLPattern] = []
