"""What customers write: kept as written, without what no database and no page can carry."""

from __future__ import annotations

import re

COMMENT_LIMIT = 10_000  # characters, after cleaning

_BREAKS = re.compile("\r\n|\r|\u2028|\u2029|\x85")
# Control characters except newline and tab, and halves of surrogate pairs (JSON can carry them, UTF-8 cannot).
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class TextTooLong(ValueError):
    """The cleaned text has more than `limit` characters."""

    def __init__(self, length: int, limit: int) -> None:
        self.length, self.limit = length, limit
        super().__init__(f"the text has {length} characters; at most {limit} are kept")


def clean(text: str, *, limit: int = COMMENT_LIMIT) -> str:
    """`text` without control characters (newline and tab stay) and without space at its ends. Raises `TextTooLong`."""
    cleaned = _UNWANTED.sub("", _BREAKS.sub("\n", text)).strip()
    if len(cleaned) > limit:
        raise TextTooLong(len(cleaned), limit)
    return cleaned


def clean_line(text: str) -> str:
    """`text` on one line: like `clean`, and every run of white space is one space. Never too long."""
    return " ".join(_UNWANTED.sub("", _BREAKS.sub(" ", text)).split())
