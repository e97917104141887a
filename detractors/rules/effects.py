"""What a rule does once its conditions hold, as data, and what is wrong with it.

OPENING   {"do": "OPEN" | "DO_NOT_OPEN" | "HOLD", "hours": 1-720 of a HOLD}
ROUTING   {"to": "ANYBODY" | "TEAM" | "MEMBER" | "CONTACT_OWNER", "team": id, "member": user id,
           "skill": word, "speaks": bool, "by": "TURNS" | "LEAST_LOADED"}
PRIORITY  {"minutes": 0-100000, "policy": id or null}
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from core.sentences import Sentence, gettext_noop

OPENING, ROUTING, PRIORITY = "OPENING", "ROUTING", "PRIORITY"
OPEN, DO_NOT_OPEN, HOLD = "OPEN", "DO_NOT_OPEN", "HOLD"
ANYBODY, TEAM, MEMBER, CONTACT_OWNER = "ANYBODY", "TEAM", "MEMBER", "CONTACT_OWNER"
TURNS, LEAST_LOADED = "TURNS", "LEAST_LOADED"
DOES = (OPEN, DO_NOT_OPEN, HOLD)
TARGETS = (ANYBODY, TEAM, MEMBER, CONTACT_OWNER)
LONGEST_HOLD = 720  # hours
MOST_MINUTES = 100_000
LONGEST_SKILL = 40
MOST_TAGS = 10

SENTENCES: dict[str, str] = {
    "NO_EFFECT": gettext_noop("Choose what happens."),
    "BAD_HOURS": gettext_noop("Hold it for 1 to %(most)s hours."),
    "BAD_MINUTES": gettext_noop("Choose 0 to %(most)s minutes."),
    "NO_TEAM": gettext_noop("Choose a team."),
    "NO_MEMBER": gettext_noop("Choose somebody."),
    "NO_POLICY": gettext_noop("There is no such promise."),
    "EMPTY": gettext_noop("The rule would change nothing: give it minutes, a promise or a tag."),
    "NO_TAG": gettext_noop("There is no such tag."),
    "MANY_TAGS": gettext_noop("At most %(most)s tags."),
    "TOO_LONG": gettext_noop("A skill has at most %(most)s characters."),
    "ALWAYS": gettext_noop("Without a condition no case would ever open: add one."),
}


class BadEffect(ValueError):
    """The effect cannot be used; `field` says which part."""

    def __init__(self, code: str, field: str, **facts: object) -> None:
        self.field, self.sentence = field, Sentence(code, SENTENCES[code], facts)
        super().__init__(str(self.sentence))


@dataclass(frozen=True)
class Known:
    """The ids an effect may name: those of the workspace."""

    teams: Collection[int] = ()
    members: Collection[int] = ()
    policies: Collection[int] = ()
    tags: Collection[int] = ()


def read(kind: str, data: Mapping[str, Any], *, known: Known, is_always: bool = False) -> dict[str, Any]:
    """The effect in its stored form. Raises BadEffect."""
    if kind == OPENING:
        return _opening(data, is_always)
    return _routing(data, known) if kind == ROUTING else _priority(data, known)


def _opening(data: Mapping[str, Any], is_always: bool) -> dict[str, Any]:
    does = data.get("do")
    if does not in DOES:
        raise BadEffect("NO_EFFECT", "do")
    if is_always and does != OPEN:
        raise BadEffect("ALWAYS", "do")
    if does != HOLD:
        return {"do": does}
    return {"do": does, "hours": _whole(data.get("hours"), 1, LONGEST_HOLD, "BAD_HOURS", "hours")}


def _routing(data: Mapping[str, Any], known: Known) -> dict[str, Any]:
    to = data.get("to")
    if to not in TARGETS:
        raise BadEffect("NO_EFFECT", "to")
    skill = " ".join(str(data.get("skill") or "").split())
    if len(skill) > LONGEST_SKILL:
        raise BadEffect("TOO_LONG", "skill", most=LONGEST_SKILL)
    kept: dict[str, Any] = {
        "to": to,
        "skill": skill,
        "speaks": bool(data.get("speaks")),
        "by": LEAST_LOADED if data.get("by") == LEAST_LOADED else TURNS,
    }
    if to == TEAM:
        kept["team"] = _id(data.get("team"), known.teams, "NO_TEAM", "team")
    if to == MEMBER:
        kept["member"] = _id(data.get("member"), known.members, "NO_MEMBER", "member")
    return kept


def _priority(data: Mapping[str, Any], known: Known) -> dict[str, Any]:
    minutes = _whole(data.get("minutes") or 0, 0, MOST_MINUTES, "BAD_MINUTES", "minutes")
    policy = data.get("policy")
    kept = None if policy in (None, "") else _id(policy, known.policies, "NO_POLICY", "policy")
    tags = [_id(one, known.tags, "NO_TAG", "tags") for one in data.get("tags") or ()]
    if len(tags) > MOST_TAGS:
        raise BadEffect("MANY_TAGS", "tags", most=MOST_TAGS)
    if not minutes and kept is None and not tags:
        raise BadEffect("EMPTY", "minutes")
    return {"minutes": minutes, "policy": kept, **({"tags": tags} if tags else {})}


def _whole(value: Any, least: int, most: int, code: str, field: str) -> int:
    text = str(value).strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
        raise BadEffect(code, field, most=most)
    return int(text)


def _id(value: Any, known: Collection[int], code: str, field: str) -> int:
    text = str(value or "")
    if not (text.isascii() and text.isdigit() and len(text) < 19 and int(text) in known):
        raise BadEffect(code, field)
    return int(text)
