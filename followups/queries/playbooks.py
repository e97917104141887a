"""Playbooks as they are kept, and what one may name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Team, Workspace
from accounts.queries import everybody
from detractors.models import CaseStatus, MatrixCell, Tag
from detractors.queries import rules as rule_queries
from detractors.rules.conditions import CHOICE, NUMBER, Field
from detractors.services import ruling
from followups.enums import TemplateKind
from followups.models import MessageTemplate, Playbook, PlaybookStep
from followups.queries import merging
from followups.rules.playbook_steps import WITHOUT_CASE, Known, StepSaid

MOST_CELLS = 300  # offered in conditions


def listed(*, workspace: Workspace) -> list[Playbook]:
    """Every playbook that was not removed, in its order."""
    rows = Playbook.objects.of(workspace).filter(archived_at__isnull=True)
    return list(rows.order_by("position", "pk"))


def names_for_cells(*, workspace: Workspace) -> list[str]:
    """Those a cell of the matrix can name: what begins without a case has none to land there."""
    return [
        row.name
        for row in listed(workspace=workspace)
        if row.event not in WITHOUT_CASE and not row.is_built_in
    ]


def playbook_with(*, workspace: Workspace, public_id: str) -> Playbook | None:
    """The playbook of this id, also a removed one."""
    found: Playbook | None = (
        Playbook.objects.of(workspace).select_related("workspace").filter(public_id=public_id).first()
    )
    return found


def steps(*, playbook: Playbook, version: int | None = None) -> list[PlaybookStep]:
    """Its steps in their order: those of now, or of a former version."""
    wanted = playbook.version if version is None else version
    rows = PlaybookStep.objects.of(playbook.workspace_id).filter(playbook=playbook, since_version__lte=wanted)
    rows = rows.filter(Q(until_version__isnull=True) | Q(until_version__gt=wanted))
    return list(rows.order_by("position"))


def steps_of(*, playbooks: Sequence[Playbook]) -> dict[int, list[PlaybookStep]]:
    """The steps of now of several playbooks of one workspace, by playbook: one query."""
    found: dict[int, list[PlaybookStep]] = {row.pk: [] for row in playbooks}
    workspaces = {row.workspace_id for row in playbooks}
    for workspace in workspaces:
        rows = PlaybookStep.objects.of(workspace).filter(playbook__in=found, until_version__isnull=True)
        for step in rows.order_by("playbook", "position"):
            found[step.playbook_id].append(step)
    return found


def as_said(step: PlaybookStep) -> StepSaid:
    """The stored step as the rules read it."""
    return StepSaid(
        step.kind, step.is_required, step.delay_amount, step.delay_unit, step.delay_clock, step.delay_from,
        step.conditions, step.does,
    )  # fmt: skip


def step_data(step: PlaybookStep) -> dict[str, Any]:
    """The step as services/playbooks.py takes it."""
    return {
        "kind": step.kind,
        "required": step.is_required,
        "delay": {
            "amount": step.delay_amount,
            "unit": step.delay_unit,
            "clock": step.delay_clock,
            "since": step.delay_from,
        },
        "conditions": step.conditions,
        "does": step.does,
    }


def as_data(*, playbook: Playbook) -> dict[str, Any]:
    """Everything `services.playbooks.create` and `update` take, as it is now."""
    return {
        "name": playbook.name,
        "event": playbook.event,
        "silent_days": playbook.silent_days,
        "conditions": playbook.conditions,
        "stops": list(playbook.stops),
        "steps": [step_data(step) for step in steps(playbook=playbook)],
    }


def known(*, workspace: Workspace) -> Known:
    """What a playbook of the workspace may name."""
    named = ruling.known(workspace=workspace)
    return Known(
        fields=fields(workspace=workspace),
        merge_fields=merging.known_fields(workspace=workspace),
        members=named.members,
        teams=named.teams,
        tags=named.tags,
        statuses=set(
            CaseStatus.objects.of(workspace)
            .filter(retired_at__isnull=True)
            .values_list("public_id", flat=True)
        ),
        templates=templates(workspace=workspace),
    )


def templates(*, workspace: Workspace) -> dict[str, set[str]]:
    """Ids of the templates that are published and not retired, by the kind of step they are for."""
    rows = MessageTemplate.objects.of(workspace).filter(archived_at__isnull=True, live_number__isnull=False)
    found: dict[str, set[str]] = {kind: set() for kind in TemplateKind.values}
    for kind, public_id in rows.values_list("kind", "public_id"):
        found[kind].add(public_id)
    return found


def fields(*, workspace: Workspace) -> dict[str, Field]:
    """What a condition of a playbook can compare: what rules can, and how the case stands."""
    tags = tuple(
        (str(pk), name) for pk, name in Tag.objects.of(workspace).order_by("name").values_list("pk", "name")
    )
    cells = tuple(
        (cell.public_id, str(cell))
        for cell in MatrixCell.objects.of(workspace)
        .select_related("scenario", "failure")
        .filter(scenario__archived_at__isnull=True, failure__archived_at__isnull=True)
        .order_by("scenario__position", "failure__position")[:MOST_CELLS]
    )
    own = [
        Field("tag", CHOICE, _("Tag of the case"), tags),
        Field("cell", CHOICE, _("Cell of the matrix"), cells),
        Field("latest_score", NUMBER, _("Latest score")),
        Field("reopened", NUMBER, _("Times opened again")),
    ]
    return rule_queries.fields(workspace=workspace) | {
        one.name: one for one in own if one.kind != CHOICE or one.choices
    }


def names(*, workspace: Workspace) -> dict[str, dict[Any, str]]:
    """What the ids in steps are called, for words: "templates", "tags", "members", "teams"; four small queries."""
    return {
        "templates": dict(MessageTemplate.objects.of(workspace).values_list("public_id", "name")),
        "tags": dict(Tag.objects.of(workspace).values_list("pk", "name")),
        "members": {one.user_id: one.user.display_name for one in everybody(workspace=workspace)},
        "teams": dict(Team.objects.of(workspace).values_list("pk", "name")),
    }
