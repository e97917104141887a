"""Where opinions come from: adding, changing, archiving; and the secret a webhook is signed with."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from core.sealing import seal, unseal
from core.signatures import new_secret
from surveys.enums import SourceKind
from surveys.models import FeedbackSource, Touchpoint
from surveys.rules.mention_values import web_address

FIELDS = ("name", "channel", "touchpoint", "url", "opens_cases", "every_minutes")


class BadSource(ValueError):
    """The source cannot be like this; the text says why."""


def add(
    *,
    workspace: Workspace,
    kind: str,
    name: str,
    channel: str,
    by: User,
    now: datetime,
    url: str = "",
    touchpoint: Touchpoint | None = None,
    opens_cases: bool = True,
    every_minutes: int = 60,
) -> FeedbackSource:
    """A new source. A feed is looked at at once, a page without one when its time has come. Raises BadSource."""
    source = FeedbackSource(
        workspace=workspace,
        kind=kind,
        name=name.strip()[:80],
        channel=channel,
        url=url.strip(),
        touchpoint=touchpoint,
        opens_cases=opens_cases,
        every_minutes=every_minutes,
        secret=seal(new_secret()) if kind == SourceKind.WEBHOOK else "",
        created_by=by,
        created_at=now,
    )
    _check(source)
    source.next_at = now if kind in (SourceKind.FEED, SourceKind.STAFF) and source.url else None
    source.save()
    return source


@transaction.atomic
def change(*, source: FeedbackSource, now: datetime, **fields: object) -> FeedbackSource:
    """Set the given fields of FIELDS; another address is looked at at once, as if it were new. Raises BadSource."""
    row: FeedbackSource = (
        FeedbackSource.objects.of(source.workspace_id).select_for_update(no_key=True).get(pk=source.pk)
    )
    before = row.url
    for name in FIELDS:
        if name in fields:
            setattr(row, name, fields[name])
    _check(row)
    if row.url != before:
        row.etag = row.modified = row.last_error = ""
        row.failures, row.next_at = 0, now if row.url else None
    row.save()
    return row


def archive(*, source: FeedbackSource, now: datetime) -> None:
    """It takes nothing any more; what it brought stays."""
    FeedbackSource.objects.of(source.workspace_id).filter(pk=source.pk, archived_at__isnull=True).update(
        archived_at=now, next_at=None, lease_until=None
    )


def bring_back(*, source: FeedbackSource, now: datetime) -> None:
    """An archived source takes what comes again; a feed is read at once."""
    due = now if source.url and source.kind in (SourceKind.FEED, SourceKind.STAFF) else None
    FeedbackSource.objects.of(source.workspace_id).filter(pk=source.pk, archived_at__isnull=False).update(
        archived_at=None, next_at=due, failures=0, last_error=""
    )


def secret_of(*, source: FeedbackSource) -> str:
    """What the webhook's calls are signed with, to be copied into the other program. Raises sealing.CannotUnseal."""
    return unseal(source.secret)


def new_secret_for(*, source: FeedbackSource) -> None:
    """Calls signed with the former secret are refused from now on."""
    FeedbackSource.objects.of(source.workspace_id).filter(pk=source.pk, kind=SourceKind.WEBHOOK).update(
        secret=seal(new_secret())
    )


def _check(source: FeedbackSource) -> None:
    if not source.name:
        raise BadSource(_("Give it a name."))
    if source.kind == SourceKind.FEED and not source.url:
        raise BadSource(_("Give the address of the feed."))
    if source.url and not web_address(source.url):
        raise BadSource(_("This is no address of a page; it begins with https:// or http://."))
    if not 5 <= source.every_minutes <= 10_080:
        raise BadSource(_("Look at it every 5 minutes at most, and at least once a week."))
