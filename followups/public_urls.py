"""The customer's own page of a case, and of an invitation. The slash at the end is sometimes lost in mail programs: both ways lead to it."""

from django.urls import path

from followups.views import case_page, guest

urlpatterns = [
    path("c/<str:token>/", case_page.case_page, name="case_page"),
    path("c/<str:token>", case_page.case_page),
    path("e/<str:token>/", guest.guest_page, name="guest"),
    path("e/<str:token>", guest.guest_page),
    path("e/<str:token>/event.ics", guest.guest_file, name="guest_file"),
]
