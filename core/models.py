"""The two tables of the ground: proof of life of every sweep, and answers already given to API posts."""

from django.db import models


class Heartbeat(models.Model):
    """The last moment a sweep finished; `/readyz` turns red when one is late."""

    name = models.CharField(max_length=100, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class IdempotencyKey(models.Model):
    """The stored answer to one API POST; the same key with the same body gets it again for 24 hours."""

    scope = models.CharField(max_length=64)  # the API key's prefix: two keys never share
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)  # SHA-256 of method, path and body
    status = models.PositiveSmallIntegerField(null=True)  # null while the first request is running
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return self.key
