"""Playbooks as people write them: kept, switched on and off, put in order, copied, removed.

Steps change by a new version: what runs goes on by the version it began with, unless it is called off. Conditions and what
ends a playbook hold for running ones too, at once. Every change is remembered (accounts/history.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Workspace
from detractors.services import planning
from followups.models import Playbook, PlaybookStep
from followups.queries import playbooks as queries
from followups.rules import playbook_steps as rules
from followups.rules.playbook_steps import Said, StepSaid

MOST = 50  # playbooks of a workspace


class PlaybookError(ValueError):
    """Nothing was changed. `problems` are (field, sentence), all of them; the first is `field` and `sentence`.

    Fields are those of rules/playbook_steps.py: "name", "stops", "conditions.0.1", "steps.2.body".
    """

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        self.problems = list(problems)
        self.field, self.sentence = self.problems[0]
        super().__init__(self.sentence)


class PlaybookMoved(PlaybookError):
    """Somebody else changed it since it was read."""


def checked(
    *,
    workspace: Workspace,
    name: str,
    event: str,
    steps: Sequence[Mapping[str, Any]],
    silent_days: Any = None,
    conditions: Mapping[str, Any] | None = None,
    stops: Sequence[str] | None = None,
    but: Playbook | None = None,
) -> Said:
    """It in its stored form, without keeping it. `but` may have the name already. Raises PlaybookError."""
    problems: list[tuple[str, str]] = []
    said: Said | None = None
    try:
        said = rules.read(
            name=name,
            event=event,
            silent_days=silent_days,
            stated=conditions,
            stops=stops,
            steps=steps,
            known=queries.known(workspace=workspace),
        )
    except rules.BadPlaybook as error:
        problems = [(field, sentence.say(_)) for field, sentence in error.problems]
    plain = " ".join(str(name).split())
    twins = Playbook.objects.of(workspace).filter(name__iexact=plain, archived_at__isnull=True)
    if plain and twins.exclude(pk=but.pk if but else None).exists():
        problems.insert(0, ("name", _("“%(name)s” is there already.") % {"name": plain}))
    if problems or said is None:
        raise PlaybookError(problems)
    return said


@transaction.atomic
def create(
    *,
    workspace: Workspace,
    name: str,
    event: str,
    steps: Sequence[Mapping[str, Any]],
    now: datetime,
    silent_days: Any = None,
    conditions: Mapping[str, Any] | None = None,
    stops: Sequence[str] | None = None,
    key: str = "",
) -> Playbook:
    """A playbook at the end of the list, switched off; without `stops` it ends as its event usually does.

    Steps are given as rules/playbook_steps.py says. Raises PlaybookError.
    """
    _lock(workspace)
    said = checked(
        workspace=workspace, name=name, event=event, steps=steps, silent_days=silent_days,
        conditions=conditions, stops=stops,
    )  # fmt: skip
    kept = Playbook.objects.of(workspace)
    if kept.filter(archived_at__isnull=True).count() >= MOST:
        raise PlaybookError([("name", _("At most %(most)s playbooks.") % {"most": MOST})])
    last: int | None = kept.aggregate(last=Max("position"))["last"]
    row = Playbook(
        workspace=workspace, key=key, position=(last or 0) + 1, version=1, created_at=now, updated_at=now
    )
    _fill(row, said)
    row.save(force_insert=True)
    _add_steps(row, dict(enumerate(said.steps, start=1)), now)
    return row


@transaction.atomic
def update(
    *,
    playbook: Playbook,
    name: str,
    event: str,
    steps: Sequence[Mapping[str, Any]],
    now: datetime,
    silent_days: Any = None,
    conditions: Mapping[str, Any] | None = None,
    stops: Sequence[str] | None = None,
    seen: int | None = None,
    stop_running: bool = False,
) -> Playbook:
    """Other words, steps, conditions. `seen` is the version the writer saw; `stop_running` calls off what runs by former ones.

    Saved as it was, nothing changes. A cell of the matrix that names the playbook follows its name.
    Raises PlaybookError, PlaybookMoved.
    """
    _lock(playbook.workspace)
    row = _locked(playbook)
    _refuse_built_in(row)
    if seen is not None and seen != row.version:
        raise PlaybookMoved([("", _("Somebody else has changed this playbook meanwhile: look at it again."))])
    said = checked(
        workspace=row.workspace, name=name, event=event, steps=steps, silent_days=silent_days,
        conditions=conditions, stops=stops, but=row,
    )  # fmt: skip
    was = (row.event, row.silent_days, row.conditions, row.stops)
    before = row.name
    _fill(row, said)
    now_are = {step.position: step for step in queries.steps(playbook=row)}
    wanted = dict(enumerate(said.steps, start=1))
    changed = [
        place
        for place in now_are.keys() | wanted.keys()
        if place not in wanted or place not in now_are or wanted[place] != queries.as_said(now_are[place])
    ]
    if changed or was != (row.event, row.silent_days, row.conditions, row.stops):
        row.version += 1
    old = [now_are[place].pk for place in changed if place in now_are]
    PlaybookStep.objects.of(row.workspace_id).filter(pk__in=old).update(until_version=row.version)
    if stop_running:
        row.stopped_before = now
    row.updated_at = now
    row.save()
    _add_steps(row, {place: wanted[place] for place in sorted(changed) if place in wanted}, now)
    if before != row.name:
        planning.rename_playbook(workspace=row.workspace, was=before, name=row.name)
    return row


@transaction.atomic
def switch(*, playbook: Playbook, on: bool, now: datetime, stop_running: bool = False) -> Playbook:
    """From now on it begins, or not; what happened before begins none. `stop_running` calls off what runs.

    Switched as it is already, nothing changes.
    """
    row = _locked(playbook)
    if row.archived_at is not None:
        raise PlaybookError([("", _("This playbook was removed."))])
    if row.is_active != on:
        row.is_active, row.updated_at = on, now
        if on:
            row.active_since = row.looked_to = now
    if stop_running and not on:
        row.stopped_before = row.updated_at = now
    row.save()
    return row


@transaction.atomic
def move(*, playbook: Playbook, up: bool, now: datetime) -> None:
    """Change places with its neighbour in the list; at the edge nothing happens."""
    rows = list(
        Playbook.objects.of(playbook.workspace_id)
        .filter(archived_at__isnull=True)
        .select_for_update(of=("self",))
        .order_by("position", "pk")
    )
    at = next((place for place, one in enumerate(rows) if one.pk == playbook.pk), -1)
    to = at - 1 if up else at + 1
    if at >= 0 and 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
    for place, one in enumerate(rows, start=1):
        if one.position != place:
            one.position, one.updated_at = place, now
            one.save(update_fields=["position", "updated_at"])


def duplicate(*, playbook: Playbook, now: datetime) -> Playbook:
    """A copy to change, switched off. Raises PlaybookError."""
    _refuse_built_in(playbook)
    data = queries.as_data(playbook=playbook)
    names = {
        name.casefold()
        for name in Playbook.objects.of(playbook.workspace_id)
        .filter(archived_at__isnull=True)
        .values_list("name", flat=True)
    }
    for turn in range(1, MOST + 2):
        ending = _(" (copy)") if turn == 1 else _(" (copy %(turn)s)") % {"turn": turn}
        name = playbook.name[: rules.NAME_LENGTH - len(ending)] + ending
        if name.casefold() not in names:
            break
    return create(workspace=playbook.workspace, now=now, **{**data, "name": name})


@transaction.atomic
def archive(*, playbook: Playbook, now: datetime, stop_running: bool = True) -> Playbook:
    """It is gone from the list and begins no more; what it did stays written. Raises PlaybookError for a built-in one."""
    row = _locked(playbook)
    _refuse_built_in(row)
    if row.archived_at is None:
        row.is_active, row.archived_at, row.updated_at = False, now, now
        if stop_running:
            row.stopped_before = now
        row.save()
    return row


def _refuse_built_in(row: Playbook) -> None:
    if row.is_built_in:
        raise PlaybookError(
            [("", _("The product writes this mail itself: it can be switched on and off, and no more."))]
        )


def _fill(row: Playbook, said: Said) -> None:
    row.name, row.event, row.silent_days = said.name, said.event, said.silent_days
    row.conditions = said.conditions.as_data() if said.conditions.groups else {}
    row.stops = list(said.stops)


def _add_steps(row: Playbook, steps: Mapping[int, StepSaid], now: datetime) -> None:
    PlaybookStep.objects.of(row.workspace_id).bulk_create(
        PlaybookStep(
            workspace_id=row.workspace_id,
            playbook=row,
            since_version=row.version,
            position=place,
            created_at=now,
            **vars(step),
        )
        for place, step in steps.items()
    )


def _lock(workspace: Workspace) -> None:
    """Two people who write at once take turns."""
    Workspace.objects.select_for_update(no_key=True).values_list("pk").get(pk=workspace.pk)


def _locked(playbook: Playbook) -> Playbook:
    rows = Playbook.objects.of(playbook.workspace_id).select_related("workspace")
    row: Playbook = rows.select_for_update(of=("self",)).get(pk=playbook.pk)
    return row
