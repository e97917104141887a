"""Whether the world may believe that our mail is ours: what the sender's domain says in DNS."""

from django.db import models

from accounts.tenancy import WorkspaceOwned


class SenderCheck(WorkspaceOwned):
    """The latest look at one domain. `findings`: {"spf": {"state", "found", "advice"}, "dkim": ..., "dmarc": ...}."""

    domain = models.CharField(max_length=253)
    selector = models.CharField(max_length=63, blank=True)  # of DKIM
    findings = models.JSONField(default=dict)
    checked_at = models.DateTimeField(null=True)
    history = models.JSONField(default=list)  # [{"at", "selector", "spf", "dkim", "dmarc"}], the latest first
    next_at = models.DateTimeField(null=True)  # set while a check waits
    lease_until = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "domain"], name="sender_check_once")]
        indexes = [
            models.Index(
                fields=["next_at"], condition=models.Q(next_at__isnull=False), name="sender_check_due"
            )
        ]

    def __str__(self) -> str:
        return self.domain
