"""Which addresses may help, for which reasons, in which words."""

import pytest

from surveys.rules import help_links as rules


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (" https://help.example/returns ", ("https://help.example/returns", "")),
        ("help.example/returns", ("https://help.example/returns", "")),
        ("help.example:8443/x", ("help.example:8443/x", "BAD_URL")),
        ("HTTPS://help.example/", ("https://help.example/", "")),
        ("", ("", "NO_URL")),
        ("http://help.example/", ("http://help.example/", "NOT_HTTPS")),
        ("javascript:alert(1)", ("javascript:alert(1)", "BAD_URL")),
        ("data:text/html,x", ("data:text/html,x", "BAD_URL")),
        ("https://user:word@help.example/", ("https://user:word@help.example/", "BAD_URL")),
        ("https://localhost/", ("https://localhost/", "BAD_URL")),
        ("https://help.example/a b", ("https://help.example/a b", "BAD_URL")),
        ('https://help.example/"onclick=', ('https://help.example/"onclick=', "BAD_URL")),
        ("https://[::1", ("https://[::1", "BAD_URL")),
        ("https://help.example:99999/", ("https://help.example:99999/", "BAD_URL")),
    ],
)
def test_an_address_is_safe_or_says_why_not(typed: str, found: tuple[str, str]) -> None:
    assert rules.address(typed) == found


def test_an_address_that_is_too_long_is_refused() -> None:
    assert rules.address("https://help.example/" + "x" * 500)[1] == "LONG_URL"


def test_chosen_options_are_reasons_and_texts_that_look_like_them_lead_nowhere() -> None:
    answers = {"q1": "a", "q2": ["b", "c"], "q3": None, "q4": 5}
    assert rules.chosen(answers) == ["option:q1:a", "option:q2:b", "option:q2:c"]


@pytest.mark.parametrize(
    ("language", "said"), [("de-AT", "Hilfe"), ("de", "Hilfe"), ("fr", "Help"), ("", "Help")]
)
def test_words_fall_back_to_the_companys_language(language: str, said: str) -> None:
    assert rules.said({"de": "Hilfe", "en": "Help"}, language=language, usual="en") == said


def test_any_words_are_better_than_none() -> None:
    assert rules.said({"pl": "Pomoc"}, language="fr", usual="de") == "Pomoc"


def test_the_same_address_is_shown_once_and_never_more_than_six() -> None:
    rows = [(f"https://help.example/{n % 8}", n) for n in range(16)]
    assert rules.without_doubles(rows) == [0, 1, 2, 3, 4, 5]
