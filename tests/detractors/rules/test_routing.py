from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detractors.rules.routing import STRATEGIES, Member, next_in_turn, route

MONDAY_9AM = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANA, BOB, CEM = Member(id=1), Member(id=2), Member(id=3)


def given_at(member, hours):
    return replace(member, last_assigned_at=MONDAY_9AM + timedelta(hours=hours))


def test_who_never_had_a_case_is_first_then_whose_last_one_is_longest_ago():
    assert route([given_at(ANA, 0), BOB]).member_id == 2
    assert route([given_at(ANA, 3), given_at(BOB, 1), given_at(CEM, 2)]).member_id == 2


def test_a_tie_goes_to_the_lower_id():
    assert next_in_turn([CEM, BOB, ANA]) == ANA


def test_absent_members_are_passed_over():
    routed = route([replace(ANA, is_absent=True), given_at(BOB, 1)])
    assert (routed.member_id, routed.strategy, str(routed.sentence)) == (
        2,
        "ROUND_ROBIN",
        "It was their turn.",
    )


@pytest.mark.parametrize("members", [[], [replace(ANA, is_absent=True)]])
def test_with_nobody_there_the_case_stays_unassigned_and_says_so(members):
    routed = route(members)
    assert (routed.member_id, str(routed.sentence)) == (None, "Unassigned: nobody is there to take it.")


def test_a_skill_leaves_only_those_who_have_it():
    german = replace(BOB, skills=frozenset({"de"}))
    assert route([ANA, german], skill="de").member_id == 2
    nobody = route([ANA, german], skill="fr")
    assert (nobody.member_id, str(nobody.sentence)) == (
        None,
        "Unassigned: nobody who is there has the skill fr.",
    )


@pytest.mark.parametrize("strategy", ["FIXED", "CONTACT_OWNER"])
def test_the_preferred_member_takes_it_or_it_goes_by_turns(strategy):
    there = route([ANA, BOB], strategy=strategy, preferred_id=2)
    assert (there.member_id, there.strategy) == (2, strategy)
    away = route([ANA, replace(BOB, is_absent=True)], strategy=strategy, preferred_id=2)
    assert (away.member_id, away.strategy) == (1, "ROUND_ROBIN")
    assert route([ANA, BOB], strategy=strategy).member_id == 1


def test_the_least_loaded_takes_it_and_a_tie_goes_by_turns():
    members = [
        replace(ANA, open_cases=2),
        given_at(replace(BOB, open_cases=1), 5),
        given_at(replace(CEM, open_cases=1), 4),
    ]
    routed = route(members, strategy="LEAST_LOADED")
    assert (routed.member_id, str(routed.sentence)) == (3, "They had the fewest open cases (1).")


def test_an_unknown_strategy_is_refused():
    with pytest.raises(ValueError, match="choose one of FIXED"):
        route([ANA], strategy="RANDOM")


@given(st.integers(1, 7), st.integers(0, 60))
def test_by_turns_nobody_ever_has_two_cases_more_than_another(people, cases):
    members = {number: Member(id=number) for number in range(people)}
    taken = Counter(dict.fromkeys(members, 0))
    for turn in range(cases):
        chosen = route(list(members.values())).member_id
        members[chosen] = given_at(members[chosen], turn)
        taken[chosen] += 1
    assert max(taken.values()) - min(taken.values()) <= 1


@given(
    st.lists(st.builds(Member, id=st.integers(0, 5), is_absent=st.booleans())), st.sampled_from(STRATEGIES)
)
def test_it_always_answers_with_somebody_who_is_there_or_nobody(members, strategy):
    routed = route(members, strategy=strategy, preferred_id=3)
    present = {member.id for member in members if not member.is_absent}
    assert routed.member_id in present if present else routed.member_id is None
