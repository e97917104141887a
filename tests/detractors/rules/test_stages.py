"""A case is in one stage at each moment; idle is what nobody did although the ball was with us."""

import itertools
import random
from datetime import datetime, timedelta

from detractors.rules import stages
from detractors.rules.stages import Act, Hours, Span, Stretch
from tests.conftest import MONDAY_9AM

HOUR = timedelta(hours=1)
ALWAYS = Hours(lambda start, end: end - start, lambda start, length: start + length)


def at(hours: float) -> datetime:
    return MONDAY_9AM + hours * HOUR


LIFE = [
    Act(at(2), stages.TOOK, by_person=True),
    Act(at(3), stages.WROTE, by_person=True),
    Act(at(5), stages.WAIT, by_person=True),
    Act(at(29), stages.GO_ON),
    Act(at(41), stages.SPOKE, by_person=True),
    Act(at(42), stages.SOLVED, by_person=True),
    Act(at(66), stages.CLOSED),
]


def test_a_life_from_opening_to_closing() -> None:
    asked = [(at(30), at(34))]
    runs = stages.stretches(opened_at=MONDAY_9AM, acts=LIFE, asked=asked)
    assert runs == [
        Stretch("untaken", at(0), at(2)), Stretch("unanswered", at(2), at(3)), Stretch("at_work", at(3), at(5)),
        Stretch("for_customer", at(5), at(29)), Stretch("at_work", at(29), at(30)), Stretch("for_others", at(30), at(34)),
        Stretch("at_work", at(34), at(42)), Stretch("resolved", at(42), at(66)),
    ]  # fmt: skip
    found = stages.spent(opened_at=MONDAY_9AM, acts=LIFE, hours=ALWAYS, asked=asked)
    assert {name: span.calendar for name, span in found.items()} == {
        "untaken": 120, "unanswered": 60, "at_work": 11 * 60, "for_customer": 24 * 60, "for_others": 240, "resolved": 24 * 60,
        "idle": 3 * 60,  # from 34 to 41 nobody did anything: seven hours, of which four are no idling
        "handled": 120, "mailed": 180, "called": 41 * 60,
    }  # fmt: skip


def test_what_is_not_over_is_not_told() -> None:
    found = stages.spent(opened_at=MONDAY_9AM, acts=LIFE[:3], hours=ALWAYS)
    assert found.keys() == {"untaken", "unanswered", "handled", "mailed"}
    assert stages.spent(opened_at=MONDAY_9AM, acts=[], hours=ALWAYS) == {}


def test_a_case_that_is_let_go_waits_again_and_one_that_opens_again_goes_on() -> None:
    acts = [
        Act(at(1), stages.TOOK), Act(at(2), stages.LET_GO), Act(at(4), stages.TOOK), Act(at(5), stages.WROTE, by_person=True),
        Act(at(6), stages.SOLVED), Act(at(8), stages.REOPENED), Act(at(9), stages.SOLVED), Act(at(10), stages.CLOSED),
    ]  # fmt: skip
    found = stages.spent(opened_at=MONDAY_9AM, acts=acts, hours=ALWAYS)
    minutes = {name: span.calendar for name, span in found.items()}
    assert (minutes["untaken"], minutes["unanswered"], minutes["at_work"], minutes["resolved"]) == (
        180,
        120,
        120,
        180,
    )


def test_working_time_and_the_customers_time_are_told_apart() -> None:
    half = Hours(lambda start, end: (end - start) / 2, lambda start, length: start + 2 * length)
    found = stages.spent(opened_at=MONDAY_9AM, acts=[Act(at(20), stages.CLOSED)], hours=half)
    assert found["untaken"] == Span(600, 1200)
    assert found["idle"] == Span(360, 720)  # ten hours of work, of which the first four are no idling


def test_the_stages_of_any_life_follow_each_other_without_gap() -> None:
    chance = random.Random(5)
    kinds = [value for name, value in vars(stages).items() if name in ("TOOK", "LET_GO", "WROTE", "SPOKE", "WAIT", "GO_ON", "SOLVED", "REOPENED", "OTHER")]  # fmt: skip
    for _life in range(300):
        moments = sorted(chance.uniform(-1, 100) for _act in range(chance.randrange(12)))
        acts = [Act(at(hours), chance.choice(kinds), chance.random() < 0.5) for hours in moments]
        begin = chance.uniform(0, 50)
        asked = [(at(begin), at(begin + chance.uniform(0, 30)))]
        runs = stages.stretches(opened_at=MONDAY_9AM, acts=[*acts, Act(at(101), stages.CLOSED)], asked=asked)
        assert runs[0].start == MONDAY_9AM
        assert all(one.end == two.start for one, two in itertools.pairwise(runs))
        assert all(one.stage != two.stage for one, two in itertools.pairwise(runs))
        assert runs[-1].end == at(101)
