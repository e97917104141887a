"""Web origins: the pages from which a widget key is taken, as a browser names them in its Origin header.

An origin is scheme://host or scheme://host:port (RFC 6454, section 6.2): lower case, without the scheme's own port,
without path. They are compared as text, so each is kept exactly as a browser writes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

MOST_ORIGINS = 20
LONGEST_ORIGIN = 255  # characters; a host has at most 253
_USUAL_PORTS = {"http": 80, "https": 443}
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")


class BadOrigin(ValueError):
    """The text is no origin; it is the error's text."""


class TooManyOrigins(ValueError):
    """More than MOST_ORIGINS."""


def parse(texts: Iterable[str]) -> list[str]:
    """Each origin once, in the order given, as a browser writes it; empty texts are left out.

    Raises BadOrigin, TooManyOrigins.
    """
    found = list(dict.fromkeys(parse_one(text) for text in texts if text.strip()))
    if len(found) > MOST_ORIGINS:
        raise TooManyOrigins(len(found))
    return found


def parse_one(text: str) -> str:
    """The origin as a browser writes it: upper case, an own port of the scheme and a last slash are put right.

    A path, a wildcard or anything else is no origin. Raises BadOrigin.
    """
    bare = text.strip().removesuffix("/")
    try:
        parts = urlsplit(bare)
        port = parts.port
    except ValueError:
        raise BadOrigin(text.strip()) from None
    scheme = parts.scheme.lower()
    is_bare = not (parts.path or parts.query or parts.fragment or parts.username or parts.password)
    if scheme not in _USUAL_PORTS or not is_bare or bare.endswith(("?", "#", ":", "@")) or "@" in parts.netloc:
        raise BadOrigin(text.strip())
    host = _host(parts.hostname or "", text)
    found = f"{scheme}://{host}" + (f":{port}" if port not in (None, _USUAL_PORTS[scheme]) else "")
    if len(found) > LONGEST_ORIGIN or port == 0:
        raise BadOrigin(text.strip())
    return found


def _host(host: str, text: str) -> str:
    try:
        plain = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise BadOrigin(text.strip()) from None
    if not plain or len(plain) > 253 or not all(_LABEL.fullmatch(label) for label in plain.split(".")):
        raise BadOrigin(text.strip())
    return plain
