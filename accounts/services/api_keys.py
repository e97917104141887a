"""Keys of the REST API: made, rotated without a gap, adopted, revoked; their coming end is told in time.

While a key is rotated two work: the old one until its `expiry_date`, and the new one, which `replaces` it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts import queries
from accounts.enums import Act
from accounts.models import ApiKey, User, Workspace
from accounts.rules import key_life, scopes
from accounts.rules.permissions import PERMISSIONS, Permission, can
from accounts.services import audit
from accounts.signals import account_mail
from core import idempotency
from core.links import absolute_url
from core.models import IdempotencyKey
from core.moments import in_words

MAIL = "key_expires"


class KeyRefused(ValueError):
    """What was asked for cannot be done with this key; nothing was changed."""


class Ended(KeyRefused):
    """The key is revoked or over."""


class InRotation(KeyRefused):
    """The key is being replaced already."""


class NotInRotation(KeyRefused):
    """No key takes the place of another here, or the time in which both work is over."""


@transaction.atomic
def issue(
    *,
    workspace: Workspace,
    name: str,
    by: User | None,
    now: datetime,
    can_do: Iterable[str] = scopes.EVERYTHING,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its secret; the secret is shown this once, only its hash is stored.

    `can_do` are scopes. Raises scopes.BadScopes.
    """
    key, secret = _make(
        workspace=workspace, name=name, created_by=by, scopes=scopes.parse(can_do), expiry_date=expires_at
    )
    _record(Act.KEY_ISSUED, key, by, now, scopes=key.scopes, ends=_iso(expires_at))
    return key, secret


def once(
    *, workspace: Workspace, token: str, now: datetime, work: Callable[[], tuple[ApiKey, str]]
) -> tuple[ApiKey | None, str]:
    """The key and secret of `work`, done once for each `token` (of a form) within a day.

    The second time the key comes without its secret, which is nowhere; None if it is gone since.
    Raises idempotency.StillRunning while the first is at it, and what `work` raises.
    """
    fresh: list[tuple[ApiKey, str]] = []

    def run() -> idempotency.Answer:
        fresh.append(work())
        return idempotency.Answer(201, fresh[0][0].prefix)

    answer, _is_replay = idempotency.once(
        scope=_form_scope(workspace),
        key=idempotency.check_key(token),
        print_="key-form",
        now=now,
        work=run,
    )
    return fresh[0] if fresh else (ApiKey.objects.filter(workspace=workspace, prefix=answer.body).first(), "")


def made_by(*, workspace: Workspace, token: str, now: datetime) -> ApiKey | None:
    """The key a form with this token made before, within a day."""
    row = IdempotencyKey.objects.filter(
        scope=_form_scope(workspace), key=token, created_at__gt=now - idempotency.KEPT
    ).first()
    return ApiKey.objects.filter(workspace=workspace, prefix=row.body).first() if row else None


def _form_scope(workspace: Workspace) -> str:
    return f"key-form:{workspace.public_id}"


@transaction.atomic
def rotate(
    *, key: ApiKey, by: User, now: datetime, until: datetime, expires_at: datetime | None
) -> tuple[ApiKey, str]:
    """A key that takes the place of `key`, with its name and scopes, and the new secret.

    The old one works until `until` (at most 30 days, never past its own end), the new one until `expires_at`.
    Raises Ended, InRotation, ValueError for an `until` out of bounds.
    """
    old = _lock(key)
    if old.revoked or key_life.has_ended(old.expiry_date, now):
        raise Ended(old.prefix)
    if _heir(old, now) is not None:
        raise InRotation(old.prefix)
    before, end = (
        old.expiry_date,
        key_life.overlap_end(until=until, expires_at=old.expiry_date, now=now),
    )
    new, secret = _make(
        workspace=old.workspace,
        name=old.name,
        created_by=by,
        scopes=old.scopes,
        expiry_date=expires_at,
        replaces=old,
        former_end=before,
    )
    old.expiry_date = end
    old.save(update_fields=["expiry_date"])
    _record(Act.KEY_ROTATED, old, by, now, new=new.prefix, ends=_iso(end), ended_before=_iso(before))
    return new, secret


@transaction.atomic
def finish_rotation(*, key: ApiKey, by: User, now: datetime) -> ApiKey:
    """The old key, `key`, opens nothing from now on; the one in its place goes on. Raises NotInRotation."""
    old = _lock(key)
    if old.revoked or _heir(old, now) is None:
        raise NotInRotation(old.prefix)
    _revoke(old, by, now)
    return old


