"""Reads of the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Lower

from accounts.models import Workspace
from core.privacy import address_hashes
from outbox.enums import TO_THE_CUSTOMER, Channel, Kind, State
from outbox.models import MessageFile, OutboundMessage, SenderCheck, Suppression, TrackingEvent
from outbox.words import Writer

PAGE = 50
AUDIENCES: dict[str, tuple[str, ...]] = {
    "customers": (Kind.SURVEY, Kind.CUSTOMER),
    "staff": (Kind.STAFF,),
}
CONDITIONS: dict[str, Q] = {  # what a person calls the state of a mail
    "waiting": Q(state__in=[State.QUEUED, State.SENDING]),
    "sent": Q(state=State.SENT, bounced_at__isnull=True, complained_at__isnull=True),
    "trouble": Q(state__in=[State.UNKNOWN, State.FAILED, State.DEAD])
    | Q(bounced_at__isnull=False)
    | Q(complained_at__isnull=False),
    "skipped": Q(state=State.SKIPPED),
}


def suppressed(*, workspace: Workspace | int, addresses: Iterable[str]) -> dict[str, str]:
    """Address (in small letters) -> scope, for those of `addresses` that stand on the workspace's list."""
    found = standing(workspace=workspace, addresses=addresses)
    return {address: scope for address, (scope, _reason) in found.items()}


