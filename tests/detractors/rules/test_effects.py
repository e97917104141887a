import pytest

from detractors.rules.effects import BadEffect, Known, read

KNOWN = Known(teams={1}, members={5}, policies={9}, tags={3})


def refused(kind, data, **more):
    with pytest.raises(BadEffect) as error:
        read(kind, data, known=KNOWN, **more)
    return error.value.sentence.code, error.value.field


def test_the_stored_form_keeps_only_what_counts():
    assert read("OPENING", {"do": "OPEN", "hours": "7"}, known=KNOWN) == {"do": "OPEN"}
    assert read("OPENING", {"do": "HOLD", "hours": "7"}, known=KNOWN) == {"do": "HOLD", "hours": 7}
    routing = {"to": "TEAM", "team": "1", "member": "5", "skill": "  cargo   bikes ", "by": "LEAST_LOADED"}
    assert read("ROUTING", routing, known=KNOWN) == {
        "to": "TEAM",
        "skill": "cargo bikes",
        "speaks": False,
        "by": "LEAST_LOADED",
        "team": 1,
    }
    assert read("PRIORITY", {"minutes": "30", "policy": "9"}, known=KNOWN) == {"minutes": 30, "policy": 9}


@pytest.mark.parametrize(
    ("kind", "data", "code", "field"),
    [
        ("OPENING", {}, "NO_EFFECT", "do"),
        ("OPENING", {"do": "HOLD"}, "BAD_HOURS", "hours"),
        ("OPENING", {"do": "HOLD", "hours": "0"}, "BAD_HOURS", "hours"),
        ("OPENING", {"do": "HOLD", "hours": "721"}, "BAD_HOURS", "hours"),
        ("ROUTING", {"to": "MOON"}, "NO_EFFECT", "to"),
        ("ROUTING", {"to": "TEAM", "team": "2"}, "NO_TEAM", "team"),
        ("ROUTING", {"to": "MEMBER", "member": "x"}, "NO_MEMBER", "member"),
        ("ROUTING", {"to": "ANYBODY", "skill": "x" * 41}, "TOO_LONG", "skill"),
        ("PRIORITY", {"minutes": "-1"}, "BAD_MINUTES", "minutes"),
        ("PRIORITY", {"minutes": "100001"}, "BAD_MINUTES", "minutes"),
        ("PRIORITY", {"minutes": "0"}, "EMPTY", "minutes"),
        ("PRIORITY", {"minutes": "5", "tags": [3, 4]}, "NO_TAG", "tags"),
        ("PRIORITY", {"minutes": "5", "tags": [3] * 11}, "MANY_TAGS", "tags"),
        ("PRIORITY", {"minutes": "5", "policy": "8"}, "NO_POLICY", "policy"),
    ],
)
def test_what_cannot_be_is_refused_by_name(kind, data, code, field):
    assert refused(kind, data) == (code, field)


def test_a_rule_without_a_condition_may_not_close_the_door():
    assert refused("OPENING", {"do": "DO_NOT_OPEN"}, is_always=True) == ("ALWAYS", "do")
    assert read("OPENING", {"do": "OPEN"}, known=KNOWN, is_always=True) == {"do": "OPEN"}
