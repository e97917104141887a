"""Where else a company is found: a label and an address each, shown to customers wherever they find its phone number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

MOST, LONGEST_LABEL, LONGEST_URL = 6, 30, 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class BadLink(ValueError):
    """One of them is no label with an address of https; the text is what was given."""


class TooMany(ValueError):
    """More than MOST."""


def parsed(lines: Iterable[str]) -> list[dict[str, str]]:
    """Links from lines like `Instagram https://www.instagram.com/acme`. Raises BadLink, TooMany."""
    found = []
    for line in filter(None, (line.strip() for line in lines)):
        label, _space, url = line.rpartition(" ")
        found.append({"label": label.strip(" \t:,–-"), "url": url})
    return checked(found)


def checked(links: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The links, each once, if all of them can be shown to customers. Raises BadLink, TooMany."""
    found: list[dict[str, str]] = []
    for link in links:
        label, url = link.get("label"), link.get("url")
        if not (isinstance(label, str) and isinstance(url, str) and _is_shown(label, url)):
            raise BadLink(f"{label or ''} {url or ''}".strip())
        one = {"label": label, "url": url}
        if one not in found:
            found.append(one)
    if len(found) > MOST:
        raise TooMany
    return found


def written(links: Iterable[Mapping[str, str]]) -> str:
    """The lines that `parsed` reads."""
    return "\n".join(f"{link['label']} {link['url']}" for link in links)


def _is_shown(label: str, url: str) -> bool:
    if not 0 < len(label) <= LONGEST_LABEL or len(url) > LONGEST_URL or _CONTROL.search(label):
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return (
        parts.scheme == "https"
        and "." in host
        and "@" not in parts.netloc
        and not re.search(r"[\s\"'<>\\\x00-\x1f]", url)
    )
