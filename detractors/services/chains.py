"""Writing the chain of escalation of a promise: its steps, in order, and the way back from what was saved.

A step that stays keeps its id, so it is not taken twice by a promise that has it behind it; a new one concerns moments from
now on. Promises that are running are looked at again at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Team, User, Workspace
from accounts.queries import active
from detractors.enums import Clock, EscalationLevel, HandTo, TimerKind
from detractors.models import EscalationStep, SlaPolicy
from detractors.queries import escalation as queries
from outbox.models import ChatTarget

LONGEST_MINUTES = 366 * 24 * 60
MOST_STEPS = 12  # of one kind of promise; nobody can keep more in mind
FIELDS = (
    "level", "after_minutes", "clock", "by_bell", "by_mail", "hand_to", "raises_priority", "breaks_quiet",
)  # fmt: skip

# Whoever runs by the chain and has not been met: the sweep looks at once and finds when it must act.
_LOOK_AGAIN = """
UPDATE detractors_slatimer SET next_at = %s
WHERE workspace_id = %s AND policy_id = ANY(%s) AND met_at IS NULL AND cancelled_at IS NULL AND paused_at IS NULL
  AND (next_at IS NULL OR next_at > %s)
"""


class ChainError(ValueError):
    """The chain stays as it was; `sentence` says why, `place` which step (None: the whole)."""

    def __init__(self, sentence: str, *, place: int | None = None, field: str = "") -> None:
        self.sentence, self.place, self.field = sentence, place, field
        super().__init__(sentence)


@dataclass(frozen=True, kw_only=True)
class WantedStep:
    """A step as somebody wants it; `key` is the id of the step it was, 0 for a new one. Minutes below 0 are before."""

    kind: str
    level: str
    after_minutes: int
    key: int = 0
    clock: str = Clock.WORKING
    person: User | None = None
    by_bell: bool = True
    by_mail: bool = True
    target: ChatTarget | None = None
    hand_to: str = HandTo.NOBODY
    raises_priority: bool = False
    breaks_quiet: bool = False


@transaction.atomic
def save(
    *, policy: SlaPolicy, has_own: bool, steps: Sequence[WantedStep], by: User | None, now: datetime
) -> SlaPolicy:
    """The chain of a promise as wanted; without a chain of its own it escalates as the usual promise does.

    The usual promise always has its own. Raises ChainError.
    """
    policy = _locked(policy)
    has_own = has_own or policy.is_default
    if has_own:
        _check(policy, steps)
    _keep(policy, steps if has_own else (), now=now)
    policy.has_own_chain = has_own
    policy.save(update_fields=["has_own_chain"])
    _settle(policy, now=now)
    return policy


def snapshot(*, policy: SlaPolicy) -> dict[str, Any]:
    """The chain in plain values, for `restore`."""
    return {
        "has_own": policy.is_default or policy.has_own_chain,
        "steps": [
            {
                "key": row.pk, "kind": row.kind, "person": row.person_id, "target": row.target_id,
                "since": row.since.isoformat() if row.since else None,
                **{name: getattr(row, name) for name in FIELDS},
            }
            for row in queries.own_steps(policy=policy)
        ],
    }  # fmt: skip


@transaction.atomic
def restore(
    *, policy: SlaPolicy, before: Mapping[str, Any], after: Mapping[str, Any], now: datetime
) -> SlaPolicy:
    """The chain as it was before, if it still is as it was saved. Raises ChainError when something was changed since."""
    policy = _locked(policy)
    if snapshot(policy=policy) != dict(after):
        raise ChainError(_("Something was changed since, so this cannot be undone any more."))
    people = {row.user_id for row in active(workspace=policy.workspace_id)}
    targets = {row.pk for row in queries.targets(workspace=policy.workspace)}
    rows = {row.pk: row for row in queries.own_steps(policy=policy)}
    for place, one in enumerate(before["steps"]):
        row = rows.pop(one["key"], None) or EscalationStep(
            pk=one["key"], workspace_id=policy.workspace_id, policy=policy
        )
        row.kind, row.place = one["kind"], place
        row.person_id = one["person"] if one["person"] in people else None
        row.target_id = one["target"] if one["target"] in targets else None
        row.since = datetime.fromisoformat(one["since"]) if one["since"] else None
        for name in FIELDS:
            setattr(row, name, one[name])
        row.save()
    for row in rows.values():
        row.delete()
    policy.has_own_chain = bool(before["has_own"])
    policy.save(update_fields=["has_own_chain"])
    _settle(policy, now=now)
    return policy


def level_of(*, workspace: Workspace, person: User) -> str:
    """The level somebody who is named stands for."""
    if workspace.executives.filter(pk=person.pk).exists():
        return str(EscalationLevel.EXECUTIVE)
    row = active(workspace=workspace).filter(user=person).first()
    if row is not None and row.role in (Role.OWNER, Role.ADMIN, Role.MANAGER):
        return str(EscalationLevel.MANAGER)
    leads = Team.objects.of(workspace).filter(lead=person).exists()
    return str(EscalationLevel.LEAD if leads else EscalationLevel.AGENT)


def _locked(policy: SlaPolicy) -> SlaPolicy:
    rows = SlaPolicy.objects.of(policy.workspace_id).select_related("workspace")
    found: SlaPolicy = rows.select_for_update(of=("self",)).get(pk=policy.pk)
    return found


def _keep(policy: SlaPolicy, steps: Sequence[WantedStep], *, now: datetime) -> None:
    rows = {row.pk: row for row in queries.own_steps(policy=policy)}
    for place, step in enumerate(steps):
        row = rows.pop(step.key, None)
        if row is None or row.kind != step.kind:
            if row is not None:
                row.delete()
            row = EscalationStep(workspace_id=policy.workspace_id, policy=policy, kind=step.kind, since=now)
        row.place, row.person, row.target = place, step.person, step.target
        for name in FIELDS:
            setattr(row, name, getattr(step, name))
        row.save()
    for row in rows.values():
        row.delete()


def _settle(policy: SlaPolicy, *, now: datetime) -> None:
    """Whether each promise with this chain escalates ahead, and its running timers are looked at again."""
    usual = (
        policy
        if policy.is_default
        else SlaPolicy.objects.of(policy.workspace_id).filter(is_default=True).first()
    )
    concerned = [policy]
    if policy.is_default:
        followers = SlaPolicy.objects.of(policy.workspace_id).filter(is_default=False, has_own_chain=False)
        concerned += list(followers)
    for row in concerned:
        chain = row if row.is_default or row.has_own_chain or usual is None else usual
        ahead = EscalationStep.objects.of(row.workspace_id).filter(policy=chain, after_minutes__lt=0).exists()
        if row.looks_ahead != ahead:
            row.looks_ahead = ahead
            row.save(update_fields=["looks_ahead"])
    with connection.cursor() as cursor:
        cursor.execute(_LOOK_AGAIN, [now, policy.workspace_id, [row.pk for row in concerned], now])


# --- What is no chain ---------------------------------------------------------------------------------------------


def _check(policy: SlaPolicy, steps: Sequence[WantedStep]) -> None:
    for kind in TimerKind.values:
        if sum(step.kind == kind for step in steps) > MOST_STEPS:
            raise ChainError(_("%(most)s steps for one promise are enough.") % {"most": MOST_STEPS})
    for place, step in enumerate(steps):
        _check_step(policy, step, place)
    _check_twice(steps)


def _check_step(policy: SlaPolicy, step: WantedStep, place: int) -> None:
    if (
        step.kind not in TimerKind.values
        or step.level not in EscalationLevel.values
        or step.clock not in Clock.values
        or step.hand_to not in HandTo.values
    ):
        raise ChainError(_("There is no such step."), place=place)
    if abs(step.after_minutes) > LONGEST_MINUTES:
        raise ChainError(_("A step is at most a year away from the promise."), place=place, field="number")
    minutes, clock = promised(policy, step.kind)
    if (
        step.after_minutes < 0
        and minutes is not None
        and clock == step.clock
        and -step.after_minutes >= minutes
    ):
        raise ChainError(
            _("That is before the promise begins: it is kept within %(minutes)s minutes.")
            % {"minutes": minutes},
            place=place,
            field="number",
        )
    if not (step.by_bell or step.by_mail or step.target or step.hand_to or step.raises_priority):
        raise ChainError(
            _("This step does nothing yet: say how it is told, or what becomes of the case."),
            place=place,
            field="who",
        )
    if step.breaks_quiet and step.level != EscalationLevel.EXECUTIVE:
        raise ChainError(
            _("Only executives are told in their quiet hours."), place=place, field="breaks_quiet"
        )
    _check_rows(policy, step, place)


def _check_rows(policy: SlaPolicy, step: WantedStep, place: int) -> None:
    if (
        step.person is not None
        and not active(workspace=policy.workspace_id).filter(user=step.person).exists()
    ):
        raise ChainError(_("Choose somebody who works here."), place=place, field="who")
    if step.target is not None and step.target.workspace_id != policy.workspace_id:
        raise ChainError(_("Choose one of your chat targets."), place=place, field="target")


def _check_twice(steps: Iterable[WantedStep]) -> None:
    known: set[tuple[object, ...]] = set()
    for place, step in enumerate(steps):
        same = (step.kind, step.after_minutes, step.clock, step.level, step.person)
        if same in known:
            raise ChainError(_("They are told at this moment already."), place=place, field="who")
        known.add(same)


def promised(policy: SlaPolicy, kind: str) -> tuple[int | None, str]:
    """The minutes a policy promises of a kind, and by which clock; None for what it does not promise."""
    return {
        TimerKind.FIRST_RESPONSE: (policy.first_response_minutes, policy.first_response_clock),
        TimerKind.NEXT_RESPONSE: (policy.next_response_minutes, policy.next_response_clock),
        TimerKind.RESOLUTION: (policy.resolution_minutes, policy.resolution_clock),
    }[TimerKind(kind)]
