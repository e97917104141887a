"""What playbooks did, for their pages: how many run, how they ended, which cases recovered after them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Prefetch, Q

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from detractors.enums import Outcome
from detractors.queries.sight import visible_cases
from followups.models import PlannedStep, Playbook, PlaybookRun
from followups.playbook_enums import RunState, StepState
from surveys.models import Response
from surveys.queries.sight import answers

SPAN = timedelta(days=30)
MOST_RUNS, MOST_ENDED = 50, 20


@dataclass
class Figures:
    """Of one playbook. `ends` are (code of run_ends, how many), the most frequent first."""

    running: int = 0
    done: int = 0
    recovered: int = 0
    ends: list[tuple[str, int]] = field(default_factory=list)

    @property
    def ended(self) -> int:
        """However they ended."""
        return self.done + sum(n for _code, n in self.ends)


def figures(*, workspace: Workspace, now: datetime, sight: Sight = EVERYTHING) -> dict[int, Figures]:
    """What runs now, and of the last 30 days how runs ended and how many cases came back after one; by playbook."""
    found: dict[int, Figures] = defaultdict(Figures)
    runs = PlaybookRun.objects.of(workspace).filter(seen(workspace=workspace, sight=sight)).order_by()
    for pk, n in runs.filter(due_at__isnull=False).values_list("playbook").annotate(n=Count("pk")):
        found[pk].running = n
    ended = runs.filter(ended_at__gte=now - SPAN).values_list("playbook", "state", "stopped_because")
    for pk, state, because, n in ended.annotate(n=Count("pk")).order_by("-n", "stopped_because"):
        if state == RunState.DONE:
            found[pk].done += n
        else:
            found[pk].ends.append((because, n))
    recovered = runs.filter(
        case__outcome__in=[Outcome.RECOVERED, Outcome.CONVERTED],
        case__closed_at__gte=F("started_at"),
        case__closed_at__gt=now - SPAN,
    )
    for pk, n in recovered.values_list("playbook").annotate(n=Count("case", distinct=True)):
        found[pk].recovered = n
    return found


def seen(*, workspace: Workspace, sight: Sight) -> Q:
    """The runs somebody may see: those of visible cases, and of visible answers."""
    if sight.is_everything:
        return Q()
    visible = Response.objects.of(workspace).filter(answers(workspace=workspace, sight=sight)).order_by()
    return Q(case__in=visible_cases(workspace=workspace, sight=sight)) | Q(
        case__isnull=True, response__in=visible.values("pk")
    )


def running(*, playbook: Playbook, sight: Sight = EVERYTHING) -> list[Any]:
    """Its runs that are due next, at most MOST_RUNS, each with its steps in `planned`."""
    rows = _rows(playbook, sight).filter(due_at__isnull=False)
    return list(rows.order_by("due_at", "pk")[:MOST_RUNS])


def ended(*, playbook: Playbook, now: datetime, sight: Sight = EVERYTHING) -> list[Any]:
    """Its runs that ended in the last 30 days, the last first, at most MOST_ENDED."""
    rows = _rows(playbook, sight).filter(ended_at__gte=now - SPAN)
    return list(rows.order_by("-ended_at", "-pk")[:MOST_ENDED])


def run_with(*, playbook: Playbook, public_id: str, sight: Sight = EVERYTHING) -> Any:
    """The run of this id with its steps in `planned`, if its case may be seen; else None."""
    return _rows(playbook, sight).filter(public_id=public_id).first()


def not_done(*, playbook: Playbook, now: datetime, sight: Sight = EVERYTHING) -> list[tuple[int, str, int]]:
    """Steps that were not done in the last 30 days though their run went on: (place, reason, how many)."""
    rows = PlannedStep.objects.of(playbook.workspace_id).filter(
        run__in=_rows(playbook, sight).order_by().values("pk"), state=StepState.SKIPPED, settled_at__gte=now - SPAN
    )  # fmt: skip
    rows = rows.exclude(skipped_because=F("run__stopped_because"))
    counted = rows.values_list("position", "skipped_because").annotate(n=Count("pk"))
    return list(counted.order_by("position", "-n", "skipped_because"))


def _rows(playbook: Playbook, sight: Sight) -> Any:
    steps = PlannedStep.objects.of(playbook.workspace_id).select_related("step").order_by("position")
    rows = PlaybookRun.objects.of(playbook.workspace_id).filter(
        seen(workspace=playbook.workspace, sight=sight), playbook=playbook
    )
    return rows.select_related("case__contact", "contact", "playbook").prefetch_related(
        Prefetch("steps", queryset=steps, to_attr="planned")
    )


def oldest_versions(*, playbook: Playbook) -> Iterable[tuple[int, int]]:
    """(version, how many) of what runs by a former version, the oldest first."""
    rows = PlaybookRun.objects.of(playbook.workspace_id).filter(
        playbook=playbook, due_at__isnull=False, version__lt=playbook.version
    )
    return list(rows.values_list("version").annotate(n=Count("pk")).order_by("version"))
