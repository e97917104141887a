import pytest

from followups.rules import tone


def there(body: str, language: str = "en", names: tuple[str, ...] = ()) -> list[str]:
    return [check.code for check in tone.checks(body, language=language, names=names) if check.is_there]


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("en", "Thank you. I understand how annoying this was, and I am sorry. I will call you by Friday."),
        ("de", "Vielen Dank. Ich verstehe Ihren Ärger, es tut mir leid. Ich melde mich bis Freitag."),
        ("fr", "Merci. Je comprends votre déception, je suis désolé. Je vous écrirai avant vendredi."),
        ("es", "Gracias. Entiendo su enfado, lo siento. Le llamaré antes del viernes."),
        ("it", "Grazie. Capisco la sua delusione, mi dispiace. La chiamerò entro venerdì."),
    ],
)
def test_a_letter_with_all_of_it_lacks_nothing(language: str, body: str) -> None:
    assert there(body, language) == ["THANKS", "ACKNOWLEDGEMENT", "APOLOGY", "NEXT_STEP", "TIME"]


@pytest.mark.parametrize(
    "body",
    [
        "Your ticket was closed.",
        "Ihre Anfrage wurde geschlossen.",
        "Votre demande est close.",
        "Su caso está cerrado.",
        "La sua richiesta è chiusa.",
    ],
)
def test_a_letter_with_none_of_it_has_nothing(body: str) -> None:
    assert there(body) == []


def test_the_name_is_looked_for_when_one_is_known() -> None:
    assert there("Dear Ms Ortega, your ticket was closed.", names=("Ines", "Ortega")) == ["NAME"]
    assert [check.code for check in tone.checks("Hello", language="en")][-1] == "TIME"


def test_no_list_for_a_language_that_is_not_known_or_for_nothing() -> None:
    assert tone.checks("Hei", language="fi") == tone.checks(" ", language="en") == []


@pytest.mark.parametrize(
    ("purpose", "is_text", "looked_for"),
    [
        (tone.UNHAPPY, True, ["THANKS", "APOLOGY", "NEXT_STEP", "TIME"]),
        (tone.THANKS, False, ["THANKS", "NAME"]),
        (tone.THANKS, True, ["THANKS"]),
    ],
)
def test_thanks_need_no_apology_and_a_text_has_no_room_for_everything(
    purpose: str, is_text: bool, looked_for: list[str]
) -> None:
    found = tone.checks("Thank you, Ines.", language="en", names=["Ines"], purpose=purpose, is_text=is_text)
    assert [check.code for check in found] == looked_for
    assert found[0].is_there