@transaction.atomic
def cancel_rotation(*, key: ApiKey, by: User, now: datetime) -> ApiKey:
    """The old key, `key`, goes on as long as it would have; the one in its place opens nothing. Raises NotInRotation."""
    old = _lock(key)
    heir = None if old.revoked or key_life.has_ended(old.expiry_date, now) else _heir(old, now)
    if heir is None:
        raise NotInRotation(old.prefix)
    old.expiry_date = heir.former_end
    old.save(update_fields=["expiry_date"])
    _revoke(heir, by, now)
    return old


@transaction.atomic
def adopt(*, key: ApiKey, by: User, now: datetime) -> ApiKey:
    """The key is `by`'s from now on: they answer for it, and what is done with it is theirs. Raises Ended."""
    mine = _lock(key)
    if mine.revoked or key_life.has_ended(mine.expiry_date, now):
        raise Ended(mine.prefix)
    mine.created_by = by
    mine.save(update_fields=["created_by"])
    return mine


@transaction.atomic
def revoke(*, key: ApiKey, by: User | None, now: datetime) -> None:
    """The key opens nothing from the next request on. Twice is once."""
    mine = _lock(key)
    if not mine.revoked:
        _revoke(mine, by, now)
    key.revoked = True


def mark_used(*, key: ApiKey, now: datetime) -> None:
    """Note the use, at most once a minute: a busy key does not become a hot row."""
    ApiKey.objects.filter(pk=key.pk).filter(
        Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - timedelta(minutes=1))
    ).update(last_used_at=now)


def tell_of_ends(*, now: datetime) -> int:
    """Mail those who may make keys, once, about each key that ends within a week and has no heir; how many keys."""
    ending = ApiKey.objects.filter(
        revoked=False, expiry_date__gt=now, expiry_date__lte=now + key_life.TOLD_BEFORE
    ).select_related("workspace", "created_by")
    roles = [role for role in PERMISSIONS if can(role, Permission.MANAGE_KEYS)]
    told = 0
    for key in ending.order_by("expiry_date", "prefix"):
        if _heir(key, now) is not None:
            continue
        with transaction.atomic():
            for user in queries.with_role(workspace=key.workspace, roles=roles):
                _tell(key, user, now)
        told += 1
    return told


def _tell(key: ApiKey, user: User, now: datetime) -> None:
    assert key.expiry_date is not None
    account_mail.send(
        sender=ApiKey,
        mail=MAIL,
        to=user.email,
        user=user,
        workspace=key.workspace,
        about=f"api_key:{key.prefix}",
        context={
            "name": user.first_name,
            "key": key.name,
            "prefix": key.prefix,
            "ends": in_words(key.expiry_date, user.time_zone or key.workspace.time_zone),
            "used": in_words(key.last_used_at, user.time_zone or key.workspace.time_zone)
            if key.last_used_at
            else "",
            "url": absolute_url("accounts:keys", slug=key.workspace.slug),
        },
        dedupe_key=f"key_expires:{key.prefix}:{key.expiry_date:%Y%m%d%H%M}:{user.pk}",
        is_secret=False,
        expires_at=key.expiry_date,
        now=now,
    )


def _make(**fields: Any) -> tuple[ApiKey, str]:
    key = ApiKey(**fields)
    secret = ApiKey.objects.assign_key(key)
    key.save()
    return key, secret


def _lock(key: ApiKey) -> ApiKey:
    """The key as it is once nobody else is acting on it."""
    locked: ApiKey = ApiKey.objects.select_for_update(of=("self",)).select_related("workspace").get(pk=key.pk)
    return locked


def _heir(key: ApiKey, now: datetime) -> ApiKey | None:
    """The key at work that takes the place of `key`."""
    found: ApiKey | None = (
        ApiKey.objects.filter(replaces=key, revoked=False)
        .filter(Q(expiry_date__isnull=True) | Q(expiry_date__gt=now))
        .first()
    )
    return found


def _revoke(key: ApiKey, by: User | None, now: datetime) -> None:
    key.revoked = True
    key.save(update_fields=["revoked"])
    _record(Act.KEY_REVOKED, key, by, now)


def _record(act: Act, key: ApiKey, by: User | None, now: datetime, **detail: Any) -> None:
    audit.record(
        act=act,
        by=by,
        now=now,
        workspace=key.workspace,
        subject_kind="api_key",
        subject_id=key.prefix,
        detail=detail,
    )


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
