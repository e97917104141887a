"""A rule tried on past answers touches exactly those it would have decided about, and changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User, Workspace
from detractors.models import CaseDecision
from detractors.queries import trials
from detractors.rules.conditions import Conditions
from detractors.services import decisions, ruling
from surveys.models import Response
from surveys.services import contacts
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


def stated(op: str, value: str) -> Conditions:
    return Conditions.stored({"groups": [{"conditions": [{"field": "score", "op": op, "value": value}]}]})


@pytest.fixture
def answered(acme: Workspace, bob: User, answer: Callable[..., Response]) -> list[Response]:
    """Scores 0 to 10, each of another customer, all decided."""
    found = []
    for score in range(11):
        person = contacts.upsert(workspace=acme, email=f"c{score}@customer.example", now=MONDAY_9AM)[0]
        found.append(answer(score, contact=person))
    decisions.decide_pending(now=MONDAY_9AM)
    return found


def scores(trial: trials.Trial) -> list[int]:
    return [row.response.score for row in trial.rows]


def test_an_opening_rule_is_tried_on_every_answer(acme: Workspace, answered: list[Response]) -> None:
    before = list(CaseDecision.objects.of(acme).order_by("pk").values())
    trial = trials.run(workspace=acme, kind="OPENING", conditions=stated("at_least", "6"), rule=None)
    assert (scores(trial), trial.scanned, trial.before) == ([10, 9, 8, 7, 6], 11, None)
    assert [row.decision.outcome for row in trial.rows if row.decision] == ["NOT_OPENED"] * 4 + ["OPENED"]
    assert list(CaseDecision.objects.of(acme).order_by("pk").values()) == before


def test_a_routing_rule_is_tried_on_what_opened_a_case(acme: Workspace, answered: list[Response]) -> None:
    trial = trials.run(workspace=acme, kind="ROUTING", conditions=stated("at_least", "5"), rule=None)
    assert scores(trial) == [6, 5]


def test_what_an_earlier_rule_decides_is_counted_apart(acme: Workspace, answered: list[Response]) -> None:
    first = ruling.keep(
        workspace=acme, rule=None, kind="OPENING", name="First", stated=stated("at_most", "1").as_data(),
        effect={"do": "OPEN"}, now=MONDAY_9AM,
    )  # fmt: skip
    ruling.switch(rule=first, on=True, now=MONDAY_9AM)
    trial = trials.run(workspace=acme, kind="OPENING", conditions=stated("at_most", "3"), rule=None)
    assert (scores(trial), trial.earlier_rules) == ([3, 2], 2)
    own = trials.run(workspace=acme, kind="OPENING", conditions=stated("at_most", "3"), rule=first)
    assert (scores(own), own.earlier_rules) == ([3, 2, 1, 0], 0)


def test_the_pages_join_without_gap_or_repetition(
    acme: Workspace, answered: list[Response], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trials, "PAGE", 2)
    monkeypatch.setattr(trials, "CHUNK", 3)
    seen: list[int] = []
    before: int | None = None
    for _page in range(10):
        trial = trials.run(
            workspace=acme, kind="OPENING", conditions=stated("at_most", "6"), rule=None, before=before
        )
        seen += scores(trial)
        before = trial.before
        if before is None:
            break
    assert seen == [6, 5, 4, 3, 2, 1, 0]


def test_one_look_reads_only_so_many(
    acme: Workspace, answered: list[Response], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trials, "CHUNK", 3)
    monkeypatch.setattr(trials, "SCANNED", 6)
    trial = trials.run(workspace=acme, kind="OPENING", conditions=stated("is", "0"), rule=None)
    assert (scores(trial), trial.scanned, trial.before) == ([], 6, answered[5].pk)


def test_a_chunk_costs_the_same_however_many_answers_it_holds(
    acme: Workspace, answered: list[Response], django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(6):
        trials.run(workspace=acme, kind="OPENING", conditions=stated("at_most", "10"), rule=None)
