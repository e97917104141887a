"""What we give to put it right: with its value, its cost, and whoever had to agree."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.history import remembered
from accounts.tenancy import TenantKey, WorkspaceOwned
from core.constraints import both_or_neither
from core.tokens import new_public_id
from detractors.enums import RemedyKind, RemedyState


class Remedy(WorkspaceOwned):
    """One thing given (or asked for) in a case. Money is in the workspace's currency, with two decimals.

    `value` is what it is worth to the customer, `cost` what it costs us. WAITING wants somebody's word; what is GRANTED or
    GIVEN counts in the ledger at `granted_at`; REFUSED and TAKEN_BACK count nothing.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    case = TenantKey("detractors.Case", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=11, choices=RemedyKind.choices)
    what = models.CharField(max_length=300)
    value = models.DecimalField(max_digits=9, decimal_places=2, default=0)
    cost = models.DecimalField(max_digits=9, decimal_places=2, default=0)
    state = models.CharField(max_length=10, choices=RemedyState.choices)
    why_asked = models.JSONField(default=list)  # codes of rules.remedies, when somebody had to agree
    pool = TenantKey("detractors.RemedyPool", null=True, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(null=True)  # of a gesture: the day it is meant for
    owner = models.ForeignKey(  # of a gesture: whose task it becomes once it is granted
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    task = TenantKey("detractors.Task", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decision_note = models.CharField(max_length=300, blank=True)
    granted_at = models.DateTimeField(null=True)
    given_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(value__gte=0, cost__gte=0), name="remedy_not_negative"),
            models.CheckConstraint(
                condition=both_or_neither("decided_at", "decided_by"), name="remedy_decided_pair"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["GRANTED", "GIVEN"], granted_at__isnull=False)
                | ~Q(state__in=["GRANTED", "GIVEN"]),
                name="remedy_granted_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["case"], name="remedy_of_case"),
            models.Index(
                fields=["workspace", "granted_at"],
                condition=Q(state__in=["GRANTED", "GIVEN"]),
                include=["cost", "kind", "created_by"],
                name="remedy_ledger",
            ),
            models.Index(fields=["workspace", "id"], condition=Q(state="WAITING"), name="remedy_waiting"),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def counts(self) -> bool:
        """Whether it is in the ledger."""
        return self.state in (RemedyState.GRANTED, RemedyState.GIVEN)

    @property
    def is_waiting(self) -> bool:
        return self.state == RemedyState.WAITING


@remembered(
    kind="remedy_limit",
    label=_("limit of remedies"),
    shows=["role"],
    words={"once": _("of one remedy"), "month": _("in a month")},
)
class RemedyLimit(WorkspaceOwned):
    """What a role may give without asking; null is without limit. Without a row, rules.remedies.DEFAULTS holds."""

    role = models.CharField(max_length=7, choices=Role.choices)
    once = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    month = models.DecimalField(max_digits=9, decimal_places=2, null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "role"], name="remedy_limit_once")]

    def __str__(self) -> str:
        return self.role


@remembered(
    kind="remedy_settings",
    label=_("remedies"),
    shows=[],
    words={"currency": _("currency"), "budget": _("budget of a month")},
)
class RemedySettings(WorkspaceOwned):
    """The currency, and what may be spent in a calendar month (null: no budget)."""

    currency = models.CharField(max_length=3, default="EUR")
    budget = models.DecimalField(max_digits=11, decimal_places=2, null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="remedy_settings_once")]

    def __str__(self) -> str:
        return self.currency


@remembered(
    kind="remedy_pool",
    label=_("codes of remedies"),
    exclude=["public_id", "created_at"],
    words={
        "name": _("name"),
        "kind": _("kind"),
        "value": _("value"),
        "cost": _("cost"),
        "retired_at": _("retired"),
    },
)
class RemedyPool(WorkspaceOwned):
    """Codes of one kind of offer, each handed out once."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=11, choices=RemedyKind.choices, default=RemedyKind.OFFER)
    value = models.DecimalField(max_digits=9, decimal_places=2, default=0)
    cost = models.DecimalField(max_digits=9, decimal_places=2, default=0)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="remedy_pool_name_once")]

    def __str__(self) -> str:
        return self.name


class RemedyCode(WorkspaceOwned):
    """One code; with `remedy` it was handed out, and never is again."""

    pool = TenantKey("detractors.RemedyPool", on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(max_length=100)
    remedy = TenantKey("detractors.Remedy", null=True, on_delete=models.SET_NULL, related_name="codes")
    handed_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["pool", "code"], name="remedy_code_once"),
            models.UniqueConstraint(
                fields=["remedy"], condition=Q(remedy__isnull=False), name="remedy_code_of_one"
            ),
        ]
        indexes = [
            models.Index(fields=["pool", "id"], condition=Q(handed_at__isnull=True), name="remedy_code_free")
        ]

    def __str__(self) -> str:
        return self.code
