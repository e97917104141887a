"""Where a customer can help themselves, by what went wrong for them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import WorkspaceOwned
from core.tokens import new_public_id

MOST_LINKS = 3  # for one reason


@remembered(
    kind="help_link",
    label=_("help link"),
    exclude=["public_id", "position", "clicks", "created_at"],
    shows=["url"],
    words={"reason": _("reason"), "url": _("address"), "words": _("words")},
)
class HelpLink(WorkspaceOwned):
    """One page that may help. `reason` is an option of a survey's question or a root cause, see rules.help_links.

    `words` are by language. `clicks` counts presses on our own pages, without who pressed.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    reason = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField()
    url = models.CharField(max_length=500)
    words = models.JSONField()
    clicks = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "reason", "position"], name="help_link_once"),
            models.CheckConstraint(
                condition=Q(position__gte=0, position__lt=MOST_LINKS), name="help_link_few"
            ),
            models.CheckConstraint(condition=Q(url__startswith="https://"), name="help_link_is_safe"),
        ]

    def __str__(self) -> str:
        return self.url
