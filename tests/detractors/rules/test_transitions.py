import itertools

import pytest

from detractors.rules.transitions import (
    CLOSED,
    CONTACTED,
    DISMISSED,
    DONE,
    MOVES,
    NEW,
    OPEN,
    RESOLVED,
    SENTENCES,
    SOLVED,
    STATES,
    WAITING,
    WAITING_CONTACTED,
    WAITING_UNHEARD,
    Incomplete,
    NotAllowed,
    State,
    allowed,
    moves,
    rule,
    sources,
    table,
    target,
)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (NEW, ("CLAIM", "ASSIGN", "NOTE", "REPLY", "CONTACT", "WAIT", "RESOLVE", "DISMISS")),
        (CONTACTED, ("CLAIM", "ASSIGN", "NOTE", "REPLY", "CONTACT", "WAIT", "RESOLVE")),
        (WAITING_UNHEARD, ("CLAIM", "ASSIGN", "NOTE", "REPLY", "CONTACT", "RESUME", "RESOLVE", "DISMISS")),
        (WAITING_CONTACTED, ("CLAIM", "ASSIGN", "NOTE", "REPLY", "CONTACT", "RESUME", "RESOLVE")),
        (SOLVED, ("ASSIGN", "NOTE", "REPLY", "CONTACT", "CLOSE", "REOPEN")),
        (DONE, ("NOTE", "REOPEN")),
        (DISMISSED, ("NOTE", "REOPEN")),
    ],
)
def test_the_moves_of_each_state_are_exactly_these(state, expected):
    assert moves(state) == expected


@pytest.mark.parametrize(
    ("state", "move", "to"),
    [
        (NEW, "CONTACT", CONTACTED),
        (NEW, "REPLY", CONTACTED),
        (NEW, "WAIT", WAITING_UNHEARD),
        (WAITING_UNHEARD, "REPLY", WAITING_CONTACTED),
        (WAITING_UNHEARD, "RESUME", NEW),
        (CONTACTED, "WAIT", WAITING_CONTACTED),
        (WAITING_CONTACTED, "RESUME", CONTACTED),
        (CONTACTED, "RESOLVE", SOLVED),
        (WAITING_CONTACTED, "RESOLVE", SOLVED),
        (NEW, "RESOLVE", SOLVED),
        (SOLVED, "CLOSE", DONE),
        (SOLVED, "REOPEN", CONTACTED),
        (DONE, "REOPEN", CONTACTED),
        (NEW, "DISMISS", DISMISSED),
        (DISMISSED, "REOPEN", NEW),
        (SOLVED, "CONTACT", SOLVED),
    ],
)
def test_where_a_move_leads(state, move, to):
    assert target(state, move, rule(state, move).requires) == to


def test_a_new_case_is_resolved_only_with_a_contact_in_the_same_act():
    assert rule(NEW, "RESOLVE").requires == ("contact", "root_cause", "resolution")
    assert rule(CONTACTED, "RESOLVE").requires == ("root_cause", "resolution")
    with pytest.raises(Incomplete, match="RESOLVE needs: contact"):
        target(NEW, "RESOLVE", {"root_cause", "resolution"})


def test_a_dismissal_needs_a_reason_and_is_no_way_out_after_contact():
    with pytest.raises(Incomplete) as caught:
        target(NEW, "DISMISS")
    assert caught.value.missing == ("reason",)
    assert allowed(CONTACTED, "DISMISS") is False


def test_a_move_that_does_not_exist_is_refused_in_words():
    with pytest.raises(NotAllowed, match="A case that is CLOSED cannot be moved by REPLY"):
        target(DONE, "REPLY", {"body"})
    with pytest.raises(NotAllowed, match="cannot be moved by EXPLODE"):
        rule(NEW, "EXPLODE")


def test_every_state_of_the_table_is_known_and_every_move_has_words():
    assert {state for row in table() for state in (row.source, row.target)} == set(STATES)
    assert set(SENTENCES) == set(MOVES)


def test_from_each_state_a_move_has_one_row_only():
    pairs = [(row.source, row.move) for row in table()]
    assert len(pairs) == len(set(pairs))


def test_contact_is_never_undone_and_resolved_always_means_contacted():
    assert [row for row in table() if row.source.is_contacted and not row.target.is_contacted] == []
    assert allowed(State(RESOLVED, False), "CLOSE") is False


def test_every_case_can_be_closed_and_opened_again_from_wherever_it_stands():
    reach = {state: {state} for state in STATES}
    for _, row in itertools.product(STATES, table()):
        for seen in reach.values():
            if row.source in seen:
                seen.add(row.target)
    assert [state for state in STATES if DONE not in reach[state] or CONTACTED not in reach[state]] == []


def test_states_have_the_names_people_use():
    assert [state.name for state in STATES] == [
        "NEW",
        "CONTACTED",
        "WAITING",
        "WAITING",
        "RESOLVED",
        "CLOSED",
        "CLOSED",
    ]
    assert {state.category for state in STATES} == {OPEN, WAITING, RESOLVED, CLOSED}


def test_the_sources_of_a_move_are_what_its_update_asks_for():
    assert sources("REOPEN") == (SOLVED, DONE, DISMISSED)
    assert sources("RESUME") == (WAITING_UNHEARD, WAITING_CONTACTED)
