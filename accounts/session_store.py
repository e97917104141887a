"""Sessions in the database, as Django keeps them; what every request asks is written once in a process."""

from functools import cache
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from core.written import ANY_MOMENT, ANY_TEXT, Written


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Any:
        row = _open().first(key=self.session_key, now=timezone.now())  # noqa: TID251  as Django's own
        if row is None:
            self._session_key = None
        return row


@cache
def _open() -> Written:
    return Written(
        Session.objects.filter(session_key=ANY_TEXT, expire_date__gt=ANY_MOMENT), key=ANY_TEXT, now=ANY_MOMENT
    )
