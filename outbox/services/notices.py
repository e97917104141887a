"""Staff notices by the hundred: one statement, facts instead of words (decision 11).

A notice is told about something that has just happened to many at once, in the transaction in which it happened, and
most of what a mail costs is its rendering. So the row is written with what is needed to render it, and rendered when it
leaves or is looked at.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from accounts.models import Workspace
from core.queue import nudge_on_commit
from core.tokens import new_public_ids
from outbox import rules
from outbox.enums import Channel, Kind, State
from outbox.rendering import Press, person_name
from outbox.services.messages import AUTOMATIC, mail_domain

INSERTED_AT_ONCE = 1000  # about 1 MB of facts: more than work_mem would be written to disk

# No nonce of unsubscribing: nobody can unsubscribe from a notice.
_INSERT = """
INSERT INTO outbox_outboundmessage (
  public_id, workspace_id, channel, kind, mail, about, dedupe_key, "to", to_name, from_name, reply_to, subject, text, html,
  headers, facts, message_id, provider_id, unsubscribe_nonce, is_secret, state, skipped_because, next_at, expires_at,
  attempts, last_error, created_at, sent_at, delivered_at)
SELECT row.public_id, row.workspace_id, %(channel)s, %(kind)s, row.mail, row.about, row.dedupe_key, row."to", row.to_name,
  row.from_name, '', row.subject, '', '', %(headers)s, row.facts, '<' || row.public_id || %(at_domain)s, '', '', false,
  %(state)s, '', %(next_at)s, %(expires_at)s, %(attempts)s, '', %(now)s, %(sent_at)s, %(sent_at)s
FROM json_to_recordset(%(rows)s) AS row (public_id text, workspace_id bigint, mail text, about text, dedupe_key text,
  "to" text, to_name text, from_name text, subject text, facts jsonb)
ON CONFLICT (dedupe_key) DO NOTHING
"""

_name = lru_cache(maxsize=1024)(person_name)


class Notice(NamedTuple):
    """One notice to one person; see messages.queue_email for the meaning of each field. `facts` are plain values."""

    mail: str
    to: str
    to_name: str
    workspace: Workspace
    about: str
    dedupe_key: str
    facts: Mapping[str, object]


def queue_notices(notices: Sequence[Notice], *, now: datetime) -> int:
    """Queue notices, those whose key is known left out, in the caller's transaction; returns how many are new.

    The subject is frozen, with the language; the rest is rendered from `facts` later. Raises rendering.UnknownMail.
    """
    press, is_kept, queued = Press(), settings.MAIL.is_kept, 0
    for start in range(0, len(notices), INSERTED_AT_ONCE):
        some = notices[start : start + INSERTED_AT_ONCE]
        rows = [
            _row(notice, press, public_id)
            for notice, public_id in zip(some, new_public_ids(len(some)), strict=True)
        ]
        facts = {
            "channel": Channel.EMAIL,
            "kind": Kind.STAFF,
            "headers": json.dumps(AUTOMATIC),
            "at_domain": f"@{mail_domain()}>",
            # Kept in the built-in mailbox it has arrived; nothing stops a notice, see rules.blocks.
            "state": State.SENT if is_kept else State.QUEUED,
            "next_at": None if is_kept else now,
            "sent_at": now if is_kept else None,
            "attempts": int(is_kept),
            "expires_at": rules.expires(kind=Kind.STAFF, leaves_at=now, given=None),
            "now": now,
            "rows": json.dumps(rows),
        }
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, facts)
            queued += cursor.rowcount
    if queued and not is_kept:
        nudge_on_commit("outbox.sweep")
    return queued


def _row(notice: Notice, press: Press, public_id: str) -> dict[str, object]:
    workspace = notice.workspace
    facts = {**notice.facts, "language": workspace.language}
    return {
        "public_id": public_id,
        "workspace_id": workspace.id,  # Django's pk costs several times more
        "mail": notice.mail,
        "about": notice.about,
        "dedupe_key": notice.dedupe_key,
        "to": notice.to.strip(),
        "to_name": _name(notice.to_name),
        "from_name": _name(workspace.from_name),
        "subject": press.subject(mail=notice.mail, context=facts, workspace=workspace),
        "facts": facts,
    }
