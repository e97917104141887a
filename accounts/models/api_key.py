"""A key of the REST API: only its hash is stored."""

from django.conf import settings
from django.db import models
from rest_framework_api_key.models import AbstractAPIKey


def everything() -> list[str]:
    """The scopes of a key that may do all: see accounts/rules/scopes.py."""
    return ["read", "write"]


class ApiKey(AbstractAPIKey):
    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="api_keys")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    scopes = models.JSONField(default=everything)  # "read", "write", "<resource>:read", "<resource>:write"
    replaces = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="replaced_by")
    last_used_at = models.DateTimeField(null=True, blank=True)  # to the minute: written at most once a minute

    class Meta(AbstractAPIKey.Meta):
        verbose_name = "API key"
        verbose_name_plural = "API keys"
