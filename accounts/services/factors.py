"""Second factors: who has one, codes of an app that work once, and workspaces that ask everybody for one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Act
from accounts.models import Membership, User, Workspace
from accounts.services import audit, notices

REAL = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes only stand in for one of these


class NeedsOwnFactor(ValueError):
    """Who asks everybody for a second factor must have one, or they lock themselves out."""


def has_one(*, user: Any) -> bool:
    """Whether this person signs in with a second factor."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=REAL).exists()


def without_one(*, workspace: Workspace) -> int:
    """How many people of the workspace have no second factor yet."""
    having = Authenticator.objects.filter(type__in=REAL).values("user")
    return (
        Membership.objects.of(workspace)
        .filter(user__is_active=True, deactivated_at__isnull=True)
        .exclude(user__in=having)
        .count()
    )


@transaction.atomic
def require(*, workspace: Workspace, on: bool, by: User) -> Workspace:
    """Ask everybody who enters the workspace for a second factor, or no longer. Raises NeedsOwnFactor."""
    if on and not has_one(user=by):
        raise NeedsOwnFactor(
            _("Set up a second factor for yourself first: you would be the first one left outside.")
        )
    workspace.requires_second_factor = on
    workspace.save(update_fields=["requires_second_factor"])
    return workspace


@transaction.atomic
def remove_all(*, user: User, now: datetime) -> int:
    """An operator lets in somebody who lost every factor: the password alone opens, and the person is told.

    Returns how many factors and recovery codes went.
    """
    count = Authenticator.objects.filter(user=user).delete()[0]
    if count:
        audit.record(
            act=Act.FACTOR_REMOVED, by=None, now=now, subject_kind="user", subject_id=user.pk,
            detail={"type": "all", "count": count},
        )  # fmt: skip
        notices.tell(
            user=user, what="FACTOR_REMOVED", now=now, address="", user_agent="", name=_("all second factors")
        )
    return count


@transaction.atomic
def use_app_code(*, authenticator: Authenticator, code: str) -> bool:
    """Whether this right code of an app is used for the first time; it and all earlier ones then never work again."""
    row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    secret = decrypt(row.data["secret"])
    typed = "".join(letter for letter in code if letter.isdigit())
    step = next(
        (
            counter
            for counter in yield_hotp_counters_from_time()
            if format_hotp_value(hotp_value(secret, counter)) == typed
        ),
        None,
    )
    if step is None or step <= row.data.get("last_step", -1):
        return False
    row.data["last_step"] = step
    row.save(update_fields=["data"])
    return True
