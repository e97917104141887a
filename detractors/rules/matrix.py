"""Where a new case lands in the unpleasant-journey matrix.

The scenario follows from the touchpoint. The failure follows from what the customer chose among answers, else from their
words. Without one of both the case is unmapped, and a person places it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.sentences import Sentence, gettext_noop

_BY_ANSWER = gettext_noop("By the touchpoint, and what the customer chose.")
_BY_WORDS = gettext_noop("By the touchpoint, and the words “%(words)s”.")
_NO_SCENARIO = gettext_noop("Unmapped: no scenario is told from the touchpoint.")
_NO_FAILURE = gettext_noop("Unmapped: neither answers nor words point to a failure.")
WORD = re.compile(r"\w+")
SHOWN_WORDS = 3


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A column: what points to it. `words` may be phrases; a word that ends in * means every word that begins so."""

    id: int
    words: tuple[str, ...] = ()
    options: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Placed:
    """The answer, and why; `failure_id` is None for an unmapped case."""

    scenario_id: int | None
    failure_id: int | None
    sentence: Sentence

    @property
    def is_mapped(self) -> bool:
        return self.scenario_id is not None and self.failure_id is not None


def place(
    *,
    touchpoint_id: int | None,
    scenarios: Mapping[int, int],
    failures: Sequence[Failure],
    answers: Mapping[str, Any],
    words: str,
) -> Placed:
    """Where a case belongs. `scenarios` are scenario ids by touchpoint id; `failures` in their order, which settles ties."""
    scenario = scenarios.get(touchpoint_id) if touchpoint_id is not None else None
    if scenario is None:
        return Placed(None, None, Sentence("NO_SCENARIO", _NO_SCENARIO))
    chosen = chosen_options(answers)
    for one in failures:
        if one.options & chosen:
            return Placed(scenario, one.id, Sentence("BY_ANSWER", _BY_ANSWER))
    found = [(hits, one) for one in failures if (hits := hits_in(words, one.words))]
    if not found:
        return Placed(scenario, None, Sentence("NO_FAILURE", _NO_FAILURE))
    hits, best = max(found, key=lambda pair: len(pair[0]))  # of equals the first, which max gives
    said = ", ".join(hits[:SHOWN_WORDS])
    return Placed(scenario, best.id, Sentence("BY_WORDS", _BY_WORDS, {"words": said}))


def chosen_options(answers: Mapping[str, Any]) -> frozenset[str]:
    """What was chosen, as "<question>:<option>"; texts and what was left out are none."""
    found = set()
    for question, answer in answers.items():
        for one in answer if isinstance(answer, list) else [answer]:
            if isinstance(one, str | int) and not isinstance(one, bool):
                found.add(f"{question}:{one}")
    return frozenset(found)


def hits_in(text: str, wanted: Collection[str]) -> list[str]:
    """Which of `wanted` occur in `text`, each once, whatever their case and accents."""
    spoken = [plain(word) for word in WORD.findall(text)]
    line = f" {' '.join(spoken)} "
    found = []
    for one in wanted:
        is_stem = one.endswith("*")
        looked_for = " ".join(plain(word) for word in WORD.findall(one))
        if looked_for and f" {looked_for}{'' if is_stem else ' '}" in line:
            found.append(one.rstrip("*"))
    return found


def plain(word: str) -> str:
    """A word as it is compared: without case and accents."""
    folded = word.casefold()
    if folded.isascii():
        return folded
    parts = unicodedata.normalize("NFKD", folded)
    return "".join(letter for letter in parts if not unicodedata.combining(letter))
