"""What the list of answers can be narrowed by beyond what figures know: read from the address, as a condition and in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from surveys.enums import RespondentType, Trust

NAMES = ("type", "trust", "source", "incomplete", "answer")
LONGEST = 120  # characters of a value in the address


@dataclass(frozen=True)
class AnswerFilters:
    """`kept` are the parts of the address that were understood; others are dropped."""

    kept: Mapping[str, str] = field(default_factory=dict)

    @property
    def condition(self) -> Q | None:
        """All of them together; None when nothing is narrowed."""
        found: Q | None = None
        for name, value in self.kept.items():
            part = _condition(name, value)
            found = part if found is None else found & part
        return found

    def words(self, questions: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """(name, label, value in words) of each; `questions` are the survey's, by their public id."""
        return [(name, *_words(name, value, questions)) for name, value in self.kept.items()]


def read(asked: QueryDict) -> AnswerFilters:
    """The filters in the address; what nobody could have chosen is left out."""
    kept = {}
    for name in NAMES:
        value = asked.get(name, "").replace("\0", "")[:LONGEST]
        if value and _is_known(name, value):
            kept[name] = value
    return AnswerFilters(kept)


def choices(filters: AnswerFilters) -> list[dict[str, Any]]:
    """The selects of the form above the list."""
    offered: list[tuple[str, str, list[tuple[str, Any]]]] = [
        ("type", _("Who answered"), list(RespondentType.choices)),
        ("trust", _("Trust"), list(Trust.choices)),
        ("incomplete", _("Further questions"), [("1", _("Not finished"))]),
    ]
    return [
        {
            "name": name,
            "label": label,
            "options": [(code, str(word), filters.kept.get(name) == code) for code, word in options],
        }
        for name, label, options in offered
    ]


def _is_known(name: str, value: str) -> bool:
    known = {
        "type": RespondentType.values,
        "trust": Trust.values,
        "incomplete": ["1"],
    }.get(name)
    if known is not None:
        return value in known
    return name == "source" or 0 < value.find(":") < len(value) - 1


def _condition(name: str, value: str) -> Q:
    if name == "answer":
        question, _colon, chosen = value.partition(":")
        # A choice is kept as its id, several as a list of ids, a rating as a number.
        found = Q(answers__contains={question: chosen}) | Q(answers__contains={question: [chosen]})
        return found | Q(answers__contains={question: int(chosen)}) if chosen in set("12345") else found
    return {
        "type": lambda: Q(respondent_type=value),
        "trust": lambda: Q(trust=value),
        "source": lambda: Q(source=value),
        "incomplete": lambda: Q(is_complete=False),
    }[name]()


def _words(name: str, value: str, questions: Mapping[str, Any]) -> tuple[str, str]:
    if name == "answer":
        ident, _colon, chosen = value.partition(":")
        question = questions.get(ident)
        if question is None:
            return _("Further question"), chosen
        options = {str(one["id"]): str(one["text"]) for one in question.options}
        return question.text, options.get(chosen, chosen)
    return {
        "type": lambda: (_("Who answered"), str(RespondentType(value).label)),
        "trust": lambda: (_("Trust"), str(Trust(value).label)),
        "source": lambda: (_("Source"), value),
        "incomplete": lambda: (_("Further questions"), _("Not finished")),
    }[name]()
