"""Origins of web sites, as Content-Security-Policy and CORS name them: https://shop.example.com[:port]."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST = 20
_HOST = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*"
)


def cleaned(texts: Iterable[str]) -> list[str]:
    """Each origin in its one spelling, in the order given, once. Raises ValidationError naming the lines that are none.

    What follows the host ("/shop?x") is refused, not cut off: whoever writes it means one page, and gets all of them.
    Plain http counts on this machine only, for whoever builds their site there.
    """
    found: list[str] = []
    wrong: list[str] = []
    for text in (line.strip() for line in texts):
        if not text:
            continue
        origin = _origin(text)
        if not origin:
            wrong.append(text)
        elif origin not in found:
            found.append(origin)
    if wrong:
        raise ValidationError(
            _("This is not the address of a site, like https://www.example.com: %(lines)s")
            % {"lines": ", ".join(line[:100] for line in wrong)},
            code="origin",
        )
    if len(found) > MOST:
        raise ValidationError(_("At most %(most)d sites.") % {"most": MOST}, code="too_many")
    return found


def _origin(text: str) -> str:
    """The origin `text` names, empty if it names none or more than that."""
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").encode("idna").decode("ascii").lower()
        port = parts.port
    except (ValueError, UnicodeError):
        return ""
    is_here = host in ("localhost", "127.0.0.1")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        return ""
    if (
        parts.path not in ("", "/")
        or parts.query
        or parts.fragment
        or "@" in parts.netloc
        or "?" in text
        or "#" in text
    ):
        return ""
    if not _HOST.fullmatch(host) or not (is_here or "." in host):
        return ""
    usual = {"https": 443, "http": 80}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != usual else "")
