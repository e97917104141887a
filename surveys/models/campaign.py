"""Who is asked which survey, and when."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import TenantKey, WorkspaceOwned
from core.tokens import new_public_id
from surveys.enums import CampaignKind, CampaignStatus, ResponseChannel


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
        "paused_at",
        "next_at",
        "round",
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
    kind = models.CharField(
        max_length=9, choices=CampaignKind.choices, default=CampaignKind.ONCE, db_default=CampaignKind.ONCE
    )
    channel = models.CharField(
        max_length=7,
        choices=ResponseChannel.choices,
        default=ResponseChannel.EMAIL,
        db_default=ResponseChannel.EMAIL,
    )
    saved_audience = TenantKey(
        "surveys.Audience", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    audience = models.JSONField(default=dict)
    status = models.CharField(max_length=9, choices=CampaignStatus.choices, default=CampaignStatus.DRAFT)
    # When: once at `starts_at`; recurring `first_after_days` after the contact was added, then every `every_days`;
    # triggered `delay_seconds` after the event `trigger`. The window is in each contact's own time zone and never
    # overridden by a delay: {"days": [1..7], "from": "09:00", "to": "18:00"}.
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    first_after_days = models.PositiveSmallIntegerField(null=True, blank=True)
    every_days = models.PositiveSmallIntegerField(null=True, blank=True)
    trigger = models.CharField(max_length=80, blank=True, default="", db_default="")
    delay_seconds = models.PositiveIntegerField(default=0, db_default=0)
    window = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()), blank=True)
    uses_send_hour = models.BooleanField(
        default=False, db_default=False
    )  # at the hour a person tends to answer
    # How many.
    sample_percent = models.PositiveSmallIntegerField(default=100, db_default=100)
    daily_cap = models.PositiveIntegerField(null=True, blank=True)
    spread_days = models.PositiveSmallIntegerField(null=True, blank=True)
    keeps_capacity = models.BooleanField(default=False, db_default=False)  # no more than the team can answer
    # In which words, where they differ from the survey's.
    subject = models.CharField(
        _("Subject of the mail"), max_length=200, blank=True, default="", db_default=""
    )
    intro = models.CharField(
        _("Words before the question"), max_length=1000, blank=True, default="", db_default=""
    )
    from_name = models.CharField(_("Sender name"), max_length=120, blank=True, default="", db_default="")
    reply_to = models.EmailField(_("Replies go to"), blank=True, default="", db_default="")
    paused_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)  # when the sweep looks at it again
    round = models.PositiveIntegerField(
        default=1, db_default=1
    )  # of a recurring campaign: which one is being asked
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
            ),
            models.CheckConstraint(condition=Q(kind__in=CampaignKind.values), name="campaign_kind_known"),
            models.CheckConstraint(
                condition=Q(sample_percent__gte=1, sample_percent__lte=100), name="campaign_sample_percent"
            ),
            models.CheckConstraint(
                condition=Q(every_days__isnull=True) | Q(every_days__gte=1, every_days__lte=730),
                name="campaign_every_days",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(status__in=["PREPARING", "SENDING"]), name="campaign_running"
            ),
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="campaign_due"),
            models.Index(
                fields=["workspace", "trigger"], condition=~Q(trigger=""), name="campaign_of_trigger"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        return self.status == CampaignStatus.DRAFT

    @property
    def is_running(self) -> bool:
        """Whether its figures change by themselves from moment to moment."""
        return self.status in (CampaignStatus.PREPARING, CampaignStatus.SENDING)

    @property
    def is_under_way(self) -> bool:
        """Whether it asks people, or will: it can be paused and stopped."""
        return self.status in (
            CampaignStatus.SCHEDULED, CampaignStatus.PREPARING, CampaignStatus.SENDING, CampaignStatus.RUNNING,
        )  # fmt: skip

    @property
    def is_stoppable(self) -> bool:
        return self.is_under_way or self.is_paused

    @property
    def is_paused(self) -> bool:
        return self.status == CampaignStatus.PAUSED
