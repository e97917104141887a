"""Conversations forget a person: that something was written stays, not what."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from core.privacy import Person
from detractors.enums import Category
from followups.enums import ReceivedState
from followups.models import Conversation, Guest, Mail, PendingReply, ReceivedMail


def mails_of(person: Person) -> QuerySet[Mail]:
    """All mails of the person's cases."""
    rows: QuerySet[Mail] = Mail.objects.of(person.workspace_id).filter(
        conversation__case__contact=person.contact_id
    )
    return rows


def pending_of(person: Person) -> QuerySet[PendingReply]:
    """Replies to the person as they were typed, whether they left or not."""
    rows: QuerySet[PendingReply] = PendingReply.objects.of(person.workspace_id).filter(
        case__contact=person.contact_id
    )
    return rows


def received_of(person: Person) -> QuerySet[ReceivedMail]:
    """Mail that came in from the person, or lies in one of their cases, whatever became of it."""
    senders = Q()
    for address in person.addresses:
        senders |= Q(from_address__iexact=address) | Q(envelope_from__iexact=address)
    rows: QuerySet[ReceivedMail] = ReceivedMail.objects.of(person.workspace_id).filter(
        senders | Q(case__contact=person.contact_id) | Q(mail__conversation__case__contact=person.contact_id)
    )
    return rows.defer("raw")


def invited_of(person: Person) -> QuerySet[Guest]:
    """What the person was invited to, and answered."""
    rows: QuerySet[Guest] = Guest.objects.of(person.workspace_id).filter(contact=person.contact_id)
    return rows


def forget(person: Person, now: datetime) -> None:
    """Blank subjects and bodies of what was written to the person, and by them; the raw mail goes."""
    forget_received(
        person.workspace_id, list(received_of(person).order_by("pk").values_list("pk", flat=True)), now
    )
    pending_of(person).delete()  # what has not left leaves no more; what left is in the conversation
    invited_of(person).exclude(note="").update(note="")
    threads = Conversation.objects.of(person.workspace_id).filter(case__contact=person.contact_id)
    _blank(person.workspace_id, list(threads.order_by("pk").values_list("pk", flat=True)))


def _blank(workspace_id: int, threads: list[int]) -> None:
    Conversation.objects.of(workspace_id).filter(pk__in=threads).exclude(
        subject="", root_message_id="", last_message_id=""
    ).update(subject="", root_message_id="", last_message_id="")  # an id may be of the person's own program
    mails = Mail.objects.of(workspace_id).filter(conversation__in=threads)
    mails.exclude(subject="", body="", sender="", quoted="", html="").update(
        subject="", body="", sender="", sender_name="", quoted="", html="", parts=[], wire_id=""
    )
    cases = Conversation.objects.of(workspace_id).filter(pk__in=threads).values("case")
    Guest.objects.of(workspace_id).filter(case__in=cases).exclude(note="").update(note="")
    PendingReply.objects.of(workspace_id).filter(case__in=cases).delete()


def forget_received(workspace_id: int, ids: list[int], now: datetime) -> None:
    """The raw mails and what was read of them; that something came in, when and what became of it stays.

    One that still waits is not read any more.
    """
    rows = ReceivedMail.objects.of(workspace_id).filter(pk__in=ids)
    rows.filter(forgotten_at__isnull=True).update(raw=None, forgotten_at=now)
    rows.filter(next_at__isnull=False).update(
        next_at=None, lease_until=None, state=ReceivedState.FILED, sorted_as=""
    )
    rows.update(
        envelope_from="", from_address="", from_name="", subject="", excerpt="", message_id="", envelope_to=""
    )


# Age -------------------------------------------------------------------------------------------------------------


def old_threads(workspace_id: int, before: datetime) -> QuerySet[Conversation]:
    """Conversations of cases closed before `before` that still have words."""
    written = Mail.objects.of(workspace_id).exclude(subject="", body="", html="").values("conversation")
    rows: QuerySet[Conversation] = Conversation.objects.of(workspace_id).filter(
        Q(pk__in=written) | ~Q(subject=""), case__category=Category.CLOSED, case__closed_at__lt=before
    )
    return rows


def old_received(workspace_id: int, before: datetime) -> QuerySet[ReceivedMail]:
    """Mail that came in before `before` and is not of a case that is still worked on, with its words."""
    rows: QuerySet[ReceivedMail] = ReceivedMail.objects.of(workspace_id).filter(
        forgotten_at__isnull=True, received_at__lt=before, next_at__isnull=True
    )
    kept = Q(case__isnull=False) & (~Q(case__category=Category.CLOSED) | Q(case__closed_at__gte=before))
    return rows.exclude(kept).defer("raw")


def count_old_received(workspace_id: int, before: datetime, limit: int) -> int:
    """How many, no further than `limit`."""
    return old_received(workspace_id, before)[:limit].count()


def forget_old_received(workspace_id: int, before: datetime, now: datetime, limit: int) -> int:
    """Forget at most `limit` of them; returns how many."""
    ids = list(old_received(workspace_id, before).order_by("pk").values_list("pk", flat=True)[:limit])
    forget_received(workspace_id, ids, now)
    return len(ids)


def count_old_threads(workspace_id: int, before: datetime, limit: int) -> int:
    """How many, no further than `limit`."""
    return old_threads(workspace_id, before)[:limit].count()


def forget_old_threads(workspace_id: int, before: datetime, now: datetime, limit: int) -> int:
    """Blank at most `limit` of them; returns how many."""
    ids = list(old_threads(workspace_id, before).order_by("pk").values_list("pk", flat=True)[:limit])
    _blank(workspace_id, ids)
    return len(ids)
