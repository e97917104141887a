from typing import Any

from detractors.rules.rehearsing import counted


def case(asked: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "opens": True,
        "cell": "",
        "priority": "HIGH",
        "policy": "Usual",
        "rule": "",
        "asked": asked,
        "runs": None,
    }


def test_a_rule_nobody_has_written_down_is_no_change_of_the_draft() -> None:
    """Cases from before lines said which rule routed them are left out on both sides."""
    known, unknown, would = case({"rule": "Theirs"}), case(None), case({"rule": "Ours"})
    found = counted({}, [(known, would), (unknown, would)])
    assert found["asked"] == {"Theirs": [1, 0], "Ours": [0, 1]}
    closed = {**case(None), "opens": False}  # a draft that opens it gives it a rule for the first time
    assert counted({}, [(closed, would)])["asked"] == {"Ours": [0, 1]}
