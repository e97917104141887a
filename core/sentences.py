"""Sentences that pure code can say and an edge can translate.

Rules must not import Django, yet what they find out is shown to people. A rule therefore answers with a code, an English
template and the facts to fill in. `gettext_noop` only marks the template for the message extractor; the edge translates:
`sentence.say(gettext)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


def gettext_noop(text: str) -> str:
    """Mark `text` for translation and give it back unchanged (the extractor looks for this name)."""
    return text


@dataclass(frozen=True)
class Sentence:
    """One finding: a stable `code`, a template with `%(name)s` places, and the facts that fill them."""

    code: str
    template: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def say(self, translate: Callable[[str], str] = str) -> str:
        """The sentence with its facts filled in, in English unless `translate` is given."""
        return translate(self.template) % self.facts

    def __str__(self) -> str:
        return self.say()
