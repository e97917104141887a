"""What happened with one contact, newest first, as one timeline: what we asked, what came back, what became of it.

Each source gives its newest entries before a moment; the page is the newest of all. Apps above add theirs by the
question `history_asked` (cases and their mail). Entries of the same moment are kept on one page, however many they are:
the next page goes on from before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.rules.sight import EVERYTHING, Sight
from surveys.models import Contact, ContactEvent, Invitation, Response
from surveys.queries import sight as sights
from surveys.signals import history_asked

PAGE = 30


@dataclass(frozen=True)
class Entry:
    """One thing that happened. `code` says what; `facts` fill its words (views/staff/history_words.py)."""

    at: datetime
    code: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class HistoryPage:
    """`before` is the moment to go on from; None on the last page."""

    entries: list[Entry]
    before: datetime | None


def of_contact(
    *, contact: Contact, before: datetime | None = None, sight: Sight = EVERYTHING, size: int = PAGE
) -> HistoryPage:
    """The newest entries before a moment, as far as they may be seen."""
    limit = size + 1
    found: list[Entry] = [
        *_asked(contact, before, sight, limit),
        *_answered(contact, before, sight, limit),
        *_events(contact, before, sight, limit),
        *_own(contact, before),
    ]
    answers: Any = history_asked.send(
        sender=Contact, contact=contact, before=before, limit=limit, sight=sight
    )
    for _receiver, entries in answers:
        found += [Entry(at, code, facts) for at, code, facts in entries]
    found.sort(key=lambda entry: entry.at, reverse=True)
    if len(found) <= size:
        return HistoryPage(found, None)
    last = found[size - 1].at
    return HistoryPage([entry for entry in found if entry.at >= last], last)


def newest(rows: QuerySet[Any], *, field: str, before: datetime | None, limit: int) -> list[Any]:
    """The `limit` rows with the latest `field` before a moment, and all others of the last one's moment."""
    if before is not None:
        rows = rows.filter(**{f"{field}__lt": before})
    found = list(rows.order_by(f"-{field}", "-pk")[:limit])
    if len(found) < limit:
        return found
    same = rows.filter(**{field: getattr(found[-1], field)}, pk__lt=found[-1].pk)
    return [*found, *same.order_by("-pk")]


def _asked(contact: Contact, before: datetime | None, sight: Sight, limit: int) -> Iterable[Entry]:
    """Requests that were sent, opened or not sent; those still planned are not history."""
    seen = sights.invitations(workspace=contact.workspace_id, sight=sight)
    rows = Invitation.objects.of(contact.workspace_id).filter(seen, contact=contact)
    steps: tuple[tuple[str, Any, Q], ...] = (
        ("ASKED", F("sent_at"), Q(sent_at__isnull=False)),
        ("OPENED", F("opened_at"), Q(opened_at__isnull=False)),
        ("NOT_ASKED", Coalesce("due_at", "created_at"), Q(status="NOT_SENT")),
    )
    for code, moment, condition in steps:
        step = rows.filter(condition).annotate(moment=moment).select_related("survey", "campaign")
        for row in newest(step, field="moment", before=before, limit=limit):
            facts = {
                "survey": row.survey.name,
                "campaign": row.campaign.name if row.campaign else "",
                "channel": row.get_channel_display(),
                "reason": row.get_not_sent_because_display(),
            }
            yield Entry(row.moment, code, facts)


def _answered(contact: Contact, before: datetime | None, sight: Sight, limit: int) -> Iterable[Entry]:
    seen = sights.answers(workspace=contact.workspace_id, sight=sight)
    rows = Response.objects.of(contact.workspace_id).filter(seen, contact=contact)
    rows = rows.select_related("survey", "entered_by")
    for row in newest(rows, field="responded_at", before=before, limit=limit):
        facts = {
            "survey": row.survey.name,
            "score": row.score,
            "segment": row.segment,
            "channel": row.get_channel_display(),
            "by": row.entered_by.display_name if row.entered_by else "",
        }
        yield Entry(row.responded_at, "ANSWERED", facts)


def _events(contact: Contact, before: datetime | None, sight: Sight, limit: int) -> Iterable[Entry]:
    """Reported by other systems; without limits only, for nothing says whose they are."""
    if not sight.is_everything:
        return
    rows = ContactEvent.objects.of(contact.workspace_id).filter(contact=contact)
    for row in newest(rows, field="happened_at", before=before, limit=limit):
        yield Entry(row.happened_at, "EVENT", {"name": row.name})


def _own(contact: Contact, before: datetime | None) -> Iterable[Entry]:
    """What stands on the contact itself, and whom it was merged with."""
    moments = {
        "ADDED": contact.created_at,
        "OPTED_OUT": contact.opted_out_at,
        "DECLINED": contact.last_declined_at,
        "UNDELIVERABLE": contact.undeliverable_at,
        "SMS_STOPPED": contact.sms_stopped_at,
        "WATCHED": contact.watch_since,
    }
    found: list[tuple[datetime, str, dict[str, Any]]] = [
        (at, code, {}) for code, at in moments.items() if at is not None
    ]
    aliases = Contact.objects.of(contact.workspace_id).filter(merged_into=contact)
    found += [(row.updated_at, "MERGED", {"name": row.display_name}) for row in aliases[:50]]
    for at, code, facts in found:
        if before is None or at < before:
            yield Entry(at, code, facts)
