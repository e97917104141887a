"""What means somebody is found; what does not, stays."""

import pytest

from detractors.rules import anonymising as rule

PEOPLE = [
    *rule.known(kind="customer", names=["Clara Winter", "clara@winter.example"]),
    *rule.known(kind="company", names=["Winter Catering"]),
    *rule.known(kind="colleague", names=["Ana Ferreira", "José Núñez"]),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Clara Winter wrote twice, and CLARA called.", "[customer] wrote twice, and [customer] called."),
        ("We at Winter Catering waited.", "We at [company] waited."),
        ("Ana's colleague Jose Nunez promised it.", "[colleague] colleague [colleague] promised it."),
        ("Write to c.winter@mail.example or see https://shop.example/o/7.", "Write to [e-mail] or see [link]"),
        ("Call +49 40 5550 1234 or (040) 555-01234 today.", "Call [phone] or [phone] today."),
        ("Order LB-20394 and invoice 1002334, frame WTU123X.", "Order [number] and invoice [number], frame [number]."),
        ("It went to Lindenallee 12, 20259 Hamburg.", "It went to [address], [address]."),
        ("12 Mill Road, not 21 Mill Road", "[address], not [address]"),
        ("Six days late, 3 calls, 2 bikes for 1450 euros.", "Six days late, 3 calls, 2 bikes for [number] euros."),
        ("The clarity of the winterly anagram stays.", "The clarity of the winterly anagram stays."),
        ("Nothing to hide: 40 % in 2 h.", "Nothing to hide: 40 % in 2 h."),
    ],
)  # fmt: skip
def test_a_text_without_anybody(text: str, expected: str) -> None:
    proposed, _counted = rule.propose(text, people=PEOPLE)
    assert proposed == expected
    assert rule.find(proposed, people=PEOPLE) == []


def test_what_was_replaced_is_counted_and_named() -> None:
    _text, counted = rule.propose("Clara, Clara Winter and order 998877", people=PEOPLE)
    assert counted == {"customer": 2, "number": 1}
    [found] = rule.find("Back to Núñez", people=PEOPLE)
    assert (found.text, found.kind) == ("Núñez", "colleague")
