"""What a step of a playbook does, once it is due: a message, a task, a move, tags, an owner. Each says what came of it.

All of it is in the caller's transaction, which has locked the runs and their cases. Messages, tasks and tags are done for
many cases at once; what moves a case is done case by case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from accounts.models import Team, User
from detractors.enums import EscalationLevel
from detractors.models import Case, CaseStatus
from detractors.services import batches, cases, moving, statuses
from detractors.services.batches import Tagging, TaskFor
from detractors.services.errors import CaseError
from followups.playbook_enums import MoveTo, NotDone, StepKind, Whom
from followups.rules import playbook_steps as rules
from followups.services import playbook_messages
from followups.services.playbook_asks import DONE, Ask, Came

LEVELS = {
    Whom.LEAD: EscalationLevel.LEAD,
    Whom.MANAGER: EscalationLevel.MANAGER,
    Whom.EXECUTIVE: EscalationLevel.EXECUTIVE,
}


def do(asks: Sequence[Ask]) -> list[Came]:
    """Do what these steps say, of which no two are of one case or one person; a step that needs a case and has none is not
    possible."""
    came: dict[int, Came] = {}
    by_kind: dict[str, list[Ask]] = defaultdict(list)
    for ask in asks:
        if ask.case is None and ask.planned.step.kind not in rules.MESSAGES:
            came[ask.planned.pk] = Came(because=NotDone.NOT_POSSIBLE)
        else:
            by_kind[ask.planned.step.kind].append(ask)
    for kind, group in by_kind.items():
        for ask, one in zip(group, _DO[StepKind(kind)](group), strict=True):
            came[ask.planned.pk] = one
    return [came[ask.planned.pk] for ask in asks]


# Work for people ------------------------------------------------------------------------------------------------------


def _tasks(asks: Sequence[Ask]) -> list[Came]:
    found = batches.add_tasks([_task(ask) for ask in asks], now=asks[0].now)
    return [Came(task=task) if task else Came(because=NotDone.NOT_POSSIBLE) for task in found]


def _task(ask: Ask) -> TaskFor:
    case, due = ask.a_case, ask.does.get("due")
    people = _people(ask, case)
    return TaskFor(
        case=case,
        title=ask.does["title"],
        owner=people[0] if people else None,
        due_at=ask.after(ask.now, due["amount"], due["unit"], due["clock"]) if due else None,
        blocks_resolving=ask.planned.step.is_required,
    )


def _assign(ask: Ask) -> Came:
    case, busy = ask.a_case, ask.turn.busy
    former = case.owner_id
    try:
        if ask.does["for"] == Whom.TEAM:
            team = Team.objects.of(ask.workspace).filter(pk=ask.does["team"]).first()
            if team is None:
                return Came(because=NotDone.NOBODY)
            if case.team_id != team.pk:
                case = moving.to_team(case=case, team=team, by=None, now=ask.now, because=ask.name)
        else:
            people = _people(ask, case)
            if not people:
                return Came(because=NotDone.NOBODY)
            case = cases.assign(case=case, owner=people[0], by=None, now=ask.now, because=ask.name[:200])
    except CaseError:
        return Came(because=NotDone.NOT_POSSIBLE)
    for owner, more in ((former, -1), (case.owner_id, 1)):
        if owner is not None:
            busy[owner] = busy.get(owner, 0) + more
    ask.run.owner_id = case.owner_id  # who was given it by the playbook is nobody else's choice
    return DONE


def _people(ask: Ask, case: Case) -> list[User]:
    """Who could do it, the least busy first: those who are there, work on cases and may see this one."""
    whom = ask.does["for"]
    if whom == Whom.OWNER:
        return [case.owner] if case.owner else []
    if whom == Whom.MEMBER:
        wanted = [ask.does["member"]]
    else:
        wanted = ask.turn.of_level(LEVELS[Whom(whom)], case)
    able = ask.turn.workers
    members = [able[pk] for pk in wanted if pk in able]
    seen = ask.turn.onlookers.of(case, [member.user for member in members])
    able_here = [member for member in members if member.user in seen]
    if len(able_here) > 1:
        busy = ask.turn.busy
        able_here.sort(key=lambda member: (busy.get(member.user_id, 0), member.pk))
    return [member.user for member in able_here]


# The case itself ------------------------------------------------------------------------------------------------------


def _status(ask: Ask) -> Came:
    case, to = ask.a_case, ask.does["to"]
    try:
        if to == MoveTo.WAITING:
            cases.wait(case=case, by=None, waiting_for=ask.does["waiting_for"], now=ask.now)
        elif to == MoveTo.OPEN:
            cases.resume(case=case, by=None, now=ask.now)
        else:
            rows = CaseStatus.objects.of(ask.workspace)
            status = rows.filter(public_id=ask.does["status"], retired_at__isnull=True).first()
            if status is None:
                return Came(because=NotDone.NOT_POSSIBLE)
            statuses.put(case=case, status=status, by=None, now=ask.now)
    except CaseError:
        return Came(because=NotDone.NOT_POSSIBLE)
    return DONE


def _tags(asks: Sequence[Ask]) -> list[Came]:
    """Tags that are there already, or were removed since, are left alone."""
    batches.put_tags(
        [Tagging(case=ask.a_case, tags=ask.does["tags"], note=ask.name) for ask in asks], now=asks[0].now
    )
    for ask in asks:
        ask.turn.tagged(ask.a_case)
    return [DONE for _ask in asks]


def _one_by_one(work: Callable[[Ask], Came]) -> Callable[[Sequence[Ask]], list[Came]]:
    """What moves a case is done for one after the other, and the case is read again before its next step."""

    def all_of_them(asks: Sequence[Ask]) -> list[Came]:
        found = [work(ask) for ask in asks]
        for ask, came in zip(asks, found, strict=True):
            if not came.because:
                ask.turn.changed(ask.a_case)
        return found

    return all_of_them


_DO: dict[StepKind, Callable[[Sequence[Ask]], list[Came]]] = {
    StepKind.MAIL: playbook_messages.mails,
    StepKind.SMS: playbook_messages.texts,
    StepKind.TASK: _tasks,
    StepKind.STATUS: _one_by_one(_status),
    StepKind.TAG: _tags,
    StepKind.ASSIGN: _one_by_one(_assign),
}
