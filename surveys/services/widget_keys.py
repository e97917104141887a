"""Widget keys: made, moved to other pages, rotated without a gap, revoked; and the answers that come with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from accounts.enums import Act
from accounts.models import User, Workspace
from accounts.rules import key_life
from accounts.services import audit
from core import idempotency
from core.origins import cleaned
from core.sealing import CannotUnseal, seal, unseal
from core.tokens import new_token
from surveys.enums import ResponseChannel, Trust
from surveys.models import Contact, Response, Survey, Touchpoint, WidgetKey
from surveys.queries import widget_keys as queries
from surveys.rules import signed_identity, widget_settings
from surveys.services import contacts, responses


class WidgetKeyRefused(ValueError):
    """What was asked for cannot be done with this key; nothing was changed."""


class Ended(WidgetKeyRefused):
    """The key is revoked or over."""


class InRotation(WidgetKeyRefused):
    """The key is being replaced already."""


class WrongSignature(WidgetKeyRefused):
    """The identity is not signed with the key's secret; nothing was changed."""


class UnknownIdentity(WidgetKeyRefused):
    """What was signed can be nobody's id or address, or belongs to somebody who was forgotten."""


class NoOrigin(WidgetKeyRefused):
    """A key without a page it is taken from would be of no use."""


@transaction.atomic
def issue(
    *, workspace: Workspace, survey: Survey, name: str, origins: Iterable[str], by: User, now: datetime
) -> WidgetKey:
    """A key for answers to `survey` from pages of `origins`. Raises ValidationError for what is no origin, NoOrigin."""
    if survey.workspace_id != workspace.pk:
        raise ValueError(f"{survey!r} belongs to another workspace")
    key = WidgetKey(
        workspace=workspace,
        survey=survey,
        name=name,
        origins=_origins(origins),
        created_by=by,
        created_at=now,
    )
    key.save()
    _record(Act.KEY_ISSUED, key, by, now, survey=survey.pk, origins=len(key.origins))
    return key


def issue_once(
    *,
    token: str,
    workspace: Workspace,
    survey: Survey,
    name: str,
    origins: Iterable[str],
    by: User,
    now: datetime,
) -> WidgetKey:
    """The key of `issue`, made once for each `token` (of a form) within a day; the second time it is the same key.

    Raises idempotency.StillRunning while the first is at it, and what `issue` raises.
    """

    def work() -> idempotency.Answer:
        key = issue(workspace=workspace, survey=survey, name=name, origins=origins, by=by, now=now)
        return idempotency.Answer(201, key.public_id)

    answer, _is_replay = idempotency.once(
        scope=f"widget-key-form:{workspace.public_id}",
        key=idempotency.check_key(token),
        print_="widget-key-form",
        now=now,
        work=work,
    )
    key: WidgetKey = WidgetKey.objects.of(workspace).get(public_id=answer.body)
    return key


@transaction.atomic
def change_origins(*, key: WidgetKey, origins: Iterable[str]) -> WidgetKey:
    """The key is taken from these pages from now on, and from no others. Raises as `issue`, and Ended."""
    mine = _lock(key)
    if mine.revoked_at is not None:
        raise Ended(mine.public_id)
    mine.origins = _origins(origins)
    mine.save(update_fields=["origins"])
    return mine


@transaction.atomic
def change_settings(*, key: WidgetKey, settings: Mapping[str, Any]) -> WidgetKey:
    """The script asks like this from now on (see rules/widget_settings.py). Raises Ended, BadSettings."""
    mine = _lock(key)
    if mine.revoked_at is not None:
        raise Ended(mine.public_id)
    mine.settings = widget_settings.checked(settings)
    mine.save(update_fields=["settings"])
    return mine


@transaction.atomic
def renew_secret(*, key: WidgetKey, by: User, now: datetime) -> str:
    """A new secret for signing known contacts, given back this once; signatures under the one before are wrong from now on.

    Raises Ended.
    """
    mine = _lock(key)
    if mine.revoked_at is not None or key_life.has_ended(mine.expires_at, now):
        raise Ended(mine.public_id)
    secret = new_token(32)
    had_one = bool(mine.secret)
    mine.secret = seal(secret)
    mine.save(update_fields=["secret"])
    _record(Act.KEY_ROTATED if had_one else Act.KEY_ISSUED, mine, by, now, part="secret")
    return secret


