"""A comment as numbers of hashed parts: words, pairs of words, and parts of words.

Parts of words carry languages without spaces, endings and misspellings. Nothing of a text can be read back from its
numbers; no library is needed to make them, so training and reading agree wherever they run.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from zlib import crc32

SIZE = 1 << 15  # numbers; a power of two
MOST = 2_000  # characters that are read: rants say what they say at their beginning
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[!?]{1,3}|[:;]-?[()]|[\U0001F300-\U0001FAFF❤☹☺]")
PARTS = (3, 4, 5)


def words(text: str) -> list[str]:
    """The words, marks and faces of a text in small letters."""
    return _WORD.findall(unicodedata.normalize("NFKC", text[:MOST]).casefold().replace("’", "'"))


def has_words(text: str) -> bool:
    """Whether there is anything to read: "nil", "-" and "888" say nothing."""
    letters = [word for word in words(text) if any(letter.isalpha() for letter in word)]
    return sum(len(word) for word in letters) >= 4


def numbers(text: str) -> list[int]:
    """The distinct numbers of a text, sorted."""
    found = words(text)
    parts = {f"w {word}" for word in found}
    parts |= {f"p {first} {second}" for first, second in itertools.pairwise(found)}
    for word in found:
        framed = f"<{word}>"
        for length in PARTS:
            parts.update(f"c {framed[i : i + length]}" for i in range(max(1, len(framed) - length + 1)))
    return sorted({crc32(part.encode()) % SIZE for part in parts})
