"""The API's door: `Authorization: Bearer <key>` opens the key's workspace, and nothing else."""

import re
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed

from accounts.enums import Role
from accounts.models import ApiKey, User
from accounts.queries import active
from accounts.rules.key_life import has_ended
from accounts.services import api_keys
from accounts.sight_queries import sight_of_key
from core.written import ANY_TEXT, Written

_KEY = re.compile(r"[A-Za-z0-9]{1,8}\.[A-Za-z0-9]{1,128}", re.ASCII)
MINUTE = timedelta(minutes=1)


class ApiKeyAuthentication(BaseAuthentication):
    """Sets `request.workspace` and `request.auth` (the ApiKey); nobody is signed in: `request.user` is None."""

    def authenticate(self, request: Any) -> tuple[None, ApiKey] | None:
        """None without an Authorization header; raises AuthenticationFailed for anything but a usable key."""
        header = request.headers.get("Authorization")
        if not header:
            return None
        scheme, _space, secret = header.partition(" ")
        now = timezone.now()
        key = self._usable(secret.strip(), now) if scheme.lower() == "bearer" else None
        if key is None:
            raise AuthenticationFailed(
                _("This API key opens nothing: check it, or make a new one under Settings.")
            )
        if key.last_used_at is None or now - key.last_used_at >= MINUTE:
            api_keys.mark_used(key=key, now=now)
        request._request.workspace = key.workspace
        request._request.api_key_prefix = key.prefix  # who acts, for the record (core/acting.py)
        request._request.sight = SimpleLazyObject(lambda: sight_of_key(key))
        return None, key

    def authenticate_header(self, request: Any) -> str:
        return 'Bearer realm="api"'

    def _usable(self, secret: str, now: datetime) -> ApiKey | None:
        """The key of `secret` if it is known, whole, not revoked and not expired."""
        if not _KEY.fullmatch(secret):
            return None
        key: ApiKey | None = _by_prefix().first(prefix=secret.partition(".")[0])
        if key is None or not ApiKey.objects.key_generator.verify(secret, key.hashed_key):
            return None
        return None if has_ended(key.expiry_date, now) else key


@cache
def _by_prefix() -> Written:
    """The key of a prefix, of which there is one. Every call of the API asks: the statement is written once."""
    keys = ApiKey.objects.get_usable_keys().select_related("workspace").order_by()
    return Written(keys.filter(prefix=ANY_TEXT), prefix=ANY_TEXT)


class Authored:
    """What an endpoint needs to know who writes: put before `Endpoint`."""

    request: Any

    @property
    def author(self) -> User:
        """Who acts: the maker of the key, or an owner once they have left."""
        return author_of(key=self.request.auth)


def author_of(*, key: ApiKey) -> User:
    """Who acts when this key does: its maker while they belong to the workspace, else an owner of it."""
    people = active(workspace=key.workspace_id).select_related("user")
    if key.created_by_id is not None and (maker := people.filter(user=key.created_by_id).first()):
        return maker.user
    return people.filter(role=Role.OWNER).order_by("pk")[0].user
