"""The matrix as people change it: scenarios, failures, cells, the journey map, and the cell of a case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Team, User, Workspace
from detractors.enums import EventKind, RecountReason
from detractors.models import Case, Failure, JourneyStep, MatrixCell, Scenario, SlaPolicy
from detractors.services import lateness, ranking, recounting, timeline, weighing
from detractors.services.opening import cell_at
from surveys.models import Touchpoint

LONGEST_NAME = 80
MOST_ROWS, MOST_COLUMNS = 40, 20
MOST_WORDS, LONGEST_WORD = 100, 60
MOST_MINUTES = 100_000


class MatrixError(ValueError):
    """Nothing was changed; `sentence` says why, `field` where."""

    def __init__(self, sentence: str, *, field: str = "name") -> None:
        self.sentence, self.field = sentence, field
        super().__init__(sentence)


def _named(model: Any, workspace: Workspace, name: str, *, but: int | None = None) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise MatrixError(_("A name has 1 to %(most)s characters.") % {"most": LONGEST_NAME})
    twin = model.objects.of(workspace).filter(name__iexact=name).exclude(pk=but).first()
    if twin is not None:
        said = _("“%(name)s” is there already.") if twin.archived_at is None else _("“%(name)s” is archived.")
        raise MatrixError(said % {"name": name})
    return name


def _next(model: Any, workspace: Workspace, most: int) -> int:
    kept = model.objects.of(workspace).filter(archived_at__isnull=True)
    if kept.count() >= most:
        raise MatrixError(_("At most %(most)s: a matrix nobody can read helps nobody.") % {"most": most})
    last: int | None = model.objects.of(workspace).aggregate(last=Max("position"))["last"]
    return (last or 0) + 1


@transaction.atomic
def add_scenario(*, workspace: Workspace, name: str, now: datetime, team: Team | None = None) -> Scenario:
    """A row: something the customer wants to do. Raises MatrixError."""
    name = _named(Scenario, workspace, name)
    place = _next(Scenario, workspace, MOST_ROWS)
    row = Scenario(workspace=workspace, name=name, position=place, team=team, created_at=now)
    row.save()
    return row


@transaction.atomic
def add_failure(
    *, workspace: Workspace, name: str, now: datetime, words: Iterable[str] = (), options: Iterable[str] = ()
) -> Failure:
    """A column: something that can go wrong. Raises MatrixError."""
    name = _named(Failure, workspace, name)
    place = _next(Failure, workspace, MOST_COLUMNS)
    row = Failure(workspace=workspace, name=name, position=place, created_at=now)
    row.words, row.options = read_words(words), sorted(set(options))
    row.save()
    return row


def read_words(words: Iterable[str]) -> list[str]:
    """Words that point to a failure, each once. Raises MatrixError."""
    found = list(dict.fromkeys(" ".join(word.split()) for word in words if word.strip()))
    if len(found) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in found):
        raise MatrixError(
            _("At most %(most)s words of %(long)s characters.") % {"most": MOST_WORDS, "long": LONGEST_WORD},
            field="words",
        )
    return found


@transaction.atomic
def change_scenario(*, scenario: Scenario, name: str, team: Team | None, now: datetime) -> Scenario:
    """Another name or owning team. Cases keep their cell. Raises MatrixError."""
    scenario.name = _named(Scenario, scenario.workspace, name, but=scenario.pk)
    scenario.team = team
    scenario.save(update_fields=["name", "team"])
    return scenario


@transaction.atomic
def change_failure(
    *, failure: Failure, name: str, words: Iterable[str], options: Iterable[str], now: datetime
) -> Failure:
    """Another name, or other signs; they place new cases only. Raises MatrixError."""
    failure.name = _named(Failure, failure.workspace, name, but=failure.pk)
    failure.words, failure.options = read_words(words), sorted(set(options))
    failure.save(update_fields=["name", "words", "options"])
    return failure


def archive(*, row: Scenario | Failure, now: datetime) -> None:
    """New cases no longer land there; those that did keep their cell."""
    row.archived_at = now
    row.save(update_fields=["archived_at"])


def bring_back(*, row: Scenario | Failure) -> None:
    """It takes new cases again."""
    row.archived_at = None
    row.save(update_fields=["archived_at"])


@transaction.atomic
def move(*, row: Scenario | Failure, up: bool) -> None:
    """Change places with the neighbour; at the edge nothing happens."""
    rows = list(
        type(row).objects.of(row.workspace).select_for_update(of=("self",))
        .filter(archived_at__isnull=True)
        .order_by("position", "pk")
    )  # fmt: skip
    at = next(place for place, one in enumerate(rows) if one.pk == row.pk)
    to = at - 1 if up else at + 1
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
    for place, one in enumerate(rows, start=1):
        if one.position != place:
            one.position = place
            one.save(update_fields=["position"])


@transaction.atomic
def plan_cell(
    *,
    scenario: Scenario,
    failure: Failure,
    priority_minutes: int,
    policy: SlaPolicy | None,
    playbook: str,
    team: Team | None,
    now: datetime,
) -> MatrixCell:
    """What is done when this fails there. Open cases of the cell are counted anew by other minutes, and their promises by
    another policy. Raises MatrixError."""
    if not 0 <= priority_minutes <= MOST_MINUTES:
        raise MatrixError(
            _("Choose 0 to %(most)s minutes.") % {"most": f"{MOST_MINUTES:,}"}, field="priority_minutes"
        )
    if len(playbook.strip()) > LONGEST_NAME:
        raise MatrixError(_("At most %(most)s characters.") % {"most": LONGEST_NAME}, field="playbook")
    cell = cell_at(workspace=scenario.workspace, scenario=scenario, failure=failure, now=now)
    before, policy_before = cell.priority_minutes, cell.policy_id
    cell.is_planned, cell.priority_minutes = True, priority_minutes
    cell.policy, cell.playbook, cell.team = policy, playbook.strip(), team
    cell.save()
    if before != priority_minutes and Case.objects.of(cell.workspace).open().filter(cell=cell).exists():
        weighing.ask(workspace=cell.workspace, now=now)
    if policy_before != cell.policy_id:
        _promise_anew(cell, now)
    return cell


def rename_playbook(*, workspace: Workspace, was: str, name: str) -> int:
    """Cells that name a playbook follow its name; returns how many."""
    cells = MatrixCell.objects.of(workspace).filter(playbook__iexact=was)
    return int(cells.update(playbook=name))


@transaction.atomic
def unplan_cell(*, cell: MatrixCell, now: datetime) -> None:
    """Nothing is planned there any more; cases stay in it."""
    had, policy_before = cell.priority_minutes, cell.policy_id
    cell.is_planned, cell.priority_minutes, cell.policy, cell.playbook, cell.team = False, 0, None, "", None
    cell.save()
    if had:
        weighing.ask(workspace=cell.workspace, now=now)
    if policy_before is not None:
        _promise_anew(cell, now)


def _promise_anew(cell: MatrixCell, now: datetime) -> None:
    recounting.ask(workspace=cell.workspace, why=RecountReason.PROMISE, what=str(cell), by=None, now=now)


@transaction.atomic
def map_touchpoint(
    *, touchpoint: Touchpoint, scenario: Scenario | None, team: Team | None, now: datetime
) -> None:
    """Where a touchpoint stands on the journey map, and whose work it is; neither takes it off the map."""
    steps = JourneyStep.objects.of(touchpoint.workspace)
    if scenario is None and team is None:
        steps.filter(touchpoint=touchpoint).delete()
        return
    steps.update_or_create(
        touchpoint=touchpoint,
        defaults={"scenario": scenario, "team": team, "workspace": touchpoint.workspace},
        create_defaults={
            "scenario": scenario, "team": team, "workspace": touchpoint.workspace, "created_at": now,
        },
    )  # fmt: skip


class CellMoved(MatrixError):
    """Somebody else placed the case meanwhile."""


@transaction.atomic
def place_case(
    *, case: Case, cell: MatrixCell | None, by: User, now: datetime, expected: str | None = None
) -> MatrixCell | None:
    """Put the case into `cell`, or into none; gives back where it was. Its promises follow the cell's.

    `expected` is the public id of the cell it must be in now ("" for none): an undo does not overwrite a later choice.
    Raises CellMoved.
    """
    cases = Case.objects.of(case.workspace_id)
    cases.select_for_update(no_key=True).values_list("pk").get(pk=case.pk)
    locked: Case = cases.select_related("cell__scenario", "cell__failure", "workspace").get(pk=case.pk)
    before: MatrixCell | None = locked.cell
    if expected is not None and expected != (before.public_id if before else ""):
        raise CellMoved(_("Somebody has placed the case elsewhere meanwhile."))
    if (before.pk if before else None) == (cell.pk if cell else None):
        return before
    locked.cell = cell
    ranking.count(case=locked, weights=ranking.weights_of(workspace=locked.workspace), cell=cell)
    locked.version += 1
    locked.updated_at = now
    locked.save(update_fields=["cell", *ranking.COLUMNS, "version", "updated_at"])
    lateness.keep(cases=[locked.pk])
    facts = {"cell": str(cell) if cell else "", "before": str(before) if before else ""}
    timeline.write(case=locked, kind=EventKind.PLACED, by=by, now=now, **facts)
    recounting.follow(case=locked, why=recounting.CELL, now=now)
    return before
