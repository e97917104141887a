"""The page of further questions: what it shows, and what is read from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, QueryDict

from surveys.queries.faces import Face
from surveys.rules import questions as rule
from surveys.rules.questions import Question

IS_MORE = "more"  # the field that names the questions on the page
FIELD = "q_"  # and a question's id
_WORDS_OF_FAULT = {"BAD_CHOICE": "bad_choice", "BAD_TEXT": "bad_text", "BAD_RATING": "bad_rating"}


def sent(request: HttpRequest) -> tuple[list[str], dict[str, Any]]:
    """The questions that were on the page, and what was given, by question id."""
    asked = request.POST.get(IS_MORE, "").split()
    return asked, {ident: _given(request.POST, ident) for ident in asked[: rule.MOST_QUESTIONS]}


def _given(form: QueryDict, ident: str) -> Any:
    """One value as it is, several (boxes of a list) as a list; a box alone is told from a text by its mark."""
    values = form.getlist(FIELD + ident)
    if f"{FIELD}{ident}_many" in form:
        return values
    return values[0] if values else None


def context(
    look: Face,
    asked: Sequence[Question],
    *,
    typed: QueryDict | None = None,
    faults: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What the template needs for these questions; `typed` is shown again as it was sent."""
    return {
        IS_MORE: " ".join(one.id for one in asked),
        "items": [_item(look, one, typed, (faults or {}).get(one.id, "")) for one in asked],
    }


def _item(look: Face, one: Question, typed: QueryDict | None, fault: str) -> dict[str, Any]:
    given = typed.getlist(FIELD + one.id) if typed is not None else []
    options = one.options if one.kind in rule.CHOICES else tuple((n, n) for n in one.answer_ids)
    return {
        "id": one.id,
        "name": FIELD + one.id,
        "text": one.text,
        "is_required": one.is_required,
        "is_text": one.kind == rule.TEXT,
        "is_rating": one.kind == rule.RATING,
        "is_many": one.kind == rule.MULTIPLE,
        "box": "checkbox" if one.kind == rule.MULTIPLE else "radio",
        "options": [(ident, words, ident in given) for ident, words in options],
        "typed": given[0] if given else "",
        "error": look.words[_WORDS_OF_FAULT[fault]] if fault else "",
    }
