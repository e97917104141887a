"""A public key: pages of named origins may hand in answers to one survey with it, and do nothing else."""

from django.conf import settings as site
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import TenantKey, WorkspaceOwned
from core.tokens import new_public_id

PREFIX = "pk_"


def new_widget_id() -> str:
    """`pk_` and 22 characters, 128 bits: public, but not to be guessed."""
    return PREFIX + new_public_id()


@remembered(
    kind="widget_key",
    label=_("widget key"),
    exclude=["last_used_at", "replaces", "created_by", "secret"],
    words={
        "name": _("name"),
        "public_id": _("key"),
        "survey": _("survey"),
        "origins": _("sites"),
        "settings": _("how it asks"),
        "expires_at": _("ends"),
        "revoked_at": _("revoked"),
    },
)
class WidgetKey(WorkspaceOwned):
    """It is no secret: everybody who looks at the page can read it. What it can do is bounded here and by limits."""

    public_id = models.CharField(max_length=25, unique=True, default=new_widget_id, editable=False)
    survey = TenantKey("surveys.Survey", on_delete=models.CASCADE, related_name="widget_keys")
    name = models.CharField(_("Name"), max_length=50)
    origins = models.JSONField(default=list)  # ["https://shop.example"], see core/origins.py
    # How the script asks: {"mode": "POPOVER"|"INLINE", "side", "urls": [patterns], "delay", "scroll", "percent", "again_days"}
    settings = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    secret = models.TextField(
        blank=True, default="", db_default=""
    )  # sealed: signs the identity of known contacts
    replaces = TenantKey("self", null=True, on_delete=models.SET_NULL, related_name="replaced_by")
    created_by = models.ForeignKey(
        site.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)  # when a rotation is over
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)  # to the minute

    class Meta(WorkspaceOwned.Meta):
        indexes = [
            models.Index(fields=["workspace", "-id"], name="widget_key_list"),
            GinIndex(  # a browser asks before it sends, and names no key then
                fields=["origins"],
                opclasses=["jsonb_path_ops"],
                condition=models.Q(revoked_at__isnull=True),
                name="widget_key_origins",
            ),
        ]

    def __str__(self) -> str:
        return self.name
