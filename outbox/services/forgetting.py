"""Forgetting: words and addresses go, the fact of sending stays; and an erased address is known again by its hash."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, Lower

from core.privacy import Person, abouts, address_hash, address_hashes
from outbox.enums import TO_THE_CUSTOMER, Kind, State, SuppressionReason, SuppressionScope
from outbox.models import MessageFile, OutboundMessage, Suppression, TrackingEvent

ERASED = "ERASED"  # why a message that was still waiting is not sent


def messages_of(person: Person) -> QuerySet[OutboundMessage]:
    """Every mail to the person or about them, staff notices that quote them included."""
    traces = Q(pk__in=[])
    for trace in person.traces:
        traces |= Q(subject__contains=trace) | Q(text__contains=trace) | Q(html__contains=trace)
        traces |= Q(facts__isnull=False, told__contains=json.dumps(trace, ensure_ascii=False)[1:-1])
    found: QuerySet[OutboundMessage] = (
        OutboundMessage.objects.of(person.workspace_id)
        .alias(receiver=Lower("to"), told=Cast("facts", TextField()))
        .filter(
            Q(about__in=abouts(person))
            | Q(kind__in=TO_THE_CUSTOMER, receiver__in=person.addresses)
            | (Q(kind=Kind.STAFF, forgotten_at__isnull=True) & traces)
        )
        .defer("text", "html", "headers", "facts")
        .order_by("pk")
    )
    return found


def addresses_of(*, workspace_id: int, about: Sequence[str]) -> list[str]:
    """The customer's addresses, present and earlier, to which mails about these objects went; in small letters."""
    rows = OutboundMessage.objects.of(workspace_id).filter(about__in=about, kind__in=TO_THE_CUSTOMER)
    return sorted({address.lower() for address in rows.exclude(to="").values_list("to", flat=True)})


def is_on_its_way(*, workspace_id: int, about: Sequence[str]) -> bool:
    """Whether a worker holds one of these mails at this moment: it cannot be forgotten before it has let go."""
    rows = OutboundMessage.objects.of(workspace_id).filter(about__in=about, state=State.SENDING)
    return bool(rows.exists())


def forget(person: Person, now: datetime) -> None:
    """Blank what was written to and about the person; what still waits is not sent.

    A message that is being sent at this moment is left to the next turn: its words are on the wire.
    """
    ids = list(
        messages_of(person).select_for_update().exclude(state=State.SENDING).values_list("pk", flat=True)
    )
    rows = OutboundMessage.objects.of(person.workspace_id).filter(pk__in=ids)
    rows.filter(state=State.QUEUED).update(
        state=State.SKIPPED, skipped_because=ERASED, next_at=None, lease_until=None
    )
    rows.filter(kind__in=TO_THE_CUSTOMER).update(to="", to_name="")
    _forget_files(person.workspace_id, ids)
    rows.update(
        subject="",
        text="",
        html="",
        facts=None,
        last_error="",
        next_at=None,
        forgotten_at=Coalesce("forgotten_at", Value(now)),
    )
    reports = TrackingEvent.objects.filter(
        Q(message__in=ids, message__to="") | Q(message__isnull=True) & _to(person)
    )
    reports.exclude(recipient="", detail="").update(recipient="", detail="")


def _forget_files(workspace_id: int, messages: list[int]) -> None:
    """Which files went with these messages; the files themselves are not ours."""
    MessageFile.objects.of(workspace_id).filter(message__in=messages).delete()


def _to(person: Person) -> Q:
    found = Q(pk__in=[])
    for address in person.addresses:
        found |= Q(recipient__iexact=address)
    return found


# Addresses -------------------------------------------------------------------------------------------------------


def bar(
    *, workspace_id: int, addresses: Iterable[str], now: datetime, hashes: Iterable[str] = ()
) -> list[str]:
    """Keep erased addresses from being mailed, as hashes only; returns these. `hashes` come from a list of erasures."""
    wanted = [
        address for address in dict.fromkeys(address.strip().lower() for address in addresses) if address
    ]
    kept = list(dict.fromkeys([address_hash(workspace_id, address) for address in wanted] + list(hashes)))
    rows = Suppression.objects.of(workspace_id)
    rows.filter(
        Q(address__in=wanted) | Q(address_hash__in=kept)
    ).delete()  # with notes that may quote the address
    rows.bulk_create(
        Suppression(
            workspace_id=workspace_id,
            address_hash=digest,
            scope=SuppressionScope.ALL,
            reason=SuppressionReason.ERASED,
            source="erasure",
            created_at=now,
        )
        for digest in kept
    )
    return kept


