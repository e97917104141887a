"""The sweep that reads feeds: each when its time has come, by one worker, through the guard of core/outgoing.py.

The call is made outside any transaction; a lease keeps other workers away and ends by itself if this one is killed.
Reading a feed twice stores nothing twice (mentions.take).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core import outgoing
from surveys import feeds
from surveys.enums import SourceKind
from surveys.models import FeedbackSource
from surveys.rules import mentions as rule
from surveys.rules.mentions import Heard
from surveys.services import leases, mentions

log = structlog.get_logger(__name__)

LIMIT = 2 * 1024 * 1024  # bytes of a feed
LEASE = timedelta(minutes=2)  # far longer than a call may take
AT_ONCE = 50  # feeds in one turn of the sweep
ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"


class CannotRead(Exception):
    """The feed could not be read; the text says why, in words for people."""


@dataclass(frozen=True)
class Reading:
    """What a feed said. `is_same`: nothing since the last look."""

    heard: list[Heard]
    etag: str = ""
    modified: str = ""
    is_same: bool = False


def read_due(*, now: datetime) -> int:
    """Read every feed that is due; returns how many were looked at. Safe to run twice, in parallel and late."""
    looked = 0
    while looked < AT_ONCE:
        source = _claim(now)
        if source is None:
            break
        looked += 1
        with translation.override(source.workspace.language):
            _read_one(source, now)
    return looked


def try_out(*, source: FeedbackSource, now: datetime) -> Reading:
    """What the feed says right now, all of it; nothing is stored. Raises CannotRead."""
    return _fetch(source.url, etag="", modified="", now=now)


def _claim(now: datetime) -> FeedbackSource | None:
    with transaction.atomic():
        due = (
            FeedbackSource.objects.across_workspaces()
            .filter(kind=SourceKind.FEED, next_at__lte=now, archived_at__isnull=True)
            .filter(leases.free(now))
        )
        source: FeedbackSource | None = (
            due.order_by("next_at", "pk").select_for_update(skip_locked=True, no_key=True).first()
        )
        if source is not None:
            FeedbackSource.objects.across_workspaces().filter(pk=source.pk).update(lease_until=now + LEASE)
    return source


def _read_one(source: FeedbackSource, now: datetime) -> None:
    every = timedelta(minutes=source.every_minutes)
    row = FeedbackSource.objects.of(source.workspace_id).filter(pk=source.pk, url=source.url)
    try:
        reading = _fetch(source.url, etag=source.etag, modified=source.modified, now=now)
        if reading.heard:
            mentions.take(source=source, heard=reading.heard, now=now)
    except mentions.SourceArchived:
        return
    except Exception as error:  # whatever a feed brings up must not stop the others
        if not isinstance(error, CannotRead):
            log.exception("feed_not_read", source=source.public_id)
        why = str(error) if isinstance(error, CannotRead) else _("It could not be understood.")
        failures = min(source.failures + 1, 1_000)
        row.update(
            failures=failures,
            last_error=why[:500],
            polled_at=now,
            lease_until=None,
            next_at=now + rule.next_look(every=every, failures=failures),
        )
        return
    kept = {} if reading.is_same else {"etag": reading.etag[:300], "modified": reading.modified[:100]}
    row.update(failures=0, last_error="", polled_at=now, lease_until=None, next_at=now + every, **kept)


def _fetch(url: str, *, etag: str, modified: str, now: datetime) -> Reading:
    asked = {"Accept": ACCEPT}
    if etag:
        asked["If-None-Match"] = etag
    if modified:
        asked["If-Modified-Since"] = modified
    try:
        answer = outgoing.fetch(url, headers=asked, limit=LIMIT)
    except outgoing.OutgoingError as error:  # its sentences are made to be shown
        raise CannotRead(str(error)) from error
    except OSError as error:  # what requests raises when a line breaks
        raise CannotRead(_("Nobody answers there.")) from error
    if answer.status_code == 304:
        return Reading([], is_same=True)
    if answer.status_code != 200:
        raise CannotRead(
            _("It answers with the status %(status)s.") % {"status": answer.status_code}
        ) from None
    try:
        heard = feeds.read(answer.content, content_type=answer.headers.get("Content-Type", ""), now=now)
    except feeds.NoFeed:
        raise CannotRead(_("What is there is neither an RSS nor an Atom feed.")) from None
    return Reading(heard, answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", ""))