def standing(*, workspace: Workspace | int, addresses: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Address (in small letters) -> (scope, reason), as `suppressed`; an erased person's address is known by its hash."""
    wanted = {address.strip().lower() for address in addresses if address}
    if not wanted:
        return {}
    names = _hashes(workspace, wanted) | {address: address for address in wanted}
    rows = Suppression.objects.of(workspace).filter(means(workspace, wanted), lifted_at__isnull=True)
    found: dict[str, tuple[str, str]] = {}
    for address, address_hash, scope, reason in rows.values_list(
        "address", "address_hash", "scope", "reason"
    ):
        for name in (address, address_hash):
            if name in names:
                found[names[name]] = (scope, reason)
    return found


def means(workspace: Workspace | int, addresses: Iterable[str]) -> Q:
    """The suppressions of these addresses, those of erased people among them."""
    wanted = {address.strip().lower() for address in addresses if address}
    return Q(address__in=wanted) | Q(address_hash__in=list(_hashes(workspace, wanted)))


def _hashes(workspace: Workspace | int, addresses: Iterable[str]) -> dict[str, str]:
    pk = workspace.pk if isinstance(workspace, Workspace) else workspace
    return {digest: address for address in addresses for digest in address_hashes(pk, address)}


def latest_to(*, workspace: Workspace | int, to: Iterable[str], since: datetime) -> dict[str, list[datetime]]:
    """Address or number (in small letters) -> when messages to it were written after `since`.

    Surveys and mails about cases, on all channels; what did not leave does not count.
    """
    wanted = sorted({one.strip().lower() for one in to if one})
    if not wanted:
        return {}
    rows = (
        counted_messages(workspace).annotate(name=Lower("to")).filter(name__in=wanted, created_at__gt=since)
    )
    found: dict[str, list[datetime]] = {}
    for name, at in rows.values_list("name", "created_at"):
        found.setdefault(name, []).append(at)
    return found


def latest_of_person(
    *, workspace: Workspace, address: str, kinds: Iterable[str], size: int = 5
) -> list[OutboundMessage]:
    """The latest mails to this address of these kinds that were not skipped, without their words."""
    rows = (
        OutboundMessage.objects.of(workspace)
        .annotate(address=Lower("to"))
        .filter(address=address.strip().lower(), kind__in=list(kinds))
        .exclude(state=State.SKIPPED)
        .defer("text", "html", "facts", "headers")
    )
    return list(rows.order_by("-created_at", "-pk")[:size])


def counted_messages(workspace: Any) -> QuerySet[OutboundMessage]:
    """The messages of one person's budget: to customers, and on their way or there."""
    return (
        OutboundMessage.objects.of(workspace)
        .filter(kind__in=TO_THE_CUSTOMER)
        .exclude(state__in=[State.SKIPPED, State.FAILED, State.DEAD])
    )


def surveys_waiting(*, now: datetime, most: int, channel: str = Channel.EMAIL) -> int:
    """How many surveys wait to leave on a channel, of all workspaces, counted no further than `most`."""
    waiting = OutboundMessage.objects.across_workspaces().filter(
        kind=Kind.SURVEY, state=State.QUEUED, next_at__lte=now, channel=channel
    )
    return int(waiting.order_by()[:most].count())


def texts_to(
    *, workspace: Workspace | int, number: str, since: datetime, kinds: Iterable[str] = TO_THE_CUSTOMER
) -> QuerySet[OutboundMessage]:
    """The texts to this number that left, or may have left, after `since`; the latest first. Usually those to customers."""
    rows: QuerySet[OutboundMessage] = (
        OutboundMessage.objects.of(workspace)
        .filter(channel=Channel.SMS, to=number, kind__in=list(kinds), created_at__gt=since)
        .filter(state__in=[State.SENDING, State.SENT, State.UNKNOWN])
        .defer("text", "html", "facts")
        .order_by("-created_at", "-id")
    )
    return rows


def parts_under_way(*, workspace: Workspace | int) -> int:
    """Parts of texts that wait to leave."""
    rows = OutboundMessage.objects.of(workspace).filter(
        channel=Channel.SMS, state=State.QUEUED, next_at__isnull=False
    )
    return int(rows.aggregate(parts=Sum("parts"))["parts"] or 0)


def of_object(*, about: str) -> QuerySet[OutboundMessage]:
    """The mails about one object ("invitation:12", "case:7"), oldest first; ids are unique over all workspaces."""
    return (
        OutboundMessage.objects.across_workspaces()
        .filter(about=about)
        .defer("text", "html", "facts")
        .order_by("id")
    )


@dataclass(frozen=True)
class Page:
    """One page of the mailbox, newest first; `newer` and `older` are the ids to page from, None at an end."""

    messages: list[OutboundMessage]
    newer: int | None
    older: int | None


def mailbox(
    *,
    workspace: Workspace,
    audience: str = "",
    condition: str = "",
    search: str = "",
    older_than: int | None = None,
    newer_than: int | None = None,
    size: int = PAGE,
) -> Page:
    """One page of the workspace's mails; unknown `audience` or `condition` means all; `search` is part of an address."""
    rows = OutboundMessage.objects.of(workspace).defer("text", "html", "headers", "facts")
    if audience in AUDIENCES:
        rows = rows.filter(kind__in=AUDIENCES[audience])
    if condition in CONDITIONS:
        rows = rows.filter(CONDITIONS[condition])
    if search:
        rows = rows.filter(Q(to__icontains=search) | Q(to_name__icontains=search))
    if newer_than is not None:
        found = list(rows.filter(id__gt=newer_than).order_by("id")[: size + 1])
        more, found = len(found) > size, found[:size][::-1]
        return Page(found, found[0].pk if found and more else None, found[-1].pk if found else None)
    if older_than is not None:
        rows = rows.filter(id__lt=older_than)
    found = list(rows.order_by("-id")[: size + 1])
    more, found = len(found) > size, found[:size]
    return Page(
        found, found[0].pk if found and older_than is not None else None, found[-1].pk if more else None
    )


def message_of(*, workspace: Workspace, public_id: str) -> OutboundMessage | None:
    """One mail of the workspace, with its words; None when there is no such mail there."""
    message: OutboundMessage | None = (
        OutboundMessage.objects.of(workspace).filter(public_id=public_id).first()
    )
    if message is not None:
        Writer().write(message)
    return message


def files_of(message: OutboundMessage) -> list[MessageFile]:
    """The files that go with a message, in their order."""
    return list(MessageFile.objects.of(message.workspace_id).filter(message=message.pk).order_by("pk"))


def reports_on(*, message: OutboundMessage) -> list[TrackingEvent]:
    """What the mail provider reported about a message, in the order it happened."""
    return list(TrackingEvent.objects.filter(message=message).order_by("happened_at", "id"))


def suppressions(
    *, workspace: Workspace, search: str = "", before: int | None = None, size: int = PAGE
) -> list[Any]:
    """Standing suppressions, newest first, one more than `size` when there are older ones."""
    rows = Suppression.objects.of(workspace).filter(lifted_at__isnull=True).select_related("added_by")
    if search:
        rows = rows.filter(Q(address__contains=search.strip().lower()) | means(workspace, [search]))
    if before is not None:
        rows = rows.filter(id__lt=before)
    return list(rows.order_by("-id")[: size + 1])


def lifted(*, workspace: Workspace, size: int = 20) -> list[Suppression]:
    """The latest addresses that were taken off the list, newest first."""
    rows = Suppression.objects.of(workspace).filter(lifted_at__isnull=False).select_related("lifter")
    return list(rows.order_by("-lifted_at", "-id")[:size])


def latest_account_mail(*, email: str, now: datetime) -> str | None:
    """The words of the latest secret mail to this address (a reset link, a code) while it works and they are kept."""
    found: str | None = (
        OutboundMessage.objects.across_workspaces()
        .filter(
            to__iexact=email.strip(),
            kind=Kind.ACCOUNT,
            workspace__isnull=True,
            is_secret=True,
            expires_at__gt=now,
        )
        .exclude(text="")
        .order_by("-id")
        .values_list("text", flat=True)
        .first()
    )
    return found


def sender_check(*, workspace: Workspace, domain: str) -> SenderCheck | None:
    """The latest look at this domain, or the one that waits; without a domain the last one there was."""
    rows = SenderCheck.objects.of(workspace)
    found: SenderCheck | None = (
        rows.filter(domain=domain).first()
        if domain
        else rows.filter(checked_at__isnull=False).order_by("-checked_at").first()
    )
    return found
