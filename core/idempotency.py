"""The same POST twice is done once: the answer is stored with the work, in one transaction.

While the first request runs, an advisory lock of its transaction is held; a second one is told so at once. Killed
anywhere, the database lets go of the lock and of the half-done work together, so there is never a key that is
"running" with nobody behind it. Only answers that changed something are stored: a refused request may be repaired and
sent again under the same key.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction

from core.models import IdempotencyKey

KEPT = timedelta(hours=24)
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


class BadKey(ValueError):
    """The header is no key: 1 to 255 printable ASCII characters without spaces."""


class KeyReused(Exception):
    """The key was used for another request."""


class StillRunning(Exception):
    """The first request with this key has no answer yet."""


class Answer(NamedTuple):
    """An answer as it is sent: HTTP status and JSON text."""

    status: int
    body: str


def check_key(key: str) -> str:
    """`key` itself; raises BadKey."""
    if not _KEY.fullmatch(key):
        raise BadKey(key)
    return key


def fingerprint(*, method: str, path: str, body: bytes) -> str:
    """What makes two requests the same: SHA-256 over method, path with query, and body, in hex."""
    return hashlib.sha256(f"{method} {path}\n".encode() + body).hexdigest()


def once(
    *, scope: str, key: str, print_: str, now: datetime, work: Callable[[], Answer]
) -> tuple[Answer, bool]:
    """The answer of `work`, run in one transaction, or the one it gave before; and whether it is a replay.

    `scope` keeps the keys of two clients apart, `print_` is the request's `fingerprint`. Raises KeyReused,
    StillRunning, and what `work` raises (then nothing is stored).
    """
    with transaction.atomic():
        if not _lock(scope, key):
            raise StillRunning
        # A statement of its own: it must see what was committed before the lock was free.
        known = IdempotencyKey.objects.filter(scope=scope, key=key, created_at__gt=now - KEPT).first()
        if known is not None:
            if known.fingerprint != print_:
                raise KeyReused
            return Answer(known.status or 200, known.body), True
        answer = work()
        row = IdempotencyKey(
            scope=scope, key=key, fingerprint=print_, status=answer.status, body=answer.body, created_at=now
        )
        IdempotencyKey.objects.bulk_create(
            [row],
            update_conflicts=True,  # one that is older than KEPT and not yet swept away
            unique_fields=["scope", "key"],
            update_fields=["fingerprint", "status", "body", "created_at"],
        )
        return answer, False


def _lock(scope: str, key: str) -> bool:
    """Take the key until this transaction ends; False when another one has it."""
    number = int.from_bytes(hashlib.sha256(f"idempotency:{scope}:{key}".encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])
