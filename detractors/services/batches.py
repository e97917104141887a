"""What the product does to many cases of a workspace at once: a few statements, however many they are.

The caller has locked the cases, each once. What a person would be refused leaves that case as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count

from accounts.models import User
from accounts.queries import active
from detractors.enums import EventKind, NotificationKind
from detractors.models import Case, CaseTag, Tag, Task
from detractors.services import tasks, telling, timeline
from detractors.services.errors import CaseError
from detractors.services.locking import touch
from detractors.services.telling import News


@dataclass(frozen=True, kw_only=True)
class Note:
    """A line about something the product did by itself."""

    case: Case
    what: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def note_automatic(notes: Sequence[Note], *, now: datetime) -> None:
    """The lines; they meet no promise."""
    timeline.append(
        [
            timeline.line(case=one.case, kind=EventKind.AUTO_MAIL, now=now, note=one.what, **one.facts)
            for one in notes
        ],
        now=now,
    )
    touch([one.case for one in notes], now=now)


@dataclass(frozen=True, kw_only=True)
class Tagging:
    """Tags (their ids) for a case; `note` says why."""

    case: Case
    tags: Sequence[int]
    note: str


def put_tags(wanted: Sequence[Tagging], *, now: datetime) -> None:
    """The tags that are new; one that is gone, or is there already, is left alone."""
    if not wanted:
        return
    workspace_id = wanted[0].case.workspace_id
    tags = Tag.objects.of(workspace_id).filter(pk__in={pk for one in wanted for pk in one.tags})
    names = dict(tags.values_list("pk", "name"))
    had: dict[int, set[int]] = defaultdict(set)
    rows = CaseTag.objects.of(workspace_id).filter(case__in=[one.case.pk for one in wanted])
    for case, tag in rows.values_list("case", "tag"):
        had[case].add(tag)
    new = {
        one.case.pk: [pk for pk in dict.fromkeys(one.tags) if pk in names and pk not in had[one.case.pk]]
        for one in wanted
    }
    CaseTag.objects.of(workspace_id).bulk_create(
        [
            CaseTag(workspace_id=workspace_id, case_id=case, tag_id=pk)
            for case, pks in new.items()
            for pk in pks
        ],
        ignore_conflicts=True,
    )
    changed = [one for one in wanted if new[one.case.pk]]
    timeline.append(
        [
            timeline.line(
                case=one.case, kind=EventKind.TAGGED, now=now, note=one.note, removed=[],
                added=[names[pk] for pk in new[one.case.pk]],
            )
            for one in changed
        ],
        now=now,
    )  # fmt: skip
    touch([one.case for one in changed], now=now)


@dataclass(frozen=True, kw_only=True)
class TaskFor:
    """A task for a member, or for nobody yet."""

    case: Case
    title: str
    owner: User | None = None
    due_at: datetime | None = None
    blocks_resolving: bool = False


def add_tasks(wanted: Sequence[TaskFor], *, now: datetime) -> list[Task | None]:
    """The tasks in the order of `wanted`, None where tasks.add would refuse one."""
    if not wanted:
        return []
    workspace_id = wanted[0].case.workspace_id
    rows = Task.objects.of(workspace_id).filter(
        case__in=[one.case.pk for one in wanted], done_at__isnull=True
    )
    undone = dict(rows.order_by().values("case").annotate(n=Count("pk")).values_list("case", "n"))
    owners = {one.owner.pk for one in wanted if one.owner}
    members = set(
        active(workspace=workspace_id).filter(user__in=owners).values_list("user_id", flat=True)
        if owners
        else ()
    )
    found = [_task(one, undone.get(one.case.pk, 0), members, now) for one in wanted]
    new = [task for task in found if task is not None]
    Task.objects.of(workspace_id).bulk_create(new)
    lines = []
    for task in new:
        facts: dict[str, Any] = {"to": task.owner.display_name} if task.owner else {}
        lines.append(
            timeline.line(
                case=task.case,
                kind=EventKind.TASK_ADDED,
                now=now,
                note=task.title,
                task=task.public_id,
                **facts,
            )
        )
    timeline.append(lines, now=now)
    touch([task.case for task in new], now=now)
    telling.tell_all(
        [
            News(
                case=task.case, users=[task.owner], kind=NotificationKind.TASK_GIVEN, key=tasks.given_key(task),
                about={"task": task},
            )
            for task in new
            if task.owner
        ],
        now=now,
    )  # fmt: skip
    return found


def _task(wanted: TaskFor, undone: int, members: set[int], now: datetime) -> Task | None:
    try:
        title = tasks.checked(
            case=wanted.case, title=wanted.title, due_at=wanted.due_at, undone=undone, now=now
        )
    except CaseError:
        return None
    if wanted.owner is not None and wanted.owner.pk not in members:
        return None
    return Task(
        workspace_id=wanted.case.workspace_id,
        case=wanted.case,
        title=title,
        owner=wanted.owner,
        due_at=wanted.due_at,
        blocks_resolving=wanted.blocks_resolving,
        created_at=now,
    )
