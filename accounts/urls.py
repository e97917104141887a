from django.urls import path

from accounts.views import home, hours, keys, people, settings

app_name = "accounts"
urlpatterns = [
    path("", home.home, name="home"),
    path("w/<slug:slug>/", home.WorkspaceHome.as_view(), name="workspace"),
    path("w/<slug:slug>/settings/", settings.Settings.as_view(), name="settings"),
    path("w/<slug:slug>/settings/company/", settings.WorkspaceSettings.as_view(), name="workspace_settings"),
    path("w/<slug:slug>/settings/you/", settings.Profile.as_view(), name="profile"),
    path("w/<slug:slug>/settings/people/", people.People.as_view(), name="people"),
    path("w/<slug:slug>/settings/people/<int:member_id>/", people.Member.as_view(), name="member"),
    path(
        "w/<slug:slug>/settings/people/<int:member_id>/remove/",
        people.MemberRemove.as_view(),
        name="member_remove",
    ),
    path("w/<slug:slug>/settings/teams/<int:team_id>/lead/", people.TeamLead.as_view(), name="team_lead"),
    path("w/<slug:slug>/settings/hours/", hours.Hours.as_view(), name="hours"),
    path("w/<slug:slug>/settings/holidays/", hours.HolidayAdd.as_view(), name="holiday_add"),
    path(
        "w/<slug:slug>/settings/holidays/public/",
        hours.PublicHolidaysAdd.as_view(),
        name="public_holidays_add",
    ),
    path(
        "w/<slug:slug>/settings/holidays/<int:holiday_id>/remove/",
        hours.HolidayRemove.as_view(),
        name="holiday_remove",
    ),
    path("w/<slug:slug>/settings/keys/", keys.Keys.as_view(), name="keys"),
    path("w/<slug:slug>/settings/keys/<str:prefix>/revoke/", keys.KeyRevoke.as_view(), name="key_revoke"),
]
