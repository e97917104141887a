"""Sessions: when they began, when they were last used, who may end them. A session's row is the only thing that opens.

The moments lie in the session itself, so a page costs no query more; what the list on the security page shows is
written at most once a minute.
"""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts.enums import Act
from accounts.models import User
from accounts.rules.sign_in import Ended, browser_words, why_ended
from accounts.services import audit

BEGAN, SEEN = "began", "seen"  # keys in the session: seconds since 1970
TOUCHED_EVERY = timedelta(minutes=1)
FORGOTTEN_AT_ONCE = 1_000


@dataclass(frozen=True)
class Seen:
    """One session as its owner sees it in the list."""

    pk: int
    browser: str
    system: str
    address: str
    began_at: datetime
    seen_at: datetime
    is_this: bool


def begin(*, session: MutableMapping[str, Any], now: datetime) -> None:
    """The session of a person begins: its clock starts."""
    session[BEGAN] = session[SEEN] = int(now.timestamp())


def ended(*, session: MutableMapping[str, Any], now: datetime) -> Ended | None:
    """Why this session is over at `now`, None while it goes on; one without a clock begins now."""
    try:
        began, seen = (datetime.fromtimestamp(session[key], UTC) for key in (BEGAN, SEEN))
    except (KeyError, TypeError):
        begin(session=session, now=now)
        return None
    return why_ended(
        began_at=began, seen_at=seen, now=now, idle=settings.SESSION_IDLE, longest=settings.SESSION_LONGEST
    )


def touch(*, session: Any, user: User, address: str, user_agent: str, now: datetime) -> None:
    """The session is used: noted once a minute."""
    if now.timestamp() - session[SEEN] < TOUCHED_EVERY.total_seconds():
        return
    session[SEEN] = int(now.timestamp())
    UserSession.objects.update_or_create(
        session_key=session.session_key,
        defaults={"user": user, "ip": address or NOWHERE, "user_agent": user_agent[:200], "last_seen_at": now},
        create_defaults={
            "user": user, "ip": address or NOWHERE, "user_agent": user_agent[:200], "last_seen_at": now,
            "created_at": datetime.fromtimestamp(session[BEGAN], UTC),
        },
    )  # fmt: skip


NOWHERE = "0.0.0.0"  # allauth's column wants an address; behind a Unix socket without a proxy there is none


def of(*, user: User, key: str | None, now: datetime) -> list[Seen]:
    """The sessions that still open something, this one (`key`) first, then the latest used."""
    rows = UserSession.objects.filter(
        user=user, last_seen_at__gt=now - settings.SESSION_IDLE, created_at__gt=now - settings.SESSION_LONGEST
    )
    alive = set(
        Session.objects.filter(pk__in=[row.session_key for row in rows], expire_date__gt=now).values_list(
            "pk", flat=True
        )
    )
    found = []
    for row in rows:
        if row.session_key not in alive:
            continue
        browser, system = browser_words(row.user_agent)
        address = "" if row.ip == NOWHERE else row.ip
        found.append(
            Seen(row.pk, browser, system, address, row.created_at, row.last_seen_at, row.session_key == key)
        )
    return sorted(found, key=lambda one: (not one.is_this, -one.seen_at.timestamp()))


@transaction.atomic
def end_one(*, user: User, pk: int, now: datetime) -> bool:
    """End one session of this person; False if it was none of theirs or is over already."""
    return _end(user, UserSession.objects.filter(user=user, pk=pk), now=now) > 0


@transaction.atomic
def end_others(*, user: User, key: str | None, now: datetime) -> int:
    """End every session of this person but the one with this key; returns how many."""
    return _end(user, UserSession.objects.filter(user=user).exclude(session_key=key or ""), now=now)


@transaction.atomic
def end_all(*, user: User, now: datetime) -> int:
    """End every session of this person; returns how many."""
    return _end(user, UserSession.objects.filter(user=user), now=now)


@transaction.atomic
def switch_off(*, user: User, now: datetime) -> User:
    """The person can no longer sign in anywhere, and whatever they have open ends."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_all(user=user, now=now)
    return user


@transaction.atomic
def forget(*, now: datetime) -> int:
    """Remove sessions that are over and what the lists knew of them; returns how many sessions."""
    over = list(Session.objects.filter(expire_date__lt=now).values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
    _delete(over)
    UserSession.objects.filter(created_at__lte=now - settings.SESSION_LONGEST).delete()
    return len(over)


def drop(*, key: str) -> None:
    """Nothing is left of the session with this key."""
    _delete([key])


def _end(user: User, rows: Any, *, now: datetime) -> int:
    keys = [row.session_key for row in rows]
    if keys:
        _delete(keys)
        audit.record(
            act=Act.SESSIONS_ENDED, by=user, now=now, subject_kind="user", subject_id=user.pk,
            detail={"count": len(keys)},
        )  # fmt: skip
    return len(keys)


def _delete(keys: Iterable[str]) -> None:
    Session.objects.filter(pk__in=list(keys)).delete()
    UserSession.objects.filter(session_key__in=list(keys)).delete()
