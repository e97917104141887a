"""What silence leaves open, against populations whose every answer is known."""

from __future__ import annotations

from random import Random

import pytest

from dashboards.rules.silence import FEWEST, Group, Reweighted, bounds, reweighted, together
from surveys.rules import nps

KINDS = ("PROMOTER", "PASSIVE", "DETRACTOR")


def heard(value: str, people: list[tuple[str, bool, bool]]) -> Group:
    """What is known of people of (true class, was asked, would answer)."""
    answers = [kind for kind, asked, would in people if asked and would]
    return Group(
        value,
        never_asked=sum(not asked for _kind, asked, _would in people),
        silent=sum(asked and not would for _kind, asked, would in people),
        answered=len(answers),
        promoters=answers.count("PROMOTER"),
        passives=answers.count("PASSIVE"),
        detractors=answers.count("DETRACTOR"),
    )


def truth(people: list[tuple[str, bool, bool]]) -> float:
    kinds = [kind for kind, _asked, _would in people]
    found = nps.net_promoter_score(*(kinds.count(kind) for kind in KINDS))
    assert found is not None
    return found


@pytest.mark.parametrize("seed", range(60))
def test_the_bounds_contain_the_truth_however_people_keep_silent(seed: int) -> None:
    """Who answers may depend on everything, also on the answer itself: no mechanism gets out of the bounds."""
    chance = Random(seed)
    mood = [chance.random() for _kind in KINDS]
    would = {kind: chance.random() ** 2 for kind in KINDS}
    asked = chance.random()
    groups, everybody = [], []
    for value in "abcde"[: chance.randint(1, 5)]:
        people = [
            (kind, chance.random() < asked, chance.random() < would[kind])
            for kind in chance.choices(KINDS, weights=mood, k=chance.randint(1, 400))
        ]
        groups.append(heard(value, people))
        everybody += people
        found = bounds(groups[-1])
        assert found is not None
        assert found.low - 1e-9 <= truth(people) <= found.high + 1e-9
    whole = bounds(together(groups))
    assert whole is not None
    assert whole.low - 1e-9 <= truth(everybody) <= whole.high + 1e-9
    # They are as narrow as can be: what is not known, and nothing else, lies between them.
    assert whole.high - whole.low == pytest.approx(200 * (whole.people - whole.n) / whole.people)
    again = reweighted(groups)
    if again.value is not None and again.covered == 1.0:
        assert whole.low - 1e-9 <= again.value <= whole.high + 1e-9


def test_reweighting_removes_what_the_groups_explain_and_its_interval_holds() -> None:
    """Two groups that feel differently and answer differently often: in 95 of 100 samples the interval has the truth."""
    chance, inside, plain_inside, runs = Random(11), 0, 0, 400
    for _run in range(runs):
        groups, everybody = [], []
        for value, size, mood, would in (("small", 400, (7, 2, 1), 0.6), ("large", 1600, (2, 3, 5), 0.1)):
            people = [
                (kind, True, chance.random() < would) for kind in chance.choices(KINDS, weights=mood, k=size)
            ]
            groups.append(heard(value, people))
            everybody += people
        real, whole = truth(everybody), together(groups)
        found = reweighted(groups)
        assert found.low is not None
        assert found.high is not None
        inside += found.low <= real <= found.high
        margin = nps.margin_of_error(whole.promoters, whole.passives, whole.detractors)
        assert whole.nps is not None
        assert margin is not None
        plain_inside += abs(whole.nps - real) <= margin
    assert inside >= 0.93 * runs
    assert plain_inside <= 0.05 * runs  # as they are, the answers say something else


def test_a_worked_example() -> None:
    # 20 of 100 answered in a (10 promoters, 10 detractors), 10 of 900 in b (all detractors): 0.1 x 0 + 0.9 x -100.
    groups = [Group("a", 0, 80, 20, 10, 0, 10), Group("b", 500, 390, 10, 0, 0, 10)]
    found = reweighted(groups)
    assert (found.value, found.n, found.covered, found.groups) == (-90.0, 30, 1.0, 2)
    # Variance of a: 1 x 20 / 19 over 20, times 0.1 squared; b does not vary.
    assert found.high == pytest.approx(-90 + 196 * 0.1 * (1 / 19) ** 0.5)
    whole = bounds(together(groups))
    assert whole is not None
    assert (whole.low, whole.high, whole.n, whole.people) == (-98.0, 96.0, 30, 1000)
    assert [one.asked for one in groups] == [100, 400]


def test_small_groups_stand_together_and_those_without_answers_are_said() -> None:
    few = FEWEST - 1
    groups = [Group("a", 0, 1, few, few), Group("b", 0, 1, few, 0, 0, few), Group("c", 0, 80, 0)]
    found = reweighted(groups)
    assert (found.value, found.groups, found.n) == (0.0, 1, 2 * few)
    assert found.covered == pytest.approx(20 / 100)


def test_nothing_is_said_of_nobody_and_no_interval_of_one() -> None:
    assert reweighted([]) == Reweighted(None, None, None, 0, 0.0, 0)
    assert reweighted([Group(None, 5, 5, 0)]) == Reweighted(None, None, None, 0, 0.0, 0)
    assert bounds(Group(None, 0, 0, 0)) is None
    one = reweighted([Group(None, 0, 9, 1, 1)])
    assert (one.value, one.low, one.high) == (100.0, None, None)


def test_who_answered_something_else_is_no_answer_to_nps() -> None:
    group = Group(None, 0, 0, 4, 1, 0, 1)
    found = bounds(group)
    assert found is not None
    assert (found.low, found.high) == (-50.0, 50.0)
