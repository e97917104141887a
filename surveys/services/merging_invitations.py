"""Two contacts become one: a campaign that asked both has asked one person, and asks and reminds them once from now on.

The requests of both become the one's, so that its timeline, its archive, its erasing and a late answer know of all of
them. The rounds of a campaign that asked both are counted anew in the order of asking: the person was asked so often.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from surveys.enums import InvitationStatus, NotSentBecause
from surveys.models import Contact, Invitation, InvitationReminder, Response

_APART = 1_000_000_000  # rounds on their way to their number; no campaign has so many


def ask_once(*, keep: Contact, other: Contact) -> None:
    """Refuse and number the requests of both, so that those of `other` can become those of `keep`.

    Call it in the transaction of the merge, both contacts locked.
    """
    both = _both(keep, other)
    if not both:
        return
    asked = set(
        _rows(keep, both).exclude(status=InvitationStatus.NOT_SENT).values_list("campaign", flat=True)
    )
    doubles = _rows(other, asked)
    doubles.filter(status=InvitationStatus.PLANNED).update(
        status=InvitationStatus.NOT_SENT,
        not_sent_because=NotSentBecause.MERGED,
        wait_because="",
        askable_at=None,
    )
    _end_reminders(keep.workspace_id, doubles, NotSentBecause.MERGED)
    answers = Response.objects.of(other.workspace_id).filter(invitation__in=doubles.values("pk"))
    answered = set(answers.values_list("invitation__campaign", flat=True))
    _end_reminders(keep.workspace_id, _rows(keep, answered), NotSentBecause.ALREADY_ANSWERED)
    for campaign in sorted(both):
        _number(keep, other, campaign)


def _both(keep: Contact, other: Contact) -> set[int]:
    """The campaigns that have rounds of both."""
    return set(_rows(keep).values_list("campaign", flat=True)) & set(
        _rows(other).values_list("campaign", flat=True)
    )


def _rows(contact: Contact, campaigns: set[int] | None = None) -> Any:
    rows = Invitation.objects.of(contact.workspace_id).filter(
        contact=contact, campaign__isnull=False, event__isnull=True
    )
    return rows if campaigns is None else rows.filter(campaign__in=campaigns)


def _end_reminders(workspace_id: int, invitations: Any, because: str) -> None:
    InvitationReminder.objects.of(workspace_id).filter(
        invitation__in=invitations.values("pk"), sent_at__isnull=True, skipped_because=""
    ).update(skipped_because=because, retry_at=None)


def _number(keep: Contact, other: Contact, campaign: int) -> None:
    """Rounds in the order of asking; requests that were refused come first, so that the last one tells when to ask again."""
    rows = Invitation.objects.of(keep.workspace_id).filter(
        Q(contact=keep) | Q(contact=other), campaign=campaign, event__isnull=True
    )
    ordered = sorted(rows, key=lambda row: (row.status != InvitationStatus.NOT_SENT, row.created_at, row.pk))
    for base in (_APART, 0):  # apart first: no two may have one number even for a moment
        for number, row in enumerate(ordered, start=1):
            rows.filter(pk=row.pk).update(round=base + number)
