"""The desk under /w/<slug>/: queue, case, the settings of promises and causes."""

from django.urls import path

from detractors.views import (
    bulk,
    cases,
    doubtful,
    mentions,
    palette,
    presence,
    queue,
    queue_files,
    saved_views,
    settings,
)

app_name = "detractors"

_CASE = "w/<slug:slug>/cases/<int:number>/"
_VIEW = "w/<slug:slug>/cases/views/<str:public_id>/"

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
    path("w/<slug:slug>/cases/export.csv", queue_files.QueueCsv.as_view(), name="queue_csv"),
    path("w/<slug:slug>/cases/bulk/", bulk.Bulk.as_view(), name="bulk"),
    path("w/<slug:slug>/cases/bulk/<str:public_id>/undo/", bulk.BulkUndo.as_view(), name="bulk_undo"),
    path("w/<slug:slug>/cases/next/", bulk.TakeNext.as_view(), name="next"),
    path("w/<slug:slug>/cases/palette/", palette.Palette.as_view(), name="palette"),
    path("w/<slug:slug>/cases/here/", presence.ListHere.as_view(), name="list_here"),
    path("w/<slug:slug>/cases/layout/", saved_views.Preference.as_view(), name="preference"),
    path("w/<slug:slug>/cases/views/", saved_views.SavedViews.as_view(), name="views"),
    path("w/<slug:slug>/cases/views/counts/", saved_views.ViewCounts.as_view(), name="view_counts"),
    path(f"{_VIEW}", saved_views.ChangeView.as_view(), name="view_change"),
    path(f"{_VIEW}remove/", saved_views.RemoveView.as_view(), name="view_remove"),
    path(f"{_VIEW}restore/", saved_views.RestoreView.as_view(), name="view_restore"),
    path(_CASE, cases.CasePage.as_view(), name="case"),
    path(f"{_CASE}changes/", cases.Changes.as_view(), name="changes"),
    path(f"{_CASE}here/", presence.CaseHere.as_view(), name="here"),
    path(f"{_CASE}claim/", queue.Claim.as_view(), name="claim"),
    path(f"{_CASE}assign/", cases.Assign.as_view(), name="assign"),
    path(f"{_CASE}note/", cases.Note.as_view(), name="note"),
    path(f"{_CASE}call/", cases.Call.as_view(), name="call"),
    path(f"{_CASE}issue/", cases.Issue.as_view(), name="issue"),
    path(f"{_CASE}wait/", cases.Wait.as_view(), name="wait"),
    path(f"{_CASE}resume/", cases.Resume.as_view(), name="resume"),
    path(f"{_CASE}resolve/", cases.Resolve.as_view(), name="resolve"),
    path(f"{_CASE}reopen/", cases.Reopen.as_view(), name="reopen"),
    path(f"{_CASE}dismiss/", cases.Dismiss.as_view(), name="dismiss"),
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
    path("w/<slug:slug>/settings/causes/", settings.Causes.as_view(), name="causes"),
]
