"""What an API key may do: one word for everything of a kind, or one for each resource.

A scope is "read", "write", "<resource>:read" or "<resource>:write". Writing implies nothing about reading: a program that
only reports answers needs no list of them. A scope unknown here allows nothing, so a stale or forged one fails closed.
"""

from __future__ import annotations

from collections.abc import Iterable

from core.sentences import gettext_noop

READ, WRITE = "read", "write"
EVERYTHING = (READ, WRITE)
RESOURCES = (
    "contacts",
    "surveys",
    "invitations",
    "responses",
    "cases",
    "mentions",
    "templates",
    "gatherings",
    "rules",
    "clock",
    "lessons",
    "metrics",
    "exports",
)
READ_ONLY = ("lessons", "metrics", "exports")  # there is nothing to write

SENTENCES: dict[str, str] = {
    "read": gettext_noop("Read everything"),
    "write": gettext_noop("Write everything"),
    "contacts:read": gettext_noop("Read contacts"),
    "contacts:write": gettext_noop("Add, change and erase contacts"),
    "surveys:read": gettext_noop("Read surveys"),
    "surveys:write": gettext_noop("Make, change, open and close surveys"),
    "invitations:read": gettext_noop("Read invitations"),
    "invitations:write": gettext_noop("Ask people, which sends mail"),
    "responses:read": gettext_noop("Read answers"),
    "responses:write": gettext_noop("Record answers"),
    "cases:read": gettext_noop("Read cases and their timelines"),
    "cases:write": gettext_noop("Work on cases, which can send mail"),
    "mentions:read": gettext_noop("Read reviews, posts and complaints"),
    "mentions:write": gettext_noop("Hand in reviews, posts and complaints, which can open cases"),
    "templates:read": gettext_noop("Read templates"),
    "templates:write": gettext_noop("Write templates, which playbooks may send"),
    "gatherings:read": gettext_noop("Read invitations to events, and who comes"),
    "gatherings:write": gettext_noop("Invite customers to events, which sends mail"),
    "rules:read": gettext_noop(
        "Read the rules, the playbooks, the matrix, the escalation and the weights of the queue"
    ),
    "rules:write": gettext_noop("Change the escalation"),
    "clock:read": gettext_noop("Read the promises and the working hours, and ask the clock"),
    "clock:write": gettext_noop("Change the promises and the working hours, which moves open cases"),
    "lessons:read": gettext_noop("Read the library of lessons, without any names"),
    "metrics:read": gettext_noop("Read the figures"),
    "exports:read": gettext_noop("Export everything about a person"),
}
SINGLE = tuple(scope for scope in SENTENCES if scope not in EVERYTHING)


class BadScopes(ValueError):
    """No scope at all, or one that does not exist; the text names it."""


def needed(resource: str, *, write: bool) -> str:
    """The narrowest scope that allows this: "contacts:read"."""
    return f"{resource}:{WRITE if write else READ}"


def allows(scopes: Iterable[str], resource: str, *, write: bool) -> bool:
    """Whether a key with `scopes` may read (or `write`) this resource; an unknown resource is closed to all."""
    one = needed(resource, write=write)
    if one not in SENTENCES:
        return False
    held = set(scopes) if not isinstance(scopes, str) else set()
    return one in held or (WRITE if write else READ) in held


def parse(given: Iterable[str]) -> list[str]:
    """The scopes in their usual order, each once, without those a wider one includes. Raises BadScopes."""
    chosen = set(given)
    unknown = sorted(chosen - set(SENTENCES))
    if unknown or not chosen:
        raise BadScopes(unknown[0] if unknown else "")
    return [
        scope
        for scope in SENTENCES
        if scope in chosen and (scope in EVERYTHING or scope.partition(":")[2] not in chosen)
    ]


def sentences(scopes: Iterable[str]) -> list[str]:
    """An English sentence for each scope, in the usual order, to be translated by the edge."""
    held = set(scopes)
    return [said for scope, said in SENTENCES.items() if scope in held]
