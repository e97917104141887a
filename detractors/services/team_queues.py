"""A queue of its own for a spike: a shared view of its cases, the open ones moved to a team, new ones led there for a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Team, User
from accounts.rules.sight import Sight
from detractors.enums import BulkAct, RuleKind, SpikeKind, ViewScope
from detractors.models import BulkAction, CaseRule, MatrixCell, SavedView, Spike
from detractors.queries import spikes as queries
from detractors.rules import conditions, effects
from detractors.services import bulk, ruling
from detractors.services.bulk import Left
from detractors.services.errors import Incomplete, MoveNotAllowed
from surveys.models import Touchpoint

DAYS = (3, 7, 14, 28)  # new cases are led there for so long
TOLD_AT_OPENING = (SpikeKind.TOUCHPOINT, SpikeKind.CELL, SpikeKind.ANSWER, SpikeKind.WORD)


def can_route(spike: Spike) -> bool:
    """Whether a new case shows at its opening that it belongs here; a cause and a tag are only known later."""
    return spike.kind in TOLD_AT_OPENING


@transaction.atomic
def open_queue(
    *, spike: Spike, team: Team, days: int, by: User, sight: Sight, now: datetime
) -> tuple[Spike, int, list[Left]]:
    """(the spike, how many cases moved, those left). Opened already, it is left as it is. Raises Incomplete for other days."""
    if days not in DAYS:
        raise Incomplete(_("Choose for how long."), field="days")
    spike = _locked(spike)
    if spike.has_queue:
        return spike, 0, []
    workspace = spike.workspace
    spike.team, spike.queue_at, spike.queue_by = team, now, by
    spike.view = _view(spike, by, now)
    if can_route(spike):
        spike.rule = _rule(spike, team, now + timedelta(days=days), now)
        spike.routed_until = now + timedelta(days=days) if spike.rule else None
    numbers = list(
        queries.cases_of(spike=spike, sight=sight)
        .filter(category__in=("OPEN", "WAITING"))
        .values_list("number", flat=True)
    )
    action: BulkAction | None = None
    moved, left = 0, []
    because = _("More cases than usual: %(name)s.") % {"name": spike.name}
    for start in range(0, len(numbers), bulk.MOST):
        result = bulk.act(
            workspace=workspace, by=by, sight=sight, numbers=numbers[start : start + bulk.MOST], act=BulkAct.TEAM,
            given={"team": team, "because": because}, now=now, action=action,
        )  # fmt: skip
        action, moved = result.action, moved + result.done
        left += result.left
    spike.moves = action
    spike.save()
    return spike, moved, left


@transaction.atomic
def undo(*, spike: Spike, by: User, sight: Sight, now: datetime) -> tuple[int, list[Left]]:
    """(how many cases are back, those left): the view and the rule go, too. Raises MoveNotAllowed for others than the opener."""
    spike = _locked(spike)
    if not spike.has_queue:
        return 0, []
    if spike.queue_by_id != by.pk:
        raise MoveNotAllowed(_("Only who did this takes it back."))
    done, left = 0, []
    if spike.moves is not None:
        result = bulk.undo(action=spike.moves, by=by, sight=sight, now=now)
        done, left = result.done, result.left
    view, rule = spike.view, spike.rule
    spike.team = spike.view = spike.rule = spike.moves = None
    spike.queue_at = spike.queue_by = spike.routed_until = None
    spike.save()
    if view is not None:
        view.delete()
    if rule is not None:
        ruling.delete(rule=rule)
    return done, left


def _locked(spike: Spike) -> Spike:
    related = ("workspace", "team", "view", "rule", "moves")
    row: Spike = (
        Spike.objects.of(spike.workspace_id)
        .select_for_update(of=("self",))
        .select_related(*related)
        .get(pk=spike.pk)
    )
    return row


def _view(spike: Spike, by: User, now: datetime) -> SavedView:
    view = SavedView(
        workspace=spike.workspace, name=(_("Spike: %(name)s") % {"name": spike.name})[:80], scope=ViewScope.ALL,
        query={"view": "open", "spike": spike.public_id}, made_by=by, created_at=now, updated_at=now,
    )  # fmt: skip
    view.save()
    return view


def _rule(spike: Spike, team: Team, until: datetime, now: datetime) -> CaseRule | None:
    """The first of the routing rules; None where the thing can no longer be named, or there are too many rules."""
    stated = {"match": "all", "groups": [{"match": "all", "conditions": _conditions(spike)}]}
    name = _("Spike until %(day)s: %(name)s") % {"day": until.date().isoformat(), "name": spike.name}
    effect = {"to": effects.TEAM, "team": team.pk, "by": effects.LEAST_LOADED}
    try:
        with transaction.atomic():
            rule = ruling.keep(
                workspace=spike.workspace, rule=None, kind=RuleKind.ROUTING, name=_free(spike, name), stated=stated,
                effect=effect, now=now,
            )  # fmt: skip
    except (ruling.RuleError, conditions.BadConditions, effects.BadEffect):
        return None
    ruling.switch(rule=rule, on=True, now=now)
    for _turn in range(ruling.MOST_RULES):  # to the front: the first that fits decides
        before = CaseRule.objects.of(spike.workspace_id).filter(
            kind=rule.kind, position__lt=CaseRule.objects.of(spike.workspace_id).get(pk=rule.pk).position
        )
        if not before.exists():
            break
        ruling.move(rule=rule, up=True, now=now)
    return rule


def _free(spike: Spike, name: str) -> str:
    """The name, with a part of the spike's id where it is taken."""
    name = name[: ruling.LONGEST_NAME]
    if CaseRule.objects.of(spike.workspace_id).filter(name__iexact=name).exists():
        name = f"{name[: ruling.LONGEST_NAME - 7]} {spike.public_id[:6]}"
    return name


def _conditions(spike: Spike) -> list[dict[str, Any]]:
    """How a new case is told to belong here."""
    if spike.kind == SpikeKind.WORD:
        return [{"field": "words", "op": "contains", "value": spike.key}]
    if spike.kind == SpikeKind.ANSWER:
        question, _colon, option = spike.key.partition(":")
        return [{"field": f"answer:{question}", "op": "is", "value": option}]
    if spike.kind == SpikeKind.TOUCHPOINT:
        row = Touchpoint.objects.of(spike.workspace_id).filter(pk=int(spike.key)).first()
        return [{"field": "touchpoint", "op": "is", "value": row.public_id if row else ""}]
    cells = MatrixCell.objects.of(spike.workspace_id).select_related("scenario", "failure")
    cell = cells.filter(pk=int(spike.key)).first()
    parts = {"scenario": cell.scenario, "failure": cell.failure} if cell else {}
    return [{"field": name, "op": "is", "value": part.public_id} for name, part in parts.items()]
