"""Browsers a person has signed in from: a long-lived random cookie, of which only a hash is kept."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import KnownDevice, User
from core.tokens import new_token

KEPT = timedelta(days=365)  # after the last sign-in
AGENT_LENGTH = 300


def known(*, token: str, email: str, now: datetime) -> KnownDevice | None:
    """The device with this cookie, if the person with this address has signed in from it within a year.

    The same two questions are asked for an address nobody has, so the answer takes as long.
    """
    if not token:
        return None
    person = User.objects.filter(email__iexact=email.strip()).values_list("pk", flat=True).first() or 0
    return KnownDevice.objects.filter(
        user_id=person, token_hash=_hash(token, person), last_seen_at__gt=now - KEPT
    ).first()


@transaction.atomic
def remember(
    *, user: User, token: str, user_agent: str, address: str, now: datetime
) -> tuple[KnownDevice, str, bool]:
    """Note a completed sign-in. Returns the device, the token its cookie must hold, and whether it is new.

    One browser that several people share holds one token: each person's device has a hash of its own.
    """
    facts = {"user_agent": user_agent[:AGENT_LENGTH], "address": address or None, "last_seen_at": now}
    if token:
        device = KnownDevice.objects.filter(user=user, token_hash=_hash(token, user.pk)).first()
        if device is not None:
            KnownDevice.objects.filter(pk=device.pk).update(**facts)
            return device, token, False
    token = token or new_token(32)
    device = KnownDevice(user=user, token_hash=_hash(token, user.pk), first_seen_at=now, **facts)
    device.save()
    return device, token, True


@transaction.atomic
def forget(*, user: User, device_id: int) -> bool:
    """The browser is a stranger again; False if it was none of theirs."""
    return KnownDevice.objects.filter(user=user, pk=device_id).delete()[0] > 0


@transaction.atomic
def forget_others(*, user: User, token: str) -> int:
    """Forget every browser of this person but the one with this cookie; returns how many."""
    kept = _hash(token, user.pk) if token else ""
    return KnownDevice.objects.filter(user=user).exclude(token_hash=kept).delete()[0]


def holds(*, device: KnownDevice, token: str) -> bool:
    """Whether the cookie `token` is this device's."""
    return bool(token) and device.token_hash == _hash(token, device.user_id)


def _hash(token: str, user_id: int) -> str:
    return hashlib.sha256(f"{token}:{user_id}".encode()).hexdigest()
