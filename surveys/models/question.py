"""What a survey asks besides its score, its words in other languages, and what it said at the time of an answer."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import TenantKey, WorkspaceOwned
from core.tokens import new_public_id
from surveys.enums import QuestionKind

MAX_QUESTIONS = 10  # of one survey, besides the score and the words to it


@remembered(
    kind="survey_question",
    label=_("further question"),
    exclude=["public_id"],
    shows=["text"],
    words={"survey": _("survey"), "kind": _("kind"), "text": _("question"), "archived_at": _("archived")},
)
class SurveyQuestion(WorkspaceOwned):
    """One further question; its answer is `Response.answers[public_id]`.

    `options` of a choice: [{"id", "text"}]. `condition` says whom it is asked, {} for everybody:
    {"classes": [PROMOTER...], "scores": [low, high], "question": public_id, "answers": [option ids]}; all given parts
    must hold.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    survey = TenantKey("surveys.Survey", on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=QuestionKind.choices)
    text = models.CharField(_("Question"), max_length=300)
    options = models.JSONField(default=list)
    is_required = models.BooleanField(default=False)
    condition = models.JSONField(default=dict)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=QuestionKind.values), name="survey_question_kind_known"
            ),
        ]
        indexes = [models.Index(fields=["survey", "position"], name="survey_question_order")]

    def __str__(self) -> str:
        return self.text


@remembered(
    kind="survey_wording",
    label=_("words in another language"),
    exclude=["updated_at"],
    shows=["language"],
    words={"survey": _("survey"), "language": _("language"), "texts": _("texts")},
)
class SurveyWording(WorkspaceOwned):
    """The survey's texts in one more language; a text that is missing falls back to that language's default words.

    Keys of `texts` are the survey's own text fields, "question:<id>" and "option:<id>:<option id>".
    """

    survey = TenantKey("surveys.Survey", on_delete=models.CASCADE, related_name="wordings")
    language = models.CharField(max_length=16)
    texts = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["survey", "language"], name="survey_wording_once"),
        ]

    def __str__(self) -> str:
        return self.language


class SurveyVersion(WorkspaceOwned):
    """Append-only: everything a survey said, from the first answer after a change of its words to the next change."""

    survey = TenantKey("surveys.Survey", on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    words = (
        models.JSONField()
    )  # {"language", "texts": {...}, "questions": [...], "wordings": {language: texts}}
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="survey_version_once"),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"
