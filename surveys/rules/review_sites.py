"""Links on the thank-you page, and why some may not depend on the answer.

Showing a review site only to the happy ("review gating") misleads its readers and is forbidden by the sites themselves
(Google, "Prohibited & restricted content": "discouraging or prohibiting negative reviews, or selectively soliciting positive
reviews") and by law (United States, 16 CFR 465.7 on the suppression of reviews; European Union, Directive 2005/29/EC, Annex I,
23b and 23c). So the same link for everybody, or none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

# Hosts that live on reviews, and those where only some paths are about reviews. Also everything below them.
_SITES = (
    "trustpilot.com", "g2.com", "capterra.com", "getapp.com", "softwareadvice.com", "yelp.com", "tripadvisor.com",
    "glassdoor.com", "kununu.com", "trustradius.com", "sitejabber.com", "reviews.io", "trustedshops.com", "feefo.com",
    "provenexpert.com", "holidaycheck.de", "jameda.de", "birdeye.com", "bbb.org", "avis-verifies.com", "g.page",
    "apps.apple.com", "play.google.com", "producthunt.com", "gartner.com", "doctolib.com", "ausgezeichnet.org",
)  # fmt: skip
_PLACES = (
    (re.compile(r"(^|\.)google\.[a-z.]{2,6}$"), re.compile(r"/(maps|search|local|review)|^/?$", re.IGNORECASE)),
    (re.compile(r"^maps\.app\.goo\.gl$|^goo\.gl$"), re.compile(r"")),
    (re.compile(r"(^|\.)facebook\.com$"), re.compile(r"/reviews?\b", re.IGNORECASE)),
    (re.compile(r"(^|\.)amazon\.[a-z.]{2,6}$"), re.compile(r"/review", re.IGNORECASE)),
)  # fmt: skip
_FAMILIES = (
    "trustpilot",
    "tripadvisor",
    "yelp",
    "glassdoor",
    "trustedshops",
    "capterra",
)  # in many countries


def is_review_site(url: str) -> bool:
    """Whether the address leads to a well-known place for public reviews. One nobody can read is none."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").lower().rstrip(".")
    except ValueError:
        return False
    if any(host == site or host.endswith(f".{site}") for site in _SITES):
        return True
    if any(label in _FAMILIES for label in host.split(".")):
        return True
    return any(name.search(host) and path.search(parts.path or "/") for name, path in _PLACES)


def depends_on_score(links: Mapping[str, str], *, classes: tuple[str, ...]) -> bool:
    """Whether a review site is shown to some answers and not to others. `links`: address by class, "" or absent is none."""
    shown = [links.get(name, "").strip() for name in classes]
    return any(is_review_site(url) for url in shown) and len(set(shown)) > 1
