import pytest

from detractors.rules.closing import ISSUE, NOTE, TASKS, Discipline, Facts, missing

STRICT = Discipline(needs_note=True, needs_issue=True, needs_promises_done=True)
READY = {"has_note": True, "has_issue": True}


def fields(discipline: Discipline, **facts: object) -> list[str]:
    return [one.field for one in missing(discipline, Facts(**facts))]  # type: ignore[arg-type]


def test_a_workspace_that_asks_for_nothing_lets_everything_through_but_a_blocking_task() -> None:
    assert fields(Discipline(), promised=["Call her"]) == []
    assert fields(Discipline(), blocking=["Refund"]) == [TASKS]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, [ISSUE, NOTE]),
        ({"has_note": True}, [ISSUE]),
        ({"has_issue": True}, [NOTE]),
        (READY, []),
        ({**READY, "promised": ["Call her"]}, [TASKS]),
        ({**READY, "blocking": ["Refund"]}, [TASKS]),
        ({**READY, "blocking": ["Refund"], "promised": ["Refund"]}, [TASKS]),
        ({**READY, "blocking": ["Refund"], "promised": ["Call her"]}, [TASKS, TASKS]),
    ],
)
def test_everything_that_is_missing_is_named_at_once(facts: dict[str, object], expected: list[str]) -> None:
    assert fields(STRICT, **facts) == expected


def test_the_sentence_names_the_first_tasks_and_counts_the_rest() -> None:
    [found] = missing(Discipline(), Facts(blocking=["A", "B", "C", "D", "E"]))
    assert str(found.sentence) == "These tasks must be done first: “A”; “B”; “C” (+2)."
