"""A browser at the door: what it holds, and counting its tries. For the adapter, the middleware and the receivers."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from accounts.rules.sign_in import Purpose
from accounts.services import devices, tries
from core.client import network_of


def spend(request: HttpRequest, *, purpose: Purpose, account: str, now: datetime) -> tries.Spent:
    """Count one try of this browser at `account`. Raises TooManyTries, which the middleware answers with 429."""
    device = devices.known(token=device_token(request), email=account, now=now)
    return tries.spend(
        purpose=purpose, network=network_of(request), account=account,
        device=device.token_hash if device else None, now=now,
    )  # fmt: skip


def device_token(request: HttpRequest) -> str:
    """What the browser's device cookie holds, "" for none or one that cannot be ours."""
    token = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    return token if len(token) <= 64 and token.isascii() else ""
