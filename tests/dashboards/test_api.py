"""Figures of the REST API."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User, Workspace
from dashboards.services import tallies
from detractors.services import decisions
from surveys.models import Survey
from tests.api import Api, errors

pytestmark = pytest.mark.django_db

ANSWERS = (  # score, moment, touchpoint, region
    (0, "2026-03-02T09:00:00Z", "Delivery", "East"),
    (3, "2026-03-02T10:00:00Z", "Delivery", "West"),
    (8, "2026-03-03T09:00:00Z", "Support", "East"),
    (10, "2026-03-09T09:00:00Z", "Support", None),
    (10, "2026-04-01T09:00:00Z", None, "East"),
)


@pytest.fixture
def api(acme: Workspace, bob: User) -> Api:
    api = Api(acme, by=bob)
    survey = Survey.objects.of(acme).get().public_id
    for number, (score, moment, touchpoint, region) in enumerate(ANSWERS):
        contact = {"external_id": f"c-{number}", "attributes": {"region": region}}
        body = {
            "survey": survey,
            "score": score,
            "contact": contact,
            "touchpoint": touchpoint,
            "responded_at": moment,
        }
        assert api.post("responses/", body).status_code == 201
    return api


def counts(
    promoters: int, passives: int, detractors: int, nps: float | None, margin: float | None
) -> dict[str, Any]:
    n = promoters + passives + detractors
    return {
        "nps": nps, "n": n, "promoters": promoters, "passives": passives, "detractors": detractors, "margin_of_error": margin,
    }  # fmt: skip


@pytest.mark.parametrize("is_folded", [False, True])
def test_the_headline_counts_everything_without_dates(api: Api, is_folded: bool) -> None:
    if is_folded:
        tallies.fold(now=timezone.now())
    today = timezone.now().date().isoformat()
    assert api.get("metrics/nps/").json() == {
        **counts(2, 1, 2, 0.0, 78.4), "since": "2026-03-02", "until": today, "without": [], "workspace_leaves_out": [],
        "groups": [],
    }  # fmt: skip


def test_without_answers_there_is_no_figure(acme: Workspace) -> None:
    figures = Api(acme).get("metrics/nps/").json()
    assert {name: figures[name] for name in ("nps", "n", "margin_of_error", "groups")} == {
        "nps": None, "n": 0, "margin_of_error": None, "groups": [],
    }  # fmt: skip


def test_one_answer_has_no_margin(api: Api) -> None:
    figures = api.get("metrics/nps/", since="2026-03-09", until="2026-03-09").json()
    assert figures == {
        **counts(1, 0, 0, 100.0, None),
        "since": "2026-03-09",
        "until": "2026-03-09",
        "without": [],
        "workspace_leaves_out": [],
        "groups": [],
    }


def test_weeks_come_in_order_with_their_gaps(api: Api) -> None:
    groups = api.get("metrics/nps/", since="2026-03-02", until="2026-03-22", group_by="week").json()["groups"]
    assert groups == [
        {**counts(0, 1, 2, -66.67, 53.34), "key": "2026-03-02", "label": "2026-03-02"},
        {**counts(1, 0, 0, 100.0, None), "key": "2026-03-09", "label": "2026-03-09"},
        {**counts(0, 0, 0, None, None), "key": "2026-03-16", "label": "2026-03-16"},
    ]


@pytest.mark.parametrize(
    ("by", "found"),
    [
        ("day", [("2026-03-02", 2), ("2026-03-03", 1)]),
        ("month", [("2026-03-01", 3)]),
        ("touchpoint", [("Delivery", 2), ("Support", 1)]),
        ("channel", [("API", 3)]),
        ("attribute:region", [("East", 2), ("West", 1)]),
    ],
)
def test_groups_add_up_to_the_whole(api: Api, by: str, found: list[tuple[str, int]]) -> None:
    figures = api.get("metrics/nps/", since="2026-03-02", until="2026-03-03", group_by=by).json()
    assert [(group["key"], group["n"]) for group in figures["groups"]] == found
    assert figures["n"] == 3


def test_answers_without_a_value_are_a_group_of_their_own(api: Api) -> None:
    groups = api.get("metrics/nps/", group_by="attribute:region").json()["groups"]
    assert [(group["key"], group["n"]) for group in groups] == [("East", 3), ("West", 1), (None, 1)]


def test_filters_and_each_persons_latest(api: Api, acme: Workspace) -> None:
    survey = Survey.objects.of(acme).get().public_id
    api.post(
        "responses/", {"survey": survey, "score": 9, "contact": {"external_id": "c-0"}, "channel": "CALL"}
    )
    found = [
        (figures["n"], figures["promoters"])
        for query in ({}, {"distinct": "contact"}, {"channel": "CALL"}, {"touchpoint": "Delivery"}, {"survey": survey}, {"include": "doubtful,resurvey"})
        for figures in [api.get("metrics/nps/", **query).json()]
    ]  # fmt: skip
    assert found == [(6, 3), (5, 3), (1, 1), (2, 0), (6, 3), (6, 3)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"group_by": "moon"}, ("group_by", "UNKNOWN_DIMENSION")),
        ({"group_by": "attribute:"}, ("group_by", "UNKNOWN_DIMENSION")),
        ({"include": "everything"}, ("include", "UNKNOWN")),
        ({"distinct": "survey"}, ("distinct", "INVALID_CHOICE")),
        ({"since": "2026-13-01"}, ("since", "INVALID")),
        ({"since": "2026-03-02", "until": "2026-03-01"}, ("since", "OUT_OF_RANGE")),
        ({"since": "1970-01-01", "group_by": "day"}, ("group_by", "TOO_MANY")),
        ({"survey": "nothing"}, ("survey", "UNKNOWN")),
        ({"limit": "5", "x": "y"}, ("x", "UNKNOWN_FIELD")),
    ],
)
def test_questions_that_make_no_sense_are_refused(
    api: Api, query: dict[str, str], found: tuple[str, str]
) -> None:
    assert errors(api.get("metrics/nps/", **query)) == [found]


def test_the_loops_figures_come_each_with_their_n(api: Api, acme: Workspace) -> None:
    survey = Survey.objects.of(acme).get().public_id
    for name in ("a", "b"):
        api.post("responses/", {"survey": survey, "score": 2, "contact": {"external_id": name}})
    decisions.decide_pending(now=timezone.now())
    api.post("cases/1/call/", {"note": "Sorry."})
    figures = api.get("metrics/loop/").json()
    assert {name: part["n"] for name, part in figures.items() if isinstance(part, dict)} == {
        "first_response_minutes": 1,
        "first_response_minutes_calendar": 1,
        "sla_attainment": 1,
        "closed_loop_rate": 2,
        "recovery_rate": 0,
    }
    assert figures["sla_attainment"] == {"value": 1.0, "n": 1}
    assert figures["closed_loop_rate"] == {"value": 0.0, "n": 2}
    assert figures["recovery_rate"] == {"value": None, "n": 0}
    assert figures["first_response_minutes"].keys() == {"median", "p90", "n"}


def test_what_is_at_stake_comes_with_its_currency_and_by_team(api: Api, acme: Workspace) -> None:
    survey = Survey.objects.of(acme).get().public_id
    for name, worth in (("a", "900.00"), ("b", "4100.00"), ("c", None)):
        customer = {"external_id": name, "company": "Ibex" if worth else "", "account_value": worth}
        api.post("responses/", {"survey": survey, "score": 2, "contact": customer})
    decisions.decide_pending(now=timezone.now())
    found = api.get("metrics/at-stake/").json()
    team = found.pop("teams")
    assert found == {
        "value": "4100.00", "customers": 1, "cases": 3, "unvalued": 1, "public": 0, "currency": "EUR",
    }  # fmt: skip
    assert [(row["value"], row["cases"]) for row in team] == [("4100.00", 3)]
    rows = {row["account_value"] for row in api.get("cases/").json()["results"]}
    assert rows == {"900.00", "4100.00", None}


def test_another_workspaces_answers_are_in_no_figure(api: Api, globex: Workspace) -> None:
    theirs = Api(globex)
    assert (
        theirs.get("metrics/nps/").json()["n"],
        theirs.get("metrics/loop/").json()["closed_loop_rate"]["n"],
    ) == (0, 0)
