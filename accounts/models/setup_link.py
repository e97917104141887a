"""The one-time link with which a fresh installation gets its first workspace."""

from django.db import models

from core.tokens import new_nonce


class SetupLink(models.Model):
    """The link is link_token("setup", nonce), printed by the server; it works once, and only while no workspace exists."""

    nonce = models.CharField(max_length=22, unique=True, default=new_nonce, editable=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"set-up link of {self.created_at:%Y-%m-%d}"
