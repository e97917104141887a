"""RSS and Atom as they come -> opinions (no writes, no calls). Shops and review sites each say stars in their own way."""

from __future__ import annotations

import calendar
import io
from collections.abc import Mapping
from datetime import UTC, datetime
from html import unescape
from typing import Any

import feedparser
from django.utils.html import strip_tags

from surveys.rules.mention_values import web_address
from surveys.rules.mentions import Heard, stars_of
from surveys.rules.verbatim import COMMENT_LIMIT, clean_line
from surveys.rules.verbatim import clean as clean_text

MOST_ENTRIES = 500  # of one reading; the next one finds what is newer
_RATINGS = ("im_rating", "g_rating", "review_rating", "rating", "stars", "r_rating", "gr_rating")
_BEST = ("best", "max", "bestrating", "scale")


class NoFeed(ValueError):
    """The answer is neither RSS nor Atom."""


def read(body: bytes, *, content_type: str, now: datetime) -> list[Heard]:
    """The entries of a feed, newest first as it gives them; what has neither words nor stars is left out. Raises NoFeed."""
    parsed: Any = feedparser.parse(io.BytesIO(body), response_headers={"content-type": content_type})
    if not parsed.get("version") and not parsed.get("entries"):
        raise NoFeed
    found = [_entry(entry, now) for entry in parsed.entries[:MOST_ENTRIES]]
    return [one for one in found if one.text or one.title or one.stars is not None]


def _entry(entry: Any, now: datetime) -> Heard:
    url = web_address(str(entry.get("link") or "").strip())
    return Heard(
        external_id=clean_line(str(entry.get("id") or url))[:300],
        text=_words(entry),
        title=clean_line(unescape(strip_tags(str(entry.get("title") or ""))))[:300],
        author=clean_line(str(entry.get("author") or ""))[:200],
        url=url,
        language=clean_line(str(entry.get("language") or ""))[:16],
        stars=_stars(entry),
        published_at=min(_moment(entry) or now, now),
    )


def _words(entry: Any) -> str:
    """The longest of what the entry says, without its marks; far too long ones are cut, the link has the rest."""
    said = [str(part.get("value") or "") for part in entry.get("content") or ()]
    said.append(str(entry.get("summary") or ""))
    plain = [unescape(strip_tags(text)) for text in said]
    return clean_text(max(plain, key=len, default=""), limit=10**9)[:COMMENT_LIMIT]


def _moment(entry: Any) -> datetime | None:
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        if found := entry.get(name):
            try:
                return datetime.fromtimestamp(calendar.timegm(found), tz=UTC)
            except (ValueError, OverflowError, OSError):
                continue
    return None


def _stars(entry: Any) -> int | None:
    media = entry.get("media_starrating")
    if isinstance(media, Mapping):
        return _rating(media.get("average"), media.get("max"))
    for name in _RATINGS:
        value = entry.get(name)
        if isinstance(value, Mapping):
            best = next((value[key] for key in _BEST if value.get(key)), None)
            return _rating(value.get("value") or value.get("average"), best)
        if value:
            return _rating(value, None)
    return None


def _rating(value: Any, best: Any) -> int | None:
    """ "4", "4.0", "8/10" or "4 of 5" as stars."""
    text = str(value or "").replace(" of ", "/").replace(",", ".").strip()
    number, _slash, of = text.partition("/")
    try:
        return stars_of(value=float(number), best=float(of or best or 5))
    except ValueError:
        return None
