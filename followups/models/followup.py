"""One planned mail of a case: it waits here until due and is checked again before it leaves."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import TenantKey, WorkspaceOwned
from followups.enums import FollowUpStatus, FollowUpStep, Scope, ThenMove, skip_reasons


class FollowUp(WorkspaceOwned):
    """`episode` is the number of the case's reopenings when it was planned: each step once an episode."""

    case = TenantKey("detractors.Case", on_delete=models.CASCADE, related_name="+")
    step = models.CharField(max_length=11, choices=FollowUpStep.choices)
    episode = models.PositiveSmallIntegerField(default=0)
    occasion = models.CharField(max_length=40, blank=True)  # tells two waits of one episode apart
    status = models.CharField(max_length=7, choices=FollowUpStatus.choices, default=FollowUpStatus.PLANNED)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    skipped_because = models.CharField(max_length=16, choices=skip_reasons, blank=True)
    message = models.ForeignKey(
        "outbox.OutboundMessage", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    retry_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["case", "step", "episode", "occasion"], name="followup_once"),
            models.CheckConstraint(
                condition=Q(status="SENT", sent_at__isnull=False, skipped_because="")
                | Q(status="PLANNED", sent_at__isnull=True, skipped_because="")
                | (Q(status="SKIPPED", sent_at__isnull=True) & ~Q(skipped_because="")),
                name="followup_status_agrees",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(status="PLANNED"), name="followup_due")]

    def __str__(self) -> str:
        return f"{self.step} of {self.case_id}"


@remembered(
    kind="reply_template",
    label=_("kept reply"),
    words={
        "name": _("name"),
        "subject": _("subject"),
        "body": _("words"),
        "owner": _("only for"),
        "team": _("team"),
        "shortcut": _("shortcut"),
        "then_move": _("then"),
        "then": _("with it"),
    },
)
class ReplyTemplate(WorkspaceOwned):
    """A canned reply with merge fields; with `then_move` a macro: words and what is done with the case.

    With `owner` only they see it, with `team` that team, with neither everybody. `shortcut` is typed as "/shortcut" in
    a reply. `then` is as in `PendingReply`; what is missing in it is asked of the writer.
    """

    name = models.CharField(max_length=80)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
    )
    team = TenantKey("accounts.Team", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    shortcut = models.CharField(max_length=20, blank=True, default="", db_default="")
    then_move = models.CharField(
        max_length=7, choices=ThenMove.choices, blank=True, default="", db_default=""
    )
    then = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "owner", "team", "name"],
                name="reply_template_name_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=True) | Q(team__isnull=True), name="reply_template_one_list"
            ),
        ]

    @property
    def scope(self) -> str:
        """Whose list it is in."""
        return Scope.PERSONAL if self.owner_id else Scope.TEAM if self.team_id else Scope.SHARED

    def __str__(self) -> str:
        return self.name
