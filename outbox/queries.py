"""Reads of the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Workspace
from outbox.enums import Kind, State
from outbox.models import OutboundMessage, Suppression, TrackingEvent

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
    wanted = {address.strip().lower() for address in addresses if address}
    if not wanted:
        return {}
    rows = Suppression.objects.of(workspace).filter(address__in=wanted, lifted_at__isnull=True)
    return dict(rows.values_list("address", "scope"))


def of_object(*, about: str) -> QuerySet[OutboundMessage]:
    """The mails about one object ("invitation:12", "case:7"), oldest first; ids are unique over all workspaces."""
    return (
        OutboundMessage.objects.across_workspaces().filter(about=about).defer("text", "html").order_by("id")
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
    rows = OutboundMessage.objects.of(workspace).defer("text", "html", "headers")
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
    return OutboundMessage.objects.of(workspace).filter(public_id=public_id).first()


def reports_on(*, message: OutboundMessage) -> list[TrackingEvent]:
    """What the mail provider reported about a message, in the order it happened."""
    return list(TrackingEvent.objects.filter(message=message).order_by("happened_at", "id"))


def suppressions(
    *, workspace: Workspace, search: str = "", before: int | None = None, size: int = PAGE
) -> list[Any]:
    """Standing suppressions, newest first, one more than `size` when there are older ones."""
    rows = Suppression.objects.of(workspace).filter(lifted_at__isnull=True).select_related("added_by")
    if search:
        rows = rows.filter(address__contains=search.strip().lower())
    if before is not None:
        rows = rows.filter(id__lt=before)
    return list(rows.order_by("-id")[: size + 1])


def lifted(*, workspace: Workspace, size: int = 20) -> list[Suppression]:
    """The latest addresses that were taken off the list, newest first."""
    rows = Suppression.objects.of(workspace).filter(lifted_at__isnull=False).select_related("lifter")
    return list(rows.order_by("-lifted_at", "-id")[:size])
