"""What the script of a widget key shows: the survey's words and colours for nobody in particular, and how it asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.looks import SHADES
from surveys import wording
from surveys.models import WidgetKey
from surveys.queries import faces, spoken
from surveys.rules import metrics, widget_settings
from surveys.rules import questions as rule
from surveys.rules.questions import MULTIPLE, RATING, SINGLE, TEXT, Question

# What is said beside a question that needs an answer and has none.
MISSING = {TEXT: "bad_text", SINGLE: "bad_choice", MULTIPLE: "bad_choice", RATING: "bad_rating"}


def config(*, key: WidgetKey, language: str = "") -> dict[str, Any]:
    """All a page of another site needs, for who reads `language` (if the survey speaks it); `key.survey.workspace` is loaded. Holds nothing of a person and no secret."""
    face = faces.make(survey=key.survey, language=language)
    known = wording.values(company=face.company)
    thanks = {SHADES[segment]: wording.fill(text, known) for segment, text in face.thanks.items()}
    return {
        "question": wording.fill(face.question, known),
        "low": face.low_label,
        "high": face.high_label,
        "scale": [[step["value"], SHADES[step["segment"]]] for step in face.scale],
        "prompts": {shade.lower(): wording.fill(text, known) for shade, text in face.prompts.items()},
        "thanks": thanks,
        "accent": face.accent,
        "ink": face.accent_text,
        "lang": face.language,
        "dir": face.direction,
        "contact": [[line, ""] for line in face.contact_lines]
        + [[link["label"], link["url"]] for link in face.contact_links],
        "words": _words(face),
        "must": {kind: face.words[word] for kind, word in MISSING.items()},
        **widget_settings.complete(key.settings),
    }


def open_questions(
    *, key: WidgetKey, score: int, said: Mapping[str, Any], language: str = ""
) -> list[dict[str, Any]]:
    """What the widget asks after `score` and what was `said` so far, for a preview: nothing is kept. [] for no score of it."""
    survey = key.survey
    low, high = metrics.bounds(survey.metric)
    if not low <= score <= high:
        return []
    says = spoken.now(survey=survey)
    segment = metrics.classify(survey.metric, score)
    found = rule.still_open(says.questions, segment=segment, score=score, answers=said)
    chosen = says.language_for(language) if language else says.language
    words = {one.id: one for one in says.questions_in(chosen)}
    return [shown(one, words[one.id]) for one in found]


def shown(one: Question, words: Question) -> dict[str, Any]:
    """A further question as the script reads it, in `words` of its language."""
    return {
        "id": one.id,
        "kind": one.kind,
        "text": words.text,
        "options": [{"id": ident, "text": text} for ident, text in words.options],
        "is_required": one.is_required,
    }


def _words(face: faces.Face) -> dict[str, str]:
    words = face.words
    low, high = face.scale[0]["value"], face.scale[-1]["value"]
    return {
        "name": words["question_from"] % {"company": face.company},
        "send": words["send"],
        "close": words["close"],
        "more": words["more_title"],
        "lead": words["more_lead"],
        "next": words["send_more"],
        "needed": words["needed"],
        "thanks": words["thank_you"],
        "choose": words["bad_score"] % {"low": low, "high": high},
        "failed": words["not_arrived"],
        "later": words["too_many"],
        "closed": words["closed_text"],
    }
