"""Names, addresses and numbers in a text, and the text without them.

What we know (the customer, their company, everybody of ours) is found in any case, with or without accents, as whole words. What
we do not know is found by its looks: mail addresses, links, phone numbers, house and post codes, and long or mixed numbers such as
order numbers and frame numbers. It proposes, a person reads: a name nobody knows of looks like any other word.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

CUSTOMER, COMPANY, COLLEAGUE = "customer", "company", "colleague"
EMAIL, LINK, PHONE, ADDRESS, NUMBER = "e-mail", "link", "phone", "address", "number"
SHORTEST = 3  # letters: shorter parts of names are parts of everything

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (EMAIL, re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    (LINK, re.compile(r"(?:https?://|www\.)\S+")),
    # A street with its number: "Lindenallee 12", "12 Mill Road", "Rue de Rivoli 5".
    (
        ADDRESS,
        re.compile(
            r"\b(?:[^\W\d_]+(?:stra(?:ss|ß)e|str\.|allee|weg|gasse|platz|ring|damm|ufer|laan|straat|gatan)"
            r"\s+\d{1,4}\s?[a-z]?\b"
            r"|\d{1,4}[a-z]?\s+(?:[^\W\d_]+\s+){1,3}(?:street|st\.|road|rd\.|avenue|ave\.|lane|drive|square)\b"
            r"|(?:rue|avenue|boulevard|via|calle|plaza|piazza)\s+(?:[^\W\d_]+\s+){1,4}\d{1,4}\b)",
            re.IGNORECASE,
        ),
    ),
    # A post code with its town.
    (ADDRESS, re.compile(r"(?<![\w-])\d{5}\s+[^\W\d_]{3,}\b|\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b")),
    (PHONE, re.compile(r"(?<![\w-])(?:\+|00|\(?0)\d[\d\s()/.-]{5,}\d\b")),
    # Letters and digits mixed, or five digits and more: order, customer, invoice and frame numbers.
    (NUMBER, re.compile(r"(?<!\w)#?(?=[\w-]*\d)(?=[\w-]*[A-Z])[A-Z0-9]+(?:-?[A-Z0-9]+)*(?<=\w{4})(?!\w)")),
    (NUMBER, re.compile(r"(?<![\w.,])#?\d(?:[\d -]{3,}\d|\d{3,})\b")),
)


@dataclass(frozen=True)
class Known:
    """A word that means somebody, and what stands in its place."""

    word: str
    kind: str


@dataclass(frozen=True)
class Found:
    """One place in a text."""

    start: int
    end: int
    kind: str
    text: str


def known(*, kind: str, names: Iterable[str]) -> list[Known]:
    """Whole names, and the parts of each that are long enough to mean somebody."""
    words: dict[str, None] = {}
    for name in names:
        name = " ".join(name.split())
        for word in (name, *re.split(r"[\s,.()/-]+", name)):
            if len(word) >= SHORTEST and not word.isdigit():
                words[word] = None
    return [Known(word, kind) for word in words]


def find(text: str, *, people: Iterable[Known]) -> list[Found]:
    """Everything that means somebody, in order; of what overlaps the longest."""
    places = sorted(_places(text, people), key=lambda one: (one.start, one.start - one.end))
    found: list[Found] = []
    for one in places:
        if not found or one.start >= found[-1].end:
            found.append(one)
        elif one.end - one.start > found[-1].end - found[-1].start:
            found[-1] = one
    return found


def _places(text: str, people: Iterable[Known]) -> Iterator[Found]:
    flat = _flat(text)
    for one in people:
        pattern = rf"(?<!\w){re.escape(_flat(one.word))}(?:['’]?s)?(?!\w)"
        for match in re.finditer(pattern, flat):
            yield Found(match.start(), match.end(), one.kind, text[match.start() : match.end()])
    for kind, looks in _PATTERNS:
        for match in looks.finditer(text):
            yield Found(match.start(), match.end(), kind, match.group())


def _flat(text: str) -> str:
    """Small letters without accents, letter by letter, so that places stay places."""
    return "".join(_plain_letter(letter) for letter in text)


def _plain_letter(letter: str) -> str:
    small = unicodedata.normalize("NFKD", letter)[0].lower()
    return small if len(small) == 1 else letter


def propose(text: str, *, people: Iterable[Known]) -> tuple[str, Counter[str]]:
    """The text with [customer], [company], [number]... in the place of what means somebody; and how many of each."""
    parts, at, counted = [], 0, Counter[str]()
    for one in find(text, people=people):
        parts += [text[at : one.start], f"[{one.kind}]"]
        at = one.end
        counted[one.kind] += 1
    return re.sub(r"\[(\w[\w-]*)\](?:\s+\[\1\])+", r"[\1]", "".join([*parts, text[at:]])), counted
