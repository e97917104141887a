"""What must be there before a case is resolved, beside why it happened and what was done, which are always needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.sentences import Sentence, gettext_noop

NOTE, ISSUE, TASKS = "note", "underlying_issue", "tasks"  # the fields a person finds it missing in
TITLES_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class Discipline:
    """What the workspace asks for."""

    needs_note: bool = False
    needs_issue: bool = False
    needs_promises_done: bool = False


@dataclass(frozen=True, kw_only=True)
class Facts:
    """How the case stands: titles of the open tasks that block it, of the open ones the customer was told of, and of the
    required steps of playbooks that still wait."""

    has_note: bool = False
    has_issue: bool = False
    blocking: Sequence[str] = ()
    promised: Sequence[str] = ()
    steps: Sequence[str] = ()


@dataclass(frozen=True)
class Missing:
    """One thing that is missing; `field` is where it can be given."""

    field: str
    sentence: Sentence


def missing(discipline: Discipline, facts: Facts) -> tuple[Missing, ...]:
    """Everything that is missing, in the order in which the form asks for it; nothing means: go ahead.

    A task that blocks counts whatever the workspace asks for: somebody marked it so.
    """
    found = []
    if discipline.needs_issue and not facts.has_issue:
        text = gettext_noop("Write what is really behind the complaint: this workspace asks for it.")
        found.append(Missing(ISSUE, Sentence("NEEDS_ISSUE", text)))
    if discipline.needs_note and not facts.has_note:
        text = gettext_noop("Write an internal note on what you found: this workspace asks for it.")
        found.append(Missing(NOTE, Sentence("NEEDS_NOTE", text)))
    if facts.blocking:
        text = gettext_noop("These tasks must be done first: %(titles)s.")
        found.append(Missing(TASKS, Sentence("TASKS_OPEN", text, {"titles": titles(facts.blocking)})))
    if facts.steps:
        text = gettext_noop(
            "A playbook asks for these steps first: %(titles)s. Wait for them, or skip them on the case."
        )
        found.append(Missing(TASKS, Sentence("STEPS_WAIT", text, {"titles": titles(facts.steps)})))
    promised = [title for title in facts.promised if title not in facts.blocking]
    if discipline.needs_promises_done and promised:
        text = gettext_noop("The customer was promised this, and it is not done: %(titles)s.")
        found.append(Missing(TASKS, Sentence("PROMISES_OPEN", text, {"titles": titles(promised)})))
    return tuple(found)


def titles(found: Sequence[str]) -> str:
    """The first few by name, the rest as a number."""
    shown = "; ".join(f"“{title}”" for title in found[:TITLES_SHOWN])
    more = len(found) - TITLES_SHOWN
    return f"{shown} (+{more})" if more > 0 else shown
