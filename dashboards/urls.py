"""Pages of the dashboards."""

from django.urls import path

from dashboards import home_views, report_views, settings_views, silence_views, six, views

app_name = "dashboards"
urlpatterns = [
    path("w/<slug:slug>/home/", home_views.HomePage.as_view(), name="home"),
    path("w/<slug:slug>/dashboard/", views.Dashboard.as_view(), name="dashboard"),
    path("w/<slug:slug>/dashboard/breakdown/", views.Breakdown.as_view(), name="breakdown"),
    path("w/<slug:slug>/dashboard/funnel/", views.Funnel.as_view(), name="funnel"),
    path("w/<slug:slug>/dashboard/channels/", report_views.Channels.as_view(), name="channels"),
    path("w/<slug:slug>/dashboard/silence/", silence_views.WhoNeverSpeaks.as_view(), name="silence"),
    path("w/<slug:slug>/dashboard/six/", six.SixSeries.as_view(), name="six"),
    path("w/<slug:slug>/dashboard/cases/", views.CasesBehind.as_view(), name="cases"),
    path("w/<slug:slug>/dashboard/trend.csv", views.TrendCsv.as_view(), name="trend_csv"),
    path(
        "w/<slug:slug>/dashboard/distribution.csv", views.DistributionCsv.as_view(), name="distribution_csv"
    ),
    path("w/<slug:slug>/dashboard/breakdown.csv", views.BreakdownCsv.as_view(), name="breakdown_csv"),
    path(
        "w/<slug:slug>/surveys/<str:public_id>/report/",
        report_views.SurveyReport.as_view(),
        name="survey_report",
    ),
    path(
        "w/<slug:slug>/surveys/<str:public_id>/report/questions/",
        report_views.SurveyQuestions.as_view(),
        name="survey_questions",
    ),
    path(
        "w/<slug:slug>/surveys/<str:public_id>/report.csv",
        report_views.SurveyReportCsv.as_view(),
        name="survey_report_csv",
    ),
    path(
        "w/<slug:slug>/settings/figures/", settings_views.FiguresSettings.as_view(), name="figures_settings"
    ),
    path("w/<slug:slug>/answers/", views.Answers.as_view(), name="answers"),
    path("w/<slug:slug>/answers.csv", views.AnswersCsv.as_view(), name="answers_csv"),
]
