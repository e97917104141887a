"""Further questions of a survey: adding, changing, moving, archiving. The list as a whole is always in order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from core.tokens import new_public_id
from surveys.models import Survey, SurveyQuestion
from surveys.queries import spoken
from surveys.rules import questions as rule
from surveys.rules import verbatim
from surveys.rules.questions import Condition
from surveys.services import versions

# Fault of the rule -> (the field it belongs to, what is said about it).
_SENTENCES = {
    "TOO_MANY": (
        "",
        gettext_noop(
            "A survey asks at most 10 further questions: people stop answering long before. Archive one first."
        ),
    ),
    "NO_TEXT": ("text", gettext_noop("Write the question.")),
    "LONG_TEXT": ("text", gettext_noop("A question has at most 300 characters.")),
    "UNKNOWN_KIND": ("kind", gettext_noop("Choose one of the four kinds.")),
    "FEW_OPTIONS": ("options", gettext_noop("Write at least two choices, one a line.")),
    "MANY_OPTIONS": ("options", gettext_noop("Offer at most 20 choices.")),
    "LONG_OPTION": ("options", gettext_noop("A choice has at most 100 characters.")),
    "SAME_OPTION": ("options", gettext_noop("Two choices are the same.")),
    "NEEDLESS_OPTIONS": ("options", gettext_noop("This kind of question has no choices: leave them empty.")),
    "UNKNOWN_CLASS": ("classes", gettext_noop("This survey has no such class of answer.")),
    "BAD_SCORES": ("scores", gettext_noop("The scores do not fit the scale of this survey.")),
    "NEVER_BOTH": ("scores", gettext_noop("No score between these belongs to the chosen classes: nobody would be asked.")),
    "UNKNOWN_QUESTION": ("answers", gettext_noop("The question it depends on is not in this survey any more.")),
    "LATER_QUESTION": (
        "answers",
        gettext_noop("A question can depend only on one that is asked before it: two could wait for each other."),
    ),
    "NO_CHOICE": ("answers", gettext_noop("A question cannot depend on words written freely.")),
    "UNKNOWN_ANSWER": ("answers", gettext_noop("The answer it depends on is not offered any more.")),
    "NO_ANSWER": ("answers", gettext_noop("Say which answers of the earlier question it is for.")),
}  # fmt: skip


def add(
    *,
    survey: Survey,
    kind: str,
    text: str,
    now: datetime,
    options: Sequence[str] = (),
    is_required: bool = False,
    condition: Condition | None = None,
    by: User | None = None,
) -> SurveyQuestion:
    """One more question, after the others. Raises ValidationError naming what does not fit."""
    with versions.changing(survey=survey, now=now, by=by):
        listed = _listed(survey)
        question = SurveyQuestion(
            workspace_id=survey.workspace_id,
            survey=survey,
            position=listed[-1].position + 1 if listed else 1,
            kind=kind,
            text=verbatim.clean_line(text),
            options=_options(options, []),
            is_required=is_required,
            condition=(condition or Condition()).stored(),
            created_at=now,
        )
        _check(survey, [*listed, question], question)
        question.save()
    return question


def change(
    *,
    question: SurveyQuestion,
    kind: str,
    text: str,
    now: datetime,
    options: Sequence[str] = (),
    is_required: bool = False,
    condition: Condition | None = None,
    by: User | None = None,
) -> SurveyQuestion:
    """The question in other words; a choice that keeps its words or its place stays the same choice.

    Raises ValidationError naming what does not fit, also in questions that depend on this one.
    """
    survey = question.survey
    with versions.changing(survey=survey, now=now, by=by):
        question.kind, question.text = kind, verbatim.clean_line(text)
        question.options = _options(options, question.options)
        question.is_required = is_required
        question.condition = (condition or Condition()).stored()
        _check(survey, [question if row.pk == question.pk else row for row in _listed(survey)], question)
        question.save()
    return question


def move(*, question: SurveyQuestion, up: bool, now: datetime, by: User | None = None) -> None:
    """One place up or down; at the end nothing happens. Raises ValidationError when one would wait for a later one."""
    survey = question.survey
    with versions.changing(survey=survey, now=now, by=by):
        listed = _listed(survey)
        place = next((at for at, row in enumerate(listed) if row.pk == question.pk), None)
        other = None if place is None else place + (-1 if up else 1)
        if place is None or other is None or not 0 <= other < len(listed):
            return
        listed[place], listed[other] = listed[other], listed[place]
        _check(survey, listed)
        for position, row in enumerate(listed, 1):
            if row.position != position:
                row.position = position
                row.save(update_fields=["position"])


def place(*, question: SurveyQuestion, place: int, now: datetime, by: User | None = None) -> None:
    """To this place, from 1; the others make room, and beyond the end is the end.

    Raises ValidationError when one would wait for a later one. An archived question has no place: nothing happens.
    """
    survey = question.survey
    with versions.changing(survey=survey, now=now, by=by):
        listed = _listed(survey)
        mine = next((row for row in listed if row.pk == question.pk), None)
        if mine is None:
            return
        listed.remove(mine)
        listed.insert(min(max(place, 1), len(listed) + 1) - 1, mine)
        _check(survey, listed)
        for position, row in enumerate(listed, 1):
            if row.position != position:
                row.position = position
                row.save(update_fields=["position"])


def archive(*, question: SurveyQuestion, now: datetime, by: User | None = None) -> None:
    """Asked no more; answers given to it stay, in their words. Raises ValidationError while others depend on it."""
    survey = question.survey
    with versions.changing(survey=survey, now=now, by=by):
        if question.archived_at is not None:
            return
        _check(survey, [row for row in _listed(survey) if row.pk != question.pk])
        question.archived_at = now
        question.save(update_fields=["archived_at"])


def restore(*, question: SurveyQuestion, now: datetime, by: User | None = None) -> None:
    """Asked again, after the others. Raises ValidationError when it no longer fits."""
    survey = question.survey
    with versions.changing(survey=survey, now=now, by=by):
        if question.archived_at is None:
            return
        listed = _listed(survey)
        question.position = listed[-1].position + 1 if listed else 1
        question.archived_at = None
        _check(survey, [*listed, question], question)
        question.save(update_fields=["archived_at", "position"])


def _listed(survey: Survey) -> list[SurveyQuestion]:
    rows = SurveyQuestion.objects.of(survey.workspace_id).filter(survey=survey, archived_at=None)
    return list(rows.order_by("position", "pk"))


def _options(words: Sequence[str], before: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Choices with their ids: one with the words of before is that one, else the one that stood in its place."""
    texts = [text for text in (verbatim.clean_line(line) for line in words) if text]
    by_text = {one["text"].casefold(): one["id"] for one in before}
    free = [
        one["id"] if one["text"].casefold() not in {t.casefold() for t in texts} else "" for one in before
    ]
    made = []
    for place, text in enumerate(texts):
        ident = by_text.pop(text.casefold(), "")
        if not ident and len(texts) == len(before):
            ident = free[place]
        made.append({"id": ident or new_public_id(), "text": text})
    return made


def _check(survey: Survey, listed: Sequence[SurveyQuestion], edited: SurveyQuestion | None = None) -> None:
    """Raise ValidationError with everything that is wrong: of `edited` by field, of others by their words."""
    errors: dict[str, list[str]] = {}
    asked = [spoken.question(row) for row in listed]
    for fault in rule.faults(asked, metric=survey.metric):
        field, sentence = _SENTENCES[fault.code]
        row = listed[fault.place] if fault.place < len(listed) else None
        if edited is not None and row is edited and field:
            errors.setdefault(field, []).append(_(sentence))
        elif row is None or not field:
            errors.setdefault("__all__", []).append(_(sentence))
        else:
            about = {"question": row.text, "why": _(sentence)}
            errors.setdefault("__all__", []).append(_("“%(question)s”: %(why)s") % about)
    if edited is not None and "{{" in "".join([edited.text, *(one["text"] for one in edited.options)]):
        errors.setdefault("text", []).append(
            _("Merge fields such as %(field)s work in the first question and the mail, not here.")
            % {"field": "{{ company }}"}
        )
    if errors:
        raise ValidationError(errors)
