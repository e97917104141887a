"""Two contacts are one person: everything of the one moves to the other, in one transaction.

Answers keep their scores, days and dimensions, so no figure changes. The contact that goes stays as an alias: its
address and id still lead to the one that is kept (`known_as`), so an import does not bring the double back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.enums import Act
from accounts.models import User, Workspace
from accounts.services import audit
from surveys.models import Contact, ContactEvent, InboundText, Invitation, Mention, Response
from surveys.services import merging_invitations, person_archives, settling
from surveys.signals import contacts_merged, merge_asked

FILLED = (
    "name",
    "phone",
    "company",
    "account_id",
    "language",
    "time_zone",
    "account_value",
    "chosen_send_hour",
)
IDENTITY = ("email", "external_id")
LATEST = ("last_asked_at", "last_declined_at")
EARLIEST = (
    "opted_out_at",
    "sms_stopped_at",
    "followups_stopped_at",
    "watch_since",
)  # a "no" to one is a "no"


class CannotMerge(ValueError):
    """The two cannot become one; the text says why."""


@dataclass(frozen=True)
class Preview:
    """What merging would do. `values` are (field, of the one kept, of the other, what stays)."""

    values: list[tuple[str, str, str, str]]
    counts: dict[str, int]
    hinders: str


def preview(*, keep: Contact, other: Contact) -> Preview:
    """Which value wins, what moves, and what is in the way, without changing anything."""
    values = []
    for field in (*IDENTITY, *(name for name in FILLED if name != "account_id")):
        mine, theirs = (_text(getattr(one, field)) for one in (keep, other))
        if mine or theirs:
            values.append((field, mine, theirs, mine or theirs))
    for name in sorted({*keep.attributes, *other.attributes}):
        mine, theirs = keep.attributes.get(name, ""), other.attributes.get(name, "")
        values.append((f"attribute:{name}", mine, theirs, mine or theirs))
    counts = {name: rows.count() for name, rows in _moving(keep, other).items()}
    hinders = _hinders(keep, other)
    for answer in _asked(keep, other):
        counts["cases"] = counts.get("cases", 0) + answer["cases"]
        hinders = hinders or answer["hinders"]
    return Preview(values, counts, hinders)


@transaction.atomic
def merge(*, keep: Contact, other: Contact, by: User | None, now: datetime) -> Contact:
    """Move everything of `other` to `keep`, whose values win where both have one. Raises CannotMerge.

    It cannot be undone: which row was whose is not kept.
    """
    ids = [keep.pk, other.pk]
    rows = Contact.objects.of(keep.workspace_id).filter(pk__in=ids).order_by("pk").select_for_update()
    locked: dict[int, Contact] = {row.pk: row for row in rows}
    if len(locked) != 2:
        raise CannotMerge(_("Choose two different contacts."))
    keep, other = locked[keep.pk], locked[other.pk]
    if why := _hinders(keep, other):
        raise CannotMerge(why)
    for answer in _asked(keep, other):
        if answer["hinders"]:
            raise CannotMerge(answer["hinders"])
    merging_invitations.ask_once(keep=keep, other=other)
    person_archives.forget(workspace_id=other.workspace_id, contact_id=other.pk)  # half a person by now
    moved = {name: rows.update(contact=keep) for name, rows in _moving(keep, other).items()}
    Contact.objects.of(keep.workspace_id).filter(merged_into=other).update(merged_into=keep)
    _take_over(keep, other, now)
    contacts_merged.send(sender=Contact, keep=keep, other=other, by=by, now=now)
    settling.tell_contacts(workspace_id=keep.workspace_id, contacts=[keep.pk])
    audit.record(
        act=Act.CONTACTS_MERGED,
        by=by,
        now=now,
        workspace=Workspace.objects.get(pk=keep.workspace_id),
        subject_kind="contact",
        subject_id=keep.public_id,
        detail=moved,
    )
    keep.refresh_from_db()
    return keep


def known_as(*, workspace: Workspace | int, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows of contacts to come, each that names a merged contact turned to the one that was kept."""
    ids = [row["external_id"] for row in rows if row.get("external_id")]
    addresses = [row["email"].lower() for row in rows if row.get("email")]
    aliases = (
        Contact.objects.of(workspace)
        .filter(Q(external_id__in=ids) & ~Q(external_id="") | Q(email__in=addresses) & ~Q(email=""))
        .filter(merged_into__isnull=False)
        .select_related("merged_into")
    )
    by_word = {(name, getattr(alias, name)): alias.merged_into for alias in aliases for name in IDENTITY}
    if not by_word:
        return [dict(row) for row in rows]
    found = []
    for row in rows:
        fresh = dict(row)
        for name in IDENTITY:
            word = str(row.get(name) or "")
            kept = by_word.get((name, word.lower() if name == "email" else word)) if word else None
            if kept is not None:
                fresh.update({one: getattr(kept, one) for one in IDENTITY})
        found.append(fresh)
    return found


def _asked(keep: Contact, other: Contact) -> list[Any]:
    found: Any = merge_asked.send(sender=Contact, keep=keep, other=other)
    return [answer for _receiver, answer in found]


def _hinders(keep: Contact, other: Contact) -> str:
    if keep.workspace_id != other.workspace_id or keep.pk == other.pk:
        return _("Choose two different contacts.")
    if any(one.erased_at or one.merged_into_id for one in (keep, other)):
        return _("One of the two is gone already.")
    return ""


def _moving(keep: Contact, other: Contact) -> dict[str, QuerySet[Any]]:
    """The rows of `other` that become those of `keep`."""
    workspace = keep.workspace_id
    return {
        "answers": Response.objects.of(workspace).filter(contact=other),
        "invitations": Invitation.objects.of(workspace).filter(contact=other),
        "events": ContactEvent.objects.of(workspace).filter(contact=other),
        "mentions": Mention.objects.of(workspace).filter(contact=other),
        "texts": InboundText.objects.of(workspace).filter(contact=other),
    }


def _take_over(keep: Contact, other: Contact, now: datetime) -> None:
    from surveys.services.contacts import search_text  # it merges aliases itself

    taken = {name: getattr(other, name) for name in IDENTITY if not getattr(keep, name)}
    if taken:  # the alias gives its word away: it is unique in the workspace
        for name in taken:
            setattr(other, name, "")
    other.merged_into, other.updated_at = keep, now
    other.save()
    for name, value in taken.items():
        setattr(keep, name, value)
    for name in FILLED:
        if getattr(keep, name) in (None, ""):
            setattr(keep, name, getattr(other, name))
    for name in (*LATEST, *EARLIEST):
        both = [moment for moment in (getattr(keep, name), getattr(other, name)) if moment is not None]
        setattr(keep, name, (max if name in LATEST else min)(both) if both else None)
    keep.watch_because = keep.watch_because or other.watch_because
    keep.created_at = min(keep.created_at, other.created_at)
    keep.attributes = other.attributes | keep.attributes
    keep.search, keep.updated_at = search_text(keep), now
    keep.save()


def aliases_of(*, contact: Contact) -> list[Contact]:
    """The contacts that were merged into this one, newest first."""
    rows = Contact.objects.of(contact.workspace_id).filter(merged_into=contact)
    return list(rows.order_by("-updated_at", "-pk")[:50])


def _text(value: Any) -> str:
    return "" if value is None else str(value)
