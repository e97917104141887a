"""Which cases a member meets: their limits, and whether a case lies within them.

All limits that are set must hold; nothing set means everything. A case whose owner is the member is always visible to
them. Only agents and analysts are limited: who leads others sees what they answer for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.sentences import Sentence, gettext_noop

LIMITED_ROLES = ("AGENT", "ANALYST")

_TEAMS = gettext_noop("team %(names)s")
_NO_TEAM = gettext_noop("no team's cases")
_TOUCHPOINTS = gettext_noop("touchpoint %(names)s")
_VALUES = gettext_noop("%(attribute)s %(values)s")
_OWN = gettext_noop("and the cases you own")


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What a member may see. None is no limit of that kind; an empty set lets only own cases through.

    `teams` are ids, `touchpoints` public ids. The contact's `attribute` must have one of `values`, as text, in any
    case; an empty name is no limit. `looked_up` is a notebook for queries: what they need to know of this sight
    again and again in one request, such as the ids of its touchpoints.
    """

    user_id: int | None = None
    teams: frozenset[int] | None = None
    touchpoints: frozenset[str] | None = None
    attribute: str = ""
    values: frozenset[str] = frozenset()
    looked_up: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_everything(self) -> bool:
        """No limit at all."""
        return self.teams is None and self.touchpoints is None and not self.attribute

    @property
    def is_limited(self) -> bool:
        """At least one limit."""
        return not self.is_everything


EVERYTHING = Sight()


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """What decides about a case: its owner's and team's id, its touchpoint's public id, the contact's attributes."""

    owner_id: int | None = None
    team_id: int | None = None
    touchpoint: str | None = None
    attributes: Mapping[str, object] = field(default_factory=dict)


def sight(
    role: str,
    *,
    user_id: int,
    teams: Collection[int] | None = None,
    touchpoints: Iterable[str] = (),
    attribute: str = "",
    values: Iterable[object] = (),
) -> Sight:
    """The sight of a member with this role and these limits. `teams` is None unless only own teams are to be seen."""
    wanted = frozenset(touchpoints)
    if role not in LIMITED_ROLES or (teams is None and not wanted and not attribute):
        return EVERYTHING
    return Sight(
        user_id=user_id,
        teams=None if teams is None else frozenset(teams),
        touchpoints=wanted or None,
        attribute=attribute,
        values=frozenset(str(value).strip() for value in values) if attribute else frozenset(),
    )


def sees(sight: Sight, case: CaseFacts) -> bool:
    """Whether a case with these facts is visible."""
    if sight.is_everything or (case.owner_id is not None and case.owner_id == sight.user_id):
        return True
    if sight.teams is not None and case.team_id not in sight.teams:
        return False
    if sight.touchpoints is not None and case.touchpoint not in sight.touchpoints:
        return False
    return not sight.attribute or has_value(sight, case.attributes.get(sight.attribute))


def has_value(sight: Sight, value: object) -> bool:
    """Whether an attribute's value, as text in any case, is one of those the sight names; no value is none."""
    return value is not None and str(value).lower() in {one.lower() for one in sight.values}


def words(sight: Sight, *, teams: Iterable[str] = (), touchpoints: Iterable[str] = ()) -> list[Sentence]:
    """The limits in words, one sentence each, with the names of teams and touchpoints filled in; none without limits."""
    if sight.is_everything:
        return []
    said = []
    if sight.teams is not None:
        names = ", ".join(sorted(teams))
        said.append(Sentence("TEAMS", _TEAMS, {"names": names}) if names else Sentence("NO_TEAM", _NO_TEAM))
    if sight.touchpoints is not None:
        said.append(Sentence("TOUCHPOINTS", _TOUCHPOINTS, {"names": ", ".join(sorted(touchpoints))}))
    if sight.attribute:
        values = ", ".join(sorted(sight.values))
        said.append(Sentence("VALUES", _VALUES, {"attribute": sight.attribute, "values": values}))
    return [*said, Sentence("OWN", _OWN)]
