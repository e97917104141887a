"""Closing the loop at the bicycle shop: who stayed and who left, a letter for a Saturday, an evening in the workshop."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from accounts.enums import Role
from accounts.models import User, Workspace
from detractors.enums import Outcome, RemedyKind, Retained
from detractors.models import Case
from detractors.services import remedies, retention
from followups.models import Guest
from followups.services import gatherings

REASONS = ("Went to another shop", "Gave up cycling", "Too expensive", "Moved away")
LEFT = (
    ("Went to another shop", "A colleague sold them a frame that was in stock."),
    ("Too expensive", ""),
    ("Moved away", "To Lisbon, and took the bicycle along."),
)
KEPT_AT_MOST, INVITED = 14, 8
SPREAD = 8  # one of so many closed cases: over months, not all of one week


def furnish(*, workspace: Workspace, people: dict[str, list[User]], now: datetime) -> None:
    """Kept and lost customers of closed cases, a gesture with a day, and an event to which some have answered."""
    manager, agent = people[Role.MANAGER][0], people[Role.AGENT][0]
    reasons = {
        name: retention.add_reason(workspace=workspace, name=name, now=now - timedelta(days=90))
        for name in REASONS
    }
    done = Case.objects.of(workspace).filter(
        closed_at__isnull=False, merged_into__isnull=True, contact__isnull=False
    )
    won = done.filter(outcome__in=[Outcome.RECOVERED, Outcome.CONVERTED]).order_by("-number")
    for case in won[: KEPT_AT_MOST * SPREAD : SPREAD]:
        retention.say(
            case=case, by=agent, state=Retained.KEPT, on_date=_day(case, now), now=now - timedelta(hours=6)
        )
    others = done.exclude(outcome__in=[Outcome.RECOVERED, Outcome.CONVERTED]).order_by("-number")
    for case, (name, note) in zip(others[::SPREAD], LEFT, strict=False):
        retention.say(
            case=case, by=manager, state=Retained.LOST, on_date=_day(case, now), reason=reasons[name], note=note,
            now=now - timedelta(hours=5),
        )  # fmt: skip
    _letter(workspace, agent, now)
    _evening(workspace, manager, now)


def _day(case: Case, now: datetime) -> date:
    return (case.closed_at or now).date()


def _letter(workspace: Workspace, agent: User, now: datetime) -> None:
    case = Case.objects.of(workspace).open().filter(contact__isnull=False).order_by("-number").first()
    if case is None:
        return
    ahead = (5 - now.weekday()) % 7 or 7
    remedies.give(
        case=case, by=agent, owner=agent, kind=RemedyKind.GESTURE, what="A card by hand, with a bell for the handlebar",
        value=Decimal(12), cost=Decimal(4), due_at=(now + timedelta(days=ahead)).replace(hour=9, minute=0), any_day=True,
        now=now - timedelta(hours=2),
    )  # fmt: skip


def _evening(workspace: Workspace, manager: User, now: datetime) -> None:
    zone = ZoneInfo(workspace.time_zone)
    day = now.astimezone(zone).date() + timedelta(days=24)
    ids = list(
        Case.objects.of(workspace).filter(contact__isnull=False, merged_into__isnull=True)
        .order_by("-number").values_list("pk", flat=True)[:INVITED]
    )  # fmt: skip
    row = gatherings.draft(
        workspace=workspace,
        by=manager,
        cases=Case.objects.of(workspace).filter(pk__in=ids),
        now=now - timedelta(days=1),
    )
    row = gatherings.keep(
        gathering=row, title="An evening in the workshop", place="Our workshop, Canal Street 12",
        starts_at=datetime.combine(day, time(18, 30), zone), ends_at=datetime.combine(day, time(21), zone),
        reply_by=datetime.combine(day - timedelta(days=7), time(18), zone), capacity=20, most_companions=1,
        subject=row.subject, body=row.body, now=now - timedelta(days=1),
    )  # fmt: skip
    gatherings.start(gathering=row, by=manager, now=now - timedelta(days=1))
    gatherings.send_due(now=now - timedelta(hours=20))
    told = Guest.objects.of(workspace).select_related("gathering__workspace", "case__survey", "contact")
    answers = (
        ("YES", 1, "We come by tram. Is there a place for two helmets?"),
        ("MAYBE", 0, ""),
        ("NO", 0, ""),
    )
    for guest, (coming, companions, note) in zip(
        told.filter(gathering=row, sent_at__isnull=False).order_by("pk"), answers, strict=False
    ):
        gatherings.answer(
            guest=guest, coming=coming, companions=companions, note=note, now=now - timedelta(hours=3)
        )
