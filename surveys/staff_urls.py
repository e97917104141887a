"""Pages of the workspace: contacts, imports, surveys, campaigns."""

from django.urls import path

from surveys import contact_urls, survey_urls
from surveys.views.staff import (
    answers,
    campaigns,
    contact_policy,
    contacts,
    imports,
    privacy,
    public_links,
    sms_gateway,
    sources,
    surveys,
    text_tests,
    texts,
    watching,
    widget_keys,
)

W = "w/<slug:slug>/"
urlpatterns = [
    path(f"{W}answers/enter/", answers.AnswerEnter.as_view(), name="answer_enter"),
    path(f"{W}contacts/", contacts.ContactList.as_view(), name="contact_list"),
    path(f"{W}contacts/new/", contacts.ContactAdd.as_view(), name="contact_add"),
    path(f"{W}contacts/imports/", imports.ImportList.as_view(), name="import_list"),
    path(f"{W}contacts/imports/new/", imports.ImportNew.as_view(), name="import_new"),
    path(f"{W}contacts/imports/<str:public_id>/", imports.ImportPage.as_view(), name="import"),
    path(
        f"{W}contacts/imports/<str:public_id>/progress/",
        imports.ImportProgress.as_view(),
        name="import_progress",
    ),
    path(f"{W}contacts/imports/<str:public_id>/start/", imports.ImportStart.as_view(), name="import_start"),
    path(
        f"{W}contacts/imports/<str:public_id>/columns/",
        imports.ImportColumns.as_view(),
        name="import_columns",
    ),
    path(
        f"{W}contacts/imports/<str:public_id>/cancel/", imports.ImportCancel.as_view(), name="import_cancel"
    ),
    path(
        f"{W}contacts/imports/<str:public_id>/bad-rows.csv",
        imports.ImportBadRows.as_view(),
        name="import_bad_rows",
    ),
    *contact_urls.urlpatterns,
    path(f"{W}contacts/<str:public_id>/", contacts.ContactPage.as_view(), name="contact"),
    path(f"{W}contacts/<str:public_id>/edit/", contacts.ContactEdit.as_view(), name="contact_edit"),
    path(f"{W}contacts/<str:public_id>/ask/", contacts.ContactAsk.as_view(), name="contact_ask"),
    path(f"{W}contacts/<str:public_id>/opt-out/", contacts.ContactOptOut.as_view(), name="contact_opt_out"),
    path(f"{W}contacts/<str:public_id>/watch/", watching.ContactWatch.as_view(), name="contact_watch"),
    path(f"{W}contacts/<str:public_id>/hour/", watching.ContactHour.as_view(), name="contact_hour"),
    path(f"{W}contacts/<str:public_id>/erase/", privacy.ContactErase.as_view(), name="contact_erase"),
    path(f"{W}contacts/<str:public_id>/export/", privacy.ContactExport.as_view(), name="contact_export"),
    path(
        f"{W}contacts/<str:public_id>/export/<str:archive_id>/",
        privacy.ContactArchive.as_view(),
        name="contact_archive",
    ),
    path(
        f"{W}contacts/<str:public_id>/export/<str:archive_id>/file/",
        privacy.ContactArchiveFile.as_view(),
        name="contact_archive_file",
    ),
    path(f"{W}settings/contact-policy/", contact_policy.ContactPolicyPage.as_view(), name="contact_policy"),
    path(
        f"{W}settings/contact-policy/undo/",
        contact_policy.ContactPolicyUndo.as_view(),
        name="contact_policy_undo",
    ),
    path(f"{W}settings/sources/", sources.Sources.as_view(), name="sources"),
    path(f"{W}settings/sources/<str:public_id>/", sources.SourcePage.as_view(), name="source"),
    path(f"{W}settings/sources/<str:public_id>/try/", sources.SourceTry.as_view(), name="source_try"),
    path(
        f"{W}settings/sources/<str:public_id>/archive/",
        sources.SourceArchive.as_view(),
        name="source_archive",
    ),
    path(
        f"{W}settings/sources/<str:public_id>/secret/", sources.SourceSecret.as_view(), name="source_secret"
    ),
    path(f"{W}settings/text-messages/", sms_gateway.SmsGatewayPage.as_view(), name="sms_gateway"),
    path(f"{W}settings/text-messages/test/", sms_gateway.SmsGatewayTest.as_view(), name="sms_gateway_test"),
    path(
        f"{W}settings/text-messages/secret/",
        sms_gateway.SmsGatewaySecret.as_view(),
        name="sms_gateway_secret",
    ),
    path(f"{W}texts/", texts.TextTray.as_view(), name="text_tray"),
    path(f"{W}texts/<str:public_id>/", texts.TextSort.as_view(), name="text_sort"),
    path(f"{W}settings/widget-keys/", widget_keys.WidgetKeys.as_view(), name="widget_keys"),
    path(f"{W}settings/widget-keys/<str:public_id>/", widget_keys.WidgetKeyPage.as_view(), name="widget_key"),
    path(
        f"{W}settings/widget-keys/<str:public_id>/preview/",
        widget_keys.WidgetKeyPreview.as_view(),
        name="widget_key_preview",
    ),
    path(
        f"{W}settings/widget-keys/<str:public_id>/preview.json",
        widget_keys.WidgetKeyPreviewConfig.as_view(),
        name="widget_key_preview_config",
    ),
    path(
        f"{W}settings/widget-keys/<str:public_id>/revoke/",
        widget_keys.WidgetKeyRevoke.as_view(),
        name="widget_key_revoke",
    ),
    path(f"{W}surveys/", surveys.SurveyList.as_view(), name="survey_list"),
    path(f"{W}surveys/new/", surveys.SurveyAdd.as_view(), name="survey_add"),
    path(f"{W}surveys/<str:public_id>/", surveys.SurveyPage.as_view(), name="survey"),
    path(f"{W}surveys/<str:public_id>/edit/", surveys.SurveyEdit.as_view(), name="survey_edit"),
    *survey_urls.urlpatterns,
    path(f"{W}surveys/<str:public_id>/test/", surveys.SurveyTest.as_view(), name="survey_test"),
    path(
        f"{W}surveys/<str:public_id>/test-text/", text_tests.SurveyTextTest.as_view(), name="survey_text_test"
    ),
    path(f"{W}surveys/<str:public_id>/activate/", surveys.SurveyActivate.as_view(), name="survey_activate"),
    path(f"{W}surveys/<str:public_id>/close/", surveys.SurveyClose.as_view(), name="survey_close"),
    path(f"{W}surveys/<str:public_id>/links/", public_links.LinkList.as_view(), name="link_list"),
    path(f"{W}surveys/<str:public_id>/links/new/", public_links.LinkAdd.as_view(), name="link_add"),
    path(
        f"{W}surveys/<str:public_id>/links/<str:link_id>/qr.svg",
        public_links.LinkCode.as_view(),
        {"kind": "svg"},
        name="link_svg",
    ),
    path(
        f"{W}surveys/<str:public_id>/links/<str:link_id>/qr.png",
        public_links.LinkCode.as_view(),
        {"kind": "png"},
        name="link_png",
    ),
    path(
        f"{W}surveys/<str:public_id>/links/<str:link_id>/sheet/",
        public_links.LinkSheet.as_view(),
        name="link_sheet",
    ),
    path(
        f"{W}surveys/<str:public_id>/links/<str:link_id>/newsletter/",
        public_links.LinkSnippet.as_view(),
        name="link_snippet",
    ),
    path(
        f"{W}surveys/<str:public_id>/links/<str:link_id>/archive/",
        public_links.LinkArchive.as_view(),
        name="link_archive",
    ),
    path(
        f"{W}surveys/<str:public_id>/links/<str:link_id>/restore/",
        public_links.LinkRestore.as_view(),
        name="link_restore",
    ),
    path(f"{W}surveys/<str:public_id>/links/<str:link_id>/", public_links.LinkPage.as_view(), name="link"),
    path(f"{W}campaigns/", campaigns.CampaignList.as_view(), name="campaign_list"),
    path(f"{W}campaigns/new/", campaigns.CampaignAdd.as_view(), name="campaign_add"),
    path(f"{W}campaigns/<str:public_id>/", campaigns.CampaignPage.as_view(), name="campaign"),
    path(
        f"{W}campaigns/<str:public_id>/figures/", campaigns.CampaignFigures.as_view(), name="campaign_figures"
    ),
    path(f"{W}campaigns/<str:public_id>/people/", campaigns.CampaignPeople.as_view(), name="campaign_people"),
    path(f"{W}campaigns/<str:public_id>/mail/", campaigns.CampaignMail.as_view(), name="campaign_mail"),
    path(f"{W}campaigns/<str:public_id>/test/", campaigns.CampaignTest.as_view(), name="campaign_test"),
    path(
        f"{W}campaigns/<str:public_id>/test-text/",
        text_tests.CampaignTextTest.as_view(),
        name="campaign_text_test",
    ),
    path(f"{W}campaigns/<str:public_id>/start/", campaigns.CampaignStart.as_view(), name="campaign_start"),
    path(f"{W}campaigns/<str:public_id>/edit/", campaigns.CampaignEdit.as_view(), name="campaign_edit"),
    path(f"{W}campaigns/<str:public_id>/pause/", campaigns.CampaignPause.as_view(), name="campaign_pause"),
    path(f"{W}campaigns/<str:public_id>/stop/", campaigns.CampaignStop.as_view(), name="campaign_stop"),
    path(
        f"{W}campaigns/<str:public_id>/discard/", campaigns.CampaignDiscard.as_view(), name="campaign_discard"
    ),
]
