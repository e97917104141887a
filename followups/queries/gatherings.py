"""Events customers are invited to: who is, what they answered, whose mail is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.models import User, Workspace
from accounts.rules.sight import EVERYTHING, Sight
from core.tokens import BadToken, match_token
from detractors.models import Case
from detractors.queries import queue
from detractors.queries.queue import Wanted
from detractors.queries.sight import cases as visible
from followups.enums import AnnouncementState, Coming, FollowUpStatus, SkippedBecause
from followups.models import CustomerPage, Gathering, Guest
from followups.rules import gatherings as rules

SHOWN = 500  # guests on the page; the file has all
MOST_GUESTS = 5_000


@dataclass(frozen=True)
class Reach:
    """What became of an invitation: who got it, who answered what, and how many places that takes."""

    guests: int = 0
    planned: int = 0
    sent: int = 0
    yes: int = 0
    maybe: int = 0
    no: int = 0
    people: int = 0  # those who come, companions counted
    left: int | None = None
    skipped: tuple[tuple[str, int], ...] = ()  # (reason in words, how many)

    @property
    def silent(self) -> int:
        """Got it and said nothing."""
        return self.sent - self.yes - self.maybe - self.no


def listed(*, workspace: Workspace) -> list[Gathering]:
    """All of them, the latest event first, each with `invited`, `coming` and `people`."""
    return list(counted(workspace=workspace).order_by("-starts_at", "-pk"))


def counted(*, workspace: Workspace) -> Any:
    """All of them, each with how many are `invited`, how many are `coming`, and how many `people` that is with companions."""
    is_coming = Q(guests__answer=Coming.YES)
    coming = Count("guests", filter=is_coming)
    brought = Coalesce(Sum("guests__companions", filter=is_coming), 0)
    rows = Gathering.objects.of(workspace).select_related("workspace")
    return rows.annotate(invited=Count("guests"), coming=coming, people=coming + brought)


def one(*, workspace: Workspace, public_id: str) -> Gathering | None:
    """The gathering of this id."""
    rows = Gathering.objects.of(workspace).select_related("workspace", "created_by", "started_by")
    found: Gathering | None = rows.filter(public_id=public_id).first()
    return found


def guests(*, gathering: Gathering, sight: Sight = EVERYTHING) -> Any:
    """Its guests by name, as far as their cases may be seen."""
    rows = Guest.objects.of(gathering.workspace_id).filter(gathering=gathering)
    if not sight.is_everything:
        seen = Case.objects.of(gathering.workspace_id).filter(
            visible(workspace=gathering.workspace, sight=sight)
        )
        rows = rows.filter(case__in=seen)
    return rows.select_related("contact", "case").order_by("contact__name", "pk")


def reach(*, gathering: Gathering) -> Reach:
    """How far it has come."""
    rows = Guest.objects.of(gathering.workspace_id).filter(gathering=gathering)
    status, answer = FollowUpStatus, Coming
    sums = rows.aggregate(
        guests=Count("pk"),
        planned=Count("pk", filter=Q(status=status.PLANNED)),
        sent=Count("pk", filter=Q(status=status.SENT)),
        yes=Count("pk", filter=Q(answer=answer.YES)),
        maybe=Count("pk", filter=Q(answer=answer.MAYBE)),
        no=Count("pk", filter=Q(answer=answer.NO)),
        brought=Sum("companions", filter=Q(answer=answer.YES)),
    )
    people = sums["yes"] + (sums.pop("brought") or 0)
    reasons = rows.filter(status=status.SKIPPED).values("skipped_because").annotate(n=Count("pk"))
    skipped = [(str(SkippedBecause(row["skipped_because"]).label), row["n"]) for row in reasons]
    return Reach(
        **sums,
        people=people,
        left=rules.left(capacity=gathering.capacity, taken=people),
        skipped=tuple(sorted(skipped, key=lambda pair: -pair[1])),
    )


def places_left(*, gathering: Gathering, but: Guest | None = None) -> int | None:
    """Places that are free, without those `but` has taken."""
    rows = Guest.objects.of(gathering.workspace_id).filter(gathering=gathering, answer=Coming.YES)
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    taken = rules.taken(rows.values_list("answer", "companions"))
    return rules.left(capacity=gathering.capacity, taken=taken)


def chosen(*, workspace: Workspace, numbers: Iterable[int], sight: Sight) -> Any:
    """The cases of these numbers that may be seen."""
    rows = Case.objects.of(workspace).filter(visible(workspace=workspace, sight=sight))
    return rows.filter(number__in=list(numbers))


def fitting(*, workspace: Workspace, user: User, wanted: Wanted, sight: Sight) -> Any:
    """The cases a list of the queue shows."""
    return queue.wanted_cases(workspace=workspace, user=user, wanted=wanted, sight=sight)


def people_of(cases: Any) -> Any:
    """The latest of these cases for each person, as (case id, contact id); nobody who was erased."""
    found = cases.filter(contact__isnull=False, contact__erased_at__isnull=True)
    return found.order_by("contact", "-opened_at", "-pk").distinct("contact").values_list("pk", "contact")


def judged(*, gathering: Gathering, limit: int) -> list[Case]:
    """The cases of its guests with all a preview needs; `left_alone_at` is when they asked for no more messages."""
    pages = CustomerPage.objects.of(gathering.workspace_id).filter(case=OuterRef("pk"))
    ids = Guest.objects.of(gathering.workspace_id).filter(gathering=gathering).values("case")
    rows = Case.objects.of(gathering.workspace_id).filter(pk__in=ids)
    rows = rows.annotate(left_alone_at=Subquery(pages.values("left_alone_at")[:1]))
    return list(rows.select_related("contact", "workspace", "touchpoint", "survey").order_by("pk")[:limit])


def due(*, now: datetime, limit: int) -> list[Guest]:
    """Mails whose turn it is, locked, with everything they name; what another worker has is left out."""
    rows = Guest.objects.across_workspaces().filter(
        gathering__state=AnnouncementState.SENDING, status=FollowUpStatus.PLANNED
    )
    rows = rows.filter(Q(retry_at__isnull=True) | Q(retry_at__lte=now))
    return list(
        rows.select_for_update(skip_locked=True, of=("self",))
        .select_related("gathering__workspace", "contact")
        .order_by("pk")[:limit]
    )


def finished() -> list[Gathering]:
    """Those that are going out and have nothing left to send."""
    still = Guest.objects.across_workspaces().filter(gathering=OuterRef("pk"), status=FollowUpStatus.PLANNED)
    rows = Gathering.objects.across_workspaces().filter(state=AnnouncementState.SENDING)
    return list(rows.annotate(still=Subquery(still.values("pk")[:1])).filter(still__isnull=True))


def guest_of(*, token: str) -> Guest | None:
    """The guest a link is for; None where it is for nobody."""
    try:
        nonce = match_token("guest", token)
    except BadToken:
        return None
    rows = Guest.objects.across_workspaces().select_related("gathering__workspace", "contact", "case__survey")
    found: Guest | None = rows.filter(link_nonce=nonce).first()
    return found
