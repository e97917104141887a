"""What has to be done for a case beside the case itself: tasks, questions to colleagues outside, call-backs."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.tenancy import TenantKey, WorkspaceOwned
from core.tokens import link_token, new_nonce, new_public_id


class Task(WorkspaceOwned):
    """One thing to do, by a member (`owner`) or by somebody who is none (`helper_email`, who answers from a mail link).

    `is_promise`: the customer was told of it, in the reply or call of `event` if it was made from one. `overdue_told_at`
    is set once, so that its sweep tells once; `remind_at` is emptied once its owner was reminded.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    case = TenantKey("detractors.Case", on_delete=models.CASCADE, related_name="tasks")
    title = models.CharField(max_length=300)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    due_at = models.DateTimeField(null=True)
    blocks_resolving = models.BooleanField(default=False)
    is_promise = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    overdue_told_at = models.DateTimeField(null=True)
    event = TenantKey("detractors.CaseEvent", null=True, on_delete=models.SET_NULL, related_name="+")
    remind_at = models.DateTimeField(null=True)
    # A promise that somebody said will not be kept: it is done with, and never counts as kept.
    broken_at = models.DateTimeField(null=True)
    broken_because = models.CharField(max_length=300, blank=True, default="", db_default="")

    helper_name = models.CharField(max_length=200, blank=True)
    helper_email = models.CharField(max_length=254, blank=True)
    link_nonce = models.CharField(max_length=22, default=new_nonce, editable=False)
    link_expires_at = models.DateTimeField(null=True)
    link_revoked_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["link_nonce"], name="task_link_nonce_once"),
            models.CheckConstraint(
                condition=Q(done_by__isnull=True) | Q(done_at__isnull=False), name="task_done_by_needs_moment"
            ),
            models.CheckConstraint(
                condition=Q(broken_at__isnull=True, broken_because="")
                | (
                    Q(broken_at__isnull=False, is_promise=True, done_at__isnull=False) & ~Q(broken_because="")
                ),
                name="task_broken_is_a_promise",
            ),
            models.CheckConstraint(
                condition=Q(helper_email="") | Q(owner__isnull=True), name="task_of_one_person"
            ),
            models.CheckConstraint(
                condition=(Q(helper_email="") & Q(link_expires_at__isnull=True))
                | (~Q(helper_email="") & Q(link_expires_at__isnull=False)),
                name="task_link_ends",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "done_at"], name="task_of_case"),
            models.Index(
                fields=["workspace", "owner", "due_at"],
                condition=Q(done_at__isnull=True),
                name="task_open_of_owner",
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(done_at__isnull=True, overdue_told_at__isnull=True, due_at__isnull=False),
                name="task_to_tell",
            ),
            models.Index(
                fields=["remind_at"], condition=Q(remind_at__isnull=False), name="task_to_remind_of"
            ),
            models.Index(
                fields=["workspace", "due_at"],
                condition=Q(is_promise=True, done_at__isnull=True),
                name="task_promised",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    @property
    def is_asked(self) -> bool:
        """Whether somebody outside was asked."""
        return bool(self.helper_email)

    @property
    def link(self) -> str:
        """The token of the page on which the helper answers."""
        return link_token("task", self.link_nonce)


class CallAppointment(WorkspaceOwned):
    """A call-back agreed with the customer: reminded of before, then done, missed or dropped."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    case = TenantKey("detractors.Case", on_delete=models.CASCADE, related_name="appointments")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=15)
    remind_minutes = models.PositiveSmallIntegerField(default=15)
    note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)  # when the sweep has to look: the reminder, then the end

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(dropped_at__isnull=True), name="appointment_one_end"
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=5, minutes__lte=480, remind_minutes__lte=1440),
                name="appointment_minutes_bounds",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "at"], name="appointment_of_case"),
            models.Index(
                fields=["workspace", "owner", "at"],
                condition=Q(done_at__isnull=True, dropped_at__isnull=True),
                name="appointment_of_owner",
            ),
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="appointment_due"),
        ]

    def __str__(self) -> str:
        return self.public_id
