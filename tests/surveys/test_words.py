"""Every language says everything, and nothing in it can fail to be filled."""

import re

import pytest

from core import merge_fields
from surveys import wording, words

HOLE = re.compile(r"%\((\w+)\)s")
ENGLISH = words.of("en")


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_language_says_all_that_english_says_with_the_same_holes(language: str) -> None:
    table = words.of(language)
    assert list(table) == list(ENGLISH)
    assert [key for key, text in table.items() if not text.strip()] == []
    for key, text in table.items():
        assert sorted(HOLE.findall(text)) == sorted(HOLE.findall(ENGLISH[key])), key
        assert merge_fields.fields(text) == merge_fields.fields(ENGLISH[key]), key


@pytest.mark.parametrize("language", [code for code in words.LANGUAGES if code != "en"])
def test_a_language_is_no_copy_of_another(language: str) -> None:
    same = [key for key, text in words.of(language).items() if text == ENGLISH[key]]
    assert same in ([], ["stars_high"])  # "Excellent" is French too


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("metric", ["NPS", "CSAT", "CES", "STARS"])
def test_default_texts_fit_their_columns(language: str, metric: str) -> None:
    texts = wording.defaults(metric, language)
    assert len(texts.question) <= 300
    assert max(len(texts.low_label), len(texts.high_label)) <= 60
    assert max(map(len, wording.default_prompts(language).values())) <= 300
    assert max(map(len, wording.default_thanks(language).values())) <= 500


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [("de", "de"), ("pt-BR", "pt"), ("DE-at", "de"), ("da", "en"), ("", "en"), (None, "en")],
)
def test_a_country_does_not_matter_and_an_unknown_language_is_english(asked: str | None, spoken: str) -> None:
    assert words.of(asked) is words.of(spoken)
