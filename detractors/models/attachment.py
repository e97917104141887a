"""Files beside a case."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.tenancy import TenantKey, WorkspaceOwned
from core.tokens import new_public_id


class Attachment(WorkspaceOwned):
    """`content_type` is what the content is, not what its name says. An erased one has neither name nor file."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    case = TenantKey("detractors.Case", on_delete=models.CASCADE, related_name="attachments")
    event = TenantKey("detractors.CaseEvent", null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    path = models.CharField(
        max_length=100, editable=False
    )  # a name that says nothing and that nobody can guess
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["path"], name="attachment_path_once"),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | Q(name=""), name="attachment_removed_has_no_name"
            ),
        ]
        indexes = [models.Index(fields=["case", "created_at"], name="attachment_of_case")]

    def __str__(self) -> str:
        return self.public_id
