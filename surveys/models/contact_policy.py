"""How much a workspace asks of one person, over all surveys, follow-ups and channels."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import TenantKey, WorkspaceOwned


@remembered(
    kind="contact_policy",
    label=_("contact policy"),
    words={
        "decline_days": _("days of peace after a refusal"),
        "quiet_from": _("quiet from"),
        "quiet_to": _("quiet until"),
        "keeps_holidays": _("not on holidays"),
        "calendar": _("calendar"),
        "cap_count": _("messages at most"),
        "cap_days": _("within days"),
        "capacity_share": _("share of the free hours for new cases"),
    },
)
class ContactPolicy(WorkspaceOwned):
    """One row a workspace; a workspace without one has the defaults here. The floor of days is Workspace.quiet_days.

    Quiet hours are in the person's own time zone; `cap_count` messages of any kind in `cap_days` days, 0 is no cap.
    """

    decline_days = models.PositiveSmallIntegerField(default=30)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_to = models.TimeField(null=True, blank=True)
    keeps_holidays = models.BooleanField(default=False)
    calendar = TenantKey("accounts.BusinessCalendar", null=True, on_delete=models.SET_NULL, related_name="+")
    cap_count = models.PositiveSmallIntegerField(default=0)
    cap_days = models.PositiveSmallIntegerField(default=7)
    minutes_per_case = models.PositiveSmallIntegerField(default=30)  # of an agent's time, for the estimate
    capacity_share = models.PositiveSmallIntegerField(
        default=80
    )  # percent of the free hours that may be planned
    updated_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace"], name="contact_policy_once"),
            models.CheckConstraint(
                condition=Q(cap_days__gte=1, cap_days__lte=365), name="contact_policy_cap_days"
            ),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_to__isnull=True)
                | Q(quiet_from__isnull=False, quiet_to__isnull=False),
                name="contact_policy_quiet_pair",
            ),
            models.CheckConstraint(
                condition=Q(capacity_share__gte=1, capacity_share__lte=100),
                name="contact_policy_capacity_share",
            ),
        ]

    def __str__(self) -> str:
        return "contact policy"
