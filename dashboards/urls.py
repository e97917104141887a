"""Pages of the dashboards."""

from django.urls import path

from dashboards import views

app_name = "dashboards"
urlpatterns = [
    path("w/<slug:slug>/dashboard/", views.Dashboard.as_view(), name="dashboard"),
    path("w/<slug:slug>/dashboard/breakdown/", views.Breakdown.as_view(), name="breakdown"),
    path("w/<slug:slug>/dashboard/cases/", views.CasesBehind.as_view(), name="cases"),
    path("w/<slug:slug>/dashboard/csv/<str:table>/", views.FiguresCsv.as_view(), name="figures_csv"),
    path("w/<slug:slug>/answers/", views.Answers.as_view(), name="answers"),
    path("w/<slug:slug>/answers/csv/", views.AnswersCsv.as_view(), name="answers_csv"),
]
