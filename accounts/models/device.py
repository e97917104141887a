"""Devices a person has signed in from: what is new is told, what is known is never locked out."""

from django.conf import settings
from django.db import models


class KnownDevice(models.Model):
    """A browser that holds a long-lived random cookie; only the hash of it is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="devices")
    token_hash = models.CharField(max_length=64, unique=True)  # SHA-256, hexadecimal
    user_agent = models.CharField(max_length=300, blank=True)
    address = models.GenericIPAddressField(null=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.user_agent
