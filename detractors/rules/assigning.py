"""Who takes a case when a rule or the matrix has a word in it, and why, in words.

Wishes narrow the circle one after the other: a person, the owning team, a skill, the customer's language. A wish nobody who
is there can fulfil is dropped and said so, because a case with a second-best owner is better than one with none. Among
those who are left it goes by turns or to who has the fewest open cases.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from core.sentences import Sentence, gettext_noop
from detractors.rules import effects, routing
from detractors.rules.routing import Member

_RULE = gettext_noop("rule “%(rule)s”")
_FIXED = gettext_noop("the rule names them")
_OWNER = gettext_noop("the customer is theirs")
_TEAM = gettext_noop("in %(team)s")
_SKILL = gettext_noop("knows %(skill)s")
_SPEAKS = gettext_noop("speaks %(language)s")
_TURN_OF = gettext_noop("it was their turn of %(n)s")
_LEAST_OF = gettext_noop("fewest open cases of %(n)s (%(open_cases)s)")
_ONLY = gettext_noop("the only one")
_NO_FIXED = gettext_noop("whom the rule names is not there")
_NO_OWNER = gettext_noop("whose customer it is, is not there")
_NO_TEAM = gettext_noop("nobody of %(team)s is there")
_NO_SKILL = gettext_noop("nobody who is there knows %(skill)s")
_NO_SPEAKER = gettext_noop("nobody who is there speaks %(language)s")
_NOBODY = gettext_noop("Unassigned: nobody is there to take it.")


@dataclass(frozen=True, kw_only=True)
class Worker:
    """Somebody who is there and may see the case. Only those who `takes_cases` are given one that does not name them."""

    member: Member
    team_id: int | None = None
    languages: frozenset[str] = frozenset()
    takes_cases: bool = True


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is asked for; empty parts ask nothing. `person_id` is a member's; `language` its main part, "de"."""

    rule: str = ""
    person_id: int | None = None
    is_contact_owner: bool = False
    team_id: int | None = None
    team: str = ""
    skill: str = ""
    language: str = ""
    language_name: str = ""
    by: str = effects.TURNS


@dataclass(frozen=True)
class Chosen:
    """The answer: `member_id` is None when nobody is there; `parts` say why, to be joined by commas."""

    member_id: int | None
    parts: tuple[Sentence, ...]


def choose(workers: Sequence[Worker], wish: Wish) -> Chosen:
    """Who takes the case."""
    said = [Sentence("RULE", _RULE, {"rule": wish.rule})] if wish.rule else []
    if wish.is_contact_owner or wish.person_id is not None:
        named = next((one for one in workers if one.member.id == wish.person_id), None)
        if named is not None:
            part = Sentence("OWNER", _OWNER) if wish.is_contact_owner else Sentence("FIXED", _FIXED)
            return Chosen(named.member.id, (*said, part))
        said.append(
            Sentence("NO_OWNER", _NO_OWNER) if wish.is_contact_owner else Sentence("NO_FIXED", _NO_FIXED)
        )
    circle, narrowed = _narrowed(workers, wish)
    if not circle:
        return Chosen(None, (Sentence("NOBODY", _NOBODY),))
    return Chosen(*_last_word(circle, wish, [*said, *narrowed]))


def able(workers: Sequence[Worker], wish: Wish) -> list[Worker]:
    """Who of them could take a case without being named: all who are left once the wishes have narrowed the circle."""
    return _narrowed(workers, wish)[0]


def _narrowed(workers: Sequence[Worker], wish: Wish) -> tuple[list[Worker], list[Sentence]]:
    """The circle after each wish, and what is said of it."""
    circle = [one for one in workers if one.takes_cases]
    said: list[Sentence] = []
    language = {"language": wish.language_name or wish.language}
    skill = wish.skill.casefold()
    narrowings: list[tuple[object, Callable[[Worker], bool], str, str, dict[str, object]]] = [
        (wish.team_id, lambda one: one.team_id == wish.team_id, _TEAM, _NO_TEAM, {"team": wish.team}),
        (skill, lambda one: skill in one.member.skills, _SKILL, _NO_SKILL, {"skill": wish.skill}),
        (wish.language, lambda one: wish.language in one.languages, _SPEAKS, _NO_SPEAKER, {**language}),
    ]
    for asked, fits, found, missing, facts in narrowings:
        if not asked:
            continue
        fitting = [one for one in circle if fits(one)]
        circle = fitting or circle
        said.append(Sentence("WISH", found, facts) if fitting else Sentence("NO_WISH", missing, facts))
    return circle, said


def _last_word(
    circle: Sequence[Worker], wish: Wish, said: Sequence[Sentence]
) -> tuple[int | None, tuple[Sentence, ...]]:
    members = [replace(one.member, is_absent=False) for one in circle]
    n = len(members)
    strategy = routing.LEAST_LOADED if wish.by == effects.LEAST_LOADED else routing.ROUND_ROBIN
    routed = routing.route(members, strategy=strategy)
    taken = next(one for one in members if one.id == routed.member_id)
    if n == 1:
        last = Sentence("ONLY", _ONLY)
    elif strategy == routing.LEAST_LOADED:
        last = Sentence("LEAST_OF", _LEAST_OF, {"n": n, "open_cases": taken.open_cases})
    else:
        last = Sentence("TURN_OF", _TURN_OF, {"n": n})
    return taken.id, (*said, last)
