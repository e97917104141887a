"""The matrix in people's hands, and a case moved by hand and back."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.history import kinds
from accounts.models import User, Workspace
from detractors.models import Case, CaseEvent, Failure, JourneyStep, MatrixCell, RankRecount, Scenario
from detractors.services import planning, weighing
from detractors.services.opening import cell_at
from surveys.services import touchpoints
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


@pytest.fixture
def grid(acme: Workspace) -> dict[str, Any]:
    """Two scenarios by two failures; nothing planned."""
    rows = [planning.add_scenario(workspace=acme, name=name, now=MONDAY_9AM) for name in ("Buy", "Use")]
    columns = [planning.add_failure(workspace=acme, name=name, now=MONDAY_9AM) for name in ("Late", "Broken")]
    return {"rows": rows, "columns": columns}


def plan(grid: dict[str, Any], minutes: int = 30) -> MatrixCell:
    return planning.plan_cell(
        scenario=grid["rows"][0], failure=grid["columns"][0], priority_minutes=minutes, policy=None, playbook=" Call ",
        team=None, now=MONDAY_9AM,
    )  # fmt: skip


def names(model: Any, workspace: Workspace) -> list[str]:
    return list(model.objects.of(workspace).order_by("position").values_list("name", flat=True))


def test_rows_and_columns_change_places_and_stop_at_the_edge(acme: Workspace, grid: dict[str, Any]) -> None:
    _first, second = grid["rows"]
    planning.move(row=second, up=True)
    assert names(Scenario, acme) == ["Use", "Buy"]
    planning.move(row=Scenario.objects.of(acme).get(pk=second.pk), up=True)
    assert names(Scenario, acme) == ["Use", "Buy"]
    planning.move(row=grid["columns"][0], up=False)
    assert names(Failure, acme) == ["Broken", "Late"]


def test_a_name_is_there_once_and_has_letters(acme: Workspace, grid: dict[str, Any]) -> None:
    for name in ("buy", "  ", "x" * 81):
        with pytest.raises(planning.MatrixError):
            planning.add_scenario(workspace=acme, name=name, now=MONDAY_9AM)
    planning.archive(row=grid["rows"][0], now=MONDAY_9AM)
    with pytest.raises(planning.MatrixError) as error:
        planning.add_scenario(workspace=acme, name="Buy", now=MONDAY_9AM)
    assert error.value.sentence == "“Buy” is archived."


def test_a_planned_cell_and_its_undoing_are_remembered(acme: Workspace, grid: dict[str, Any]) -> None:
    cell = plan(grid)
    assert (cell.is_planned, cell.playbook, str(cell)) == (True, "Call", "Buy: Late")
    planning.unplan_cell(cell=cell, now=MONDAY_9AM)
    changes = kinds()["matrix_cell"].objects.of(acme).order_by("pgh_id")
    assert [change.priority_minutes for change in changes] == [0, 30, 0]


def test_a_cell_is_made_once_however_often_it_is_asked_for(acme: Workspace, grid: dict[str, Any]) -> None:
    where = {"scenario": grid["rows"][1], "failure": grid["columns"][1]}
    assert (
        cell_at(workspace=acme, now=MONDAY_9AM, **where).pk
        == cell_at(workspace=acme, now=MONDAY_9AM, **where).pk
    )
    assert MatrixCell.objects.of(acme).count() == 1


def test_other_minutes_of_a_cell_reach_its_open_cases(
    acme: Workspace, bob: User, grid: dict[str, Any], open_case: Callable[..., Case]
) -> None:
    cell = plan(grid)
    assert RankRecount.objects.of(acme).count() == 0  # no case lies there
    case = open_case(6)
    planning.place_case(case=case, cell=cell, by=bob, now=MONDAY_9AM)
    plan(grid, minutes=200)
    weighing.recount(now=MONDAY_9AM)
    case.refresh_from_db()
    assert ({part["code"]: part["minutes"] for part in case.rank_parts}, case.priority) == (
        {"CELL": 200},
        "HIGH",
    )


def test_a_case_is_placed_by_hand_and_back_with_its_history(
    acme: Workspace, bob: User, grid: dict[str, Any], open_case: Callable[..., Case]
) -> None:
    cell, case = plan(grid), open_case(6)
    assert planning.place_case(case=case, cell=cell, by=bob, now=MONDAY_9AM) is None
    assert (
        planning.place_case(case=case, cell=cell, by=bob, now=MONDAY_9AM) == cell
    )  # again: nothing is written
    assert planning.place_case(case=case, cell=None, by=bob, now=MONDAY_9AM, expected=cell.public_id) == cell
    case.refresh_from_db()
    assert (case.cell, case.rank_parts) == (None, [])
    events = CaseEvent.objects.of(acme).filter(case=case, kind="PLACED", by=bob).order_by("pk")
    assert [(event.by, event.facts) for event in events] == [
        (bob, {"cell": "Buy: Late", "before": ""}),
        (bob, {"cell": "", "before": "Buy: Late"}),
    ]


def test_an_undo_does_not_overwrite_a_later_choice(
    acme: Workspace, bob: User, alice: User, grid: dict[str, Any], open_case: Callable[..., Case]
) -> None:
    cell, case = plan(grid), open_case(6)
    other = cell_at(workspace=acme, scenario=grid["rows"][1], failure=grid["columns"][0], now=MONDAY_9AM)
    planning.place_case(case=case, cell=cell, by=bob, now=MONDAY_9AM)
    planning.place_case(case=case, cell=other, by=alice, now=MONDAY_9AM)
    with pytest.raises(planning.CellMoved):
        planning.place_case(case=case, cell=None, by=bob, now=MONDAY_9AM, expected=cell.public_id)
    case.refresh_from_db()
    assert case.cell == other


def test_a_touchpoint_is_on_the_map_once_and_comes_off_it(acme: Workspace, grid: dict[str, Any]) -> None:
    touchpoint = touchpoints.ensure(workspace=acme, name="Delivery", now=MONDAY_9AM)
    for scenario in grid["rows"]:
        planning.map_touchpoint(touchpoint=touchpoint, scenario=scenario, team=None, now=MONDAY_9AM)
    assert JourneyStep.objects.of(acme).get().scenario == grid["rows"][1]
    planning.map_touchpoint(touchpoint=touchpoint, scenario=None, team=None, now=MONDAY_9AM)
    assert JourneyStep.objects.of(acme).count() == 0
