"""An address we must not mail, and why."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import WorkspaceOwned
from outbox.enums import SuppressionReason, SuppressionScope


class Suppression(WorkspaceOwned):
    """One standing row per workspace and address; `address` is kept in small letters.

    Of an erased person only `address_hash` is kept (core.privacy.address_hash). When the same address comes in again, with
    an import or through the API, the row gets it back beside the hash, so that every check sees it.
    """

    address = models.CharField(max_length=320, blank=True)
    address_hash = models.CharField(max_length=64, blank=True, default="", db_default="")
    scope = models.CharField(max_length=8, choices=SuppressionScope.choices)
    reason = models.CharField(max_length=16, choices=SuppressionReason.choices)
    source = models.CharField(max_length=60, blank=True)  # "message:<public id>", "webhook", "staff"
    note = models.CharField(max_length=300, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)  # taken back: the row stays as the history
    lifter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    lift_note = models.CharField(max_length=300, blank=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "address"],
                condition=models.Q(lifted_at__isnull=True) & ~models.Q(address=""),
                name="suppression_once",
            ),
            models.UniqueConstraint(
                fields=["workspace", "address_hash"],
                condition=models.Q(lifted_at__isnull=True) & ~models.Q(address_hash=""),
                name="suppression_hash_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(address="", address_hash=""), name="suppression_of_somebody"
            ),
            models.CheckConstraint(
                condition=(models.Q(lifted_at__isnull=True) & models.Q(lift_note=""))
                | (models.Q(lifted_at__isnull=False) & ~models.Q(lift_note="")),
                name="suppression_lifted_with_note",
            ),
        ]

    def __str__(self) -> str:
        return self.address or str(_("An erased person"))
