"""The desk under /w/<slug>/: queue, case, the settings of promises and causes."""

from django.urls import path

from detractors.views import (
    arising,
    cases,
    clock,
    doubtful,
    matrix,
    mentions,
    promises,
    queue,
    ranking,
    rules,
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
    path(f"{_CASE}place/", matrix.Place.as_view(), name="place"),
    path("w/<slug:slug>/arising/", arising.Arising.as_view(), name="arising"),
    path("w/<slug:slug>/matrix/", matrix.MatrixPage.as_view(), name="matrix"),
    path("w/<slug:slug>/matrix/journey/", matrix.Journey.as_view(), name="journey"),
    path("w/<slug:slug>/matrix/scenarios/new/", matrix.ScenarioAdd.as_view(), name="scenario_add"),
    path("w/<slug:slug>/matrix/scenarios/<str:scenario_id>/", matrix.ScenarioPage.as_view(), name="scenario"),
    path("w/<slug:slug>/matrix/failures/new/", matrix.FailureAdd.as_view(), name="failure_add"),
    path("w/<slug:slug>/matrix/failures/<str:failure_id>/", matrix.FailurePage.as_view(), name="failure"),
    path(
        "w/<slug:slug>/matrix/cells/<str:scenario_id>/<str:failure_id>/",
        matrix.CellPage.as_view(),
        name="matrix_cell",
    ),
    path("w/<slug:slug>/settings/ranking/", ranking.Ranking.as_view(), name="ranking"),
    path("w/<slug:slug>/settings/rules/", rules.Rules.as_view(), name="rules"),
    path("w/<slug:slug>/settings/rules/new/", rules.RuleAdd.as_view(), name="rule_add"),
    path("w/<slug:slug>/settings/rules/held/<str:public_id>/", rules.RuleRelease.as_view(), name="held_open"),
    path("w/<slug:slug>/settings/rules/<str:rule_id>/", rules.RulePage.as_view(), name="rule"),
    path("w/<slug:slug>/settings/rules/<str:rule_id>/act/", rules.RuleAct.as_view(), name="rule_act"),
    path("w/<slug:slug>/settings/promises/", promises.Promises.as_view(), name="promises"),
    path("w/<slug:slug>/settings/promises/add/", promises.PromiseAdd.as_view(), name="promise_add"),
    path("w/<slug:slug>/settings/promises/<int:policy_id>/", promises.Promise.as_view(), name="promise"),
    path("w/<slug:slug>/clock/", clock.Diagnostics.as_view(), name="clock"),
    path("w/<slug:slug>/settings/causes/", settings.Causes.as_view(), name="causes"),
]
