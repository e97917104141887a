"""The cases of somebody who goes, for a while or for good, and of a team that is dissolved.

Set-based: a person with hundreds of cases costs a statement for each new owner, and each new owner at most three mails
or one list.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, Team, User, Workspace
from accounts.queries import active, case_takers, with_role
from accounts.rules.permissions import Permission, can
from accounts.rules.sight import sees
from accounts.sight_queries import sights_of
from core import moments
from core.links import absolute_url
from detractors.enums import Category, EscalationLevel, EventKind, RecountReason
from detractors.models import Case, CaseEvent
from detractors.models.case import OPEN_CATEGORIES
from detractors.notice_words import DUE_PATTERN
from detractors.notifications import Notices
from detractors.queries.cases import people_of_level
from detractors.queries.sight import facts_of
from detractors.rules import routing
from detractors.services import recounting, timeline
from detractors.services.errors import NotAMember
from outbox.enums import Kind
from outbox.services import messages

NOT_CLOSED = (*OPEN_CATEGORIES, Category.RESOLVED)  # a resolved case may open again: it needs an owner, too
SINGLE_MAILS = 3  # more cases than this come as one list
LISTED = 20  # cases named in a list; the rest is a number and a link

Choice = Callable[[Case], Membership | None]


@transaction.atomic
def hand_over(
    *, workspace: Workspace, user: User, to: User | None, in_turn: bool, by: User | None, now: datetime
) -> int:
    """Give every case of `user` that is not closed to `to`, or by turns, or to nobody; returns how many moved.

    By turns means: as new cases are given, to members who are there and may see the case. Each case gets its line in
    the timeline; the new owners hear of their open ones, of unowned ones the lead or the managers. Raises NotAMember.
    """
    mine = Case.objects.of(workspace).filter(owner=user, category__in=NOT_CLOSED)
    ids = list(mine.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    related = ("workspace", "contact", "touchpoint", "owner", "team__lead")
    found = list(
        Case.objects.of(workspace).select_related(*related).filter(pk__in=ids).order_by("rank_at", "number")
    )
    if not found:
        return 0
    takers = (
        []
        if not in_turn
        else [one for one in case_takers(workspace=workspace, now=now) if one.user_id != user.pk]
    )
    choose = _fixed(workspace, to) if to is not None else by_turns(takers=takers, now=now)
    because = _("Handed over from %(name)s.") % {"name": user.display_name}
    by_owner: dict[int | None, list[Case]] = {}
    for case in found:
        member = choose(case)
        case.owner = member.user if member else None
        if member is not None:
            case.team = member.team
        case.assigned_because = because
        case.version += 1  # as the UPDATE below
        by_owner.setdefault(case.owner_id, []).append(case)
    for owner_id, given in by_owner.items():
        facts = {"team": given[0].team} if owner_id is not None else {}
        Case.objects.of(workspace).filter(pk__in=[case.pk for case in given]).update(
            owner=owner_id, assigned_because=because, version=F("version") + 1, updated_at=now, **facts
        )
    _write_lines(found, user, because, by, now)
    _follow_hours(workspace, by, now)
    turns = [taker for taker in takers if by_owner.get(taker.user_id)]
    Membership.objects.of(workspace).bulk_update(turns, ["last_assigned_at"])
    _tell(by_owner, before=user, because=because, by=by, now=now)
    return len(found)


def count(*, workspace: Workspace, users: Iterable[int]) -> dict[int, tuple[int, int]]:
    """(open cases, resolved cases that may open again) by the owner's id; who has none is missing."""
    opened: Counter[int] = Counter()
    resolved: Counter[int] = Counter()
    rows = Case.objects.of(workspace).filter(owner__in=list(users), category__in=NOT_CLOSED)
    for owner, category in rows.values_list("owner_id", "category"):
        (resolved if category == Category.RESOLVED else opened)[owner] += 1
    return {owner: (opened[owner], resolved[owner]) for owner in opened.keys() | resolved.keys()}


@transaction.atomic
def change_team(*, workspace: Workspace, team: Team, to: Team | None, now: datetime) -> int:
    """All cases of `team` belong to `to` from now on; returns how many. With `to` None they are only counted."""
    found = Case.objects.of(workspace).filter(team=team)
    if to is None:
        return int(found.count())
    moved = int(found.update(team=to, version=F("version") + 1, updated_at=now))
    _follow_hours(workspace, None, now)
    return moved


def _follow_hours(workspace: Workspace, by: User | None, now: datetime) -> None:
    """Where teams have hours of their own, promises follow the cases that moved."""
    if Team.objects.of(workspace).filter(calendar__isnull=False).exists():
        recounting.ask(workspace=workspace, why=RecountReason.TEAM, what="", by=by, now=now)


