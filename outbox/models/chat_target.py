"""Where a workspace wants to hear of its cases beside the mailboxes of its people: a chat room, or a program of its own."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import WorkspaceOwned
from core.tokens import new_public_id
from outbox.enums import TargetKind


@remembered(
    kind="chat_target",
    label=_("chat target"),
    exclude=["public_id", "failures", "last_error", "last_sent_at", "updated_at", "digest_next_at"],
    secret=["address", "secret"],
    words={
        "name": _("name"),
        "kind": _("kind"),
        "address": _("address"),
        "secret": _("signing secret"),
        "events": _("hears of"),
        "digest_at": _("daily overview at"),
        "is_active": _("in use"),
        "disabled_because": _("switched off because"),
    },
)
class ChatTarget(WorkspaceOwned):
    """One room or program. `address` (a webhook's: whoever has it can write there) and `secret` are sealed.

    `failures` counts messages in a row that were given up; too many switch it off, with `disabled_because` (empty: a person
    did). `events` are codes of TargetEvent.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=TargetKind.choices)
    address = models.TextField()
    secret = models.TextField(blank=True)  # of a webhook: what its calls are signed with
    events = models.JSONField(default=list)
    digest_at = models.TimeField(null=True)  # of the workspace's day
    digest_next_at = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    disabled_because = models.CharField(max_length=200, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    last_sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="chat_target_name_once"),
            models.CheckConstraint(condition=Q(kind__in=TargetKind.values), name="chat_target_kind_known"),
            models.CheckConstraint(
                condition=Q(digest_at__isnull=False) | Q(digest_next_at__isnull=True),
                name="chat_target_digest_pair",
            ),
        ]
        indexes = [
            models.Index(
                fields=["digest_next_at"],
                condition=Q(digest_next_at__isnull=False),
                name="chat_target_digest_due",
            )
        ]

    def __str__(self) -> str:
        return self.name
