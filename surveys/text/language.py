"""Which language a comment is written in. py3langid is imported here alone and late: only the sweep that reads ever loads it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from surveys.text.features import words

UNKNOWN = "und"  # ISO 639: undetermined
FEWEST = 12  # letters; a "nil" is no language
SURE_FROM = 0.6


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def of(text: str, *, expected: str = "") -> str:
    """The ISO 639 code of the language of `text`; `expected` (the page's) where a few words leave it open, else "und"."""
    letters = sum(len(word) for word in words(text) if any(letter.isalpha() for letter in word))
    if letters < FEWEST:
        return expected.split("-")[0] if letters >= 4 and expected else UNKNOWN
    code, sureness = _identifier().classify(text)
    if sureness < SURE_FROM:
        return expected.split("-")[0] or UNKNOWN if expected else UNKNOWN
    return str(code)
