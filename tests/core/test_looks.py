import pytest

from accounts.enums import Role
from core import looks


def test_every_code_has_a_word_and_an_icon():
    shown = [look for codes in looks.LOOKS.values() for look in codes.values()]
    assert [look for look in shown if not str(look.word) or not look.icon] == []


def test_an_enum_member_and_its_plain_code_look_the_same():
    assert looks.look("role", Role.MANAGER) == looks.look("role", "MANAGER")


def test_an_unknown_code_shows_itself_in_words():
    assert looks.look("status", "ON_THE_WAY") == looks.Look("On the way")


def test_an_unknown_kind_is_a_mistake_and_says_so():
    with pytest.raises(KeyError):
        looks.look("colour", "RED")


@pytest.mark.parametrize(
    ("segment", "shade"),
    [
        ("PROMOTER", "promoter"),
        ("PASSIVE", "passive"),
        ("DETRACTOR", "detractor"),
        ("SATISFIED", "promoter"),
        ("NEUTRAL", "passive"),
        ("DISSATISFIED", "detractor"),
        (None, "none"),
    ],
)
def test_segments_of_every_metric_wear_one_of_three_colours(segment, shade):
    assert looks.shade(segment) == shade
