"""A saved filter over contacts."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import WorkspaceOwned
from core.tokens import new_public_id


@remembered(
    kind="audience",
    label=_("audience"),
    exclude=[
        "public_id",
        "filter",
        "created_by",
        "updated_at",
    ],  # a filter may name a person, who can be erased
    words={"name": _("name")},
)
class Audience(WorkspaceOwned):
    """`filter` says who: {"match": "all", "conditions": [...]} (see surveys.rules.audience_filter)."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    name = models.CharField(_("Name"), max_length=120)
    filter = models.JSONField(default=list)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="audience_name_once")]

    def __str__(self) -> str:
        return self.name
