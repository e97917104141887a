"""The tenant."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from core.tokens import new_public_id


@remembered(
    kind="workspace",
    label=_("workspace"),
    exclude=["public_id", "checklist_hidden_at"],
    words={
        "slug": _("address"),
        "logo": _("logo"),
        "social_links": _("social media"),
        "left_out_of_nps": _("left out of NPS"),
        "frame_origins": _("sites that may show the answer page"),
    },
)
class Workspace(models.Model):
    """A company's room: everything in Amends belongs to exactly one workspace."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    slug = models.SlugField(
        max_length=50,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9-]*$", _("Use small letters, digits and hyphens."))],
    )
    name = models.CharField(_("Company name"), max_length=120)
    time_zone = models.CharField(_("Time zone"), max_length=64, default="UTC")
    language = models.CharField(_("Language"), max_length=16, default="en")
    sender_name = models.CharField(_("Sender name"), max_length=120, blank=True)
    reply_to = models.EmailField(_("Replies go to"), blank=True)
    accent = models.CharField(_("Brand colour"), max_length=7, default="#0f766e")
    logo = models.TextField(
        blank=True
    )  # a data: URI of at most 6,000 characters (4 kB image), made at upload
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    email = models.EmailField(_("E-mail"), blank=True)
    address = models.CharField(_("Address"), max_length=300, blank=True)
    website = models.URLField(_("Website"), blank=True)
    social_links = models.JSONField(
        default=list, db_default=models.Value([], models.JSONField()), blank=True
    )  # [{"label", "url"}]
    quiet_days = models.PositiveSmallIntegerField(_("Days between two surveys to one person"), default=30)
    requires_second_factor = models.BooleanField(_("Everybody needs a second factor"), default=False)
    # Respondent types that the pages leave out of NPS unless asked (surveys.enums.RespondentType).
    left_out_of_nps = models.JSONField(
        default=list, db_default=models.Value([], models.JSONField()), blank=True
    )
    frame_origins = models.JSONField(
        default=list, blank=True
    )  # sites that may show the answer page in a frame
    checklist_hidden_at = models.DateTimeField(
        null=True, blank=True
    )  # somebody has seen enough of the first steps
    executives = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(quiet_days__lte=730), name="workspace_quiet_days")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def from_name(self) -> str:
        """The name customers see as the sender."""
        return self.sender_name or self.name