def _fixed(workspace: Workspace, to: User) -> Choice:
    member: Membership | None = (
        active(workspace=workspace).select_related("user", "team").filter(user=to).first()
    )
    if member is None or not can(member.role, Permission.WORK_CASES):
        raise NotAMember(_("%(name)s cannot own cases in this workspace.") % {"name": to.display_name})
    return lambda case: member


def by_turns(*, takers: Sequence[Membership], now: datetime) -> Choice:
    """The round robin among those who may see the case; the turn passes with each case that is not resolved yet.

    It passes in `takers` only: the caller saves their `last_assigned_at`.
    """
    sights = sights_of(takers)

    def choose(case: Case) -> Membership | None:
        able = [taker for taker in takers if sees(sights[taker.pk], facts_of(case, team_id=taker.team_id))]
        routed = routing.route(
            [routing.Member(id=taker.pk, last_assigned_at=taker.last_assigned_at) for taker in able]
        )
        taker = next((one for one in able if one.pk == routed.member_id), None)
        if taker is not None and case.is_open:
            latest = max((one.last_assigned_at for one in takers if one.last_assigned_at), default=now)
            taker.last_assigned_at = max(now, latest + timedelta(microseconds=1))
        return taker

    return choose


def _write_lines(found: Sequence[Case], before: User, because: str, by: User | None, now: datetime) -> None:
    lines = []
    for case in found:
        facts: dict[str, Any] = {"before": before.display_name}
        if case.owner is not None:
            facts |= {"to": case.owner.display_name, "to_id": case.owner.pk}
        lines.append(timeline.line(case=case, kind=EventKind.ASSIGNED, by=by, now=now, note=because, **facts))
    CaseEvent.objects.of(found[0].workspace_id).bulk_create(lines, batch_size=500)


def _tell(
    by_owner: dict[int | None, list[Case]], *, before: User, because: str, by: User | None, now: datetime
) -> None:
    """Mails about the open ones; whoever gave themselves cases needs none."""
    notices = Notices(now=now)
    lists: list[messages.EmailRequest] = []
    for given in by_owner.values():
        shown = [case for case in given if case.is_open]
        if not shown:
            continue
        owner = shown[0].owner
        if owner is not None and owner != by and len(shown) <= SINGLE_MAILS:
            for case in shown:
                notices.assigned(case=case, owner=owner, because=because)
        elif owner is not None:
            lists += [_list(shown, owner, before)] if owner != by else []
        else:
            lists += _lists_for_leads(shown, before, by)
    notices.queue()
    if lists:
        messages.queue_emails(lists, now=now)


def _lists_for_leads(shown: Sequence[Case], before: User, by: User | None) -> list[messages.EmailRequest]:
    """Cases without an owner: a list for each person who answers for them, by the team's lead or the managers."""
    per_person: dict[User, list[Case]] = {}
    by_lead: dict[User | None, list[Case]] = {}
    for case in shown:
        by_lead.setdefault(case.team.lead if case.team else None, []).append(case)
    for lead, cases in by_lead.items():
        level = EscalationLevel.LEAD
        # Whoever goes may be the lead still: the role is cleared after the cases went.
        found = people_of_level(
            workspace=cases[0].workspace, level=level, lead=None if lead == before else lead
        )
        if found == [before]:  # the only manager goes: an owner or admin has to know
            found = with_role(workspace=cases[0].workspace, roles=[Role.OWNER, Role.ADMIN])
        for person in found:
            if person not in (by, before):
                per_person.setdefault(person, []).extend(cases)
    return [_list(cases, person, before) for person, cases in per_person.items()]


def _list(cases: Sequence[Case], person: User, before: User) -> messages.EmailRequest:
    workspace = cases[0].workspace
    zone = person.time_zone or workspace.time_zone
    is_unassigned = cases[0].owner_id is None
    lines = [
        {
            "number": case.number,
            "customer": case.contact.display_name if case.contact else str(_("An anonymous customer")),
            "score": case.score,
            "due_at": moments.in_words(case.next_due_at, zone, DUE_PATTERN) if case.next_due_at else "",
            "url": absolute_url("detractors:case", slug=workspace.slug, number=case.number),
        }
        for case in cases[:LISTED]
    ]
    queue = absolute_url("detractors:queue", slug=workspace.slug)
    return messages.EmailRequest(
        mail="cases_handed_over",
        to=person.email,
        to_name=person.display_name,
        kind=Kind.STAFF,
        workspace=workspace,
        dedupe_key=f"cases_handed_over:{cases[0].pk}:{cases[0].version}:{person.pk}",
        context={
            "count": len(cases),
            "before": before.display_name,
            "is_unassigned": is_unassigned,
            "lines": lines,
            "more": max(0, len(cases) - LISTED),
            "url": f"{queue}?view=open&owner=none" if is_unassigned else f"{queue}?view=mine",
        },
    )
