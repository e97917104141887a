"""Ready-made playbooks are given to every workspace once; what was removed or renamed there stays so."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Workspace
from detractors.rules import standing
from detractors.rules.conditions import CHOICE, Field
from followups import playbook_library as library
from followups.models import Playbook, PlaybookStep
from followups.models.playbook import BUILT_IN
from followups.playbook_enums import StepKind
from followups.rules import playbook_steps as rules
from followups.rules.playbook_steps import Known, StepSaid

BATCH = 100  # workspaces one turn of the sweep looks after
KNOWN = Known(
    fields={"standing": Field("standing", CHOICE, choices=tuple((code, code) for code in standing.CODES))},
    merge_fields=("first_name", "company", "score", "agent_name"),
)
GRACE_MINUTES = {"acknowledge": 10, "posted": 1}  # as the mails themselves wait (rules/sending.py)


@transaction.atomic
def provide(*, workspace: Workspace, now: datetime) -> int:
    """The ready-made ones that are not there yet, in the active language; returns how many."""
    Workspace.objects.select_for_update(no_key=True).values_list("pk").get(pk=workspace.pk)
    there = dict(Playbook.objects.of(workspace).values_list("key", "pk"))
    names = {
        name.casefold()
        for name in Playbook.objects.of(workspace)
        .filter(archived_at__isnull=True)
        .values_list("name", flat=True)
    }
    rows: list[tuple[Playbook, tuple[StepSaid, ...]]] = []
    for place, ready in enumerate(library.READY_MADE, start=len(names) + 1):
        name = _(ready.name)
        if ready.key not in there and name.casefold() not in names:
            rows.append(_made(workspace, ready, name, place, now))
    Playbook.objects.of(workspace).bulk_create([row for row, _steps in rows])
    PlaybookStep.objects.of(workspace).bulk_create(
        PlaybookStep(workspace=workspace, playbook=row, position=at, created_at=now, **vars(step))
        for row, steps in rows
        for at, step in enumerate(steps, start=1)
    )
    return len(rows)


def _made(
    workspace: Workspace, ready: library.Ready, name: str, place: int, now: datetime
) -> tuple[Playbook, tuple[StepSaid, ...]]:
    row = Playbook(
        workspace=workspace,
        key=ready.key,
        name=name,
        event=ready.event,
        silent_days=ready.silent_days,
        is_active=ready.is_on,
        active_since=now if ready.is_on else None,
        position=place,
        created_at=now,
        updated_at=now,
    )
    if ready.key in BUILT_IN:
        does = {"built_in": BUILT_IN[ready.key]}
        delay = (GRACE_MINUTES[ready.key], rules.MINUTES, rules.CALENDAR, rules.EVENT)
        return row, (StepSaid(StepKind.MAIL, False, *delay, {}, does),)
    said = rules.read(
        name=name,
        event=ready.event,
        silent_days=ready.silent_days,
        stated=ready.conditions,
        stops=ready.stops,
        steps=[library.in_words(step) for step in ready.steps],
        known=KNOWN,
    )
    row.conditions = said.conditions.as_data() if said.conditions.groups else {}
    row.stops = list(said.stops)
    return row, said.steps


def provide_missing(*, now: datetime) -> int:
    """Workspaces made before there were playbooks get them; returns how many workspaces. Safe to run in parallel."""
    keyed = Playbook.objects.across_workspaces().filter(workspace=OuterRef("pk")).exclude(key="")
    found = list(Workspace.objects.filter(~Exists(keyed)).order_by("pk")[:BATCH])
    for workspace in found:
        with translation.override(workspace.language or None):
            provide(workspace=workspace, now=now)
    return len(found)
