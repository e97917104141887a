import pytest

from detractors.rules.mentions import Person, mentioned

ALICE = Person(1, "Alice Adams", "alice@acme.example")
BOB = Person(2, "Bob Brown", "bob@acme.example")
OTHER_ALICE = Person(3, "Alice Zimmer", "azimmer@acme.example")
JOSE = Person(4, "José-María Ruiz", "j.ruiz@acme.example")
PEOPLE = [ALICE, BOB, JOSE]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Alice please look", [1]),
        ("please look, @alice adams!", [1]),
        ("@AliceAdams and @bob.", [1, 2]),
        ("(@bob)", [2]),
        ("@bob@acme.example knows", [2]),
        ("@bob, @bob, @Alice", [2, 1]),
        ("@josé-maría and @j.ruiz", [4]),
        ("@José-María Ruiz\nknows", [4]),
        ("@bobby is somebody else", []),
        ("write to bob@acme.example", []),
        ("@ Bob", []),
        ("@@bob", []),
        ("@bob.brown", []),
        ("no one", []),
    ],
)
def test_who_is_named(text: str, named: list[int]) -> None:
    assert mentioned(text, PEOPLE) == named


def test_a_first_name_two_people_share_means_neither_and_the_whole_name_one() -> None:
    people = [*PEOPLE, OTHER_ALICE]
    assert mentioned("@Alice", people) == [1]  # her address begins so, and nobody else's
    assert mentioned("@Alice Zimmer and @azimmer", people) == [3]
    without_address = [Person(1, "Alice Adams", "a1@x.example"), Person(3, "Alice Zimmer", "a2@x.example")]
    assert mentioned("@Alice", without_address) == []
