"""Drafts of what decides about cases: kept as plain values, laid over what holds, switched on, and taken back.

POLICY   {"name", "first_response": [minutes, clock], "next_response": the same or null, "resolution", "warn_percent",
          "calendar", "priority", "touchpoint", "audience"}; ids of rows
CELL     {"scenario", "failure", "is_planned", "priority_minutes", "policy", "playbook", "team"}
FAILURE  {"name", "words", "options"}
RULE     {"kind", "name", "conditions", "effect", "is_active"}; "tags" as they were typed
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import BusinessCalendar, Team, User, Workspace
from detractors.enums import RehearsalKind, RuleKind
from detractors.models import CaseRule, Failure, MatrixCell, Scenario, SlaPolicy
from detractors.queries import rules as rule_queries
from detractors.rules import conditions, effects
from detractors.rules.clock import Span
from detractors.services import planning, policies, ruling
from detractors.services.planning import MatrixError
from detractors.services.policies import PolicyError, Wanted
from detractors.services.ruling import RuleError
from surveys.models import Audience, Touchpoint

REFUSED = (
    PolicyError,
    MatrixError,
    RuleError,
    conditions.BadConditions,
    effects.BadEffect,
)
FRESH = -1  # the id of a row that is not stored yet


class DraftError(ValueError):
    """It cannot be switched on or taken back; the text says why."""


@dataclass(frozen=True)
class Draft:
    """What is tried: a name for people, the row it changes (None for a new one), and its values."""

    kind: str
    what: str
    target: int | None
    values: dict[str, Any]


# From the edit pages ----------------------------------------------------------------------------------------


def of_policy(*, workspace: Workspace, policy: SlaPolicy | None, wanted: Wanted) -> Draft:
    """A promise as typed. Raises PolicyError."""
    if policy is None:
        policies.drafted(workspace=workspace, wanted=wanted)
    else:
        policies.tried(policy=policy, wanted=wanted)
    name = wanted.name.strip() or (policy.name if policy else "")
    values = {**_policy_values(wanted), "name": name}
    return Draft(RehearsalKind.POLICY, name, policy.pk if policy else None, values)


def of_cell(*, scenario: Scenario, failure: Failure, plan: Mapping[str, Any]) -> Draft:
    """What is planned for a cell, with the arguments of planning.plan_cell."""
    cell = MatrixCell.objects.of(scenario.workspace_id).filter(scenario=scenario, failure=failure).first()
    policy, team = plan["policy"], plan["team"]
    values = {
        "scenario": scenario.pk,
        "failure": failure.pk,
        "is_planned": True,
        "priority_minutes": plan["priority_minutes"],
        "policy": policy.pk if policy else None,
        "playbook": plan["playbook"].strip(),
        "team": team.pk if team else None,
    }
    return Draft(RehearsalKind.CELL, f"{scenario}: {failure}", cell.pk if cell else None, values)


def of_failure(*, failure: Failure, name: str, words: Any, options: Any) -> Draft:
    """A column with other signs. Raises MatrixError."""
    values = {"name": name.strip(), "words": planning.read_words(words), "options": sorted(set(options))}
    return Draft(RehearsalKind.FAILURE, failure.name, failure.pk, values)


def of_rule(
    *,
    workspace: Workspace,
    rule: CaseRule | None,
    kind: str,
    name: str,
    stated: Any,
    effect: Mapping[str, Any],
) -> Draft:
    """A rule as typed, as if it were on. Tags that are not there yet are left for when it is switched on.

    Raises RuleError, BadConditions, BadEffect.
    """
    typed = effect.get("tags", "")
    known = ruling.tags_named(workspace=workspace, text=typed) if isinstance(typed, str) else typed
    found, does = ruling.checked(
        workspace=workspace, kind=kind, stated=stated, effect={**effect, "tags": known}, now=None
    )
    name = " ".join(name.split())[: ruling.LONGEST_NAME] or str(RuleKind(kind).label)
    values = {
        "kind": kind,
        "name": name,
        "conditions": found.as_data(),
        "effect": does,
        "tags": typed if isinstance(typed, str) else "",
        "is_active": True,
    }
    return Draft(RehearsalKind.RULE, name, rule.pk if rule else None, values)


# Laid over what holds ---------------------------------------------------------------------------------------


def tried_policies(*, workspace: Workspace, draft: Draft) -> dict[int, SlaPolicy]:
    """The promise of a draft, unsaved, by the id it goes by."""
    if draft.kind != RehearsalKind.POLICY:
        return {}
    wanted = wanted_of(workspace=workspace, values=draft.values)
    row = SlaPolicy.objects.of(workspace).filter(pk=draft.target).first()
    if row is not None:
        return {row.pk: policies.tried(policy=row, wanted=wanted)}
    fresh = policies.drafted(workspace=workspace, wanted=wanted)
    fresh.pk = FRESH
    return {FRESH: fresh}


def lay_over_rules(found: dict[str, list[rule_queries.Rule]], *, workspace: Workspace, draft: Draft) -> None:
    """The rules with the one of the draft at its place: at the end of its kind, for a new one."""
    if draft.kind != RehearsalKind.RULE:
        return
    values = draft.values
    row = CaseRule.objects.of(workspace).filter(pk=draft.target).first() or CaseRule(
        workspace=workspace, kind=values["kind"], position=10_000
    )
    row.name, row.effect = values["name"], values["effect"]
    tried = rule_queries.Rule(row, conditions.Conditions.stored(values["conditions"]))
    others = [one for one in found[values["kind"]] if one.row.pk != row.pk]
    place = (row.position, row.pk or 0)
    found[values["kind"]] = sorted(
        [*others, tried],
        key=lambda one: place if one is tried else (one.row.position, one.row.pk),
    )


def lay_over_matrix(found: Any, *, workspace: Workspace, draft: Draft) -> None:
    """The matrix (queries.matrix.Matrix) with the cell or the column of the draft."""
    values = draft.values
    if draft.kind == RehearsalKind.FAILURE and draft.target in found.failures:
        row = found.failures[draft.target]
        row.name, row.words, row.options = values["name"], values["words"], values["options"]
    if draft.kind != RehearsalKind.CELL:
        return
    where = (values["scenario"], values["failure"])
    if where[0] not in found.scenarios or where[1] not in found.failures:
        return
    cell = found.cells.get(where) or MatrixCell(
        pk=FRESH,
        workspace=workspace,
        scenario=found.scenarios[where[0]],
        failure=found.failures[where[1]],
    )
    cell.is_planned, cell.priority_minutes = values["is_planned"], values["priority_minutes"]
    cell.playbook = values["playbook"]
    cell.policy = SlaPolicy.objects.of(workspace).filter(pk=values["policy"]).first()
    cell.team = Team.objects.of(workspace).filter(pk=values["team"]).first()
    found.cells[where] = cell


# Switched on and taken back ---------------------------------------------------------------------------------


def snapshot(*, workspace: Workspace, kind: str, target: int | None, values: Mapping[str, Any]) -> Any:
    """What the row of a draft is now, as values; None when there is none."""
    return _SNAPSHOTS[kind](workspace, target, values)


@transaction.atomic
def switch_on(*, workspace: Workspace, draft: Draft, by: User, now: datetime) -> int:
    """The draft holds from now on, by the same services as its edit page; the id of its row. Raises one of REFUSED."""
    return _APPLIED[draft.kind](workspace, draft.target, draft.values, by, now)


@transaction.atomic
def take_back(*, workspace: Workspace, draft: Draft, before: Any, by: User, now: datetime) -> None:
    """What was before holds again; a promise or rule that was new is retired or switched off. Raises one of REFUSED."""
    if before is not None:
        _APPLIED[draft.kind](workspace, draft.target, before, by, now)
    elif draft.kind == RehearsalKind.POLICY:
        policies.retire(policy=SlaPolicy.objects.of(workspace).get(pk=draft.target), by=by, now=now)
    elif draft.kind == RehearsalKind.RULE:
        ruling.switch(rule=CaseRule.objects.of(workspace).get(pk=draft.target), on=False, now=now)
    else:
        planning.unplan_cell(cell=MatrixCell.objects.of(workspace).get(pk=draft.target), now=now)


def sentence_of(error: Exception) -> str:
    """Why a draft was refused, in words."""
    if isinstance(error, conditions.BadConditions):
        return " ".join(sentence.say(_) for _at, sentence in error.problems)
    said = getattr(error, "sentence", None)
    if said is None:
        return str(error)
    return said if isinstance(said, str) else str(said.say(_))


def wanted_of(*, workspace: Workspace, values: Mapping[str, Any]) -> Wanted:
    """The promise of these values. Raises DraftError when what it names is gone."""

    def row(model: Any, name: str) -> Any:
        if values[name] is None:
            return None
        found = model.objects.of(workspace).filter(pk=values[name]).first()
        if found is None:
            raise DraftError(_("Something this promise is made for is no longer there."))
        return found

    after = values["next_response"]
    return Wanted(
        name=values["name"],
        first_response=Span(*values["first_response"]),
        next_response=Span(*after) if after else None,
        resolution=Span(*values["resolution"]),
        warn_percent=values["warn_percent"],
        calendar=row(BusinessCalendar, "calendar"),
        priority=values["priority"],
        touchpoint=row(Touchpoint, "touchpoint"),
        audience=row(Audience, "audience"),
    )


def _policy_values(wanted: Wanted) -> dict[str, Any]:
    after = wanted.next_response
    return {
        "name": wanted.name,
        "first_response": [wanted.first_response.minutes, wanted.first_response.clock],
        "next_response": [after.minutes, after.clock] if after else None,
        "resolution": [wanted.resolution.minutes, wanted.resolution.clock],
        "warn_percent": wanted.warn_percent,
        "calendar": wanted.calendar.pk,
        "priority": wanted.priority,
        "touchpoint": wanted.touchpoint.pk if wanted.touchpoint else None,
        "audience": wanted.audience.pk if wanted.audience else None,
    }


def _policy_now(workspace: Workspace, target: int | None, _values: Mapping[str, Any]) -> Any:
    row = SlaPolicy.objects.of(workspace).filter(pk=target).first()
    if row is None:
        return None
    after = row.next_response_minutes
    return {
        "name": row.name,
        "first_response": [row.first_response_minutes, row.first_response_clock],
        "next_response": [after, row.next_response_clock] if after is not None else None,
        "resolution": [row.resolution_minutes, row.resolution_clock],
        "warn_percent": row.warn_percent,
        "calendar": row.calendar_id,
        "priority": row.priority,
        "touchpoint": row.touchpoint_id,
        "audience": row.audience_id,
    }


def _cell_now(workspace: Workspace, _target: int | None, values: Mapping[str, Any]) -> Any:
    where = {"scenario": values["scenario"], "failure": values["failure"]}
    row = MatrixCell.objects.of(workspace).filter(**where).first()
    if row is None or not row.is_planned:
        return None
    plan = {"is_planned": row.is_planned, "priority_minutes": row.priority_minutes, "playbook": row.playbook}
    return {**where, **plan, "policy": row.policy_id, "team": row.team_id}


def _failure_now(workspace: Workspace, target: int | None, _values: Mapping[str, Any]) -> Any:
    row = Failure.objects.of(workspace).filter(pk=target).first()
    return row and {"name": row.name, "words": list(row.words), "options": list(row.options)}


def _rule_now(workspace: Workspace, target: int | None, _values: Mapping[str, Any]) -> Any:
    row = CaseRule.objects.of(workspace).filter(pk=target).first()
    return row and {
        "kind": row.kind,
        "name": row.name,
        "conditions": row.conditions,
        "effect": row.effect,
        "is_active": row.is_active,
    }


_SNAPSHOTS: dict[str, Callable[..., Any]] = {
    RehearsalKind.POLICY: _policy_now,
    RehearsalKind.CELL: _cell_now,
    RehearsalKind.FAILURE: _failure_now,
    RehearsalKind.RULE: _rule_now,
}


def _apply_policy(workspace: Workspace, target: int | None, values: Any, by: User, now: datetime) -> int:
    wanted = wanted_of(workspace=workspace, values=values)
    row = SlaPolicy.objects.of(workspace).filter(pk=target).first()
    if row is None:
        return policies.add(workspace=workspace, wanted=wanted, by=by, now=now).pk
    return policies.change(policy=row, wanted=wanted, by=by, now=now).pk


def _apply_cell(workspace: Workspace, _target: int | None, values: Any, by: User, now: datetime) -> int:
    scenario = Scenario.objects.of(workspace).filter(pk=values["scenario"]).first()
    failure = Failure.objects.of(workspace).filter(pk=values["failure"]).first()
    if scenario is None or failure is None:
        raise DraftError(_("This cell is no longer there."))
    return planning.plan_cell(
        scenario=scenario,
        failure=failure,
        priority_minutes=values["priority_minutes"],
        policy=SlaPolicy.objects.of(workspace).filter(pk=values["policy"]).first(),
        playbook=values["playbook"],
        team=Team.objects.of(workspace).filter(pk=values["team"]).first(),
        now=now,
    ).pk


def _apply_failure(workspace: Workspace, target: int | None, values: Any, by: User, now: datetime) -> int:
    row = Failure.objects.of(workspace).filter(pk=target).first()
    if row is None:
        raise DraftError(_("This failure is no longer there."))
    return planning.change_failure(failure=row, now=now, **values).pk


def _apply_rule(workspace: Workspace, target: int | None, values: Any, by: User, now: datetime) -> int:
    row = CaseRule.objects.of(workspace).filter(pk=target).first()
    if row is None and target is not None:
        raise DraftError(_("This rule is no longer there."))
    effect = {**values["effect"], **({"tags": values["tags"]} if values.get("tags") else {})}
    kept = ruling.keep(
        workspace=workspace, rule=row, kind=values["kind"], name=values["name"], stated=values["conditions"],
        effect=effect, now=now,
    )  # fmt: skip
    ruling.switch(rule=kept, on=values["is_active"], now=now)
    return kept.pk


_APPLIED: dict[str, Callable[..., int]] = {
    RehearsalKind.POLICY: _apply_policy,
    RehearsalKind.CELL: _apply_cell,
    RehearsalKind.FAILURE: _apply_failure,
    RehearsalKind.RULE: _apply_rule,
}
