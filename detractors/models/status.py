"""Statuses with the workspace's own names, and what it asks for before a case may be resolved."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import WorkspaceOwned
from core.tokens import new_public_id
from detractors.enums import Category


@remembered(
    kind="case_status",
    label=_("status"),
    exclude=["public_id"],
    words={
        "name": _("name"),
        "category": _("stands for"),
        "position": _("place"),
        "is_default": _("the usual one"),
        "retired_at": _("retired"),
    },
)
class CaseStatus(WorkspaceOwned):
    """A name within a category. What a case may do follows from the category alone."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=60)
    category = models.CharField(max_length=8, choices=Category.choices)
    position = models.PositiveSmallIntegerField(default=0)
    is_default = models.BooleanField(default=False)
    retired_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint("workspace", Lower("name"), name="case_status_name_once"),
            models.UniqueConstraint(
                fields=["workspace", "category"],
                condition=Q(is_default=True),
                name="case_status_one_default",
            ),
            models.CheckConstraint(
                condition=Q(category__in=Category.values), name="case_status_category_known"
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(retired_at__isnull=True),
                name="case_status_default_is_offered",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@remembered(
    kind="case_settings",
    label=_("rules for closing"),
    exclude=["updated_at"],
    shows=[],
    words={
        "needs_note": _("an internal note is needed"),
        "needs_issue": _("the underlying issue is needed"),
        "needs_promises_done": _("what was promised must be done"),
    },
)
class CaseSettings(WorkspaceOwned):
    """One row a workspace; without it nothing more is asked than the root cause and what was done."""

    needs_note = models.BooleanField(default=False)
    needs_issue = models.BooleanField(default=False)
    needs_promises_done = models.BooleanField(default=False)
    updated_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="case_settings_once")]

    def __str__(self) -> str:
        return str(self.workspace_id)