@transaction.atomic
def rotate(*, key: WidgetKey, by: User, now: datetime, until: datetime) -> WidgetKey:
    """A key in the place of `key`, for the same survey and pages; the old one works until `until` (at most 30 days).

    Raises Ended, InRotation, ValueError for an `until` out of bounds.
    """
    old = _lock(key)
    if old.revoked_at is not None or key_life.has_ended(old.expires_at, now):
        raise Ended(old.public_id)
    if queries.heir(key=old) is not None:
        raise InRotation(old.public_id)
    old.expires_at = key_life.overlap_end(until=until, expires_at=old.expires_at, now=now)
    old.save(update_fields=["expires_at"])
    new = WidgetKey(
        workspace=old.workspace,
        survey_id=old.survey_id,
        name=old.name,
        origins=old.origins,
        settings=old.settings,
        secret=old.secret,  # what the site's server signs stays right
        replaces=old,
        created_by=by,
        created_at=now,
    )
    new.save()
    _record(Act.KEY_ROTATED, old, by, now, new=new.pk, ends=old.expires_at.isoformat())
    return new


@transaction.atomic
def revoke(*, key: WidgetKey, by: User, now: datetime) -> None:
    """The key is taken from nowhere from the next request on. Twice is once."""
    mine = _lock(key)
    if mine.revoked_at is None:
        mine.revoked_at = now
        mine.save(update_fields=["revoked_at"])
        _record(Act.KEY_REVOKED, mine, by, now)


@transaction.atomic
def record_answer(
    *,
    key: WidgetKey,
    score: int,
    comment: str,
    now: datetime,
    answers: dict[str, Any] | None = None,
    touchpoint: Touchpoint | None = None,
    contact: str = "",
    signature: str = "",
    submission: str = "",
    language: str = "",
) -> Response:
    """Store an answer from a page: anonymous and unverified, or of the contact whom the site's server vouches for.

    `contact` is an address or an external id; without its `signature` it counts for nothing, since anybody could write
    it. With `submission` the same one twice is one answer. Raises WrongSignature, UnknownIdentity, responses.ClosedSurvey, ScoreOutOfRange, `verbatim.TextTooLong`.
    """
    if not key.survey.is_active:
        raise responses.ClosedSurvey
    WidgetKey.objects.of(key.workspace_id).filter(pk=key.pk).filter(
        Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - timedelta(minutes=1))
    ).update(last_used_at=now)
    known = _known(key, contact, signature, now) if contact and signature else None
    return responses.record(
        workspace=key.workspace,
        survey=key.survey,
        contact=known,
        score=score,
        comment=comment,
        channel=ResponseChannel.WEB,
        trust=Trust.CONFIRMED if known else Trust.UNVERIFIED,
        submission=submission,
        touchpoint=touchpoint,
        answers=answers,
        language=language,
        now=now,
    )


def _known(key: WidgetKey, contact: str, signature: str, now: datetime) -> Contact:
    """The contact the site's server signed for, made if unknown. Raises WrongSignature, UnknownIdentity."""
    try:
        secret = unseal(key.secret) if key.secret else ""
    except CannotUnseal:
        secret = ""
    if not signed_identity.is_signed(secret=secret, contact=contact, given=signature):
        raise WrongSignature(key.public_id)
    identity: dict[str, Any] = {"email" if "@" in contact else "external_id": contact}
    try:
        person, _is_new = contacts.upsert(workspace=key.workspace, now=now, **identity)
    except (ValidationError, contacts.NoIdentity, contacts.Conflict):
        raise UnknownIdentity(key.public_id) from None
    if person.erased_at is not None:
        raise UnknownIdentity(key.public_id)
    return person


def _origins(given: Iterable[str]) -> list[str]:
    found = cleaned(given)
    if not found:
        raise NoOrigin
    return found


def _lock(key: WidgetKey) -> WidgetKey:
    rows = WidgetKey.objects.of(key.workspace_id).select_for_update(of=("self",))
    locked: WidgetKey = rows.select_related("workspace").get(pk=key.pk)
    return locked


def _record(act: Act, key: WidgetKey, by: User, now: datetime, **detail: Any) -> None:
    audit.record(
        act=act,
        by=by,
        now=now,
        workspace=key.workspace,
        subject_kind="widget_key",
        subject_id=key.pk,
        detail=detail,
    )
