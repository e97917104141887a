"""Pages of one survey: its further questions, its languages, its versions, its previews."""

from django.urls import path

from surveys.views.staff import languages, previews, questions, surveys

S = "w/<slug:slug>/surveys/<str:public_id>/"
Q = f"{S}questions/<str:question_id>/"
L = f"{S}languages/<str:language>/"
urlpatterns = [
    path(f"{S}preview/", previews.SurveyPreview.as_view(), name="survey_preview"),
    path(f"{S}archive/", surveys.SurveyArchive.as_view(), name="survey_archive"),
    path(f"{S}unarchive/", surveys.SurveyUnarchive.as_view(), name="survey_unarchive"),
    path(f"{S}versions/<int:number>/", surveys.SurveyVersionPage.as_view(), name="survey_version"),
    path(f"{S}questions/", questions.SurveyQuestions.as_view(), name="survey_questions"),
    path(Q, questions.SurveyQuestionEdit.as_view(), name="survey_question"),
    path(f"{Q}move/", questions.SurveyQuestionMove.as_view(), name="survey_question_move"),
    path(f"{Q}archive/", questions.SurveyQuestionArchive.as_view(), name="survey_question_archive"),
    path(f"{Q}restore/", questions.SurveyQuestionRestore.as_view(), name="survey_question_restore"),
    path(f"{S}languages/", languages.SurveyLanguages.as_view(), name="survey_languages"),
    path(L, languages.SurveyLanguage.as_view(), name="survey_language"),
    path(f"{L}remove/", languages.SurveyLanguageRemove.as_view(), name="survey_language_remove"),
]
