"""What a member can do besides being there: skills in the workspace's own words, and languages by their codes."""

from __future__ import annotations

import re
from collections.abc import Mapping

MOST, LONGEST = 20, 40
_CODE = re.compile(r"[a-z]{2,3}")


class BadAbility(ValueError):
    """`word` is no skill or language that can be kept; `code` is TOO_MANY, TOO_LONG or UNKNOWN_LANGUAGE."""

    def __init__(self, code: str, word: str = "") -> None:
        self.code, self.word = code, word
        super().__init__(f"{code}: {word}")


def skills(text: str) -> list[str]:
    """Skills written with commas between, each once whatever its case, in the order given. Raises BadAbility."""
    found: dict[str, str] = {}
    for word in text.replace("\n", ",").replace(";", ",").split(","):
        plain = " ".join(word.split())
        if len(plain) > LONGEST:
            raise BadAbility("TOO_LONG", plain)
        if plain:
            found.setdefault(plain.casefold(), plain)
    if len(found) > MOST:
        raise BadAbility("TOO_MANY")
    return list(found.values())


def languages(text: str, *, names: Mapping[str, str]) -> list[str]:
    """Languages by code or by name ("German, fr"), as codes, each once. `names` are codes by name in small letters.

    Only the main part of a code counts: "pt-BR" is "pt". Raises BadAbility.
    """
    found: dict[str, None] = {}
    for word in text.replace("\n", ",").replace(";", ",").split(","):
        plain = " ".join(word.split()).casefold()
        if not plain:
            continue
        code = names.get(plain, plain).partition("-")[0].partition("_")[0]
        if not _CODE.fullmatch(code) or code not in set(names.values()):
            raise BadAbility("UNKNOWN_LANGUAGE", word.strip())
        found[code] = None
    if len(found) > MOST:
        raise BadAbility("TOO_MANY")
    return list(found)
