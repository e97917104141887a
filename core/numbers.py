"""Numbers that arrive as text: in addresses, fields and lists."""

from __future__ import annotations

from collections.abc import Iterable

ID_DIGITS = 18  # every number of so many digits fits into a bigint


def whole(text: str, *, digits: int = ID_DIGITS) -> int | None:
    """The whole number from 0 on that `text` writes in 1 to `digits` ASCII digits; None for anything else.

    `str.isdigit` alone lets "²" through, which `int` refuses, and digits without end.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def wholes(texts: Iterable[str], *, digits: int = ID_DIGITS) -> list[int]:
    """The whole numbers among `texts`, in their order; what is none is left out."""
    return [number for text in texts if (number := whole(text, digits=digits)) is not None]
