"""What the workspace asks for before a case is resolved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Workspace
from detractors.enums import EventKind
from detractors.models import Case, CaseEvent, CaseSettings, Task
from detractors.rules import closing
from detractors.services.errors import Incomplete
from detractors.signals import required_steps


def discipline(*, workspace: Workspace | int) -> closing.Discipline:
    """What is asked for; nothing more while nobody has changed it."""
    row = CaseSettings.objects.of(workspace).first()
    if row is None:
        return closing.Discipline()
    return closing.Discipline(
        needs_note=row.needs_note,
        needs_issue=row.needs_issue,
        needs_promises_done=row.needs_promises_done,
    )


@transaction.atomic
def change(
    *, workspace: Workspace, needs_note: bool, needs_issue: bool, needs_promises_done: bool, now: datetime
) -> CaseSettings:
    """Ask for this from now on; cases that are resolved already stay as they are."""
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)  # two editors at once take turns
    row = CaseSettings.objects.of(workspace).first() or CaseSettings(workspace=workspace)
    row.needs_note, row.needs_issue = needs_note, needs_issue
    row.needs_promises_done, row.updated_at = needs_promises_done, now
    row.save()
    return row


def missing(*, case: Case, note: str = "", underlying_issue: str = "") -> tuple[closing.Missing, ...]:
    """What the case lacks before it can be resolved; `note` and `underlying_issue` are given in the same act."""
    asked = discipline(workspace=case.workspace_id)
    tasks = list(
        Task.objects.of(case.workspace_id)
        .filter(case=case, done_at__isnull=True)
        .order_by("pk")
        .values_list("title", "blocks_resolving", "is_promise")
    )
    facts = closing.Facts(
        has_note=bool(note.strip()) or (asked.needs_note and _has_note(case)),
        has_issue=bool(underlying_issue.strip() or case.underlying_issue.strip()),
        blocking=[title for title, blocks, _promise in tasks if blocks],
        promised=[title for title, _blocks, is_promise in tasks if is_promise],
        steps=_required_steps(case),
    )
    return closing.missing(asked, facts)


def _required_steps(case: Case) -> list[str]:
    """What playbooks still ask for before the case is resolved."""
    answers: Any = required_steps.send(sender=Case, case=case)
    return [title for _receiver, titles in answers for title in titles]


def _has_note(case: Case) -> bool:
    """Whether somebody wrote an internal note since the case was opened, or opened again."""
    events = CaseEvent.objects.of(case.workspace_id).filter(case=case)
    opened = events.filter(kind=EventKind.REOPENED).order_by("-pk").values_list("pk", flat=True).first() or 0
    return bool(events.filter(kind=EventKind.NOTE, pk__gt=opened, by__isnull=False).exclude(note="").exists())


def check(*, case: Case, note: str, underlying_issue: str) -> None:
    """Raises Incomplete naming everything that is missing."""
    found = missing(case=case, note=note, underlying_issue=underlying_issue)
    if found:
        said = [(one.field, one.sentence.say(_)) for one in found]
        raise Incomplete(" ".join(sentence for _field, sentence in said), field=said[0][0], missing=said)
