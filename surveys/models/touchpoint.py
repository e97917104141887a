"""A moment of the customer's journey where we ask."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import WorkspaceOwned
from core.tokens import new_public_id
from surveys.enums import TouchpointKind


@remembered(
    kind="touchpoint",
    label=_("touchpoint"),
    exclude=["public_id"],
    words={"name": _("name"), "kind": _("kind")},
)
class Touchpoint(WorkspaceOwned):
    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=80)
    kind = models.CharField(
        max_length=13, choices=TouchpointKind.choices, default=TouchpointKind.TRANSACTIONAL
    )
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="touchpoint_name_once")]

    def __str__(self) -> str:
        return self.name
