"""Erasing a person: every app forgets, in one transaction; the address stays barred by a hash, the entry in a list.

What was going on beside it (an answer on its way in, a mail on its way out) may have written a word after we looked. So
each erasing is run once more a little later (`settle`), and the entry is kept in storage too, outside the database, to be
applied again after an older back-up was restored (`replay`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.enums import Act
from accounts.models import User, Workspace
from accounts.services import audit
from core import privacy
from core.announce import announce
from core.privacy import Person
from outbox import text_rules
from outbox.services import forgetting as mails
from surveys import signals
from surveys.enums import OPEN_IMPORTS
from surveys.models import Contact, ContactImport, Erasure, Response

log = structlog.get_logger(__name__)

SETTLES_AFTER = timedelta(minutes=2)  # longer than any request or batch may run
BATCH = 100
FOLDER = "erasures"  # in storage: one small file each, by month


def person_of(contact: Contact) -> Person:
    """The contact as the holders of their data know them, with every address mails went to."""
    bare = Person(contact.workspace_id, contact.pk, contact.public_id)
    earlier = mails.addresses_of(workspace_id=contact.workspace_id, about=privacy.abouts(bare))
    number = text_rules.e164(contact.phone) if contact.phone else ""
    addresses = dict.fromkeys(address for address in (contact.email, *earlier, number) if address)
    words = [word for word in (contact.name, contact.phone, contact.external_id) if word]
    return Person(contact.workspace_id, contact.pk, contact.public_id, tuple(addresses), tuple(words))


def preview(*, contact: Contact) -> list[privacy.Count]:
    """What erasing would take away, counted."""
    return privacy.counts(person_of(contact))


@transaction.atomic
def erase(*, contact: Contact, now: datetime, by: User | None = None) -> Contact:
    """Forget the person and their words for good; scores stay, without a name, so figures of the past stay true.

    Links end, planned mails are refused, the address is not mailed again. Erasing twice changes nothing. Announces
    contact_erased.
    """
    _hold_uploads(contact.workspace_id)
    contact = Contact.objects.of(contact.workspace_id).select_for_update().get(pk=contact.pk)
    if contact.erased_at is not None:
        return contact
    for alias in Contact.objects.of(contact.workspace_id).filter(merged_into=contact).order_by("pk"):
        erase(contact=alias, now=now)  # the same person by another address
    person = person_of(contact)
    counts = {count.code: count.n for count in privacy.counts(person)}
    privacy.erase(person, now)
    hashes = mails.bar(workspace_id=person.workspace_id, addresses=person.addresses, now=now)
    Erasure.objects.of(person.workspace_id).bulk_create(
        [Erasure(workspace_id=person.workspace_id, contact=contact, address_hashes=hashes, erased_at=now)],
        ignore_conflicts=True,  # of an erasure that was undone by restoring a back-up
    )
    audit.record(
        act=Act.PERSON_ERASED,
        by=by,
        now=now,
        workspace=Workspace.objects.get(pk=person.workspace_id),
        subject_kind="contact",
        subject_id=person.public_id,
        detail=counts,
    )
    contact.refresh_from_db()
    announce(signals.contact_erased, sender=Contact, contact=contact, now=now)
    return contact


def _hold_uploads(workspace_id: int) -> None:
    """Imports lock their own row before the people in their files; so do we, or each might wait for the other."""
    rows = ContactImport.objects.of(workspace_id).filter(status__in=OPEN_IMPORTS).order_by("pk")
    list(rows.select_for_update().values_list("pk", flat=True))


# A second time, and outside the database ------------------------------------------------------------------------------


def settle(*, now: datetime) -> int:
    """Run fresh erasures once more and put their entries into storage; returns how many were settled."""
    open_ = Q(settled_at__isnull=True, erased_at__lte=now - SETTLES_AFTER) | Q(listed_at__isnull=True)
    ids = list(
        Erasure.objects.across_workspaces()
        .filter(open_)
        .order_by("erased_at")
        .values_list("pk", flat=True)[:BATCH]
    )
    settled = 0
    for pk in ids:
        try:
            with transaction.atomic():
                settled += _settle(pk, now)
        except Exception:  # one of them stops no other; it is tried again at the next turn
            log.exception("erasure_not_settled", erasure=pk)
    return settled


def _settle(pk: int, now: datetime) -> bool:
    row: Erasure | None = (
        Erasure.objects.across_workspaces()
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("contact", "workspace")
        .filter(pk=pk)
        .first()
    )
    if row is None:
        return False
    if row.listed_at is None:
        _list(row)
        row.listed_at = now
        row.save(update_fields=["listed_at"])
    if row.settled_at is not None or row.erased_at > now - SETTLES_AFTER:
        return False
    _hold_uploads(row.workspace_id)
    person = person_of(row.contact)
    privacy.erase(person, now)
    if person.addresses:  # of a mail that was being sent at that moment
        row.address_hashes = mails.bar(
            workspace_id=row.workspace_id,
            addresses=person.addresses,
            hashes=row.address_hashes,
            now=row.erased_at,
        )
        _list(row)
    if mails.is_on_its_way(workspace_id=row.workspace_id, about=privacy.abouts(person)):
        row.save(update_fields=["address_hashes"])
        return False
    row.settled_at = now
    row.save(update_fields=["address_hashes", "settled_at"])
    return True


def _list(row: Erasure) -> None:
    entry = Entry(row.workspace.public_id, row.contact.public_id, tuple(row.address_hashes), row.erased_at)
    name = f"{FOLDER}/{row.erased_at:%Y-%m}/{entry.contact}.json"
    if default_storage.exists(name):
        default_storage.delete(name)
    default_storage.save(name, ContentFile(json.dumps(entry.as_json()).encode()))


# After a back-up was restored -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """One line of the list: public ids of workspace and contact, hashes of the addresses, when."""

    workspace: str
    contact: str
    hashes: tuple[str, ...]
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "workspace": self.workspace, "contact": self.contact, "hashes": list(self.hashes), "at": self.at.isoformat()
        }  # fmt: skip


def entries() -> Iterator[Entry]:
    """The list in storage, oldest month first."""
    if not default_storage.exists(FOLDER):
        return
    for month in sorted(default_storage.listdir(FOLDER)[0]):
        for name in sorted(default_storage.listdir(f"{FOLDER}/{month}")[1]):
            with default_storage.open(f"{FOLDER}/{month}/{name}") as file:
                found = json.loads(file.read())
            yield Entry(
                found["workspace"],
                found["contact"],
                tuple(found["hashes"]),
                datetime.fromisoformat(found["at"]),
            )


def replay(*, entry: Entry, now: datetime) -> bool:
    """Apply one entry to a restored database; True when the person was there again and is erased now."""
    workspace = Workspace.objects.filter(public_id=entry.workspace).first()
    if workspace is None:
        return False
    with transaction.atomic():
        contact = Contact.objects.of(workspace).present().filter(public_id=entry.contact).first()
        if contact is not None:
            erase(contact=contact, now=now)
        bars = mails.bar(workspace_id=workspace.pk, addresses=(), hashes=entry.hashes, now=entry.at)
        if contact is not None:
            row = Erasure.objects.of(workspace).select_for_update().get(contact=contact)
            row.address_hashes = sorted({*row.address_hashes, *bars})
            row.save(update_fields=["address_hashes"])
    return contact is not None


# Age ------------------------------------------------------------------------------------------------------------------


def unheard_of(workspace_id: int, before: datetime) -> QuerySet[Contact]:
    """People who since `before` were neither added, changed nor asked, and did not answer."""
    answers = Response.objects.of(workspace_id).filter(contact=OuterRef("pk"), responded_at__gte=before)
    rows: QuerySet[Contact] = (
        Contact.objects.of(workspace_id)
        .filter(erased_at__isnull=True, updated_at__lt=before)
        .filter(Q(last_asked_at__isnull=True) | Q(last_asked_at__lt=before))
        .filter(~Exists(answers))
        .order_by("pk")
    )
    return rows


def erase_unheard_of(workspace_id: int, before: datetime, now: datetime, limit: int) -> int:
    """Erase at most `limit` of them; somebody with an open case stays. Returns how many."""
    erased, after = 0, 0
    while erased < limit:
        rows = list(unheard_of(workspace_id, before).filter(pk__gt=after)[:limit])
        if not rows:
            break
        needed = privacy.needed(workspace_id, [row.pk for row in rows])
        for row in rows:
            after = row.pk
            if row.pk not in needed and erased < limit:
                erase(contact=row, now=now)
                erased += 1
    return erased
