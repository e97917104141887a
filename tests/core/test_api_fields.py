"""Fields take what JSON says and nothing like it."""

from datetime import UTC, date, datetime

import pytest
from rest_framework.exceptions import ValidationError

from core.api_fields import Body, Code, Flag, Json, Moment, Text, Whole, Words, read_day_or_moment


def codes(field, value) -> list[str]:
    """Codes of what is wrong with `value`; empty when it is taken."""
    try:
        field.run_validation(value)
    except ValidationError as error:
        return [detail.code for detail in error.detail]
    return []


@pytest.mark.parametrize("value", [True, False, 7.0, 7.5, "7", None, [7], {}])
def test_only_an_integer_is_a_whole_number(value) -> None:
    assert codes(Whole(), value) in (["invalid"], ["null"])


def test_a_whole_number_keeps_its_bounds() -> None:
    field = Whole(min_value=0, max_value=10)
    assert [codes(field, value) for value in (-1, 0, 10, 11, 10**400)] == [
        ["min_value"], [], [], ["max_value"], ["max_value"],
    ]  # fmt: skip


@pytest.mark.parametrize("value", [1, 0, "true", "yes", [], "False"])
def test_only_true_and_false_are_a_flag(value) -> None:
    assert codes(Flag(), value) == ["invalid"]


@pytest.mark.parametrize("value", [1, 1.5, True, [], {}])
def test_only_a_string_is_a_text(value) -> None:
    assert codes(Text(), value) == ["invalid"]
    assert codes(Code(choices=["A"]), value) == ["invalid_choice"]


def test_a_text_holds_no_nul_and_no_half_character_but_words_of_customers_may() -> None:
    assert [codes(Text(), text) != [] for text in ("a\0", "a\ud800")] == [True, True]
    assert [codes(Words(), text) for text in ("a\0", "a\ud800")] == [[], []]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-02T09:00:00Z", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("2026-03-02t09:00:00.5z", datetime(2026, 3, 2, 9, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-03-02T09:00:00+01:00", datetime(2026, 3, 2, 8, tzinfo=UTC)),
        ("2026-03-02 09:00:00", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_moments_are_read_as_utc(text: str, moment: datetime) -> None:
    assert Moment().run_validation(text) == moment


@pytest.mark.parametrize(
    "value",
    ["", "2026-03-02", "2026-03-02T09:00", "2026-02-30T09:00:00Z", "now", 1_772_442_000, True, "20260302T090000Z",
     "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1969-12-31T23:59:59Z", "2200-01-01T00:00:00Z",
     "٢٠٢٦-03-02T09:00:00Z"],
)  # fmt: skip
def test_what_is_no_moment_is_refused(value) -> None:
    assert codes(Moment(), value) in (["moment"], ["range"])


def test_an_address_may_name_a_day_or_a_moment_and_lose_its_plus() -> None:
    assert read_day_or_moment("2026-03-02") == date(2026, 3, 2)
    assert read_day_or_moment("2026-03-02T09:00:00 02:00") == datetime(2026, 3, 2, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "value", [{"a": "\0"}, {"a\0": 1}, {"a": ["\ud800"]}, {"a": float("inf")}, {"a": {"b": float("-inf")}}, {"a": "x" * 20_000}, [], "x", 1]
)  # fmt: skip
def test_an_object_no_database_can_keep_is_refused(value) -> None:
    assert codes(Json(), value) in (["not_storable"], ["too_large"], ["invalid"])


class Outer(Body):
    class Inner(Body):
        name = Text()

    inner = Inner()
    n = Whole()


def test_unknown_names_are_refused_by_name_together_with_what_else_is_wrong() -> None:
    body = Outer(data={"n": "1", "m": 1, "inner": {"name": "a", "nmae": "b"}})
    assert body.is_valid() is False
    assert {name: str(found) for name, found in body.errors.items()}.keys() == {"n", "m", "inner"}
    assert body.errors["inner"]["nmae"][0].code == "unknown_field"
