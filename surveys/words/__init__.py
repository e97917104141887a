"""Everything a customer reads that no workspace has written, in twelve languages: data, no catalogue to compile.

A language without a table here, or one that is no language, is answered in English. Texts may hold merge fields
(`{{ company }}`) or, where only code fills them, `%(name)s`.
"""

from collections.abc import Iterable, Mapping

from surveys.words import ar, de, en, es, fr, he, it, ja, nl, pl, pt, tr

_TABLES: dict[str, Mapping[str, str]] = {
    "en": en.WORDS, "de": de.WORDS, "fr": fr.WORDS, "es": es.WORDS, "it": it.WORDS, "pt": pt.WORDS, "nl": nl.WORDS,
    "pl": pl.WORDS, "tr": tr.WORDS, "ar": ar.WORDS, "he": he.WORDS, "ja": ja.WORDS,
}  # fmt: skip

LANGUAGES = tuple(_TABLES)


def of(language: str | None) -> Mapping[str, str]:
    """The words of `language` ("pt-br" has those of "pt"), or English ones."""
    return chosen(_TABLES, language)


def chosen(tables: Mapping[str, Mapping[str, str]], language: str | None) -> Mapping[str, str]:
    """The table of `language` among `tables` by code, that of the language without its country, or the English one."""
    code = (language or "en").lower()
    return tables.get(code) or tables.get(code.split("-")[0]) or tables["en"]


def is_known(language: str) -> bool:
    """Whether `language` has words of its own here."""
    return language.lower().split("-")[0] in _TABLES


def nearest(offered: Iterable[str], wanted: str) -> str:
    """The code among `offered` to speak to somebody who wants `wanted`: exactly it, else the same without country; or ""."""
    codes = list(offered)
    exact = [code for code in codes if code.lower() == wanted.lower()]
    near = [code for code in codes if same(code, wanted)]
    return (exact or near or [""])[0]


def same(one: str, other: str) -> bool:
    """Whether two codes name the same language, with or without a country: "de-AT" is read by who reads "de"."""
    return bool(one and other) and one.lower().split("-")[0] == other.lower().split("-")[0]
