"""Many addresses on the suppression list at once, and off it again as far as nobody touched their rows since."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.dateparse import parse_datetime

from outbox.enums import SuppressionReason, SuppressionScope
from outbox.models import Suppression
from outbox.services.suppressions import normal

BULK = "bulk:"  # how the source of such rows begins
REMEMBERED = ("scope", "reason", "source", "note", "added_by_id", "created_at")

_PUT = """
INSERT INTO outbox_suppression (workspace_id, address, scope, reason, source, note, added_by_id, created_at, lift_note)
SELECT %(workspace)s, address, %(scope)s, %(reason)s, %(source)s, '', %(by)s, %(now)s, ''
FROM unnest(%(addresses)s::text[]) AS address ORDER BY address
ON CONFLICT (workspace_id, address) WHERE lifted_at IS NULL AND address <> '' DO NOTHING
RETURNING id, address"""


def suppress_many(
    *, workspace_id: int, addresses: Sequence[str], scope: str, source: str, by: int | None, now: datetime
) -> dict[str, dict[str, Any]]:
    """Put the addresses on the list by hand, or widen what stands there; a wider or equal row stays as it is.

    Returns, for each address whose row is new or wider now, {"id": ..., "was": what it was or None}: `take_back` needs
    it. `source` begins with BULK. Call it in a transaction.
    """
    wanted = sorted({normal(address) for address in addresses if address.strip()})
    standing = (
        Suppression.objects.of(workspace_id)
        .filter(address__in=wanted, lifted_at__isnull=True)
        .order_by("pk")
        .select_for_update()
    )
    known = {row.address: row for row in standing}
    done: dict[str, dict[str, Any]] = {}
    if scope == SuppressionScope.ALL:
        for address, row in known.items():
            if row.scope == SuppressionScope.SURVEYS:
                done[address] = {"id": row.pk, "was": _facts(row)}
        ids = [one["id"] for one in done.values()]
        Suppression.objects.of(workspace_id).filter(pk__in=ids).update(
            scope=scope, reason=SuppressionReason.MANUAL, source=source, note="", added_by=by, created_at=now
        )
    with connection.cursor() as cursor:
        cursor.execute(
            _PUT,
            {
                "workspace": workspace_id, "scope": SuppressionScope(scope).value,
                "reason": SuppressionReason.MANUAL.value, "source": source, "by": by, "now": now,
                "addresses": [address for address in wanted if address not in known],
            },
        )  # fmt: skip
        done |= {address: {"id": pk, "was": None} for pk, address in cursor.fetchall()}
    return done


def take_back(
    *,
    workspace_id: int,
    source: str,
    put: Mapping[int, dict[str, Any] | None],
    by: int | None,
    note: str,
    now: datetime,
) -> set[int]:
    """Undo `suppress_many` for the rows that are still as it left them; returns their ids.

    `put` maps the id of a row to what it was. A new one is lifted with `note`; a wider one is what it was again. Call it
    in a transaction.
    """
    rows = (
        Suppression.objects.of(workspace_id)
        .filter(pk__in=list(put), source=source, lifted_at__isnull=True)
        .order_by("pk")
        .select_for_update()
    )
    found = list(rows)
    fresh = [row.pk for row in found if put[row.pk] is None]
    Suppression.objects.of(workspace_id).filter(pk__in=fresh).update(
        lifted_at=now, lifter=by, lift_note=note[:300]
    )
    wider = [row for row in found if put[row.pk] is not None]
    for row in wider:
        for name, value in (put[row.pk] or {}).items():
            setattr(row, name, parse_datetime(value) if name == "created_at" else value)
    Suppression.objects.of(workspace_id).bulk_update(wider, list(REMEMBERED), batch_size=500)
    return {row.pk for row in found}


def _facts(row: Suppression) -> dict[str, Any]:
    """A row as JSON keeps it."""
    facts = {name: getattr(row, name) for name in REMEMBERED}
    return facts | {"created_at": row.created_at.isoformat()}
