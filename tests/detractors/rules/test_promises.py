import pytest

from detractors.rules.promises import CaseFacts, Choice, Offer, policy_for

USUAL = Offer(id=1, is_default=True)
URGENT = Offer(id=2, priority="URGENT")
SUPPORT = Offer(id=3, touchpoint=30, place=2)
SUPPORT_FIRST = Offer(id=4, touchpoint=30, place=1)
GOLD = Offer(id=5, audience=50)
CELL = Offer(id=6)
EVERYTHING = (USUAL, URGENT, SUPPORT, SUPPORT_FIRST, GOLD, CELL)


@pytest.mark.parametrize(
    ("facts", "choice"),
    [
        (CaseFacts(priority="LOW"), Choice(1, "DEFAULT")),
        (CaseFacts(priority="URGENT"), Choice(2, "PRIORITY")),
        (CaseFacts(priority="URGENT", audiences=[50, 51]), Choice(5, "AUDIENCE")),
        (CaseFacts(priority="URGENT", audiences=[51]), Choice(2, "PRIORITY")),
        (CaseFacts(priority="URGENT", audiences=[50], touchpoint=30), Choice(4, "TOUCHPOINT")),
        (CaseFacts(priority="LOW", touchpoint=31), Choice(1, "DEFAULT")),
        (
            CaseFacts(priority="URGENT", audiences=[50], touchpoint=30, cell_policy=6),
            Choice(6, "CELL"),
        ),
        # A cell may point to a promise that is made for something else, or to the usual one.
        (CaseFacts(priority="LOW", touchpoint=30, cell_policy=2), Choice(2, "CELL")),
        (CaseFacts(priority="URGENT", cell_policy=1), Choice(1, "CELL")),
        # A cell that points to a retired promise points to nothing.
        (CaseFacts(priority="URGENT", cell_policy=99), Choice(2, "PRIORITY")),
    ],
)
def test_the_nearest_promise_to_the_case_holds(facts: CaseFacts, choice: Choice) -> None:
    assert policy_for(facts, EVERYTHING) == choice
    assert policy_for(facts, reversed(EVERYTHING)) == choice


def test_a_promise_for_cells_alone_holds_for_nobody_else() -> None:
    assert policy_for(CaseFacts(priority="URGENT"), [CELL]) is None
    assert policy_for(CaseFacts(priority="URGENT"), []) is None
