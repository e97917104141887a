"""A survey's link for everybody: in a newsletter, on a poster, on a tablet at the counter."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import TenantKey, WorkspaceOwned
from core.tokens import new_public_id


@remembered(
    kind="public_link",
    label=_("public link"),
    shows=["source"],
    exclude=["created_by"],
    words={
        "survey": _("survey"),
        "source": _("source"),
        "touchpoint": _("touchpoint"),
        "is_kiosk": _("kiosk"),
        "kiosk_seconds": _("seconds until the next customer"),
        "language": _("language"),
        "archived_at": _("archived"),
    },
)
class PublicLink(WorkspaceOwned):
    """`/s/p/<public_id>/`: answers that come through it carry its source, touchpoint and channel."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    survey = TenantKey("surveys.Survey", on_delete=models.CASCADE, related_name="public_links")
    source = models.CharField(_("Source"), max_length=80)
    touchpoint = TenantKey(
        "surveys.Touchpoint", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_kiosk = models.BooleanField(_("Kiosk"), default=False)
    kiosk_seconds = models.PositiveSmallIntegerField(_("Seconds until the next customer"), default=8)
    language = models.CharField(_("Language"), max_length=16, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["survey", "source"], name="public_link_source_once"),
            models.CheckConstraint(
                condition=models.Q(kiosk_seconds__gte=3, kiosk_seconds__lte=120),
                name="public_link_kiosk_seconds",
            ),
        ]

    def __str__(self) -> str:
        return self.source
