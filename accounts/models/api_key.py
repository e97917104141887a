"""A key of the REST API: only its hash is stored."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework_api_key.models import AbstractAPIKey

from accounts.history import remembered
from accounts.rules import scopes


def everything() -> list[str]:
    """The scopes of a key that may do all: see accounts/rules/scopes.py."""
    return list(scopes.EVERYTHING)


@remembered(
    kind="api_key",
    label=_("API key"),
    exclude=[
        "hashed_key",
        "created",
        "replaces",
        "former_end",
        "last_used_at",
    ],  # `replaces` is an id, which holds a hash
    thing="prefix",
    words={
        "name": _("name"),
        "prefix": _("begins with"),
        "revoked": _("revoked"),
        "expiry_date": _("expires"),
        "created_by": _("made by"),
        "scopes": _("scopes"),
    },
)
class ApiKey(AbstractAPIKey):
    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="api_keys")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    scopes = models.JSONField(default=everything)  # "read", "write", "<resource>:read", "<resource>:write"
    replaces = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="replaced_by")
    former_end = models.DateTimeField(null=True)  # when the key in `replaces` would have ended; null: never
    last_used_at = models.DateTimeField(null=True, blank=True)  # to the minute: written at most once a minute

    class Meta(AbstractAPIKey.Meta):
        verbose_name = "API key"
        verbose_name_plural = "API keys"

    def allows(self, resource: str, *, write: bool) -> bool:
        """Whether the key's scopes let it read (or `write`) this resource of the API."""
        return scopes.allows(self.scopes, resource, write=write)
