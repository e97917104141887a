import pytest

from accounts.rules.abilities import BadAbility, languages, skills

NAMES = {"de": "de", "german": "de", "deutsch": "de", "pt": "pt", "fil": "fil"}


def test_skills_are_kept_once_as_they_were_written():
    assert skills(" Billing; cargo   bikes\nbilling,,") == ["Billing", "cargo bikes"]


def test_languages_are_kept_as_codes_once():
    assert languages("German, deutsch, pt-BR, FIL", names=NAMES) == ["de", "pt", "fil"]
    assert languages(" ", names=NAMES) == []


@pytest.mark.parametrize(
    ("read", "code"),
    [
        (lambda: skills("x" * 41), "TOO_LONG"),
        (lambda: skills(",".join(str(n) for n in range(21))), "TOO_MANY"),
        (lambda: languages("Klingon", names=NAMES), "UNKNOWN_LANGUAGE"),
        (lambda: languages("xx", names=NAMES), "UNKNOWN_LANGUAGE"),
    ],
)
def test_what_cannot_be_kept_is_refused(read, code):
    with pytest.raises(BadAbility) as error:
        read()
    assert error.value.code == code
