import re

import pytest

from surveys.rules.attribute_kinds import DAY_PATTERN, NUMBER_PATTERN, day, fits, guess, number


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([], "TEXT"),
        (["", ""], "TEXT"),
        (["12", "3.5", "-7"], "NUMBER"),
        (["007"], "TEXT"),  # an id keeps its zeros
        (["1e5"], "TEXT"),
        (["12", "many"], "TEXT"),
        (["2026-03-31", "1999-01-01"], "DATE"),
        (["2026-02-31"], "TEXT"),
        (["31.03.2026"], "TEXT"),
        (["yes", "No", "true"], "BOOLEAN"),
        (["ja", "nein"], "BOOLEAN"),
        (["yes", "maybe"], "TEXT"),
        (["1", "0"], "NUMBER"),
    ],
)
def test_the_kind_is_the_narrowest_every_value_fits(values: list[str], kind: str) -> None:
    assert guess(values) == kind


def test_an_empty_value_fits_every_kind_and_any_value_fits_text() -> None:
    assert [fits(kind, "") for kind in ("TEXT", "NUMBER", "DATE", "BOOLEAN")] == [True] * 4
    assert (fits("TEXT", "x"), fits("NUMBER", "x"), fits("DATE", "x"), fits("BOOLEAN", "x")) == (
        True, False, False, False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "value",
    ["12", "-3.5", "007", "1e5", "2026-03-31", "2026-13-01", "", "yes", "0", "0.25", "1.", ".5", "1899-01-01",
     "9" * 15, "9" * 16],
)  # fmt: skip
def test_the_patterns_of_the_database_let_in_what_the_rule_reads(value: str) -> None:
    assert bool(re.search(NUMBER_PATTERN, value)) == (number(value) is not None)
    assert re.search(DAY_PATTERN, value) or day(value) is None
