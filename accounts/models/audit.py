"""Acts that are no row change: who did what, when, from where. Rows are only ever added; a trigger refuses the rest."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from accounts.history import ONLY_ADDED
from accounts.tenancy import TenantManager, TenantQuerySet


class AuditEvent(models.Model):
    """One act. Without constraints to people and workspaces: the record outlives both.

    `workspace` is null for acts on a person's own account, which belong to no workspace.
    """

    workspace = models.ForeignKey(
        "accounts.Workspace", null=True, on_delete=models.DO_NOTHING, related_name="+", db_index=False,
        db_constraint=False,
    )  # fmt: skip
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, related_name="+", db_index=False,
        db_constraint=False,
    )  # fmt: skip
    key_prefix = models.CharField(max_length=8, blank=True)  # the API key that acted, if one did
    act = models.CharField(max_length=40)  # a code of accounts.enums.Act
    subject_kind = models.CharField(max_length=30, blank=True)  # "member", "api_key", "contact"
    subject_id = models.CharField(max_length=40, blank=True)
    detail = models.JSONField(default=dict)  # ids and codes, no personal data
    address = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()

    objects: ClassVar[TenantManager] = TenantManager(TenantQuerySet)
    unscoped: ClassVar[models.Manager] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        triggers = [ONLY_ADDED]
        indexes = [
            models.Index(fields=["workspace", "-at", "-id"], name="audit_by_moment"),  # the audit page
            models.Index(fields=["workspace", "subject_kind", "subject_id", "-at"], name="audit_by_subject"),
            models.Index(fields=["actor", "-id"], name="audit_by_actor"),  # a person's own sign-ins
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.subject_kind}:{self.subject_id}"
