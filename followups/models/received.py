"""Mail that came in: the raw mail first, in one row, then what became of it; and how a workspace receives mail."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import TenantKey, TenantManager, TenantQuerySet, WorkspaceOwned
from core.constraints import both_or_neither
from core.tokens import new_public_id
from followups.enums import Came, Line, MailKind, ReceivedState, SortedAs, TrayReason


class ReceivedMail(models.Model):
    """One mail as it reached us, packed with zlib in `raw`, and where it is now.

    The row is written before anybody reads the mail; a sweep reads and places it, safely twice. `workspace` is null as
    long as nobody can tell whose it is: then it is kept all the same (`manage.py unclaimed_mail`). `fingerprint` is one
    for all deliveries of the same mail. What a person decided in the tray happens at `next_at`, so that it can be undone.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    workspace = models.ForeignKey(
        "accounts.Workspace", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    came = models.CharField(max_length=7, choices=Came.choices)
    fingerprint = models.CharField(max_length=64)
    envelope_from = models.CharField(max_length=320, blank=True)
    envelope_to = models.CharField(max_length=320, blank=True)
    raw = models.BinaryField(null=True, editable=False)  # null once it was forgotten
    size = models.PositiveIntegerField()  # bytes of the mail as it came
    is_cut = models.BooleanField(default=False)  # larger than what is kept: its beginning
    received_at = models.DateTimeField()

    state = models.CharField(max_length=9, choices=ReceivedState.choices, default=ReceivedState.WAITING)
    kind = models.CharField(max_length=9, choices=MailKind.choices, blank=True)
    why = models.CharField(max_length=80, blank=True)  # the code of what told its kind
    reason = models.CharField(max_length=14, choices=TrayReason.choices, blank=True)
    from_address = models.CharField(max_length=320, blank=True)
    from_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    excerpt = models.CharField(max_length=300, blank=True)
    message_id = models.CharField(max_length=255, blank=True)
    case = TenantKey("detractors.Case", null=True, on_delete=models.SET_NULL, related_name="+")
    mail = TenantKey("followups.Mail", null=True, on_delete=models.SET_NULL, related_name="+")
    mention = TenantKey("surveys.Mention", null=True, on_delete=models.SET_NULL, related_name="+")
    after = TenantKey(
        "detractors.Case", null=True, on_delete=models.SET_NULL, related_name="+"
    )  # it goes on from

    sorted_as = models.CharField(max_length=9, choices=SortedAs.choices, blank=True)
    sorted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    sorted_at = models.DateTimeField(null=True)

    next_at = models.DateTimeField(null=True)  # when the sweep looks at it
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    forgotten_at = models.DateTimeField(null=True)

    objects: ClassVar[TenantManager] = TenantManager(TenantQuerySet)
    unscoped: ClassVar[models.Manager] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(fields=["fingerprint"], name="received_mail_once"),
            models.CheckConstraint(
                condition=both_or_neither("sorted_at", "sorted_by"), name="received_mail_sorted_pair"
            ),
            models.CheckConstraint(
                condition=Q(workspace__isnull=False)
                | Q(case__isnull=True, mail__isnull=True, mention__isnull=True),
                name="received_mail_workspace_before_case",
            ),
            models.CheckConstraint(
                condition=Q(raw__isnull=True, forgotten_at__isnull=False)
                | Q(raw__isnull=False, forgotten_at__isnull=True),
                name="received_mail_raw_until_forgotten",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="received_mail_due"),
            models.Index(fields=["workspace", "state", "-id"], name="received_mail_by_state"),
            models.Index("workspace", Lower("from_address"), name="received_mail_of_sender"),
            models.Index(fields=["case"], condition=Q(case__isnull=False), name="received_mail_of_case"),
            models.Index(fields=["mail"], condition=Q(mail__isnull=False), name="received_mail_of_mail"),
        ]

    def __str__(self) -> str:
        return self.public_id


@remembered(
    kind="mail_intake",
    label=_("incoming mail"),
    exclude=["next_at", "lease_until", "failures", "last_error", "polled_at", "taken"],
    secret=["password"],
    shows=("address", "host"),
    words={
        "address": _("address"),
        "reopens_days": _("days a reply opens a closed case again"),
        "takes_complaints": _("mail to us opens cases"),
        "is_on": _("mailbox is read"),
        "host": _("mail server"),
        "port": _("port"),
        "line": _("encryption"),
        "user": _("user name"),
        "folder": _("folder"),
        "done_folder": _("folder for what was read"),
        "every_minutes": _("minutes between looks"),
        "password": _("password"),
    },
)
class MailIntake(WorkspaceOwned):
    """How a workspace receives mail: its rules, and a mailbox that is read by IMAP.

    `address` is the mailbox's own; customers answer to `name+reply.<token>@` of it. `password` is sealed (core/sealing).
    """

    address = models.EmailField(blank=True)
    reopens_days = models.PositiveSmallIntegerField(default=30)
    takes_complaints = models.BooleanField(default=True)
    is_on = models.BooleanField(default=False)
    host = models.CharField(max_length=253, blank=True)
    port = models.PositiveIntegerField(default=993)
    line = models.CharField(max_length=8, choices=Line.choices, default=Line.TLS)
    user = models.CharField(max_length=320, blank=True)
    password = models.TextField(blank=True)
    folder = models.CharField(max_length=200, default="INBOX")
    done_folder = models.CharField(max_length=200, blank=True)
    every_minutes = models.PositiveSmallIntegerField(default=2)
    next_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    polled_at = models.DateTimeField(null=True)
    taken = models.PositiveIntegerField(default=0)  # mails this mailbox brought
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace"], name="mail_intake_once"),
            models.CheckConstraint(condition=Q(port__gte=1, port__lte=65535), name="mail_intake_port"),
            models.CheckConstraint(
                condition=Q(is_on=False) | (~Q(host="") & ~Q(user="")), name="mail_intake_on_has_server"
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="mail_intake_due")
        ]

    def __str__(self) -> str:
        return self.address or self.host
