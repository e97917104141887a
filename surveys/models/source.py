"""Where unasked opinions come from: feeds, signed webhooks, files, a complaint form."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import TenantKey, WorkspaceOwned
from core.tokens import new_public_id
from surveys.enums import ResponseChannel, SourceKind


@remembered(
    kind="feedback_source",
    label=_("source of opinions"),
    exclude=[
        "public_id",
        "secret",
        "etag",
        "modified",
        "next_at",
        "lease_until",
        "failures",
        "last_error",
        "polled_at",
        "created_by",
    ],
    words={"name": _("name"), "kind": _("kind"), "url": _("address"), "archived_at": _("archived")},
)
class FeedbackSource(WorkspaceOwned):
    """`secret` is sealed (core.sealing) and signs webhooks; a FEED is read when `next_at` has come."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    kind = models.CharField(max_length=9, choices=SourceKind.choices)
    name = models.CharField(_("Name"), max_length=80)
    channel = models.CharField(max_length=7, choices=ResponseChannel.choices, default=ResponseChannel.REVIEW)
    touchpoint = TenantKey(
        "surveys.Touchpoint", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    url = models.URLField(_("Address"), max_length=500, blank=True)
    secret = models.TextField(blank=True)
    opens_cases = models.BooleanField(_("Unhappy ones open a case"), default=True)
    every_minutes = models.PositiveIntegerField(_("Minutes between two looks"), default=60)
    etag = models.CharField(max_length=300, blank=True)
    modified = models.CharField(max_length=100, blank=True)
    next_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    polled_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=SourceKind.values), name="feedback_source_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(every_minutes__gte=5, every_minutes__lte=10080), name="feedback_source_every"
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="feedback_source_due"),
        ]

    def __str__(self) -> str:
        return self.name


class Mention(WorkspaceOwned):
    """A review, a post or a complaint nobody asked for; never in NPS.

    `segment` is decided by stars, else by the sentiment of the words, else empty. `decide_at` is set while it waits for
    its decision (see detractors). `external_id` makes it once per source.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    source = TenantKey("surveys.FeedbackSource", on_delete=models.PROTECT, related_name="mentions")
    external_id = models.CharField(max_length=300)
    channel = models.CharField(max_length=7, choices=ResponseChannel.choices)
    is_complaint = models.BooleanField(default=False)  # written to us directly: always owed a case
    contact = TenantKey("surveys.Contact", null=True, on_delete=models.SET_NULL, related_name="+")
    touchpoint = TenantKey("surveys.Touchpoint", null=True, on_delete=models.SET_NULL, related_name="+")
    author = models.CharField(max_length=200, blank=True)
    address = models.EmailField(max_length=254, blank=True)
    url = models.URLField(max_length=1000, blank=True)
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=16, blank=True)
    stars = models.PositiveSmallIntegerField(null=True)  # 1-5
    sentiment = models.FloatField(null=True)  # 0 unhappy to 1 happy
    segment = models.CharField(max_length=12, blank=True)
    is_public = models.BooleanField(default=True)
    published_at = models.DateTimeField()
    received_at = models.DateTimeField()
    decide_at = models.DateTimeField(null=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="mention_once"),
            models.CheckConstraint(
                condition=Q(stars__isnull=True) | Q(stars__gte=1, stars__lte=5), name="mention_stars"
            ),
        ]
        indexes = [
            models.Index(
                fields=["decide_at"], condition=Q(decide_at__isnull=False), name="mention_undecided"
            ),
            models.Index(fields=["workspace", "-published_at", "-id"], name="mention_list"),
            models.Index(fields=["contact"], condition=Q(contact__isnull=False), name="mention_of_contact"),
        ]

    def __str__(self) -> str:
        return self.title or self.text[:80]
