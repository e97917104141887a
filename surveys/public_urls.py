"""The customers' pages. The slash at the end is sometimes lost in mail programs: both ways lead to the page."""

from django.urls import path

from surveys.views import complaint, help, public, short_link

urlpatterns = [
    path("s/<str:token>/", public.answer, name="answer"),
    path("s/p/<str:public_id>/", public.public_survey, name="public_survey"),
    path("s/p/<str:public_id>", public.public_survey),
    path("s/<str:token>", public.answer),
    path("s/h/<str:public_id>/", help.pressed, name="help_pressed"),
    path("m/<str:nonce>/", short_link.short_link, name="short_link"),
    path("m/<str:nonce>", short_link.short_link),
    path("complain/<str:public_id>/", complaint.complain, name="complain"),
    path("complain/<str:public_id>", complaint.complain),
]
