"""Conversations forget a person: that something was written stays, not what."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from core.privacy import Person
from detractors.enums import Category
from followups.models import Conversation, Mail, PendingReply


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


def forget(person: Person, now: datetime) -> None:
    """Blank subjects and bodies of what was written to the person, and by them."""
    pending_of(person).delete()  # what has not left leaves no more; what left is in the conversation
    threads = Conversation.objects.of(person.workspace_id).filter(case__contact=person.contact_id)
    _blank(person.workspace_id, list(threads.order_by("pk").values_list("pk", flat=True)))


def _blank(workspace_id: int, threads: list[int]) -> None:
    Conversation.objects.of(workspace_id).filter(pk__in=threads).exclude(subject="").update(subject="")
    mails = Mail.objects.of(workspace_id).filter(conversation__in=threads)
    mails.exclude(subject="", body="", html="").update(subject="", body="", html="")
    cases = Conversation.objects.of(workspace_id).filter(pk__in=threads).values("case")
    PendingReply.objects.of(workspace_id).filter(case__in=cases).delete()


# Age -------------------------------------------------------------------------------------------------------------


def old_threads(workspace_id: int, before: datetime) -> QuerySet[Conversation]:
    """Conversations of cases closed before `before` that still have words."""
    written = Mail.objects.of(workspace_id).exclude(subject="", body="", html="").values("conversation")
    rows: QuerySet[Conversation] = Conversation.objects.of(workspace_id).filter(
        Q(pk__in=written) | ~Q(subject=""), case__category=Category.CLOSED, case__closed_at__lt=before
    )
    return rows


def count_old_threads(workspace_id: int, before: datetime, limit: int) -> int:
    """How many, no further than `limit`."""
    return old_threads(workspace_id, before)[:limit].count()


def forget_old_threads(workspace_id: int, before: datetime, now: datetime, limit: int) -> int:
    """Blank at most `limit` of them; returns how many."""
    ids = list(old_threads(workspace_id, before).order_by("pk").values_list("pk", flat=True)[:limit])
    _blank(workspace_id, ids)
    return len(ids)
