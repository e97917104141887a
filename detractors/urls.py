"""The desk under /w/<slug>/: queue, case, the settings of promises and causes."""

from django.urls import path

from detractors.views import (
    case_settings,
    cases,
    casework,
    doubtful,
    helper,
    mentions,
    merging,
    my_work,
    queue,
    settings,
)

app_name = "detractors"

_CASE = "w/<slug:slug>/cases/<int:number>/"

urlpatterns = [
    path("w/<slug:slug>/cases/", queue.Queue.as_view(), name="queue"),
    path(
        "w/<slug:slug>/cases/of-contact/<str:public_id>/",
        cases.CasesOfContact.as_view(),
        name="cases_of_contact",
    ),
    path(
        "w/<slug:slug>/cases/of-company/<str:public_id>/",
        cases.CasesOfCompany.as_view(),
        name="cases_of_company",
    ),
    path(_CASE, cases.CasePage.as_view(), name="case"),
    path(f"{_CASE}changes/", cases.Changes.as_view(), name="changes"),
    path(f"{_CASE}claim/", queue.Claim.as_view(), name="claim"),
    path(f"{_CASE}status/", cases.SetStatus.as_view(), name="status"),
    path(f"{_CASE}assign/", cases.Assign.as_view(), name="assign"),
    path(f"{_CASE}note/", cases.Note.as_view(), name="note"),
    path(f"{_CASE}call/", cases.Call.as_view(), name="call"),
    path(f"{_CASE}tasks/", casework.TaskAdd.as_view(), name="task_add"),
    path(f"{_CASE}tasks/<str:task_id>/", casework.TaskAct.as_view(), name="task"),
    path(f"{_CASE}call-backs/", casework.CallPlan.as_view(), name="call_plan"),
    path(f"{_CASE}call-backs/<str:call_id>/", casework.CallAct.as_view(), name="call_back"),
    path(f"{_CASE}call-backs/<str:call_id>/call.ics", casework.CallFile.as_view(), name="call_file"),
    path(f"{_CASE}watch/", casework.Watch.as_view(), name="watch"),
    path(f"{_CASE}snooze/", casework.Snooze.as_view(), name="snooze"),
    path(f"{_CASE}wake/", casework.Wake.as_view(), name="wake"),
    path(f"{_CASE}tags/", casework.SetTags.as_view(), name="tag"),
    path(f"{_CASE}files/", casework.FileAdd.as_view(), name="file_add"),
    path(f"{_CASE}files/<str:file_id>/", casework.FileGet.as_view(), name="file"),
    path(f"{_CASE}files/<str:file_id>/remove/", casework.FileRemove.as_view(), name="file_remove"),
    path(f"{_CASE}merge/", merging.Merge.as_view(), name="merge"),
    path(f"{_CASE}merge/undo/", merging.MergeUndo.as_view(), name="merge_undo"),
    path(f"{_CASE}split/<str:answer_id>/", merging.Split.as_view(), name="split"),
    path(f"{_CASE}issue/", cases.Issue.as_view(), name="issue"),
    path(f"{_CASE}wait/", cases.Wait.as_view(), name="wait"),
    path(f"{_CASE}resume/", cases.Resume.as_view(), name="resume"),
    path(f"{_CASE}resolve/", cases.Resolve.as_view(), name="resolve"),
    path(f"{_CASE}reopen/", cases.Reopen.as_view(), name="reopen"),
    path(f"{_CASE}dismiss/", cases.Dismiss.as_view(), name="dismiss"),
    path("w/<slug:slug>/mine/", my_work.MyWork.as_view(), name="my_work"),
    path("w/<slug:slug>/mine/brief/", my_work.MyWorkBrief.as_view(), name="my_work_brief"),
    path("w/<slug:slug>/notifications/", my_work.Notifications.as_view(), name="notifications"),
    path("w/<slug:slug>/notifications/bell/", my_work.Bell.as_view(), name="bell"),
    path("w/<slug:slug>/notifications/open/", my_work.NotificationOpen.as_view(), name="notification_open"),
    path("task/<str:token>/", helper.TaskAnswer.as_view(), name="task_answer"),
    path("w/<slug:slug>/doubtful/", doubtful.Doubtful.as_view(), name="doubtful"),
    path("w/<slug:slug>/doubtful/<str:public_id>/", doubtful.Judge.as_view(), name="judge"),
    path(
        "w/<slug:slug>/doubtful/<str:public_id>/undo/",
        doubtful.UndoJudgement.as_view(),
        name="judgement_undo",
    ),
    path("w/<slug:slug>/mentions/", mentions.MentionList.as_view(), name="mention_list"),
    path("w/<slug:slug>/mentions/enter/", mentions.MentionAdd.as_view(), name="mention_add"),
    path("w/<slug:slug>/mentions/upload/", mentions.MentionUpload.as_view(), name="mention_upload"),
    path("w/<slug:slug>/mentions/<str:public_id>/", mentions.MentionPage.as_view(), name="mention"),
    path("w/<slug:slug>/settings/promises/", settings.Promises.as_view(), name="promises"),
    path("w/<slug:slug>/settings/closing/", case_settings.Closing.as_view(), name="closing"),
    path("w/<slug:slug>/settings/statuses/", case_settings.Statuses.as_view(), name="statuses"),
    path("w/<slug:slug>/settings/tags/", case_settings.Tags.as_view(), name="tags"),
    path("w/<slug:slug>/settings/causes/", settings.Causes.as_view(), name="causes"),
]
