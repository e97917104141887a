from typing import Any

import pytest

from surveys.rules.audience_filter import FIELDS, MOST_CONDITIONS, BadFilter, ops_of, read

KNOWN = {"region": "TEXT", "seats": "NUMBER", "renews": "DATE", "vip": "BOOLEAN"}


def one(field: str, op: str, value: Any = "") -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


def stored(*rows: dict[str, Any], match: str = "all") -> Any:
    return read({"match": match, "conditions": list(rows)}, attributes=KNOWN).as_data()


def codes(data: Any) -> list[tuple[int | None, str]]:
    with pytest.raises(BadFilter) as caught:
        read(data, attributes=KNOWN)
    return [(at, sentence.code) for at, sentence in caught.value.problems]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (one("attribute:region", "is", "  North "), "North"),
        (one("attribute:seats", "at_least", 12), "12"),
        (one("attribute:seats", "at_most", "12.50"), "12.50"),
        (one("attribute:renews", "before", "2026-03-31"), "2026-03-31"),
        (one("attribute:vip", "yes", "ignored"), ""),
        (one("last_score", "is", "9"), "9"),
        (one("last_segment", "is_not", "PROMOTER"), "PROMOTER"),
        (one("last_asked_at", "before_days", "090"), "90"),
        (one("last_asked_at", "never"), ""),
        (one("created_at", "after", "2026-01-01"), "2026-01-01"),
    ],
)
def test_a_condition_is_kept_in_one_form(given: dict[str, Any], kept: str) -> None:
    assert stored(given)["conditions"] == [{"field": given["field"], "op": given["op"], "value": kept}]


def test_what_was_kept_is_read_the_same_again() -> None:
    data = stored(one("attribute:seats", "is", "3"), one("has_phone", "no"), match="any")
    assert read(data, attributes=KNOWN).as_data() == data


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (one("shoe_size", "is", "44"), "UNKNOWN_FIELD"),
        (one("attribute:shoe", "is", "44"), "UNKNOWN_FIELD"),
        (one("attribute:region", "at_least", "4"), "UNKNOWN_OP"),
        (one("created_at", "never"), "UNKNOWN_OP"),
        (one("attribute:region", "is", ""), "NO_VALUE"),
        (one("attribute:region", "is", True), "NO_VALUE"),
        (one("attribute:region", "is", ["North"]), "NO_VALUE"),
        (one("attribute:region", "is", "x" * 201), "TOO_LONG"),
        (one("attribute:region", "is", "a\x00b"), "NOT_PRINTABLE"),
        (one("attribute:seats", "is", "twelve"), "BAD_NUMBER"),
        (one("last_score", "at_least", "6.5"), "BAD_SCORE"),
        (one("last_score", "is", "11"), "BAD_SCORE"),
        (one("attribute:renews", "on", "31.3.2026"), "BAD_DAY"),
        (one("last_asked_at", "within_days", "-1"), "BAD_DAYS"),
        (one("last_asked_at", "within_days", "99999"), "BAD_DAYS"),
        (one("last_segment", "is", "FAN"), "BAD_CHOICE"),
        ("nonsense", "NO_FILTER"),
        ({"op": "is"}, "NO_FILTER"),
    ],
)
def test_a_condition_that_cannot_be_is_refused_by_its_number(row: Any, code: str) -> None:
    good = one("has_email", "yes")
    assert codes({"match": "all", "conditions": [good, row]}) == [(1, code)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (None, "NO_FILTER"),
        ("all", "NO_FILTER"),
        ({}, "NO_FILTER"),
        ({"match": "some", "conditions": [one("has_email", "yes")]}, "NO_FILTER"),
        ([], "NO_CONDITION"),
        ({"match": "all", "conditions": []}, "NO_CONDITION"),
        ([one("has_email", "yes")] * (MOST_CONDITIONS + 1), "TOO_MANY"),
    ],
)
def test_a_filter_that_is_none_is_refused_as_a_whole(data: Any, code: str) -> None:
    assert codes(data) == [(None, code)]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([one("last_score", "at_least", 9), one("last_score", "at_most", 6)], "NOBODY"),
        ([one("last_score", "is", 5), one("last_score", "at_least", 9)], "NOBODY"),
        ([one("attribute:region", "is", "North"), one("attribute:region", "is", "South")], "TWO_VALUES"),
        ([one("attribute:renews", "after", "2026-03-01"), one("attribute:renews", "before", "2026-03-02")],
         "NOBODY"),
        ([one("has_email", "yes"), one("has_email", "no")], "TWO_VALUES"),
    ],
)  # fmt: skip
def test_conditions_that_contradict_each_other_fit_nobody_unless_any_is_enough(
    rows: list[dict[str, Any]], code: str
) -> None:
    assert codes({"match": "all", "conditions": rows}) == [(None, code)]
    assert len(stored(*rows, match="any")["conditions"]) == 2


def test_the_same_value_twice_contradicts_nothing() -> None:
    stored(one("attribute:region", "is", "North"), one("attribute:region", "is", "north"))
    stored(one("last_score", "at_least", 6), one("last_score", "at_most", 6))


def test_every_field_has_comparisons() -> None:
    assert [field for field in FIELDS if not ops_of(field, {})] == []