def recognise(*, workspace_id: int, addresses: Iterable[str]) -> set[str]:
    """These addresses came in: which of them belong to people who were erased? Their suppressions get them back.

    From then on every check sees them by the address itself, set-based ones in SQL too.
    """
    known = {
        digest: address
        for address in {address.strip().lower() for address in addresses if address}
        for digest in address_hashes(workspace_id, address)
    }
    if not known:
        return set()
    rows = Suppression.objects.of(workspace_id).filter(address_hash__in=list(known), lifted_at__isnull=True)
    found: set[str] = set()
    for row in rows.select_for_update().order_by("pk"):
        address = known[row.address_hash]
        found.add(address)
        if row.address != address:
            # Somebody may have put it on the list by hand meanwhile; the older reason stands.
            Suppression.objects.of(workspace_id).filter(
                address=address, lifted_at__isnull=True, address_hash=""
            ).delete()
            row.address = address
            row.save(update_fields=["address"])
    return found


# Age -------------------------------------------------------------------------------------------------------------


def old_words(workspace_id: int | None, before: datetime) -> QuerySet[OutboundMessage]:
    """Messages made before `before` whose words are still there and that have nothing left to do."""
    rows: QuerySet[OutboundMessage] = OutboundMessage.objects.of(workspace_id).filter(
        forgotten_at__isnull=True, next_at__isnull=True, created_at__lt=before
    )
    return rows


def forget_account_words(*, before: datetime, now: datetime, limit: int = 500) -> int:
    """Blank old mails that belong to no workspace, and secret ones as soon as they are too late to be sent."""
    rows = OutboundMessage.objects.across_workspaces().filter(forgotten_at__isnull=True, next_at__isnull=True)
    ids: list[int] = []
    for old in (
        rows.filter(workspace__isnull=True, created_at__lt=before), rows.filter(is_secret=True, expires_at__lt=now)
    ):  # fmt: skip
        ids += old.order_by("id").values_list("id", flat=True)[:limit]
    blanked = OutboundMessage.objects.across_workspaces().filter(pk__in=ids)
    return int(blanked.update(text="", html="", facts=None, forgotten_at=now))


def count_old_words(workspace_id: int, before: datetime, limit: int) -> int:
    """How many, no further than `limit`."""
    return old_words(workspace_id, before)[:limit].count()


def forget_old_words(workspace_id: int, before: datetime, now: datetime, limit: int) -> int:
    """Blank the words of at most `limit` old messages; returns how many."""
    ids = list(
        old_words(workspace_id, before)
        .select_for_update(skip_locked=True)
        .order_by("id")
        .values_list("id", flat=True)[:limit]
    )
    _forget_files(workspace_id, ids)
    rows = OutboundMessage.objects.of(workspace_id).filter(pk__in=ids)
    return int(rows.update(text="", html="", facts=None, forgotten_at=now))


def count_old_reports(workspace_id: int, before: datetime, limit: int) -> int:
    """Reports of mail servers about the workspace's mails received before `before`, no further than `limit`."""
    rows = TrackingEvent.objects.filter(message__workspace=workspace_id, received_at__lt=before)
    return rows[:limit].count()


def remove_old_reports(workspace_id: int, before: datetime, now: datetime, limit: int) -> int:
    """Delete at most `limit` of them; returns how many."""
    rows = TrackingEvent.objects.filter(message__workspace=workspace_id, received_at__lt=before)
    return _delete(rows, limit)


def remove_loose_reports(before: datetime, limit: int) -> int:
    """Delete at most `limit` reports that fit no message, and those of mails that belong to no workspace."""
    rows = TrackingEvent.objects.filter(
        Q(message__isnull=True) | Q(message__workspace__isnull=True), received_at__lt=before
    )
    return _delete(rows, limit)


def _delete(rows: QuerySet[TrackingEvent], limit: int) -> int:
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
    return TrackingEvent.objects.filter(pk__in=ids).delete()[0]
