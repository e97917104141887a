"""Who is named in a note: "@Alice", "@Alice Adams", "@alice" or the whole address.

The longest name wins, so "@Alice Adams" is not also another Alice. A first name that two people share means neither.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

_AT = re.compile(r"(?<![\w@.+-])@(?=\w)")


@dataclass(frozen=True)
class Person:
    """Somebody who can be named."""

    id: int
    name: str
    email: str


def handles(people: Iterable[Person]) -> dict[str, int]:
    """Everything that means exactly one of `people`, in small letters; an address weighs more than a first name."""
    whole: list[tuple[str, int]] = []
    first: list[tuple[str, int]] = []
    for person in people:
        name = " ".join(person.name.casefold().split())
        email = person.email.casefold()
        words = {name, name.replace(" ", ""), email, email.partition("@")[0]}
        whole += [(word, person.id) for word in words if word]
        first += [(word, person.id) for word in {name.split(" ")[0]} if word]
    return {**_only(first), **_only(whole)}


def _only(found: list[tuple[str, int]]) -> dict[str, int]:
    counted = Counter(word for word, _id in found)
    return {word: id for word, id in found if counted[word] == 1}


def mentioned(text: str, people: Iterable[Person]) -> list[int]:
    """The ids of those named in `text`, each once, in the order in which they are named."""
    known = handles(people)
    longest_first = sorted(known, key=len, reverse=True)
    plain = text.casefold()
    named: list[int] = []
    for match in _AT.finditer(plain):
        rest = " ".join(plain[match.end() : match.end() + 320].split(" "))
        for handle in longest_first:
            if rest.startswith(handle) and _ends(rest, len(handle)):
                named.append(known[handle])
                break
    return list(dict.fromkeys(named))


def _ends(text: str, at: int) -> bool:
    """Whether a name may end here: not within a word, and not before the rest of an address."""
    after = text[at : at + 2]
    if not after:
        return True
    return not (after[0].isalnum() or after[0] in "_@" or (after[0] in ".-+" and after[1:].isalnum()))
