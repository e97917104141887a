"""The customer's own page of a case. The slash at the end is sometimes lost in mail programs: both ways lead to it."""

from django.urls import path

from followups.views import case_page

urlpatterns = [
    path("c/<str:token>/", case_page.case_page, name="case_page"),
    path("c/<str:token>", case_page.case_page),
]
