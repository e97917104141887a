"""What a text says: a score, a word that stops or starts, or words for a person to read."""

import pytest

from surveys.rules import text_replies
from surveys.rules.text_replies import Reply, read


@pytest.mark.parametrize(
    ("text", "score", "comment"),
    [
        ("9", 9, ""),
        (" 10 ", 10, ""),
        ("0", 0, ""),
        ("9 great service", 9, "great service"),
        ("9. Great service!", 9, "Great service!"),
        ("9 - quick, and friendly", 9, "quick, and friendly"),
        ("3: late again", 3, "late again"),
        ("9/10", 9, ""),
        ("9/10 thanks", 9, "thanks"),
        ("9 out of 10, well done", 9, "well done"),
        ("9 von 10", 9, ""),
        ("2 mal servicio", 2, "mal servicio"),
        ("9️⃣", 9, ""),
        ("🔟", 10, ""),
        ("٩ ممتاز", 9, "ممتاز"),
        ("９点", 9, "点"),
        ("8, we waited 20 minutes", 8, "we waited 20 minutes"),
        ("9 journey was fine", 9, "journey was fine"),
        ("7\nthe second line", 7, "the second line"),
    ],
)
def test_a_score_is_read_with_its_words(text: str, score: int, comment: str) -> None:
    assert read(text, low=0, high=10) == Reply("SCORE", score, comment)


@pytest.mark.parametrize(
    "text",
    [
        "8 or 9", "8-9", "8 oder 9", "9.5", "6,5", "11", "100", "9/5", "10 minutes late", "10 Minuten zu spät", "2 days", "3 Tage",
        "5€", "9 am works for me", "10th", "nine", "neun", "great service", "I give you 9", "9th", "8 hours", "1 Woche",
        "9x", "2 horas", "3 heures de retard", "4 godz.", "5分遅い",
    ],
)  # fmt: skip
def test_what_can_be_read_in_two_ways_is_read_in_none(text: str) -> None:
    assert read(text, low=0, high=10) == Reply("WORDS", comment=text)


def test_a_score_is_one_of_the_scale() -> None:
    assert read("5", low=1, high=5) == Reply("SCORE", 5)
    assert read("0", low=1, high=5).kind == read("6", low=1, high=5).kind == "WORDS"
    assert read("4/10", low=1, high=5).kind == "WORDS"
    assert read("9") == Reply("WORDS", comment="9")  # nothing was asked


STOPS = {
    "en": "STOP", "de": "Abmelden", "fr": "Arrêt", "es": "baja", "it": "annulla", "pt": "Parar", "nl": "afmelden",
    "pl": "rezygnuję", "tr": "İptal", "ar": "إيقاف", "he": "הסר", "ja": "停止",
}  # fmt: skip
STARTS = {
    "en": "start", "de": "anmelden", "fr": "reprendre", "es": "alta", "it": "inizia", "pt": "voltar", "nl": "hervatten",
    "pl": "zapisz", "tr": "başla", "ar": "ابدأ", "he": "התחל", "ja": "再開",
}  # fmt: skip
HELPS = {
    "en": "help", "de": "Hilfe", "fr": "aide", "es": "ayuda", "it": "aiuto", "pt": "ajuda", "nl": "hulp", "pl": "pomoc",
    "tr": "yardım", "ar": "مساعدة", "he": "עזרה", "ja": "ヘルプ",
}  # fmt: skip


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        *((word, "STOP") for word in STOPS.values()),
        *((word, "START") for word in STARTS.values()),
        *((word, "HELP") for word in HELPS.values()),
    ],
)
def test_stop_start_and_help_are_heard_in_every_language_of_ours(word: str, kind: str) -> None:
    for said in (word, word.lower(), word.upper(), f" {word}! ", f"“{word}”.", f"{word}\n"):
        assert read(said, low=0, high=10).kind == kind, said


def test_every_language_of_ours_has_its_words() -> None:
    from surveys.words import LANGUAGES

    assert set(STOPS) == set(STARTS) == set(HELPS) == set(LANGUAGES)
    lists = (text_replies.STOPS, text_replies.STARTS, text_replies.HELPS)
    assert [one & other for one in lists for other in lists if one is not other] == [frozenset()] * 6


@pytest.mark.parametrize(
    "text", ["please do not stop", "stop sending me late parcels", "the bus stop", "start over"]
)
def test_a_sentence_with_such_a_word_is_a_sentence(text: str) -> None:
    assert read(text, low=0, high=10).kind == "WORDS"


@pytest.mark.parametrize("text", ["", "   ", "\u200f\n"])
def test_nothing_is_nothing(text: str) -> None:
    assert read(text, low=0, high=10) == Reply("NOTHING")


@pytest.mark.parametrize(
    ("text", "says"),
    [("Yes!", True), ("JA", True), ("Sì", True), ("はい", True), ("نعم", True), ("no.", False), ("Hayır", False),
     ("לא", False), ("yes please", None), ("10", None), ("", None)],
)  # fmt: skip
def test_a_yes_and_a_no_are_whole_texts(text: str, says: bool | None) -> None:
    assert text_replies.yes_or_no(text) is says
