"""The words of a template in all its languages: what each says for whom, and what one version changed of another."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from followups.rules import cursor, reply_check, tone

Texts = Mapping[str, Mapping[str, str]]  # {language: {"subject": words, "body": words}}
PARTS = ("subject", "body")
SAME, GONE, NEW = "SAME", "GONE", "NEW"

_PIECES = re.compile(
    r"(?:\{\{.*?\}\}|\w+|[^\w\s])[^\S\n]*|\n|[^\S\n]+"
)  # a word goes with the space behind it
_EXACT = 1_000_000  # pairs of pieces; beyond it, frequent ones no longer count as found again (or it takes minutes)


@dataclass(frozen=True)
class Piece:
    """Some words of two versions: in both (SAME), only in the former (GONE), only in the latter (NEW)."""

    state: str
    text: str

    @property
    def is_gone(self) -> bool:
        return self.state == GONE

    @property
    def is_new(self) -> bool:
        return self.state == NEW


@dataclass(frozen=True)
class Difference:
    """What one part says in one language, before and after."""

    language: str
    part: str
    pieces: tuple[Piece, ...]


def tidy(texts: Texts) -> dict[str, dict[str, str]]:
    """The texts as they are kept: a subject on one line, no space around, no language without words."""
    kept = {
        language: {
            "subject": " ".join(said.get("subject", "").split()),
            "body": said.get("body", "").replace("\r\n", "\n").replace("\r", "\n").strip(),
        }
        for language, said in texts.items()
    }
    return {language: said for language, said in kept.items() if said["subject"] or said["body"]}


def asks_writer(text: str) -> bool:
    """Whether it holds a place that only a person can fill, such as [date], or says where one goes on."""
    return cursor.is_marked(text) or any(
        finding.code == reply_check.LOOKS_UNFILLED for finding in reply_check.places(text)
    )


def differences(before: Texts, after: Texts) -> list[Difference]:
    """Every part that is not the same in both, by language in the order of `after`, subject first."""
    languages = [*after, *(code for code in before if code not in after)]
    found = []
    for language in languages:
        for part in PARTS:
            was = before.get(language, {}).get(part, "")
            now = after.get(language, {}).get(part, "")
            if was != now:
                found.append(Difference(language, part, tuple(compared(was, now))))
    return found


def compared(before: str, after: str) -> list[Piece]:
    """The words of both texts in reading order. All SAME and NEW make `after`, all SAME and GONE make `before`."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=len(old) * len(new) > _EXACT)
    found = []
    for step, begin, end, new_begin, new_end in matcher.get_opcodes():
        gone, there = "".join(old[begin:end]), "".join(new[new_begin:new_end])
        shown = [(SAME, gone)] if step == "equal" else [(GONE, gone), (NEW, there)]
        found += [Piece(state, text) for state, text in shown if text]
    return found


_OF_THE_CONTENT = frozenset(
    {"promoter", "passive", "recovered"}
)  # ready-made ones to who has nothing to be won back


def purpose(key: str) -> str:
    """What the words of the ready-made template of this key are for."""
    return tone.THANKS if key in _OF_THE_CONTENT else tone.UNHAPPY
