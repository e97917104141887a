"""Who is alerted how and when: choices of people, rules of a workspace, and what waits to be told."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import TenantKey, WorkspaceOwned
from detractors.enums import EscalationLevel


@remembered(
    kind="alert_rules",
    label=_("alerts"),
    shows=[],
    words={
        "most_at_once": _("mails at once before they become one"),
        "within_minutes": _("within minutes"),
        "links_need_sign_in": _("links in mails ask for a sign-in"),
    },
)
class AlertRules(WorkspaceOwned):
    """How a workspace alerts its people; without a row, the defaults."""

    most_at_once = models.PositiveSmallIntegerField(default=5)
    within_minutes = models.PositiveSmallIntegerField(default=10)
    links_need_sign_in = models.BooleanField(default=False)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace"], name="alert_rules_once"),
            models.CheckConstraint(
                condition=Q(
                    most_at_once__gte=1, most_at_once__lte=50, within_minutes__gte=1, within_minutes__lte=1440
                ),
                name="alert_rules_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.most_at_once} in {self.within_minutes} min"


class AlertChoice(WorkspaceOwned):
    """How one member wants to be alerted; without a row: of everything, at any hour.

    `no_mail` and `no_bell` are codes of AlertKind. Between `quiet_from` and `quiet_until` of their day, and on `quiet_days`
    (0 is Monday), mails wait; the bell does not. A new `links_nonce` makes every link in earlier mails worthless.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    no_mail = models.JSONField(default=list)
    no_bell = models.JSONField(default=list)
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    quiet_days = models.JSONField(default=list)
    daily_at = models.TimeField(null=True)  # a mail with one's own open cases
    daily_next_at = models.DateTimeField(null=True)
    links_nonce = models.CharField(max_length=22, blank=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="alert_choice_once"),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="alert_choice_quiet_pair",
            ),
            models.CheckConstraint(
                condition=Q(daily_at__isnull=True, daily_next_at__isnull=True)
                | Q(daily_at__isnull=False, daily_next_at__isnull=False),
                name="alert_choice_daily_pair",
            ),
        ]
        indexes = [
            models.Index(
                fields=["daily_next_at"], condition=Q(daily_next_at__isnull=False), name="alert_daily_due"
            )
        ]

    def __str__(self) -> str:
        return str(self.user_id)


class AlertPace(WorkspaceOwned):
    """How many alerts a person, or a chat target, was sent since a moment: more than a few become one."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    target = TenantKey("outbox.ChatTarget", null=True, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "user"], condition=Q(user__isnull=False), name="alert_pace_of_user"
            ),
            models.UniqueConstraint(
                fields=["workspace", "target"], condition=Q(target__isnull=False), name="alert_pace_of_target"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, target__isnull=True)
                | Q(user__isnull=True, target__isnull=False),
                name="alert_pace_of_one",
            ),
        ]

    def __str__(self) -> str:
        return str(self.count)


class HeldAlert(WorkspaceOwned):
    """Alerts of one kind that wait for the end of somebody's quiet time, or to be gathered with others; told once, then gone.

    The words are made when they are told, from the cases as they are then. `mail` is the folder each would have been; the
    three lists are of one length: ids of the cases, of their promises (0: of none), and what makes each told once. They
    are lists and not rows, since in an outage thousands wait for one receiver.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    target = TenantKey("outbox.ChatTarget", null=True, on_delete=models.CASCADE, related_name="+")
    mail = models.CharField(max_length=20)
    level = models.CharField(max_length=9, choices=EscalationLevel.choices, blank=True)
    because = models.CharField(max_length=300, blank=True)
    cases = ArrayField(models.BigIntegerField())
    timers = ArrayField(models.BigIntegerField())
    keys = ArrayField(models.TextField())
    at = models.DateTimeField()
    tell_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, target__isnull=True)
                | Q(user__isnull=True, target__isnull=False),
                name="held_alert_to_one",
            ),
        ]
        indexes = [models.Index(fields=["tell_at"], name="held_alert_due")]

    def __str__(self) -> str:
        return self.mail
