"""How the script of a widget key asks: the settings, their bounds and what they are without a choice.

`urls` are patterns: `/checkout/*` looks at the path, `https://shop.example/*` at the whole address without its query,
`*` stands for anything, a leading `!` takes pages out. Empty: every page of the key's sites.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

POPOVER, INLINE = "POPOVER", "INLINE"
LEFT, RIGHT = "LEFT", "RIGHT"
MODES, SIDES = (POPOVER, INLINE), (LEFT, RIGHT)
MOST_URLS, LONGEST_URL = 50, 200
BOUNDS = {"delay": (0, 600), "scroll": (0, 100), "percent": (1, 100), "again_days": (0, 365)}
USUAL: dict[str, Any] = {
    "mode": POPOVER, "side": RIGHT, "urls": [], "delay": 5, "scroll": 0, "percent": 100, "again_days": 0,
}  # fmt: skip


class BadSettings(ValueError):
    """What was given is no way to ask; `field` names the first that does not fit."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(field)


def complete(given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with the usual choice where there is none."""
    return USUAL | {name: value for name, value in given.items() if name in USUAL}


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings, complete and within their bounds. Raises BadSettings."""
    settings = complete(given)
    for name, allowed in (("mode", MODES), ("side", SIDES)):
        if settings[name] not in allowed:
            raise BadSettings(name)
    for name, (least, most) in BOUNDS.items():
        value = settings[name]
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise BadSettings(name)
    urls = settings["urls"]
    if not isinstance(urls, list) or len(urls) > MOST_URLS or not all(is_pattern(url) for url in urls):
        raise BadSettings("urls")
    return settings


def is_pattern(text: object) -> bool:
    """Whether `text` can match an address: a path, or a whole address, perhaps with a `!` before it."""
    if not isinstance(text, str) or not 0 < len(text) <= LONGEST_URL or any(map(str.isspace, text)):
        return False
    bare = text.removeprefix("!")
    return bare.startswith(("/", "https://", "http://", "*"))
