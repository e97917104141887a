"""What one case does in an act on many, and how it is taken back; and the words of an act as they are stored meanwhile.

Each case makes its own move through the service of a single move, so every rule of that holds here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Membership, Team, User, Workspace
from accounts.rules.permissions import Permission, can
from detractors.enums import BulkAct, Category
from detractors.models import Case, CaseEvent, CaseStatus, RootCause
from detractors.queries import pages
from detractors.queries import tags as tag_queries
from detractors.services import cases, moving, prioritising, ranking, snoozing, tags
from detractors.services.errors import MoveNotAllowed


class Gone(LookupError):
    """What an act needs is no longer there."""


def may(*, membership: Membership | None, act: str, given: Mapping[str, Any]) -> bool:
    """Whether this member may do `act` now: to give cases to others and to set a priority is not for everybody."""
    if membership is None or not can(membership.role, Permission.WORK_CASES):
        return False
    for_others = act == BulkAct.ASSIGN and given["owner"] != membership.user
    needs = for_others or act == BulkAct.PRIORITY
    return not needs or can(membership.role, Permission.ASSIGN_CASES)


def move(*, case: Case, act: str, given: Mapping[str, Any], by: User, now: datetime) -> dict[str, Any]:
    """The case makes its move; returns what it was before, for taking it back. Raises CaseError.

    `given`: {"owner"} to assign (the actor themselves is a claim), {"waiting_for", "status"}, {"root_cause", "resolution",
    "status"}, {"priority"}, {"tag"} (its name), {"until"}, or {"team", "because"} to move.
    """
    before = _before(case, act)
    facts: dict[str, Any] = {"case": case, "by": by, "now": now}
    if act == BulkAct.ASSIGN:
        owner: User | None = given["owner"]
        if owner == by and case.owner_id is None:
            cases.claim(**facts)
        elif case.owner_id == (owner.pk if owner else None):
            raise MoveNotAllowed(_("It is theirs already."))
        else:
            cases.assign(owner=owner, **facts)
    elif act == BulkAct.WAIT:
        cases.wait(waiting_for=given["waiting_for"], status=given.get("status"), **facts)
    elif act == BulkAct.RESOLVE:
        cases.resolve(
            root_cause=given["root_cause"],
            resolution=given["resolution"],
            status=given.get("status"),
            **facts,
        )
    elif act == BulkAct.PRIORITY:
        prioritising.prioritise(priority=given["priority"], **facts)
    elif act == BulkAct.SNOOZE:
        snoozing.snooze(until=given["until"], **facts)
    elif act == BulkAct.TEAM:
        moving.to_team(team=given["team"], because=given["because"], **facts)
    else:
        _tag(case, given["tag"], on=act == BulkAct.TAG, by=by, now=now)
    event = pages.last_event_id(case=case)
    return {"case": case.pk, "number": case.number, "event": event, **before}


def _before(case: Case, act: str) -> dict[str, Any]:
    if act in (BulkAct.ASSIGN, BulkAct.TEAM):
        return {"owner": case.owner_id, "team": case.team_id}
    if act == BulkAct.PRIORITY:
        return {"by_hand": ranking.by_hand(case)}
    if act == BulkAct.SNOOZE:
        until = case.snoozed_until.isoformat() if case.snoozed_until else None
        return {"snoozed": case.snoozed_at is not None, "until": until}
    return {}


def _tag(case: Case, name: str, *, on: bool, by: User, now: datetime) -> None:
    had = [tag.name for tag in tag_queries.of_case(case=case)]
    has = name.casefold() in {one.casefold() for one in had}
    if has is on:
        raise MoveNotAllowed(_("It has this tag already.") if on else _("It has no such tag."))
    names = [*had, name] if on else [one for one in had if one.casefold() != name.casefold()]
    try:
        tags.put(case=case, names=names, by=by, now=now)
    except tags.TagError as error:
        raise MoveNotAllowed(error.sentence) from None


def take_back(*, case: Case, act: str, change: Mapping[str, Any], tag: str, by: User, now: datetime) -> None:
    """The case is what it was before, unless a person has worked on it since. Raises CaseError.

    `tag` is the name the act put on cases or took off them.
    """
    Case.objects.of(case.workspace_id).filter(pk=case.pk).select_for_update().values_list("pk").get()
    since = CaseEvent.objects.of(case.workspace_id).filter(case=case, pk__gt=change["event"])
    if toucher := since.filter(by__isnull=False).select_related("by").order_by("-pk").first():
        name = toucher.by.display_name if toucher.by else ""
        raise MoveNotAllowed(_("%(name)s has worked on it since.") % {"name": name})
    facts: dict[str, Any] = {"case": case, "by": by, "now": now}
    if act in (BulkAct.ASSIGN, BulkAct.TEAM):
        former = User.objects.filter(pk=change["owner"]).first() if change["owner"] else None
        cases.give_back(owner=former, team_id=change["team"], **facts)
    elif act == BulkAct.WAIT and case.category == Category.WAITING:
        cases.resume(**facts)
    elif act == BulkAct.RESOLVE and case.category == Category.RESOLVED:
        cases.reopen(reason=_("Taken back right after resolving."), **facts)
    elif act == BulkAct.PRIORITY and case.is_open:
        prioritising.prioritise(priority=change["by_hand"], **facts)
    elif act in (BulkAct.TAG, BulkAct.UNTAG):
        _tag(case, tag, on=act == BulkAct.UNTAG, by=by, now=now)
    elif act == BulkAct.SNOOZE and case.snoozed_at is not None:
        until = datetime.fromisoformat(change["until"]) if change["until"] else None
        if change["snoozed"] and (until is None or until > now):
            snoozing.snooze(until=until, **facts)
        else:
            snoozing.wake(**facts)
    else:
        raise MoveNotAllowed(_("It has moved on by itself."))


def stored(given: Mapping[str, Any]) -> dict[str, Any]:
    """What the move needs as plain values, ids for rows."""
    plain: dict[str, Any] = {}
    for name, value in given.items():
        if isinstance(value, User | CaseStatus | RootCause | Team):
            plain[name] = value.pk
        else:
            plain[name] = value.isoformat() if isinstance(value, datetime) else value
    return plain


def loaded(*, workspace: Workspace, plain: Mapping[str, Any]) -> dict[str, Any]:
    """The same as `move` takes it. Raises Gone where a person, a team, a cause or a status is no longer there."""
    given = dict(plain)
    rows = {
        "owner": User.objects.all(),
        "team": Team.objects.of(workspace),
        "root_cause": RootCause.objects.of(workspace),
        "status": CaseStatus.objects.of(workspace),
    }
    for name, found in rows.items():
        if plain.get(name):
            given[name] = found.filter(pk=plain[name]).first()
            if given[name] is None:
                raise Gone(name)
    if plain.get("until"):
        given["until"] = datetime.fromisoformat(plain["until"])
    return given
