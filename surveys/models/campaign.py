"""Who is asked which survey, and when."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import TenantKey, WorkspaceOwned
from core.tokens import new_public_id
from surveys.enums import CampaignStatus


@remembered(
    kind="campaign",
    label=_("campaign"),
    # The audience may name a person, who can be erased; the rest is the progress of the sending.
    exclude=[
        "public_id",
        "audience",
        "created_by",
        "prepared_to",
        "audience_to",
        "started_at",
        "finished_at",
    ],
    words={"survey": _("survey"), "touchpoint": _("touchpoint"), "status": _("state")},
)
class Campaign(WorkspaceOwned):
    """One sending of one survey. `audience` says which contacts:

    {"all": true} | {"contacts": [ids]} | {"search": text, "attribute": name, "value": text}
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    name = models.CharField(_("Name"), max_length=120)
    survey = TenantKey("surveys.Survey", on_delete=models.PROTECT, related_name="+")
    touchpoint = TenantKey(
        "surveys.Touchpoint", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    audience = models.JSONField(default=dict)
    status = models.CharField(max_length=9, choices=CampaignStatus.choices, default=CampaignStatus.DRAFT)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    prepared_to = models.BigIntegerField(default=0)  # contacts up to this id have their invitation: resumable
    audience_to = models.BigIntegerField(default=0)  # contacts added after the start are not asked
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=CampaignStatus.values), name="campaign_status_known"
            )
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(status__in=["PREPARING", "SENDING"]), name="campaign_running"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        return self.status == CampaignStatus.DRAFT

    @property
    def is_running(self) -> bool:
        return self.status in (CampaignStatus.PREPARING, CampaignStatus.SENDING)
