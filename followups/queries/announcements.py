"""Whom an improvement's announcement reaches, and what they said next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, OuterRef, Q, Subquery

from detractors.models import Case, Improvement
from detractors.queries import improvements
from followups.enums import AnnouncementState, FollowUpStatus, SkippedBecause
from followups.models import Announcement, AnnouncementMail, CustomerPage
from surveys.enums import Metric, Trust
from surveys.models import Response

FEW = 10  # people with a later score; below it a difference is not drawn


@dataclass(frozen=True)
class Reach:
    """What became of an announcement: how many got it, and why the others did not."""

    planned: int
    sent: int
    skipped: tuple[tuple[str, int], ...]  # (reason in words, how many)

    @property
    def total(self) -> int:
        return self.planned + self.sent + sum(n for _reason, n in self.skipped)


@dataclass(frozen=True)
class Effect:
    """Scores of those who were told and answered an NPS survey afterwards: in their case, and next."""

    told: int
    answered: int
    before: float | None
    after: float | None

    @property
    def is_few(self) -> bool:
        return self.answered < FEW


def of(*, improvement: Improvement) -> Announcement | None:
    """The announcement of an improvement, if one was written."""
    found: Announcement | None = (
        Announcement.objects.of(improvement.workspace_id)
        .select_related("improvement", "workspace", "started_by")
        .filter(improvement=improvement)
        .first()
    )
    return found


def audience(*, improvement: Improvement) -> Any:
    """The latest case of each person the improvement is about, one each; nobody who was erased.

    `left_alone_at` is when they asked for no more messages about that case.
    """
    pages = CustomerPage.objects.of(improvement.workspace_id).filter(case=OuterRef("pk"))
    return (
        Case.objects.of(improvement.workspace_id)
        .filter(
            improvements.about(improvement=improvement),
            contact__isnull=False,
            contact__erased_at__isnull=True,
        )
        .annotate(left_alone_at=Subquery(pages.values("left_alone_at")[:1]))
        .order_by("contact", "-opened_at", "-pk")
        .distinct("contact")
    )


def due(*, now: datetime, limit: int) -> list[AnnouncementMail]:
    """Mails whose turn it is, locked, with everything they name; what another worker has is left out."""
    rows = AnnouncementMail.objects.across_workspaces().filter(
        announcement__state=AnnouncementState.SENDING, status=FollowUpStatus.PLANNED
    )
    rows = rows.filter(Q(retry_at__isnull=True) | Q(retry_at__lte=now))
    return list(
        rows.select_for_update(skip_locked=True, of=("self",))
        .select_related("announcement__improvement", "announcement__workspace", "contact")
        .order_by("pk")[:limit]
    )


def finished() -> list[Announcement]:
    """Announcements that are going out and have nothing left to send."""
    left = AnnouncementMail.objects.across_workspaces().filter(
        announcement=OuterRef("pk"), status=FollowUpStatus.PLANNED
    )
    rows = Announcement.objects.across_workspaces().filter(state=AnnouncementState.SENDING)
    return list(rows.annotate(left=Subquery(left.values("pk")[:1])).filter(left__isnull=True))


def reach(*, announcement: Announcement) -> Reach:
    """How far it has come: one query."""
    rows = AnnouncementMail.objects.of(announcement.workspace_id).filter(announcement=announcement)
    counted = {
        (status, reason): n
        for status, reason, n in rows.values("status", "skipped_because")
        .annotate(n=Count("pk"))
        .values_list("status", "skipped_because", "n")
    }
    skipped = [
        (str(SkippedBecause(reason).label), n)
        for (status, reason), n in counted.items()
        if status == FollowUpStatus.SKIPPED
    ]
    return Reach(
        planned=counted.get((FollowUpStatus.PLANNED, ""), 0),
        sent=counted.get((FollowUpStatus.SENT, ""), 0),
        skipped=tuple(sorted(skipped, key=lambda pair: -pair[1])),
    )


def effect(*, announcement: Announcement) -> Effect:
    """What those who were told said next, in their first NPS answer afterwards; likely scanners are left out."""
    told = AnnouncementMail.objects.of(announcement.workspace_id).filter(
        announcement=announcement, status=FollowUpStatus.SENT
    )
    later = (
        Response.objects.of(announcement.workspace_id)
        .filter(contact=OuterRef("contact"), metric=Metric.NPS, responded_at__gt=OuterRef("sent_at"))
        .exclude(trust=Trust.LIKELY_SCANNER)
        .order_by("responded_at", "pk")
    )
    rows = told.annotate(next_score=Subquery(later.values("score")[:1]))
    answered = rows.filter(next_score__isnull=False, case__score__isnull=False)
    sums = answered.aggregate(n=Count("pk"), before=Avg("case__score"), after=Avg("next_score"))
    return Effect(told=rows.count(), answered=sums["n"], before=sums["before"], after=sums["after"])
