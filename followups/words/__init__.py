"""Everything the customer's own page says, in the languages of surveys; an unknown language is answered in English."""

from collections.abc import Mapping

from followups.words import ar, de, en, es, fr, he, it, ja, nl, pl, pt, tr
from surveys.words import chosen

_TABLES: dict[str, Mapping[str, str]] = {
    "en": en.WORDS, "de": de.WORDS, "fr": fr.WORDS, "es": es.WORDS, "it": it.WORDS, "pt": pt.WORDS, "nl": nl.WORDS,
    "pl": pl.WORDS, "tr": tr.WORDS, "ar": ar.WORDS, "he": he.WORDS, "ja": ja.WORDS,
}  # fmt: skip

LANGUAGES = tuple(_TABLES)


def of(language: str | None) -> Mapping[str, str]:
    """The words of `language` ("pt-br" has those of "pt"), or English ones. Texts hold `%(name)s` fields."""
    return chosen(_TABLES, language)
