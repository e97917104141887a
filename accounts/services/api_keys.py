"""Keys of the REST API."""

from datetime import datetime, timedelta

from django.db.models import Q

from accounts.models import ApiKey, User, Workspace


def issue(*, workspace: Workspace, name: str, by: User | None) -> tuple[ApiKey, str]:
    """A new key and its secret; the secret is shown this once, only its hash is stored."""
    key = ApiKey(name=name, workspace=workspace, created_by=by)
    secret = ApiKey.objects.assign_key(key)
    key.save()
    return key, secret


def revoke(*, key: ApiKey) -> None:
    """The key opens nothing from now on."""
    key.revoked = True
    key.save(update_fields=["revoked"])


def mark_used(*, key: ApiKey, now: datetime) -> None:
    """Note the use, at most once a minute: a busy key does not become a hot row."""
    ApiKey.objects.filter(pk=key.pk).filter(
        Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - timedelta(minutes=1))
    ).update(last_used_at=now)
