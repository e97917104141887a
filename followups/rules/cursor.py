"""Where the writer's cursor stands once a kept reply was put in: at {{ cursor }}, which no customer ever reads.

Places are counted as browsers count them, in UTF-16 units of a text whose lines end with one character.
"""

from __future__ import annotations

import re

FIELD = "cursor"
_MARK = re.compile(r"\{\{[ \t]*cursor[ \t]*\}\}", re.IGNORECASE)


def without(text: str) -> str:
    """`text` without any mark of the cursor."""
    return _MARK.sub("", text)


def is_marked(kept: str) -> bool:
    """Whether the kept reply says where its writer goes on."""
    return bool(_MARK.search(kept))


def put_in(typed: str, kept: str, *, at: int | None) -> tuple[str, int]:
    """`kept` within `typed` at the place `at`, after an empty line at its end without one; and where the cursor stands.

    That is at the first mark of `kept`, else behind it.
    """
    typed = typed.replace("\r\n", "\n").replace("\r", "\n")
    kept = kept.replace("\r\n", "\n").replace("\r", "\n")
    if at is None:
        before, after = (f"{typed.rstrip()}\n\n" if typed.strip() else ""), ""
    else:
        before, after = _split(typed, at)
    mark = _MARK.search(kept)
    words = without(kept)
    place = len(before) + (mark.start() if mark else len(words))
    body = before + words + after
    return body, _units(body[:place])


def _split(text: str, at: int) -> tuple[str, str]:
    units = text.encode("utf-16-le")
    at = min(max(at, 0), len(units) // 2)
    return tuple(part.decode("utf-16-le", "ignore") for part in (units[: 2 * at], units[2 * at :]))  # type: ignore[return-value]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
