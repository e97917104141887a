"""Words people put on cases to find them again."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import TenantKey, WorkspaceOwned
from core.tokens import new_public_id
from detractors.enums import TagColour


@remembered(
    kind="case_tag",
    label=_("tag"),
    exclude=["public_id"],
    words={"name": _("name"), "colour": _("colour")},
)
class Tag(WorkspaceOwned):
    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=40)
    colour = models.CharField(max_length=7, choices=TagColour.choices, default=TagColour.NEUTRAL)
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint("workspace", Lower("name"), name="tag_name_once"),
            models.CheckConstraint(condition=models.Q(colour__in=TagColour.values), name="tag_colour_known"),
        ]

    def __str__(self) -> str:
        return self.name


class CaseTag(WorkspaceOwned):
    """A tag on a case."""

    case = TenantKey("detractors.Case", on_delete=models.CASCADE, related_name="tagged")
    tag = TenantKey("detractors.Tag", on_delete=models.CASCADE, related_name="+")

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["case", "tag"], name="tag_once_per_case")]
        indexes = [models.Index(fields=["tag", "case"], name="cases_of_tag")]

    def __str__(self) -> str:
        return str(self.tag_id)
