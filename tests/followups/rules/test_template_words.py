import pytest

from followups.rules import template_words
from followups.rules.template_words import GONE, NEW, SAME, Piece


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("same", "same", [Piece(SAME, "same")]),
        ("", "all new", [Piece(NEW, "all new")]),
        ("We call tomorrow.", "We write tomorrow.", [
            Piece(SAME, "We "), Piece(GONE, "call "), Piece(NEW, "write "), Piece(SAME, "tomorrow."),
        ]),
        ("Hello {{ name }}!", "Hello {{ first_name }}!", [
            Piece(SAME, "Hello "), Piece(GONE, "{{ name }}"), Piece(NEW, "{{ first_name }}"), Piece(SAME, "!"),
        ]),
    ],
)  # fmt: skip
def test_what_changed_is_shown_word_by_word_and_a_field_as_one(
    before: str, after: str, pieces: list[Piece]
) -> None:
    assert template_words.compared(before, after) == pieces


def test_a_difference_holds_every_letter_of_both_texts_however_long_they_are() -> None:
    before, after = "a b " * 2_500, "b a\n" * 2_400
    pieces = template_words.compared(before, after)
    was = "".join(piece.text for piece in pieces if piece.state != NEW)
    now = "".join(piece.text for piece in pieces if piece.state != GONE)
    assert (was, now) == (before, after)


def test_only_parts_that_are_not_the_same_are_named_and_a_language_that_went_is_among_them() -> None:
    before = {"en": {"subject": "Sorry", "body": "Hello"}, "fr": {"subject": "", "body": "Bonjour"}}
    after = {"en": {"subject": "Sorry", "body": "Good day"}, "de": {"subject": "", "body": "Guten Tag"}}
    found = template_words.differences(before, after)
    assert [(one.language, one.part) for one in found] == [("en", "body"), ("de", "body"), ("fr", "body")]


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("I call you on [date].", True),
        ("Hello,\n\n{{ cursor }}", True),
        ("Hello {{ name }}, [our page](https://acme.example)", False),
    ],
)
def test_a_place_that_only_a_person_can_fill_is_known(text: str, asks: bool) -> None:
    assert template_words.asks_writer(text) is asks
