"""How a text is counted, how a number is written, when a limit is reached."""

import pytest

from outbox import text_rules
from outbox.text_rules import Limits, Size, Used


@pytest.mark.parametrize(
    ("text", "alphabet", "units", "parts"),
    [
        ("", "GSM-7", 0, 0),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),  # of the extension table: two places each
        ("€" * 81, "GSM-7", 162, 2),
        ("a" * 152 + "€" + "a" * 10, "GSM-7", 164, 2),
        ("ж" * 70, "UCS-2", 70, 1),
        ("ж" * 71, "UCS-2", 71, 2),
        ("ж" * 134, "UCS-2", 134, 2),
        ("ж" * 135, "UCS-2", 135, 3),
        ("😀" * 35, "UCS-2", 70, 1),
        ("😀" * 67, "UCS-2", 134, 3),  # 67 places hold 33 whole pairs: none is cut in two
        ("Wie wären Grüße für 5 Ö?", "GSM-7", 24, 1),
    ],
)
def test_parts_are_counted_as_networks_do(text: str, alphabet: str, units: int, parts: int) -> None:
    found = text_rules.size(text)
    assert (found.alphabet, found.units, found.parts) == (alphabet, units, parts)


def test_the_characters_that_make_a_text_dear_are_named_once() -> None:
    assert text_rules.size("It’s “fine”, it’s") == Size("UCS-2", 17, 1, "’“”")
    assert (text_rules.size("a" * 150).room, text_rules.size("ж" * 60).room) == (10, 10)


@pytest.mark.parametrize(
    ("given", "region", "number"),
    [
        ("+49 151 12345678", "", "+4915112345678"),
        ("0151 12345678", "DE", "+4915112345678"),
        ("0151 12345678", "", ""),  # of which country?
        ("+44 7700 900123", "DE", "+447700900123"),
        ("+1 900 555 0123", "", ""),  # costs whoever calls
        ("12", "DE", ""),
        ("+49 115", "", ""),
        ("+999 123 456 789", "", ""),
        ("no number", "DE", ""),
        ("", "", ""),
    ],
)
def test_numbers_are_written_one_way_or_not_at_all(given: str, region: str, number: str) -> None:
    assert text_rules.e164(given, region) == number


def test_a_number_is_of_a_country_and_shows_little_of_itself() -> None:
    assert [text_rules.country(one) for one in ("+4915112345678", "+18765551234", "+447700900123", "x")] == [
        "DE", "JM", "GB", "",
    ]  # fmt: skip
    assert text_rules.calling_code("+4366412345678") == "+43"
    assert text_rules.masked("+4915112345678") == "+49…678"


LIMITS = Limits(per_day=10, per_country=6, per_number=2, countries=frozenset({"DE", "AT"}))


@pytest.mark.parametrize(
    ("number", "parts", "used", "because"),
    [
        ("+4915112345678", 1, Used(), ""),
        ("+4915112345678", 2, Used(day=8, country=4, number=1), ""),
        ("+4915112345678", 3, Used(day=8), "SMS_LIMIT"),
        ("+4915112345678", 3, Used(country=4), "SMS_COUNTRY_LIMIT"),
        ("+4915112345678", 1, Used(number=2), "SMS_NUMBER_LIMIT"),
        ("+447700900123", 1, Used(), "SMS_COUNTRY"),
        ("+447700900123", 9, Used(10, 10, 10), "SMS_COUNTRY"),
        ("+4915112345678", 9, Used(10, 10, 10), "SMS_NUMBER_LIMIT"),
    ],
)
def test_each_limit_has_one_reason_the_narrowest_first(
    number: str, parts: int, used: Used, because: str
) -> None:
    assert text_rules.why_not(number=number, parts=parts, limits=LIMITS, used=used) == because


def test_without_a_list_every_country_is_open_and_none_has_a_limit_of_its_own() -> None:
    used = Used(day=0, country=900)
    assert text_rules.why_not(number="+447700900123", parts=1, limits=Limits(), used=used) == ""
