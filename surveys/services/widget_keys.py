"""Widget keys: made, moved to other pages, rotated without a gap, revoked; and the answers that come with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.enums import Act
from accounts.models import User, Workspace
from accounts.rules import key_life
from accounts.services import audit
from core import idempotency
from core.origins import cleaned
from surveys.enums import ResponseChannel, Trust
from surveys.models import Response, Survey, Touchpoint, WidgetKey
from surveys.queries import widget_keys as queries
from surveys.services import responses


class WidgetKeyRefused(ValueError):
    """What was asked for cannot be done with this key; nothing was changed."""


class Ended(WidgetKeyRefused):
    """The key is revoked or over."""


class InRotation(WidgetKeyRefused):
    """The key is being replaced already."""


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
) -> Response:
    """Store an anonymous answer from a page: nobody vouches for who gave it.

    Raises responses.ClosedSurvey, ScoreOutOfRange, `verbatim.TextTooLong`.
    """
    if not key.survey.is_active:
        raise responses.ClosedSurvey
    WidgetKey.objects.of(key.workspace_id).filter(pk=key.pk).filter(
        Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - timedelta(minutes=1))
    ).update(last_used_at=now)
    return responses.record(
        workspace=key.workspace,
        survey=key.survey,
        score=score,
        comment=comment,
        channel=ResponseChannel.WEB,
        trust=Trust.UNVERIFIED,
        touchpoint=touchpoint,
        answers=answers,
        now=now,
    )


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
