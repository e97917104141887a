from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from accounts.models import User
from accounts.services import sessions
from accounts.tasks import forget_sessions
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db

NOW = MONDAY_9AM


def opened(
    user: User, key: str, *, began: timedelta = timedelta(), seen: timedelta = timedelta()
) -> UserSession:
    """A session of `user` that began and was last used this long ago."""
    Session.objects.create(pk=key, session_data="", expire_date=NOW - began + timedelta(hours=12))
    return UserSession.objects.create(
        user=user,
        session_key=key,
        ip="192.0.2.7",
        user_agent="curl",
        created_at=NOW - began,
        last_seen_at=NOW - seen,
    )


def test_the_list_holds_what_still_opens_this_one_first(owner: User, charlie: User) -> None:
    hours = timedelta(hours=1)
    opened(owner, "latest", seen=hours)
    opened(owner, "this", seen=2 * hours)
    opened(owner, "idle", began=5 * hours, seen=3 * hours)
    opened(owner, "old", began=12 * hours)
    opened(charlie, "foreign")
    gone = opened(owner, "gone")
    Session.objects.filter(pk=gone.session_key).delete()
    found = sessions.of(user=owner, key="this", now=NOW)
    assert [(one.is_this, one.seen_at) for one in found] == [(True, NOW - 2 * hours), (False, NOW - hours)]


def test_ending_all_leaves_other_people_alone(owner: User, charlie: User) -> None:
    for key in ("a", "b"):
        opened(owner, key)
    opened(charlie, "c")
    assert sessions.end_all(user=owner, now=NOW) == 2
    assert [row.pk for row in Session.objects.all()] == ["c"]
    assert sessions.end_all(user=owner, now=NOW) == 0


def test_a_session_of_somebody_else_is_not_ended(owner: User, charlie: User) -> None:
    row = opened(charlie, "c")
    assert sessions.end_one(user=owner, pk=row.pk, now=NOW) is False
    assert Session.objects.filter(pk="c").exists()


def test_a_session_without_a_clock_begins_now() -> None:
    session: dict[str, int] = {}
    assert sessions.ended(session=session, now=NOW) is None
    assert session == {"began": int(NOW.timestamp()), "seen": int(NOW.timestamp())}


def test_the_sweep_removes_what_is_over_and_only_that(owner: User) -> None:
    opened(owner, "over", began=timedelta(hours=12, minutes=1))
    opened(owner, "alive")
    assert sessions.forget(now=NOW) == 1
    assert [row.pk for row in Session.objects.all()] == ["alive"]
    assert [row.session_key for row in UserSession.objects.all()] == ["alive"]
    assert forget_sessions(later="argument") >= 0
