"""The library's judgement beside a plain reading of the same conditions."""

from decimal import Decimal

import pytest
import rule_engine
from hypothesis import example, given, settings
from hypothesis import strategies as st

from detractors.rules.conditions import Condition, Conditions, Group, holds
from detractors.rules.expressions import AnyOf, Facts, compiled, number, text_of
from detractors.rules.matrix import plain

OPS = (
    "is",
    "is_not",
    "contains",
    "not_contains",
    "at_least",
    "at_most",
    "known",
    "unknown",
    "yes",
    "no",
    "gone",
)
FIELDS = (
    "score",
    "words",
    "attribute:plan",
    "attribute:a b",
    "attribute_plan",
    "answer:9-x",
    "null",
    "one",
    "7",
)


def plainly(condition, facts):
    """What a condition means, said without any expression."""
    fact = facts.get(condition.field)
    values = [one for one in (fact if isinstance(fact, list) else [fact]) if one not in (None, "")]
    numeric = bool(values) and all(
        isinstance(one, int | float | Decimal) and one is not True and one is not False for one in values
    )
    limit = number(condition.value)
    said = plain(condition.value)
    alike = [
        number(one) == limit if numeric and limit is not None else plain(str(one)) == said for one in values
    ]
    numbers = [found for one in values if (found := number(one)) is not None]
    return {
        "is": any(alike),
        "is_not": not any(alike),
        "contains": any(said in plain(str(one)) for one in values),
        "not_contains": not any(said in plain(str(one)) for one in values),
        "at_least": limit is not None and any(one >= limit for one in numbers),
        "at_most": limit is not None and any(one <= limit for one in numbers),
        "known": bool(values),
        "unknown": not values,
        "yes": any(one is True for one in values),
        "no": not any(one is True for one in values),
        "gone": False,
    }[condition.op]


def joined(match, parts):
    return all(parts) if match == "all" else any(parts)


texts = st.one_of(
    st.sampled_from(
        [
            "",
            "de",
            "DE",
            "Café",
            "cafe",
            '"',
            "\\",
            '\\"',
            "\\n",
            "a\nb",
            "́",
            " ",
            "x' and 'y",
            "😀",
            "12",
            "3.0",
        ]
    ),
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=6),
)
numerals = st.one_of(
    st.integers(-20, 20),
    st.decimals(-20, 20, places=2),
    st.sampled_from([0.1, 3.5, Decimal("0.10"), 10**14, Decimal("123456789.123456789")]),
)
scalars = st.one_of(st.none(), st.booleans(), texts, numerals)
facts_drawn = st.dictionaries(
    st.sampled_from(FIELDS), st.one_of(scalars, st.lists(texts, max_size=3), st.lists(numerals, max_size=3))
)


@st.composite
def condition_drawn(draw):
    op = draw(st.sampled_from(OPS))
    value = draw(st.one_of(texts, numerals.map(lambda one: f"{Decimal(str(one)):f}")))
    if op in ("at_least", "at_most"):
        value = draw(numerals.map(lambda one: f"{Decimal(str(one)):f}"))
    return Condition(draw(st.sampled_from(FIELDS)), op, value)


groups_drawn = st.lists(
    st.builds(
        Group,
        st.sampled_from(["all", "any"]),
        st.lists(condition_drawn(), min_size=1, max_size=3).map(tuple),
    ),
    max_size=3,
).map(tuple)


@settings(max_examples=200, deadline=None)
@given(match=st.sampled_from(["all", "any"]), groups=groups_drawn, facts=facts_drawn)
@example(
    match="all", groups=(Group("all", (Condition("words", "is", '" or true or "'),)),), facts={"words": "x"}
)
def test_the_expression_says_what_the_conditions_say(match, groups, facts):
    stated = Conditions(match, groups)
    expected = not groups or joined(
        match, [joined(one.match, [plainly(part, facts) for part in one.conditions]) for one in groups]
    )
    assert holds(stated, facts) is expected


words_alone = st.builds(
    lambda value: Conditions("all", (Group("all", (Condition("words", "contains", value),)),)),
    st.one_of(texts, st.text("a.*+?[](){}|^$\\\n -#&~b", max_size=4)),
)
several_drawn = st.lists(
    st.one_of(words_alone, st.builds(Conditions, st.sampled_from(["all", "any"]), groups_drawn)), max_size=5
)


@settings(max_examples=200, deadline=None)
@given(
    several=several_drawn,
    facts=st.builds(
        lambda facts, words: {**facts, "words": words},
        facts_drawn,
        st.one_of(texts, st.text("a.*+?[](){}|^$\\\n -#&~b", max_size=20)),
    ),
)
def test_several_asked_as_one_hold_when_one_of_them_does(several, facts):
    assert AnyOf(several).holds(Facts(facts)) is any(holds(one, facts) for one in several)


def test_an_expression_reads_as_it_is_judged():
    stated = Conditions(
        "any",
        (
            Group(
                "all", (Condition("score", "at_most", "3"), Condition("words", "contains", 'Rechnung "A"'))
            ),
            Group("any", (Condition("attribute:plan", "is_not", "Gold"), Condition("is_public", "yes"))),
        ),
    )
    said = text_of(stated, {"score": "NUMBER"})
    assert said == (
        '(score <= 3 and "rechnung \\"a\\"" in words) or (attribute_plan != "gold" or is_public == true)'
    )
    kinds = ("NUMBER", "TEXT", "TEXT", "TEXT")
    assert compiled(stated, kinds).text == said
    assert isinstance(compiled(stated, kinds).rule, rule_engine.Rule)
    assert compiled(stated, kinds) is compiled(stated, kinds)


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [(Conditions(), "true"), (Conditions("all", (Group("all", (Condition("x", "like", "y"),)),)), "false")],
)
def test_always_and_never_are_words_of_the_language(conditions, expected):
    assert text_of(conditions, {}) == expected


def test_two_facts_never_share_a_name():
    stated = Conditions(
        "all",
        (Group("all", (Condition("attribute:plan", "is", "a"), Condition("attribute_plan", "is", "b"))),),
    )
    assert text_of(stated, {}) == 'attribute_plan == "a" and attribute_plan_2 == "b"'
    assert holds(stated, {"attribute:plan": "a", "attribute_plan": "b"}) is True
    assert holds(stated, {"attribute:plan": "b", "attribute_plan": "a"}) is False


def test_a_fact_is_read_once_however_many_rules_ask():
    class Counted(dict):
        asked = 0

        def get(self, key, default=None):
            Counted.asked += 1
            return super().get(key, default)

    facts = Facts(Counted(words="Zu spät"))
    stated = Conditions("all", (Group("all", (Condition("words", "contains", "spat"),)),))
    assert [holds(stated, facts) for _time in range(20)] == [True] * 20
    assert Counted.asked == 2
