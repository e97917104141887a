"""What can be set on many contacts at once."""

import pytest

from surveys.rules import bulk_edits as rules

KINDS = {"seats": "NUMBER", "region": "TEXT"}


def read(field: str, value: str = "", *, empties: bool = False) -> str:
    return rules.read(field, value, empties=empties, attributes=KINDS)


@pytest.mark.parametrize(
    ("field", "value", "stored"),
    [
        ("language", " PT_br ", "pt-BR"),
        ("time_zone", "europe/berlin", "Europe/Berlin"),
        ("company", "  Acme   Tools ", "Acme Tools"),
        ("respondent_type", "employee", "EMPLOYEE"),
        ("suppressed", "ALL", "ALL"),
        ("attribute:seats", "12", "12"),
        ("attribute:brand new", "gold", "gold"),
        ("opted_out", "whatever", ""),
    ],
)
def test_a_value_is_stored_in_its_one_form(field: str, value: str, stored: str) -> None:
    assert read(field, value) == stored


@pytest.mark.parametrize("field", ["language", "time_zone", "company", "attribute:region"])
def test_what_may_be_unknown_can_be_emptied(field: str) -> None:
    assert read(field, "ignored", empties=True) == ""


@pytest.mark.parametrize(
    ("field", "value", "empties", "code"),
    [
        ("name", "Ines", False, "UNKNOWN_FIELD"),
        ("", "", False, "UNKNOWN_FIELD"),
        ("attribute:", "x", False, "UNKNOWN_FIELD"),
        ("attribute:" + "x" * 61, "x", False, "UNKNOWN_FIELD"),
        ("attribute:a\nb", "x", False, "UNKNOWN_FIELD"),
        ("language", "", False, "NO_VALUE"),
        ("language", "klingon!", False, "BAD_LANGUAGE"),
        ("time_zone", "Mars/Base", False, "BAD_TIME_ZONE"),
        ("company", "x" * 201, False, "TOO_LONG"),
        ("respondent_type", "alien", False, "BAD_RESPONDENT"),
        ("respondent_type", "", True, "NEVER_EMPTY"),
        ("suppressed", "", False, "BAD_SCOPE"),
        ("suppressed", "ALL", True, "NEVER_EMPTY"),
        ("attribute:seats", "many", False, "UNFIT"),
        ("attribute:region", "x" * 501, False, "TOO_LONG"),
        ("attribute:region", "a\x07b", False, "CONTROL_CHARACTER"),
    ],
)
def test_what_cannot_be_set_is_refused_with_a_sentence(
    field: str, value: str, empties: bool, code: str
) -> None:
    with pytest.raises(rules.BadEdit) as refusal:
        read(field, value, empties=empties)
    assert refusal.value.sentence.code == code
