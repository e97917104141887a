"""Addresses a workspace must not mail: put on, and taken off with a note."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from django.db import connection, transaction

from accounts.models import Workspace
from core.tokens import match_token
from outbox import queries
from outbox.enums import SuppressionReason, SuppressionScope
from outbox.models import OutboundMessage, Suppression

log = structlog.get_logger(__name__)


class SuppressionError(Exception):
    """The list cannot be changed like this."""


class NotSuppressed(SuppressionError):
    """The address is not on the list."""


class NoteMissing(SuppressionError):
    """Taking an address off needs a sentence that says why it may be mailed again."""


class UnknownMessage(SuppressionError):
    """No message belongs to this link."""


def normal(address: str) -> str:
    """An address as it is kept and compared: without space around it, in small letters."""
    return address.strip().lower()


def suppress(
    *,
    workspace: Workspace | int,
    address: str,
    scope: str,
    reason: str,
    source: str,
    now: datetime,
    by: Any = None,
    note: str = "",
) -> Suppression:
    """Put `address` on the workspace's list; mail already queued is stopped too, because it is asked at departure.

    An address that stands on the list keeps its row; a wider scope replaces a narrower one, never the other way. A row
    of a bulk edit becomes that of whoever speaks after it, and keeps the wider scope.
    """
    workspace_id = workspace.pk if isinstance(workspace, Workspace) else workspace
    # In one transaction: a row that stood there is locked, so that nobody takes it off before it is read.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO outbox_suppression"
            " (workspace_id, address, scope, reason, source, note, added_by_id, created_at, lift_note)"
            " VALUES (%(workspace)s, %(address)s, %(scope)s, %(reason)s, %(source)s, %(note)s, %(by)s, %(now)s, '')"
            " ON CONFLICT (workspace_id, address) WHERE lifted_at IS NULL AND address <> ''"
            " DO UPDATE SET"
            " scope = CASE WHEN outbox_suppression.scope = 'ALL' THEN 'ALL' ELSE EXCLUDED.scope END,"
            " reason = EXCLUDED.reason, source = EXCLUDED.source, note = EXCLUDED.note,"
            " added_by_id = EXCLUDED.added_by_id, created_at = EXCLUDED.created_at"
            " WHERE (outbox_suppression.scope = 'SURVEYS' AND EXCLUDED.scope = 'ALL')"
            # Somebody's own word outlives the undo of a bulk edit that came before it.
            " OR outbox_suppression.source LIKE 'bulk:%%'",
            {
                "workspace": workspace_id,
                "address": normal(address),
                "scope": SuppressionScope(scope).value,
                "reason": SuppressionReason(reason).value,
                "source": source[:60],
                "note": note[:300],
                "by": by.pk if by else None,
                "now": now,
            },
        )
        return Suppression.objects.of(workspace_id).get(address=normal(address), lifted_at__isnull=True)


def unsuppress(*, workspace: Workspace, address: str, by: Any, note: str, now: datetime) -> Suppression:
    """Take `address` off the list again, with the reason in `note`; the row stays as history.

    Raises NoteMissing and NotSuppressed.
    """
    if not note.strip():
        raise NoteMissing
    with transaction.atomic():
        row = (
            Suppression.objects.of(workspace)
            .select_for_update()
            .filter(queries.means(workspace, [address]), lifted_at__isnull=True)
            .first()
        )
        if row is None:
            raise NotSuppressed(address)
        row.lifted_at, row.lifter, row.lift_note = now, by, note.strip()[:300]
        row.address = normal(address)  # of an erased person the hash knew it only
        row.save(update_fields=["address", "lifted_at", "lifter", "lift_note"])
    log.info("suppression_lifted", workspace=workspace.pk, suppression=row.pk, by=by.pk if by else None)
    return row


def of_link(*, token: str) -> OutboundMessage:
    """The message whose receiver holds the unsubscribe link `token`.

    Raises BadToken for a token nobody made, UnknownMessage when its message is gone.
    """
    nonce = match_token("unsubscribe", token)
    message = (
        OutboundMessage.objects.across_workspaces()  # the token is the right to act; it names one message
        .select_related("workspace")
        .defer("text", "html")
        .filter(unsubscribe_nonce=nonce, workspace__isnull=False)
        .exclude(to="")  # its receiver was erased
        .first()
    )
    if message is None:
        raise UnknownMessage
    return message


def unsubscribe(*, token: str, now: datetime) -> Suppression:
    """No more surveys to the receiver of this link. Twice is once. Raises BadToken and UnknownMessage."""
    message = of_link(token=token)
    if message.workspace is None:  # of_link finds none such
        raise UnknownMessage
    return suppress(
        workspace=message.workspace,
        address=message.to,
        scope=SuppressionScope.SURVEYS,
        reason=SuppressionReason.UNSUBSCRIBED,
        source=f"message:{message.public_id}",
        now=now,
    )
