from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.rules.contact_values import (
    LONGEST,
    SENTENCES,
    BadValue,
    account_value,
    check_characters,
    email,
    language,
    message,
    phone,
    read,
    time_zone,
)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ana@example.com", "ana@example.com"),
        ("Ana.Maria+news@Example.COM", "Ana.Maria+news@example.com"),
        ("o'brien@mail.example.co.uk", "o'brien@mail.example.co.uk"),
        ("ana@xn--mller-kva.de", "ana@xn--mller-kva.de"),
        ("ana@müller.de", "ana@müller.de"),
        ("1@2.example", "1@2.example"),
        ("a" * 64 + "@example.com", "a" * 64 + "@example.com"),
    ],
)
def test_mail_addresses_are_read_and_their_domain_lowered(text, address):
    assert email(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "ana",
        "ana@",
        "@example.com",
        "ana@example",
        "ana@@example.com",
        "ana @example.com",
        "ana@exa mple.com",
        ".ana@example.com",
        "ana.@example.com",
        "a..na@example.com",
        "ana@-example.com",
        "ana@example-.com",
        "ana@example..com",
        "ana@example.com.",
        "ana@127.0.0.1",
        "Ana <ana@example.com>",
        "ana@example.com, bob@example.com",
        "ana@example.com\nBcc: bob@example.com",
        "a" * 65 + "@example.com",
        "a@" + "b" * 64 + ".com",
        "a@" + ".".join(["b" * 60] * 5) + ".com",
    ],
)
def test_what_is_no_mail_address_is_refused(text):
    with pytest.raises(BadValue) as caught:
        email(text)
    assert caught.value.code == "BAD_EMAIL"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+49 30 1234-567", "+49301234567"),
        ("(0043) 1/23.45", "004312345"),
        ("+49 (0)30 1234", "+49301234"),
        ("112", "112"),
    ],
)
def test_phones_lose_their_marks(text, number):
    assert phone(text) == number


@pytest.mark.parametrize("text", ["12", "call me", "123 ext 4", "1" * 21, "++49301", "٣٤٥"])
def test_what_is_no_phone_is_refused(text):
    with pytest.raises(BadValue, match="is no phone number"):
        phone(text)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("de", "de"),
        ("EN", "en"),
        ("pt_br", "pt-BR"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("sl-ROZAJ", "sl-rozaj"),
        ("de-1996", "de-1996"),
    ],
)
def test_languages_get_their_usual_case(text, tag):
    assert language(text) == tag


@pytest.mark.parametrize("text", ["german", "d", "de-", "de--AT", "12", "de AT", "en-US-"])
def test_what_is_no_language_is_refused(text):
    with pytest.raises(BadValue, match="is no language code"):
        language(text)


@pytest.mark.parametrize(
    ("text", "zone"),
    [("Europe/Berlin", "Europe/Berlin"), ("america/new york", "America/New_York"), ("utc", "UTC")],
)
def test_zones_are_found_whatever_their_case(text, zone):
    assert time_zone(text) == zone


@pytest.mark.parametrize("text", ["Mars/Olympus", "../UTC", "+01:00"])
def test_what_is_no_zone_is_refused(text):
    with pytest.raises(BadValue, match="is no time zone"):
        time_zone(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234", "1234.00"),
        ("1234.5", "1234.50"),
        ("1234,5", "1234.50"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1,234,567.8", "1234567.80"),
        ("1.234.567", "1234567.00"),
        ("1,234", "1234.00"),
        ("1.234", "1234.00"),
        ("0.125", "0.12"),
        ("0,999", "1.00"),
        ("1 234,50", "1234.50"),
        ("1\u202f234,50 €", "1234.50"),
        ("1'234.50", "1234.50"),
        ("€12", "12.00"),
        ("EUR 12", "12.00"),
        ("12.50 USD", "12.50"),
        ("200 zł", "200.00"),
        ("-12,5", "-12.50"),
        ("\u22125", "-5.00"),
        ("1234.567", "1234.57"),
        ("999999999999.99", "999999999999.99"),
        ("000000000000012", "12.00"),
        ("0", "0.00"),
    ],
)
def test_amounts_are_read_with_comma_or_point(text, value):
    assert account_value(text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["abc", "1.2.3", "1,23,4", "1.234,5.6", "12 apples", "1e5", "nan", "", ",5", "5,", "--5"]
)
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(BadValue) as caught:
        account_value(text)
    assert caught.value.code == "BAD_NUMBER"


@pytest.mark.parametrize("text", ["1000000000000", "9999999999999999999,00", "999999999999.999"])
def test_amounts_of_more_than_twelve_digits_are_refused(text):
    with pytest.raises(BadValue) as caught:
        account_value(text)
    assert caught.value.code == "NUMBER_TOO_LARGE"


@given(st.decimals(-(10**12) + 1, 10**12 - 1, places=2))
def test_any_amount_survives_being_written_in_either_style(value):
    english = f"{value:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert (account_value(english), account_value(german), account_value(f"{value:f}")) == (
        value,
        value,
        value,
    )


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x85", "\n", "\t", "\u2028"])
def test_control_characters_are_refused_in_fields(character):
    with pytest.raises(BadValue) as caught:
        read("name", f"A{character}na")
    assert caught.value.sentence.facts == {"character": f"U+{ord(character):04X}"}


def test_free_text_may_have_lines_but_no_nul():
    check_characters("two\r\nlines\tand a tab", is_free_text=True)
    with pytest.raises(BadValue, match=r"U\+0000"):
        check_characters("a\x00b", is_free_text=True)


@pytest.mark.parametrize("field", ["name", "external_id", "company"])
def test_fields_have_a_longest_length(field):
    assert read(field, "x" * LONGEST[field]) == "x" * LONGEST[field]
    with pytest.raises(BadValue, match=f"Longer than {LONGEST[field]} characters"):
        read(field, "x" * (LONGEST[field] + 1))


def test_names_of_any_script_are_kept_as_they_are():
    names = ["Łukasz Żółć", "李小龍", "محمد", "O'Neil-Smith 3rd", "👩‍🚀 Zoë"]
    assert [read("name", name) for name in names] == names


def test_every_code_has_a_sentence_and_a_long_value_is_cut_in_it():
    assert message("TOO_LONG", most=5).say() == "Longer than 5 characters."
    assert {message(code).code for code in SENTENCES} == set(SENTENCES)
    with pytest.raises(BadValue) as caught:
        email("x" * 100)
    assert str(caught.value) == "x" * 59 + "… is no mail address."
