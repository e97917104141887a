"""Matrix, rules and weights over the API: read only, with a scope of their own, of one workspace."""

from collections.abc import Callable

import pytest

from accounts.models import User, Workspace
from detractors.models import Case
from detractors.services import planning, ruling
from tests.api import Api
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


def test_the_matrix_tells_its_cells_with_figures(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    scenario = planning.add_scenario(workspace=acme, name="Buy", now=MONDAY_9AM)
    failure = planning.add_failure(workspace=acme, name="Late", words=["late"], now=MONDAY_9AM)
    cell = planning.plan_cell(
        scenario=scenario, failure=failure, priority_minutes=45, policy=None, playbook="Call", team=None, now=MONDAY_9AM
    )  # fmt: skip
    case = open_case(2)
    planning.place_case(case=case, cell=cell, by=bob, now=MONDAY_9AM)
    api = Api(acme)
    told = api.get("matrix/").json()
    assert [(one["name"], one["team"]) for one in told["scenarios"]] == [("Buy", None)]
    assert told["failures"][0]["words"] == ["late"]
    [row] = told["cells"]
    assert {key: row[key] for key in ("scenario", "failure", "is_planned", "priority_minutes", "playbook", "open")} == {
        "scenario": "Buy", "failure": "Late", "is_planned": True, "priority_minutes": 45, "playbook": "Call", "open": 1,
    }  # fmt: skip
    row = api.get(f"cases/{case.number}/").json()
    assert (row["cell"], row["is_chronic"]) == (cell.public_id, False)
    assert row["rank_parts"] == [{"code": "SCORE", "minutes": 120}, {"code": "CELL", "minutes": 45}]


def test_rules_come_in_their_order_and_by_kind(acme: Workspace) -> None:
    for kind, name, effect in (
        ("PRIORITY", "Second", {"minutes": 5}),
        ("OPENING", "First", {"do": "OPEN"}),
    ):
        ruling.keep(
            workspace=acme,
            rule=None,
            kind=kind,
            name=name,
            stated={"groups": []},
            effect=effect,
            now=MONDAY_9AM,
        )
    api = Api(acme)
    assert [one["name"] for one in api.get("rules/").json()["rules"]] == ["First", "Second"]
    [only] = api.get("rules/", kind="PRIORITY").json()["rules"]
    assert (only["is_active"], only["effect"]) == (False, {"minutes": 5, "policy": None})
    assert api.get("rules/", kind="MOON").status_code == 400


def test_the_usual_weights_are_told_while_there_are_no_others(acme: Workspace) -> None:
    told = Api(acme).get("ranking/").json()
    assert told["score"] == 180
    assert told["value_steps"] == [[100_000, 180], [10_000, 120], [1_000, 60]]
