"""What the product holds about one person: each app says what, shows it, and forgets it.

An app's `privacy.py` calls `hold(...)`; upper apps know of lower ones, never the other way, so whoever exports or erases
a person asks this registry. Erasing goes from the top of the house to its ground: who quotes forgets before who is quoted.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings

FEWEST = 5  # people: a segment of fewer points at persons, and an erased one is not left in it
SHORTEST = 4  # characters: shorter words would be found in everybody's texts


@dataclass(frozen=True)
class Person:
    """One contact and what a search would find them by.

    `addresses` are in small letters. `notes` is room in which the holders of one erasing share what they have counted.
    """

    workspace_id: int
    contact_id: int
    public_id: str
    addresses: tuple[str, ...] = ()
    words: tuple[str, ...] = ()  # name, phone, external id
    notes: dict[str, Any] = field(default_factory=dict, compare=False)

    @property
    def traces(self) -> tuple[str, ...]:
        """Every address and word long enough to mean this person."""
        return tuple(dict.fromkeys(word for word in (*self.addresses, *self.words) if len(word) >= SHORTEST))


@dataclass(frozen=True)
class Section:
    """One table of the export: `rows` gives a cell for each of `columns`, oldest row first."""

    name: str  # of its file
    title: Any
    columns: tuple[str, ...]
    rows: Callable[[Person], Iterable[Sequence[Any]]]


@dataclass(frozen=True)
class Count:
    """How many of what would go, for the page that asks before erasing."""

    code: str
    label: Any
    n: int


@dataclass(frozen=True)
class Holding:
    """What one app holds. `abouts` names the person's objects as outbox messages do ("case:7")."""

    app: str
    sections: tuple[Section, ...] = ()
    counts: Callable[[Person], list[Count]] = lambda person: []
    erase: Callable[[Person, datetime], None] = lambda person, now: None
    abouts: Callable[[Person], list[str]] = lambda person: []
    needs: Callable[[int, Sequence[int]], set[int]] = lambda workspace_id, contact_ids: set()


_holdings: dict[str, Holding] = {}


def hold(holding: Holding) -> None:
    """Enter what an app holds; called once by its `privacy.py`."""
    _holdings[holding.app] = holding


def holdings() -> list[Holding]:
    """All of them, the ground first."""
    order = {name.split(".")[0]: place for place, name in enumerate(settings.INSTALLED_APPS)}
    return sorted(_holdings.values(), key=lambda holding: order[holding.app])


def sections() -> list[Section]:
    """The tables of an export, who it is first."""
    found = [section for holding in holdings() for section in holding.sections]
    return sorted(found, key=lambda section: section.name != "person")


def counts(person: Person) -> list[Count]:
    """What erasing the person would take away, kinds with nothing left out."""
    return [count for holding in holdings() for count in holding.counts(person) if count.n]


def abouts(person: Person) -> list[str]:
    """The names under which the outbox knows the person's objects."""
    return [name for holding in holdings() for name in holding.abouts(person)]


def erase(person: Person, now: datetime) -> None:
    """Let every app forget the person, in the caller's transaction. Safe to repeat: what is gone stays gone."""
    for holding in reversed(holdings()):
        holding.erase(person, now)


def needed(workspace_id: int, contact_ids: Sequence[int]) -> set[int]:
    """Those contacts somebody still works for (an open case): old age alone does not erase them."""
    return {pk for holding in holdings() for pk in holding.needs(workspace_id, contact_ids)}


# An erased address -----------------------------------------------------------------------------------------------


def address_hash(workspace_id: int, address: str) -> str:
    """What is kept of an erased address: HMAC-SHA256 under the link key, in hex, of workspace and address.

    It recognises the address when it comes again; without the key nobody can tell which address it was.
    """
    return _hash(settings.LINK_KEY, workspace_id, address)


def address_hashes(workspace_id: int, address: str) -> list[str]:
    """The hash under the present link key and under those before it."""
    return [_hash(key, workspace_id, address) for key in (settings.LINK_KEY, *settings.LINK_KEY_FALLBACKS)]


def _hash(key: str, workspace_id: int, address: str) -> str:
    said = f"erased:{workspace_id}:{address.strip().lower()}"
    return hmac.new(key.encode(), said.encode(), hashlib.sha256).hexdigest()
