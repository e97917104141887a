"""The mail with a customer, under its case, and the replies kept for reuse."""

from django.urls import URLPattern, URLResolver, include, path

from followups.views import (
    announcement,
    call_scripts,
    conversation,
    customer_page,
    doubts,
    gatherings,
    hooks,
    intake,
    planned_steps,
    playbook_editor,
    playbook_runs,
    playbooks,
    replies,
    reply_templates,
    start_playbook,
    template,
    templates,
    tray,
)

app_name = "followups"

_CASE = "w/<slug:slug>/cases/<int:number>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("followups.public_urls")),
    path("hooks/anymail/<str:provider>/inbound/", hooks.inbound, name="inbound"),
    path(f"{_CASE}conversation/", conversation.ConversationPage.as_view(), name="conversation"),
    path(f"{_CASE}conversation/draft/", replies.DraftPage.as_view(), name="draft"),
    path(f"{_CASE}conversation/reply/", replies.Reply.as_view(), name="reply"),
    path(
        f"{_CASE}conversation/replies/<slug:public_id>/undo/",
        replies.UndoReply.as_view(),
        name="undo_reply",
    ),
    path(
        f"{_CASE}conversation/letters/<slug:public_id>/decide/", doubts.Decide.as_view(), name="doubt_decide"
    ),
    path(f"{_CASE}planned/", planned_steps.PlannedSteps.as_view(), name="planned_steps"),
    path(f"{_CASE}planned/<slug:public_id>/", planned_steps.PlannedStepChange.as_view(), name="planned_step"),
    path(
        f"{_CASE}playbooks/<slug:public_id>/stop/", planned_steps.StopPlaybook.as_view(), name="stop_playbook"
    ),
    path(f"{_CASE}start-playbook/", start_playbook.StartPlaybook.as_view(), name="start_playbook"),
    path("w/<slug:slug>/mails-in-doubt/", doubts.Doubts.as_view(), name="doubts"),
    path("w/<slug:slug>/mails-in-doubt/brief/", doubts.DoubtsBrief.as_view(), name="doubts_brief"),
    path(f"{_CASE}conversation/mails/<int:pk>/switch-off/", replies.SwitchOff.as_view(), name="switch_off"),
    path(
        f"{_CASE}conversation/letters/<slug:public_id>/", conversation.Formatted.as_view(), name="formatted"
    ),
    path("w/<slug:slug>/incoming/", tray.Tray.as_view(), name="tray"),
    path("w/<slug:slug>/incoming/<slug:public_id>/", tray.ReceivedPage.as_view(), name="received"),
    path("w/<slug:slug>/incoming/<slug:public_id>/sort/", tray.SortMail.as_view(), name="sort"),
    path("w/<slug:slug>/incoming/<slug:public_id>/undo/", tray.UndoSorting.as_view(), name="sort_undo"),
    path("w/<slug:slug>/incoming/<slug:public_id>/original/", tray.Original.as_view(), name="original"),
    path("w/<slug:slug>/settings/incoming/", intake.IntakePage.as_view(), name="intake"),
    path("w/<slug:slug>/settings/incoming/check/", intake.IntakeCheck.as_view(), name="intake_check"),
    path(
        "w/<slug:slug>/improvements/<str:public_id>/tell/",
        announcement.AnnouncementPage.as_view(),
        name="announcement",
    ),
    path(f"{_CASE}call-scripts/", call_scripts.CallScripts.as_view(), name="call_scripts"),
    path("w/<slug:slug>/gatherings/", gatherings.Gatherings.as_view(), name="gatherings"),
    path("w/<slug:slug>/gatherings/new/", gatherings.GatheringNew.as_view(), name="gathering_new"),
    path("w/<slug:slug>/gatherings/<str:public_id>/", gatherings.GatheringPage.as_view(), name="gathering"),
    path(
        "w/<slug:slug>/gatherings/<str:public_id>/guests.csv",
        gatherings.GatheringCsv.as_view(),
        name="gathering_csv",
    ),
    path(f"{_CASE}customer-page/", customer_page.CustomerPageOfCase.as_view(), name="customer_page"),
    path(
        "w/<slug:slug>/settings/customer-pages/",
        customer_page.CustomerPages.as_view(),
        name="customer_pages",
    ),
    path("w/<slug:slug>/templates/", templates.Templates.as_view(), name="templates"),
    path("w/<slug:slug>/templates/ready-made/", templates.ReadyTemplates.as_view(), name="ready_templates"),
    path("w/<slug:slug>/templates/new/", templates.NewTemplate.as_view(), name="template_new"),
    path("w/<slug:slug>/templates/preview/", templates.TemplatePreview.as_view(), name="template_preview"),
    path("w/<slug:slug>/templates/<str:public_id>/", template.TemplatePage.as_view(), name="template"),
    path(
        "w/<slug:slug>/templates/<str:public_id>/versions/",
        template.TemplateVersions.as_view(),
        name="template_versions",
    ),
    path(
        "w/<slug:slug>/templates/<str:public_id>/versions/<int:version_number>/",
        template.TemplateVersionPage.as_view(),
        name="template_version",
    ),
    path("w/<slug:slug>/playbooks/", playbooks.Playbooks.as_view(), name="playbooks"),
    path("w/<slug:slug>/playbooks/new/", playbook_editor.PlaybookAdd.as_view(), name="playbook_add"),
    path("w/<slug:slug>/playbooks/<slug:public_id>/", playbooks.PlaybookPage.as_view(), name="playbook"),
    path(
        "w/<slug:slug>/playbooks/<slug:public_id>/edit/",
        playbook_editor.PlaybookEdit.as_view(),
        name="playbook_edit",
    ),
    path(
        "w/<slug:slug>/playbooks/<slug:public_id>/act/", playbooks.PlaybookAct.as_view(), name="playbook_act"
    ),
    path(
        "w/<slug:slug>/playbooks/<slug:public_id>/try/",
        playbook_runs.PlaybookTry.as_view(),
        name="playbook_try",
    ),
    path(
        "w/<slug:slug>/playbooks/<slug:public_id>/runs/<slug:run_id>/act/",
        playbook_runs.PlaybookRunAct.as_view(),
        name="playbook_run_act",
    ),
    path("w/<slug:slug>/settings/my-replies/", reply_templates.MyReplies.as_view(), name="my_replies"),
    path("w/<slug:slug>/settings/replies/", reply_templates.ReplyTemplates.as_view(), name="reply_templates"),
]
