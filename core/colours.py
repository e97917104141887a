"""Colours people choose: are they readable?

Contrast as in WCAG 2.2 (relative luminance of sRGB): 3 is enough for the edge of a button, 4.5 for text,
which black or white always reaches.
"""

from __future__ import annotations

import re

LIGHT_INK = "#ffffff"
DARK_INK = "#000000"
ENOUGH_FOR_SHAPES = 3.0
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class NotAColour(ValueError):
    """The text is not of the form #rrggbb."""


def luminance(colour: str) -> float:
    """Relative luminance of `colour` (#rrggbb), 0 for black to 1 for white. Raises `NotAColour`."""
    if not _COLOUR.fullmatch(colour):
        raise NotAColour(colour)
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of two colours (#rrggbb), from 1 (the same) to 21 (black on white). Raises `NotAColour`."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def ink_on(colour: str) -> str:
    """The ink (light or dark) that reads better on `colour`. Raises `NotAColour`."""
    return max((LIGHT_INK, DARK_INK), key=lambda ink: contrast(colour, ink))


def is_seen_on_white(colour: str) -> bool:
    """Whether a button of this colour stands out from a white page. Raises `NotAColour`."""
    return contrast(colour, "#ffffff") >= ENOUGH_FOR_SHAPES


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def nearest_seen_on_white(colour: str) -> str:
    """`colour` itself if a button of it stands out from a white page, else the nearest darker one of its hue that does.

    Raises `NotAColour`.
    """
    if is_seen_on_white(colour):
        return colour.lower()
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    shades = (f"#{''.join(f'{part * share // 255:02x}' for part in parts)}" for share in range(254, -1, -1))
    return next(shade for shade in shades if is_seen_on_white(shade))
