"""A customer that is a company: several contacts, one value."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower, Upper
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import WorkspaceOwned
from core.tokens import new_public_id


class Company(WorkspaceOwned):
    """Found again by `external_id`, else by `name`; `value` is what the company is worth in a year."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    external_id = models.CharField(_("External id"), max_length=120, blank=True)
    name = models.CharField(_("Name"), max_length=200)
    value = models.DecimalField(_("Value"), max_digits=14, decimal_places=2, null=True, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="company_name_once"),
            models.UniqueConstraint(
                fields=["workspace", "external_id"],
                condition=~models.Q(external_id=""),
                name="company_external_id_once",
            ),
        ]
        indexes = [
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="company_search"),
            models.Index("workspace", Lower("name"), "id", name="company_by_name"),  # the list
        ]

    def __str__(self) -> str:
        return self.name
