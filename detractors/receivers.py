"""News from below becomes work of this app."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from accounts.models import Team, User, Workspace
from accounts.rules.business_time import Calendar
from accounts.rules.sight import Sight
from accounts.signals import (
    hours_changed,
    hours_tried,
    team_dissolved,
    work_counted,
    work_handed_over,
    workspace_created,
)
from core.deadlines import deadlines_asked
from core.queue import nudge_on_commit
from detractors.enums import RecountReason
from detractors.queries import capacity, due, history, promises
from detractors.queries import sight as sight_queries
from detractors.services import handovers, merging, provisioning, recounting
from surveys.models import Audience, Contact
from surveys.signals import (
    audience_uses,
    case_capacity,
    contacts_merged,
    history_asked,
    mention_received,
    merge_asked,
    response_amended,
    response_recorded,
    response_trust_changed,
    seen_by_case,
)

DECIDE = "detractors.decide_pending"


@receiver(
    [response_recorded, response_amended, response_trust_changed, mention_received],
    dispatch_uid="detractors.wake_decisions",
)
def wake_decisions(**_facts: Any) -> None:
    """Somebody answered or was heard: decide now rather than at the sweep's next turn."""
    nudge_on_commit(DECIDE)


@receiver(workspace_created, dispatch_uid="detractors.lay_first_furniture")
def lay_first_furniture(*, workspace: Workspace, owner: User, now: datetime, **_facts: Any) -> None:
    provisioning.lay_first_furniture(workspace=workspace, now=now)


@receiver(deadlines_asked, dispatch_uid="detractors.oldest_deadline")
def tell_oldest_deadline(*, now: datetime, **_facts: Any) -> datetime | None:
    """The moment of the oldest due row: a look at the sweep's own partial index."""
    return due.oldest(now=now)


@receiver(hours_changed, dispatch_uid="detractors.recount_hours")
def count_anew(*, workspace: Workspace, what: str, by: User | None, now: datetime, **_facts: Any) -> None:
    """In the transaction of the edit: running promises follow the hours."""
    recounting.ask(workspace=workspace, why=RecountReason.HOURS, what=what, by=by, now=now)


@receiver(hours_tried, dispatch_uid="detractors.try_hours")
def try_hours(
    *,
    workspace: Workspace,
    calendars: dict[int, Calendar],
    teams: dict[int, int | None],
    now: datetime,
    **_facts: Any,
) -> recounting.Preview:
    """What open cases would do by such hours."""
    return recounting.preview(workspace=workspace, now=now, calendars=calendars, teams=teams)


@receiver(seen_by_case, dispatch_uid="detractors.seen_by_case")
def name_what_is_seen_by_case(*, workspace: Workspace, sight: Sight, **_facts: Any) -> dict[str, Any]:
    """Whose case is visible: queries, which run within the one that asks."""
    return {
        "responses": sight_queries.seen_responses(workspace=workspace, sight=sight),
        "contacts": sight_queries.seen_contacts(workspace=workspace, sight=sight),
        "mentions": sight_queries.seen_mentions(workspace=workspace, sight=sight),
    }


@receiver(audience_uses, dispatch_uid="detractors.audience_uses")
def name_promises_for(*, workspace: Workspace, audience: Audience, **_facts: Any) -> list[str]:
    """Promises made for an audience: without it they would hold for nobody, and nobody would be told."""
    return promises.made_for_audience(workspace=workspace, audience=audience)


@receiver(case_capacity, dispatch_uid="detractors.case_capacity")
def tell_capacity(*, workspace: Workspace, now: datetime, **_facts: Any) -> dict[str, int]:
    """How much time the team has for cases within its promise, and how many it has already."""
    return capacity.of_team(workspace=workspace, now=now)


@receiver(work_counted, dispatch_uid="detractors.count_work")
def count_work(*, workspace: Workspace, users: list[int], **_facts: Any) -> dict[int, tuple[int, int]]:
    """What somebody would leave behind."""
    return handovers.count(workspace=workspace, users=users)


@receiver(work_handed_over, dispatch_uid="detractors.hand_over")
def hand_over(
    *,
    workspace: Workspace,
    user: User,
    to: User | None,
    in_turn: bool,
    by: User | None,
    now: datetime,
    **_facts: Any,
) -> int:
    """In the transaction in which somebody goes: their cases go to somebody else."""
    return handovers.hand_over(workspace=workspace, user=user, to=to, in_turn=in_turn, by=by, now=now)


@receiver(team_dissolved, dispatch_uid="detractors.change_team")
def change_team(*, workspace: Workspace, team: Team, to: Team | None, now: datetime, **_facts: Any) -> int:
    """In the transaction in which a team is deleted: its cases go to another team."""
    return handovers.change_team(workspace=workspace, team=team, to=to, now=now)


@receiver(merge_asked, dispatch_uid="detractors.merge_asked")
def tell_what_a_merge_moves(*, keep: Contact, other: Contact, **_facts: Any) -> dict[str, Any]:
    return merging.asked(keep=keep, other=other)


@receiver(contacts_merged, dispatch_uid="detractors.contacts_merged")
def move_cases(*, keep: Contact, other: Contact, by: User | None, now: datetime, **_facts: Any) -> None:
    """In the transaction of the merge."""
    merging.move(keep=keep, other=other, by=by, now=now)


@receiver(history_asked, dispatch_uid="detractors.history_asked")
def tell_of_cases(
    *, contact: Contact, before: datetime | None, limit: int, sight: Sight, **_facts: Any
) -> list[history.Told]:
    return history.of_contact(contact=contact, before=before, limit=limit, sight=sight)
