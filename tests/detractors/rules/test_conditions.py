from decimal import Decimal

import pytest

from detractors.rules.conditions import (
    BadConditions,
    Condition,
    Conditions,
    Field,
    Group,
    holds,
    read,
)

FIELDS = {
    one.name: one
    for one in (
        Field("score", "NUMBER"),
        Field("words", "TEXT"),
        Field("segment", "CHOICE", choices=(("DETRACTOR", "Detractor"), ("PASSIVE", "Passive"))),
        Field("is_public", "FLAG"),
    )
}


def one(field="score", op="at_most", value="3"):
    return {"field": field, "op": op, "value": value}


def problems(data):
    with pytest.raises(BadConditions) as error:
        read(data, fields=FIELDS)
    return [(at, said.code) for at, said in error.value.problems]


@pytest.mark.parametrize(
    ("op", "value", "fact", "expected"),
    [
        ("is", "3", 3, True),
        ("is", "3.0", 3, True),
        ("is", "3", None, False),
        ("is_not", "3", None, True),
        ("at_least", "3", 3, True),
        ("at_least", "3", 2, False),
        ("at_most", "3", 3, True),
        ("at_most", "3", 4, False),
        ("at_most", "3", None, False),
        ("at_least", "9999.5", Decimal("10000.00"), True),
        ("at_least", "3", "no number", False),
        ("contains", "INVOICE", "My invoice is wrong", True),
        ("contains", "café", "le CAFE est froid", True),
        ("not_contains", "invoice", "", True),
        ("is", "de", "DE", True),
        ("is", "b", ["a", "b"], True),
        ("is_not", "b", ["a", "b"], False),
        ("known", "", "", False),
        ("known", "", 0, True),
        ("unknown", "", [], True),
        ("yes", "", True, True),
        ("yes", "", None, False),
        ("no", "", False, True),
        ("no", "", None, True),
        ("like", "x", "x", False),  # a comparison that was taken away holds for nothing
    ],
)
def test_each_comparison(op, value, fact, expected):
    alone = Conditions("all", (Group("all", (Condition("f", op, value),)),))
    assert holds(alone, {"f": fact}) is expected


@pytest.mark.parametrize(
    ("match", "inner", "facts", "expected"),
    [
        ("all", "all", (True, True, True), True),
        ("all", "all", (True, False, True), False),
        ("all", "any", (True, False, True), True),
        ("any", "all", (True, False, True), True),
        ("any", "all", (True, False, False), False),
        ("any", "any", (False, False, True), True),
    ],
)
def test_groups_join_as_they_say(match, inner, facts, expected):
    said = [Condition(name, "yes") for name in "abc"]
    stated = Conditions(match, (Group(inner, tuple(said[:2])), Group(inner, (said[2],))))
    assert holds(stated, dict(zip("abc", facts, strict=True))) is expected


def test_no_group_is_always():
    assert holds(read({"groups": []}, fields=FIELDS), {}) is True


def test_what_is_read_is_stored_and_read_again_the_same():
    data = {
        "match": "any",
        "groups": [
            {"match": "all", "conditions": [one(value=" 3.50 "), one("is_public", "yes", "whatever")]},
            {"match": "any", "conditions": [one("words", "contains", " late ")]},
        ],
    }
    found = read(data, fields=FIELDS)
    assert found.as_data() == {
        "match": "any",
        "groups": [
            {"match": "all", "conditions": [one(value="3.50"), one("is_public", "yes", "")]},
            {"match": "any", "conditions": [one("words", "contains", "late")]},
        ],
    }
    assert Conditions.stored(found.as_data()) == found


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (one(field="nothing"), "UNKNOWN_FIELD"),
        (one(field=None), "UNKNOWN_FIELD"),
        ("no row", "UNKNOWN_FIELD"),
        (one(op="contains"), "UNKNOWN_OP"),
        (one(value=""), "NO_VALUE"),
        (one(value=None), "NO_VALUE"),
        (one(value=True), "NO_VALUE"),
        (one(value="many"), "BAD_NUMBER"),
        (one(value="NaN"), "BAD_NUMBER"),
        (one(value="1e400"), "BAD_NUMBER"),
        (one("segment", "is", "ANGRY"), "BAD_CHOICE"),
        (one("words", "is", "x" * 201), "TOO_LONG"),
    ],
)
def test_a_condition_that_cannot_be_is_named_by_its_place(row, code):
    good = {"conditions": [one()]}
    assert problems({"groups": [good, {"conditions": [one(), row]}]}) == [((1, 1), code)]


@pytest.mark.parametrize(
    "data",
    [None, [], {"groups": 3}, {"match": "some"}, {"groups": ["x"]}, {"groups": [{"conditions": None}]}],
)
def test_another_shape_is_none(data):
    assert problems(data) == [(None, "NO_SHAPE")]


def test_an_empty_group_and_too_many_conditions_are_refused():
    assert problems({"groups": [{"conditions": []}]}) == [((0, 0), "NO_CONDITION")]
    assert problems({"groups": [{"conditions": [one()] * 21}]}) == [(None, "TOO_MANY")]
    assert problems({"groups": [{"conditions": [one()]}] * 6}) == [(None, "TOO_MANY")]
