"""Which member a case goes to. Always answers, if only "nobody", and always says why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.sentences import Sentence, gettext_noop

FIXED, CONTACT_OWNER, ROUND_ROBIN, LEAST_LOADED = "FIXED", "CONTACT_OWNER", "ROUND_ROBIN", "LEAST_LOADED"
STRATEGIES = (FIXED, CONTACT_OWNER, ROUND_ROBIN, LEAST_LOADED)

_NOBODY = gettext_noop("Unassigned: nobody is there to take it.")
_NO_SKILL = gettext_noop("Unassigned: nobody who is there has the skill %(skill)s.")
_TURN = gettext_noop("It was their turn.")
_LEAST = gettext_noop("They had the fewest open cases (%(open_cases)s).")
_FIXED = gettext_noop("The rule names them.")
_OWNER = gettext_noop("The customer is theirs.")


@dataclass(frozen=True, kw_only=True)
class Member:
    """One person who may take cases. `last_assigned_at` is aware UTC, None when never given one."""

    id: int
    is_absent: bool = False
    last_assigned_at: datetime | None = None
    open_cases: int = 0
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Routed:
    """The answer: `member_id` is None when nobody can take the case."""

    member_id: int | None
    strategy: str | None
    sentence: Sentence


def route(
    members: Sequence[Member],
    *,
    strategy: str = ROUND_ROBIN,
    preferred_id: int | None = None,
    skill: str | None = None,
) -> Routed:
    """Who takes the case.

    FIXED and CONTACT_OWNER give it to `preferred_id` when that member is there, and go on by turns when not. A `skill`
    leaves only members who have it. Absent members are passed over. Raises `ValueError` for an unknown strategy.
    """
    if strategy not in STRATEGIES:
        raise ValueError(f"{strategy!r} is no strategy; choose one of {', '.join(STRATEGIES)}")
    present = [member for member in members if not member.is_absent]
    able = [member for member in present if skill is None or skill in member.skills]
    if not able:
        nobody = Sentence("NO_SKILL", _NO_SKILL, {"skill": skill}) if present else Sentence("NOBODY", _NOBODY)
        return Routed(None, None, nobody)
    if strategy in (FIXED, CONTACT_OWNER) and any(member.id == preferred_id for member in able):
        return Routed(preferred_id, strategy, Sentence(strategy, _FIXED if strategy == FIXED else _OWNER))
    if strategy == LEAST_LOADED:
        least = min(able, key=lambda member: (member.open_cases, *_turn(member)))
        return Routed(
            least.id, LEAST_LOADED, Sentence(LEAST_LOADED, _LEAST, {"open_cases": least.open_cases})
        )
    return Routed(next_in_turn(able).id, ROUND_ROBIN, Sentence(ROUND_ROBIN, _TURN))


def next_in_turn(members: Iterable[Member]) -> Member:
    """Whose turn it is: first who never had a case, then whose last one is longest ago; ties by id. Needs a member."""
    return min(members, key=_turn)


def _turn(member: Member) -> tuple[bool, float, int]:
    last = member.last_assigned_at
    return (last is not None, last.timestamp() if last else 0.0, member.id)
