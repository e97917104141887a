"""Help links: what may be one, for which reasons a customer sees which, and in which words.

A reason is "option:<question>:<option>" (what they chose in a survey) or "cause:<id>" (why it happened, as we found out).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

MOST_LINKS = 3
LONGEST_URL, LONGEST_WORDS = 500, 80
MOST_SHOWN = 6  # to one customer, of all their reasons


def of_option(question: str, option: str) -> str:
    """The key of an option of a question, by which its link is kept."""
    return f"option:{question}:{option}"


def of_cause(cause: str) -> str:
    """The key of a root cause, by which its link is kept."""
    return f"cause:{cause}"


def chosen(answers: Mapping[str, Any]) -> list[str]:
    """The reasons in somebody's answers to further questions, in their order; texts and ratings are none."""
    found = []
    for question, given in answers.items():
        for one in given if isinstance(given, list) else [given]:
            if isinstance(one, str) and one:
                found.append(of_option(question, one))
    return found


def address(text: str) -> tuple[str, str]:
    """(the address, a fault): "help.example/returns" becomes https; NO_URL, LONG_URL, NOT_HTTPS, BAD_URL."""
    text = text.strip()
    if not text:
        return "", "NO_URL"
    if "://" not in text and ":" not in text.split("/")[0]:
        text = f"https://{text}"
    if len(text) > LONGEST_URL:
        return text, "LONG_URL"
    if any(char.isspace() or ord(char) < 32 for char in text) or '"' in text or "<" in text:
        return text, "BAD_URL"
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return text, "BAD_URL"
    if parts.scheme == "http":
        return text, "NOT_HTTPS"
    if parts.scheme != "https" or "." not in host.strip(".") or parts.username or parts.password:
        return text, "BAD_URL"
    return "https://" + text.split("://", 1)[1], ""


def said(words: Mapping[str, str], *, language: str, usual: str) -> str:
    """The words in `language`, else without its country, else in the usual one, else in any; never empty for a stored link."""
    by_code = {code.lower(): text for code, text in words.items() if text}
    for code in (language, language.split("-")[0], usual, usual.split("-")[0], "en"):
        if by_code.get(code.lower()):
            return by_code[code.lower()]
    return next(iter(by_code.values()), "")


def without_doubles(rows: Iterable[tuple[str, Any]]) -> list[Any]:
    """At most MOST_SHOWN of (address, link) in their order; the same address once."""
    seen: dict[str, Any] = {}
    for url, link in rows:
        seen.setdefault(url, link)
    return list(seen.values())[:MOST_SHOWN]
