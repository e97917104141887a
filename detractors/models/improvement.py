"""The outer loop: what is changed so that a cause goes away for everyone, who does it, and by when."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import TenantKey, WorkspaceOwned
from core.tokens import new_public_id
from detractors.enums import ImprovementKind, ImprovementState


@remembered(
    kind="improvement",
    label=_("improvement"),
    shows=["title"],
    exclude=["public_id", "created_at", "created_by", "updated_at"],
    words={
        "title": _("name"),
        "about": _("what is wrong"),
        "kind": _("kind"),
        "owner": _("owner"),
        "due_on": _("due"),
        "state": _("state"),
        "outcome": _("what was changed"),
        "started_at": _("begun"),
        "ended_at": _("ended"),
    },
)
class Improvement(WorkspaceOwned):
    """One change that removes a root cause: `outcome` says what was changed in words customers can read.

    DONE needs an outcome; `ended_at` is the moment it was done or dropped.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    title = models.CharField(max_length=160)
    about = models.TextField(blank=True)
    kind = models.CharField(max_length=8, choices=ImprovementKind.choices, default=ImprovementKind.PROCESS)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    due_on = models.DateField(null=True)
    state = models.CharField(max_length=7, choices=ImprovementState.choices, default=ImprovementState.PLANNED)
    outcome = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    updated_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["DONE", "DROPPED"], ended_at__isnull=False)
                | Q(state__in=["PLANNED", "STARTED"], ended_at__isnull=True),
                name="improvement_ended_pair",
            ),
            models.CheckConstraint(
                condition=~Q(state="DONE") | ~Q(outcome=""), name="improvement_done_says_what"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "state", "due_on"], name="improvement_list"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        """Whether it is done or dropped."""
        return self.ended_at is not None

    @property
    def is_done(self) -> bool:
        return self.state == ImprovementState.DONE


class ImprovementCause(WorkspaceOwned):
    """A cause the improvement removes: every case that carries it belongs to the improvement."""

    improvement = TenantKey("detractors.Improvement", on_delete=models.CASCADE, related_name="causes")
    cause = TenantKey("detractors.RootCause", on_delete=models.CASCADE, related_name="+")

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["improvement", "cause"], name="improvement_cause_once"),
        ]
        indexes = [models.Index(fields=["cause"], name="improvement_of_cause")]

    def __str__(self) -> str:
        return str(self.cause_id)


class ImprovementCase(WorkspaceOwned):
    """A case somebody tied to the improvement by hand, whatever its cause."""

    improvement = TenantKey("detractors.Improvement", on_delete=models.CASCADE, related_name="tied")
    case = TenantKey("detractors.Case", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["improvement", "case"], name="improvement_case_once"),
        ]
        indexes = [models.Index(fields=["case"], name="improvement_of_case")]

    def __str__(self) -> str:
        return str(self.case_id)


class ImprovementComment(WorkspaceOwned):
    """What somebody said about the improvement."""

    improvement = TenantKey("detractors.Improvement", on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    text = models.TextField()
    at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        indexes = [models.Index(fields=["improvement", "at"], name="improvement_comments")]

    def __str__(self) -> str:
        return self.text[:60]
