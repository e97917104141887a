from django.urls import path, re_path
from django.views.generic.base import RedirectView

from accounts.views import (
    audit,
    home,
    hours,
    invites,
    keys,
    people,
    privacy,
    providers,
    security,
    settings,
    setup,
    sign_in,
    sso,
    teams,
)

app_name = "accounts"
urlpatterns = [
    path("", home.home, name="home"),
    path("setup/<str:token>/", setup.Setup.as_view(), name="setup"),
    path("accounts/security/", security.Security.as_view(), name="security"),
    path("accounts/security/second-factor/", security.SecondFactor.as_view(), name="second_factor"),
    path(
        "accounts/security/sessions/<int:session_id>/end/", security.SessionEnd.as_view(), name="session_end"
    ),
    path(
        "accounts/security/sessions/end-others/",
        security.SessionsEndOthers.as_view(),
        name="sessions_end_others",
    ),
    path(
        "accounts/security/sign-out-everywhere/",
        security.SignOutEverywhere.as_view(),
        name="sign_out_everywhere",
    ),
    path(
        "accounts/security/devices/<int:device_id>/forget/",
        security.DeviceForget.as_view(),
        name="device_forget",
    ),
    # allauth's own lists of the same things, and where its pages lead when they are done
    path("accounts/2fa/", security.AfterSetUp.as_view(), name="after_set_up"),
    path("accounts/2fa/webauthn/", RedirectView.as_view(pattern_name="accounts:security")),
    path("accounts/2fa/webauthn/login/", security.PasskeySignIn.as_view(), name="passkey_sign_in"),
    path("accounts/sessions/", RedirectView.as_view(pattern_name="accounts:security")),
    path("accounts/3rdparty/", RedirectView.as_view(pattern_name="accounts:security")),
    re_path(r"^accounts/(?:3rdparty|social)/.+$", RedirectView.as_view(pattern_name="account_login")),
    path("accounts/sso/", sso.Find.as_view(), name="sso"),
    path("accounts/sso/<str:public_id>/", sso.Start.as_view(), name="sso_start"),
    path("accounts/sso/<str:public_id>/callback/", sso.Callback.as_view(), name="sso_callback"),
    path("accounts/sso/<str:public_id>/connect/", sso.Connect.as_view(), name="sso_connect"),
    path(
        "accounts/security/connections/<int:account_id>/disconnect/",
        sso.Disconnect.as_view(),
        name="sso_disconnect",
    ),
    path("w/<slug:slug>/", home.WorkspaceHome.as_view(), name="workspace"),
    path("w/<slug:slug>/first-steps/confirm/", home.StepConfirm.as_view(), name="step_confirm"),
    path("w/<slug:slug>/first-steps/hide/", home.ChecklistHide.as_view(), name="checklist_hide"),
    path("w/<slug:slug>/settings/", settings.Settings.as_view(), name="settings"),
    path("w/<slug:slug>/settings/company/", settings.WorkspaceSettings.as_view(), name="workspace_settings"),
    path(
        "w/<slug:slug>/settings/company/undo/",
        settings.WorkspaceSettingsUndo.as_view(),
        name="workspace_settings_undo",
    ),
    path("w/<slug:slug>/settings/you/", people.Profile.as_view(), name="profile"),
    path("w/<slug:slug>/settings/people/", people.People.as_view(), name="people"),
    path("w/<slug:slug>/settings/people/<int:member_id>/", people.Member.as_view(), name="member"),
    path("w/<slug:slug>/settings/people/<int:member_id>/go/", people.MemberGo.as_view(), name="member_go"),
    path(
        "w/<slug:slug>/settings/people/<int:member_id>/back/",
        people.MemberBack.as_view(),
        name="member_back",
    ),
    path(
        "w/<slug:slug>/settings/people/invitations/<str:public_id>/resend/",
        invites.InviteResend.as_view(),
        name="invite_resend",
    ),
    path(
        "w/<slug:slug>/settings/people/invitations/<str:public_id>/revoke/",
        invites.InviteRevoke.as_view(),
        name="invite_revoke",
    ),
    path("accounts/invite/<str:token>/", invites.Invitation.as_view(), name="invite"),
    path("w/<slug:slug>/settings/you/leave/", people.Leave.as_view(), name="leave"),
    path("w/<slug:slug>/settings/teams/", teams.Teams.as_view(), name="teams"),
    path("w/<slug:slug>/settings/teams/<int:team_id>/", teams.OneTeam.as_view(), name="team"),
    path(
        "w/<slug:slug>/settings/teams/<int:team_id>/dissolve/",
        teams.TeamDissolve.as_view(),
        name="team_dissolve",
    ),
    path("w/<slug:slug>/settings/sign-in/", sign_in.SignIn.as_view(), name="sign_in_settings"),
    path(
        "w/<slug:slug>/settings/sign-in/providers/add/", providers.ProviderAdd.as_view(), name="provider_add"
    ),
    path(
        "w/<slug:slug>/settings/sign-in/providers/<str:public_id>/",
        providers.Provider.as_view(),
        name="provider",
    ),
    path(
        "w/<slug:slug>/settings/sign-in/providers/<str:public_id>/test/",
        providers.ProviderTest.as_view(),
        name="provider_test",
    ),
    path(
        "w/<slug:slug>/settings/sign-in/providers/<str:public_id>/switch/",
        providers.ProviderSwitch.as_view(),
        name="provider_switch",
    ),
    path(
        "w/<slug:slug>/settings/sign-in/providers/<str:public_id>/remove/",
        providers.ProviderRemove.as_view(),
        name="provider_remove",
    ),
    path("w/<slug:slug>/settings/hours/", hours.Hours.as_view(), name="hours"),
    path("w/<slug:slug>/settings/hours/add/", hours.HoursAdd.as_view(), name="hours_add"),
    path("w/<slug:slug>/settings/hours/teams/", hours.HoursTeams.as_view(), name="hours_teams"),
    path("w/<slug:slug>/settings/hours/closures/", hours.ClosureAdd.as_view(), name="closure_add"),
    path("w/<slug:slug>/settings/hours/remove/", hours.HoursRemove.as_view(), name="hours_remove"),
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
    path("w/<slug:slug>/settings/privacy/", privacy.Privacy.as_view(), name="privacy"),
    path("w/<slug:slug>/settings/audit/", audit.Audit.as_view(), name="audit"),
    path("w/<slug:slug>/settings/audit/export/", audit.AuditExport.as_view(), name="audit_export"),
    path("w/<slug:slug>/settings/keys/", keys.Keys.as_view(), name="keys"),
    path("w/<slug:slug>/settings/keys/<str:prefix>/revoke/", keys.KeyRevoke.as_view(), name="key_revoke"),
    path("w/<slug:slug>/settings/keys/<str:prefix>/rotate/", keys.KeyRotate.as_view(), name="key_rotate"),
    path("w/<slug:slug>/settings/keys/<str:prefix>/finish/", keys.KeyFinish.as_view(), name="key_finish"),
    path("w/<slug:slug>/settings/keys/<str:prefix>/cancel/", keys.KeyCancel.as_view(), name="key_cancel"),
    path("w/<slug:slug>/settings/keys/<str:prefix>/adopt/", keys.KeyAdopt.as_view(), name="key_adopt"),
]
