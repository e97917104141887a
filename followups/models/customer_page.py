"""The customer's own page of their case: whether it is open, and what they chose there."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import TenantKey, WorkspaceOwned
from core.constraints import both_or_neither


class CustomerPage(WorkspaceOwned):
    """Written with the first thing that is chosen or taken back; a case without a row has its page as it comes.

    `left_alone_at`: no message about this case any more, by the customer's wish; their own words end it.
    """

    case = TenantKey("detractors.Case", on_delete=models.CASCADE, related_name="+")
    left_alone_at = models.DateTimeField(null=True)
    is_solved = models.BooleanField(null=True)  # what they said last of the fix
    said_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["case"], name="customer_page_once_per_case"),
            models.CheckConstraint(
                condition=both_or_neither("is_solved", "said_at"), name="customer_page_said_pair"
            ),
            models.CheckConstraint(
                condition=Q(revoked_by__isnull=True) | Q(revoked_at__isnull=False),
                name="customer_page_revoked_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return str(self.case_id)


@remembered(
    kind="customer_page",
    label=_("customers' pages"),
    shows=[],
    words={
        "is_on": _("customers see their case"),
        "days_open": _("days after the end of the case"),
        "offers_calls": _("customers choose a call-back"),
        "call_minutes": _("minutes of a call"),
        "call_notice_hours": _("hours of notice before a call"),
    },
)
class CustomerPageSettings(WorkspaceOwned):
    """One row a workspace; without it the pages are as the defaults say."""

    is_on = models.BooleanField(default=True)
    days_open = models.PositiveSmallIntegerField(default=90)  # after the case is closed
    offers_calls = models.BooleanField(default=True)
    call_minutes = models.PositiveSmallIntegerField(default=15)
    call_notice_hours = models.PositiveSmallIntegerField(default=4)
    updated_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace"], name="customer_page_settings_once"),
            models.CheckConstraint(
                condition=Q(
                    days_open__gte=1,
                    days_open__lte=730,
                    call_minutes__gte=5,
                    call_minutes__lte=120,
                    call_notice_hours__lte=168,
                ),
                name="customer_page_settings_bounds",
            ),
        ]

    def __str__(self) -> str:
        return str(self.workspace_id)
