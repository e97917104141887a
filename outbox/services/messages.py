"""Putting mail into the outbox: words are frozen, the row is inserted with whatever it is about, all or nothing.

Nothing here talks to a mail server (services/deliveries.py does, once the row is committed). The other verbs of the
outbox are given here again, so that callers import one module.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Field, JSONField

from accounts.models import Workspace
from core.queue import nudge_on_commit
from core.tokens import new_nonce, new_public_id
from outbox import queries, rules
from outbox.channels.envelope import sender_address, unsubscribe_url
from outbox.enums import Kind, State
from outbox.models import MessageFile, OutboundMessage
from outbox.rendering import Press, one_line, person_name
from outbox.services.deliveries import NotDoubtful, NotRetryable, arrived, deliver, retry, sweep
from outbox.services.suppressions import suppress, unsubscribe, unsuppress
from outbox.services.tracking import record_tracking

AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}  # RFC 3834; Exchange

# Mails in one statement: unnest writes to disk what is more than work_mem, as a rule 4 MB.
INSERTED_AT_ONCE = 250


class Keyed(Protocol):
    """What is queued once by its key."""

    @property
    def dedupe_key(self) -> str: ...


R = TypeVar("R", bound=Keyed)


@dataclass(frozen=True, kw_only=True)
class FileToSend:
    """A file that lies in the storage under `path` and goes with a mail as `name`."""

    name: str
    content_type: str
    size: int
    path: str


@dataclass(frozen=True, kw_only=True)
class EmailRequest:
    """One mail to be queued; see queue_email for the meaning of each field."""

    mail: str
    to: str
    context: Mapping[str, Any]
    dedupe_key: str
    kind: Kind
    workspace: Workspace | None = None
    to_name: str = ""
    from_name: str = ""
    reply_to: str = ""
    about: str = ""
    subject: str | None = None
    text: str | None = None
    message_id: str | None = None
    in_reply_to: str = ""
    references: Sequence[str] = field(default_factory=tuple)
    expires_at: datetime | None = None
    is_secret: bool = False
    send_at: datetime | None = None
    files: Sequence[FileToSend] = ()


def queue_email(
    *,
    mail: str,
    to: str,
    context: Mapping[str, Any],
    dedupe_key: str,
    kind: Kind,
    now: datetime,
    workspace: Workspace | None = None,
    to_name: str = "",
    from_name: str = "",
    reply_to: str = "",
    about: str = "",
    subject: str | None = None,
    text: str | None = None,
    message_id: str | None = None,
    in_reply_to: str = "",
    references: Sequence[str] = (),
    expires_at: datetime | None = None,
    is_secret: bool = False,
    send_at: datetime | None = None,
    files: Sequence[FileToSend] = (),
) -> OutboundMessage:
    """Queue one mail and return its row; a second call with the same `dedupe_key` returns the first row.

    `mail` is a folder of templates/emails/, `context` its facts. `subject` and `text`, when given, are a person's own
    words: they stand in the plain shell of `mail`, and the message carries no mark of an automatic one. `about` names the
    object ("case:7"). The mail leaves at `send_at` (default: now), not after `expires_at` (default: by its kind, see
    rules.LIFE). `message_id`, `in_reply_to` and `references` (with angle brackets) keep a thread together. `files` are read
    when the mail leaves, and stay whose they are.
    Raises rendering.UnknownMail.
    """
    request = EmailRequest(
        mail=mail, to=to, context=context, dedupe_key=dedupe_key, kind=kind, workspace=workspace, to_name=to_name,
        from_name=from_name, reply_to=reply_to, about=about, subject=subject, text=text, message_id=message_id,
        in_reply_to=in_reply_to, references=references, expires_at=expires_at, is_secret=is_secret, send_at=send_at, files=files,
    )  # fmt: skip
    return queue_emails([request], now=now)[0]


def queue_emails(items: Iterable[EmailRequest], *, now: datetime) -> list[OutboundMessage]:
    """Queue many mails, all or none; the rows come back in the order of `items`, known ones as they are."""
    requests = list(items)

    def make(fresh: list[EmailRequest]) -> list[OutboundMessage]:
        press = Press()
        rows = [_row(request, press, now=now) for request in fresh]
        if settings.MAIL.is_kept:
            _keep(rows, now=now)
        return rows

    if not any(request.files for request in requests):
        return put(requests, make, sweep="outbox.sweep", now=now)
    with transaction.atomic():
        rows = put(requests, make, sweep="outbox.sweep", now=now)
        _attach(requests, rows)
    return rows


def _attach(requests: list[EmailRequest], rows: list[OutboundMessage]) -> None:
    """The files of each mail that has just been queued; one that was known has its own."""
    with_files = [(request, row) for request, row in zip(requests, rows, strict=True) if request.files]
    workspace_id = with_files[0][1].workspace_id
    assert workspace_id is not None  # files go with mails of a case
    rows_of = MessageFile.objects.of(workspace_id)
    mails = [row.pk for _request, row in with_files]
    known = set(rows_of.filter(message__in=mails).values_list("message", flat=True))
    rows_of.bulk_create(
        MessageFile(
            workspace_id=workspace_id,
            message=row,
            name=one_line(file.name),
            content_type=file.content_type,
            size=file.size,
            path=file.path,
        )
        for request, row in with_files
        if row.pk not in known
        for file in request.files
    )


def put(
    requests: Sequence[R], make: Callable[[list[R]], list[OutboundMessage]], *, sweep: str, now: datetime
) -> list[OutboundMessage]:
    """Insert the rows `make` gives for those requests whose key nobody has queued, all or none, and wake `sweep`.

    The rows come back in the order of `requests`, known ones as they are.
    """
    keys = [request.dedupe_key for request in requests]
    known = _by_key(keys)
    fresh = {request.dedupe_key: request for request in requests if request.dedupe_key not in known}
    if fresh:
        rows = make(list(fresh.values()))
        with transaction.atomic(savepoint=False):
            for start in range(0, len(rows), INSERTED_AT_ONCE):
                known |= _insert(rows[start : start + INSERTED_AT_ONCE])
        known |= _by_key(
            [key for key in fresh if key not in known]
        )  # somebody else queued it in the same moment
        if any(row.next_at is not None and row.next_at <= now for row in rows):
            nudge_on_commit(sweep)
    return [known[key] for key in keys]


def _insert(rows: list[OutboundMessage]) -> dict[str, OutboundMessage]:
    """Insert `rows` with one statement, but those whose key is taken; those that are new by their key.

    An array for each column: Django's INSERT has a placeholder for each value, and takes three times as long to write.
    """
    columns = [column for column in OutboundMessage._meta.concrete_fields if not column.primary_key]
    names = ", ".join(f'"{column.column}"' for column in columns)
    # Types without their length, to which a cast would cut in silence.
    arrays = ", ".join(f"%s::{str(column.db_type(connection)).split('(')[0]}[]" for column in columns)
    values = [_column(rows, column) for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(  # names of our own columns and types: no value is ever put in
            f"INSERT INTO {OutboundMessage._meta.db_table} ({names}) SELECT * FROM unnest({arrays})"
            " ON CONFLICT DO NOTHING RETURNING dedupe_key, id",
            values,
        )
        ids = dict(cursor.fetchall())
    inserted = {row.dedupe_key: row for row in rows if row.dedupe_key in ids}
    for key, row in inserted.items():
        row.pk, row._state.adding, row._state.db = ids[key], False, connection.alias
    return inserted


def _column(rows: list[OutboundMessage], column: Field[Any, Any]) -> list[Any]:
    values = [getattr(row, column.attname) for row in rows]
    if isinstance(column, JSONField):
        return [None if value is None else json.dumps(value) for value in values]
    return values


def _by_key(keys: list[str]) -> dict[str, OutboundMessage]:
    if not keys:
        return {}
    rows = (
        OutboundMessage.objects.across_workspaces().filter(dedupe_key__in=keys).defer("text", "html", "facts")
    )
    return {row.dedupe_key: row for row in rows}


def _row(request: EmailRequest, press: Press, *, now: datetime) -> OutboundMessage:
    public_id, nonce, workspace = new_public_id(), new_nonce(), request.workspace
    context = dict(request.context)
    if request.kind == Kind.SURVEY:
        context["unsubscribe_url"] = unsubscribe_url(nonce)
    rendered = press.render(
        mail=request.mail, context=context, workspace=workspace, subject=request.subject, text=request.text
    )
    leaves_at = max(request.send_at or now, now)
    return OutboundMessage(
        public_id=public_id,
        workspace=workspace,
        kind=request.kind,
        mail=request.mail,
        about=request.about,
        dedupe_key=request.dedupe_key,
        to=request.to.strip(),
        to_name=person_name(request.to_name),
        from_name=person_name(request.from_name or _sender(request)),
        reply_to=request.reply_to or (workspace.reply_to if workspace and request.kind != Kind.STAFF else ""),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        headers=_headers(request),
        message_id=one_line(request.message_id or f"<{public_id}@{mail_domain()}>", 250),
        unsubscribe_nonce=nonce,
        is_secret=request.is_secret,
        file_count=len(request.files),
        next_at=leaves_at,
        expires_at=rules.expires(kind=request.kind, leaves_at=leaves_at, given=request.expires_at),
        created_at=now,
    )


def _sender(request: EmailRequest) -> str:
    """Who the mail is from: a person of the company when it is their words, else the company."""
    company = (
        request.workspace.from_name if request.workspace else str(request.context.get("company") or "Amends")
    )
    agent = request.context.get("agent_name") if request.text is not None else ""
    return f"{agent} · {company}" if agent else company


def _headers(request: EmailRequest) -> dict[str, str]:
    made = {} if request.text is not None else dict(AUTOMATIC)
    if request.in_reply_to:
        made["In-Reply-To"] = one_line(request.in_reply_to, 250)
    if request.references:
        made["References"] = one_line(" ".join(request.references[-20:]), 5_000)
    return made


def mail_domain() -> str:
    """The domain of our Message-IDs: the site's when it is a real one, else the sender's."""
    return (
        settings.HOST
        if "." in settings.HOST and not settings.IS_LOOPBACK
        else sender_address().split("@")[-1]
    )


def _keep(rows: list[OutboundMessage], *, now: datetime) -> None:
    """Mail that is kept in the built-in mailbox has arrived the moment it is written, unless it must not be sent.

    Nobody else has its words: also the secret ones stay, until they expire (forgetting.forget_account_words).
    """
    addresses: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        if row.workspace_id is not None:
            addresses[row.workspace_id].append(row.to)
    scopes = {pk: queries.suppressed(workspace=pk, addresses=found) for pk, found in addresses.items()}
    for row in rows:
        if row.next_at is not None and row.next_at > now:
            continue
        scope = scopes.get(row.workspace_id or 0, {}).get(row.to.lower())
        row.next_at = None
        row.skipped_because = rules.why_not(kind=row.kind, scope=scope, expires_at=row.expires_at, now=now)
        row.state = State.SKIPPED if row.skipped_because else State.SENT
        if row.state == State.SENT:
            row.sent_at = row.delivered_at = now
            row.attempts = 1


__all__ = [
    "EmailRequest", "FileToSend", "NotDoubtful", "NotRetryable", "arrived", "deliver", "queue_email", "queue_emails",
    "record_tracking", "retry", "suppress", "sweep", "unsubscribe", "unsuppress",
]  # fmt: skip
