"""Words kept for mails, texts and calls, in several languages and with every former version."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import TenantKey, WorkspaceOwned
from core.tokens import new_public_id
from followups.enums import TemplateKind


@remembered(
    kind="message_template",
    label=_("template"),
    exclude=["public_id", "key", "created_at"],
    words={
        "kind": _("kind"),
        "name": _("name"),
        "language": _("own language"),
        "live_number": _("version in use"),
        "archived_at": _("retired"),
    },
)
class MessageTemplate(WorkspaceOwned):
    """What is written or said on one occasion. Its words are those of the version `live_number`.

    Without `live_number` nothing is published yet. `language` is spoken to everybody whose own has no words; `key` names
    the ready-made one it was copied from. A retired one is offered to nobody, and what points at it still works.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    kind = models.CharField(max_length=4, choices=TemplateKind.choices)
    name = models.CharField(max_length=80)
    key = models.CharField(max_length=40, blank=True, default="", db_default="")
    language = models.CharField(max_length=16)
    live_number = models.PositiveIntegerField(null=True)
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "name"],
                condition=Q(archived_at__isnull=True),
                name="message_template_name_once",
            ),
            models.UniqueConstraint(
                fields=["workspace", "key"], condition=~Q(key=""), name="message_template_key_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=TemplateKind.values), name="message_template_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_live(self) -> bool:
        """Whether it can be used now."""
        return self.live_number is not None and self.archived_at is None


class TemplateVersion(WorkspaceOwned):
    """Everything a template said from one publishing to the next; what is published never changes.

    `words` is {language: {"subject": words, "body": words}}. Without `published_at` it is the draft, at most one each.
    """

    template = TenantKey("followups.MessageTemplate", on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    words = models.JSONField()
    restored_from = models.PositiveIntegerField(null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="template_version_once"),
            models.UniqueConstraint(
                fields=["template"], condition=Q(published_at__isnull=True), name="template_version_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1)
                & (Q(restored_from__isnull=True) | Q(restored_from__lt=F("number"))),
                name="template_version_numbers",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"

    @property
    def is_draft(self) -> bool:
        return self.published_at is None
