"""The library: cases told without names, for those who learn."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import TenantKey, WorkspaceOwned
from core.constraints import both_or_neither
from core.tokens import new_public_id
from detractors.enums import LessonState

LESSON_WORDS = Func("words", function="detractors_search_words", output_field=SearchVectorField())


class Lesson(WorkspaceOwned):
    """A case as it is told in the library.

    A draft knows its case; what is published stands alone: the link is gone, for readers and for everybody. `confirmed` names
    the fields somebody read and found free of names.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    state = models.CharField(max_length=9, choices=LessonState.choices, default=LessonState.DRAFT)
    case = TenantKey("detractors.Case", null=True, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(_("Title"), max_length=120)
    happened = models.TextField(_("What happened"), blank=True)
    done = models.TextField(_("What was done"), blank=True)
    went_well = models.TextField(_("What went well"), blank=True)
    lesson = models.TextField(_("What we learn from it"), blank=True)
    cell = TenantKey("detractors.MatrixCell", null=True, on_delete=models.SET_NULL, related_name="+")
    root_cause = TenantKey("detractors.RootCause", null=True, on_delete=models.SET_NULL, related_name="+")
    confirmed = models.JSONField(default=list)
    words = models.TextField(blank=True, editable=False)  # all of it, to be searched
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    retracted_at = models.DateTimeField(null=True)
    retracted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    retracted_note = models.CharField(max_length=300, blank=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(state__in=LessonState.values), name="lesson_state_known"),
            models.CheckConstraint(
                condition=Q(state="DRAFT", case__isnull=False) | (~Q(state="DRAFT") & Q(case__isnull=True)),
                name="lesson_stands_alone",
            ),
            models.CheckConstraint(
                condition=both_or_neither("published_at", "published_by"), name="lesson_published_pair"
            ),
            models.CheckConstraint(
                condition=both_or_neither("retracted_at", "retracted_by"), name="lesson_retracted_pair"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="DRAFT"), name="lesson_one_draft_per_case"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "state", "-published_at"], name="lesson_latest"),
            GinIndex(LESSON_WORDS, name="lesson_search"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_draft(self) -> bool:
        return self.state == LessonState.DRAFT

    @property
    def is_published(self) -> bool:
        return self.state == LessonState.PUBLISHED

    @property
    def is_retracted(self) -> bool:
        return self.state == LessonState.RETRACTED
