"""Rules as people change them. Each change is remembered; the next new case meets the rule as it is then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Team, Workspace
from accounts.queries import members
from accounts.rules.permissions import Permission, can
from core.queue import nudge_on_commit
from detractors.enums import DecisionOutcome, DecisionReason, RuleKind
from detractors.models import CaseDecision, CaseRule, SlaPolicy, Tag
from detractors.queries import rules as rule_queries
from detractors.rules import conditions, effects
from detractors.services import tags

DECIDE = "detractors.decide_pending"
LONGEST_NAME = 80
MOST_RULES = 50  # of one kind


class RuleError(ValueError):
    """The rule was not kept; `sentence` says why, `field` where."""

    def __init__(self, sentence: str, *, field: str = "name") -> None:
        self.sentence, self.field = sentence, field
        super().__init__(sentence)


def known(*, workspace: Workspace) -> effects.Known:
    """The ids an effect of this workspace may name."""
    workers = [one for one in members(workspace=workspace) if can(one.role, Permission.WORK_CASES)]
    return effects.Known(
        teams=set(Team.objects.of(workspace).values_list("pk", flat=True)),
        members={one.user_id for one in workers},
        policies=set(SlaPolicy.objects.of(workspace).values_list("pk", flat=True)),
        tags=set(Tag.objects.of(workspace).values_list("pk", flat=True)),
    )


def checked(
    *, workspace: Workspace, kind: str, stated: Any, effect: Mapping[str, Any], now: datetime | None
) -> tuple[conditions.Conditions, dict[str, Any]]:
    """Conditions and effect in their stored form; tags written with commas between are made at `now` where there are none.

    Raises RuleError, conditions.BadConditions, effects.BadEffect.
    """
    found = conditions.read(stated, fields=rule_queries.fields(workspace=workspace))
    if kind == RuleKind.PRIORITY and isinstance(effect.get("tags"), str) and now is not None:
        effect = {**effect, "tags": _tags(workspace, effect["tags"], now)}
    does = effects.read(kind, effect, known=known(workspace=workspace), is_always=found.is_always)
    return found, does


def tags_named(*, workspace: Workspace, text: str) -> list[int]:
    """Those of the tags written with commas between that are there."""
    names = {" ".join(name.split()).casefold() for name in text.split(",")}
    return [
        pk for pk, name in Tag.objects.of(workspace).values_list("pk", "name") if name.casefold() in names
    ]


def _tags(workspace: Workspace, text: str, now: datetime) -> list[int]:
    names = [name for name in text.split(",") if name.strip()]
    try:
        return [tag.pk for tag in tags.ensure(workspace=workspace, names=names, now=now)]
    except tags.TagError as error:
        raise RuleError(error.sentence, field="tags") from None


@transaction.atomic
def keep(
    *,
    workspace: Workspace,
    rule: CaseRule | None,
    kind: str,
    name: str,
    stated: Any,
    effect: Mapping[str, Any],
    now: datetime,
) -> CaseRule:
    """Make a rule (switched off, at the end of its kind) or change one. Raises RuleError, BadConditions, BadEffect."""
    if kind not in RuleKind.values:
        raise RuleError(_("There is no such kind of rule."), field="kind")
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise RuleError(_("A name has 1 to %(most)s characters.") % {"most": LONGEST_NAME})
    rows = CaseRule.objects.of(workspace)
    if rows.filter(name__iexact=name).exclude(pk=rule.pk if rule else None).exists():
        raise RuleError(_("“%(name)s” is there already.") % {"name": name})
    found, does = checked(workspace=workspace, kind=kind, stated=stated, effect=effect, now=now)
    if rule is None:
        mine = rows.filter(kind=kind)
        if mine.count() >= MOST_RULES:
            raise RuleError(_("At most %(most)s rules of a kind.") % {"most": MOST_RULES})
        last: int | None = mine.aggregate(last=Max("position"))["last"]
        rule = CaseRule(workspace=workspace, kind=kind, position=(last or 0) + 1, created_at=now)
    rule.name, rule.conditions, rule.effect, rule.updated_at = name, found.as_data(), does, now
    rule.save()
    return rule


def switch(*, rule: CaseRule, on: bool, now: datetime) -> None:
    """From now on it is asked, or not."""
    rule.is_active, rule.updated_at = on, now
    rule.save(update_fields=["is_active", "updated_at"])


@transaction.atomic
def move(*, rule: CaseRule, up: bool, now: datetime) -> None:
    """Change places with its neighbour of the same kind; at the edge nothing happens."""
    rows = list(
        CaseRule.objects.of(rule.workspace_id)
        .filter(kind=rule.kind)
        .select_for_update(of=("self",))
        .order_by("position", "pk")
    )
    at = next(place for place, one in enumerate(rows) if one.pk == rule.pk)
    to = at - 1 if up else at + 1
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
    for place, one in enumerate(rows, start=1):
        if one.position != place:
            one.position, one.updated_at = place, now
            one.save(update_fields=["position", "updated_at"])


def delete(*, rule: CaseRule) -> None:
    """It is gone; what it decided stays written."""
    rule.delete()


@transaction.atomic
def release(*, decision: CaseDecision, now: datetime) -> bool:
    """Open the case of an answer a rule holds, now; whether it was held by one."""
    found = (
        CaseDecision.objects.of(decision.workspace_id)
        .select_for_update(of=("self",))
        .select_related("response")
        .filter(
            pk=decision.pk,
            outcome=DecisionOutcome.HELD,
            reason=DecisionReason.RULE,
            response__isnull=False,
        )
        .first()
    )
    if found is None or found.response is None:
        return False
    found.response.open_case = True  # the rules are not asked again
    found.response.decide_at = now
    found.response.save(update_fields=["open_case", "decide_at"])
    nudge_on_commit(DECIDE)
    return True
