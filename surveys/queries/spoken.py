"""Everything a survey says, in every language it speaks: now, or as one of its versions keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import Workspace
from surveys import wording, words
from surveys.models import Survey, SurveyQuestion, SurveyVersion, SurveyWording
from surveys.rules.questions import Condition, Question

# The texts of a survey; each can be said in other languages. The first three are never empty on a page.
TEXTS = (
    "question", "low_label", "high_label", "prompt_promoter", "prompt_passive", "prompt_detractor", "thanks_promoter",
    "thanks_passive", "thanks_detractor", "subject", "intro", "sms_text",
)  # fmt: skip
OFFERED = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "tr", "ar", "he", "ja")  # as the page lists them
LINK_LABEL = "link:"  # and a class
QUESTION, OPTION = "question:", "option:"  # and an id; and a question's id, ":", an option's


@dataclass(frozen=True)
class Spoken:
    """What a survey says; `texts` holds no gaps, `wordings` only what somebody wrote."""

    metric: str
    language: str
    texts: Mapping[str, str]
    questions: tuple[Question, ...]
    wordings: Mapping[str, Mapping[str, str]]

    @property
    def languages(self) -> tuple[str, ...]:
        """Its own first, the others by code."""
        return (self.language, *sorted(set(self.wordings) - {self.language}))

    def next_language(self, usual: str) -> str:
        """The language to offer first as one more: the workspace's `usual` one, else the first with words of its own here
        that the survey does not speak; "" when it speaks all of them.
        """
        offered = (usual, *OFFERED)
        return next((code for code in offered if code and code not in self.languages), "")

    def language_for(self, wanted: str) -> str:
        """The language to speak to somebody who wants `wanted`: exactly it, else the same without country, else its own."""
        return words.nearest(self.languages, wanted) or self.language

    def texts_in(self, language: str) -> dict[str, str]:
        """Its texts in `language`, one it speaks; a missing one is that language's default."""
        if language == self.language:
            return dict(self.texts)
        written = self.wordings.get(language, {})
        return {name: written.get(name) or text for name, text in defaults(self.metric, language).items()}

    def questions_in(self, language: str) -> tuple[Question, ...]:
        """Its further questions in `language`; what is missing stays as it is."""
        written = self.wordings.get(language, {})
        return tuple(
            Question(
                one.id,
                one.kind,
                written.get(QUESTION + one.id) or one.text,
                tuple(
                    (ident, written.get(f"{OPTION}{one.id}:{ident}") or text) for ident, text in one.options
                ),
                one.is_required,
                one.condition,
            )
            for one in self.questions
        )

    def missing_in(self, language: str) -> list[str]:
        """Keys of what is said in the survey's own words and has none in `language`; its defaults are no gap."""
        if language == self.language:
            return []
        written, usual = self.wordings.get(language, {}), defaults(self.metric, self.language)
        own = [name for name in TEXTS if self.texts[name] != usual[name] and self.texts[name]]
        keys = [*own, *question_keys(self.questions)]
        return [key for key in keys if not written.get(key)]

    def stored(self) -> dict[str, Any]:
        """As a version keeps it."""
        return {
            "language": self.language,
            "texts": dict(self.texts),
            "questions": [
                {
                    "id": one.id,
                    "kind": one.kind,
                    "text": one.text,
                    "options": [{"id": ident, "text": text} for ident, text in one.options],
                    "is_required": one.is_required,
                    "condition": one.condition.stored(),
                }
                for one in self.questions
            ],
            "wordings": {language: dict(texts) for language, texts in self.wordings.items()},
        }


def defaults(metric: str, language: str) -> dict[str, str]:
    """What a survey of `metric` says in `language` when nobody wrote anything; "" where nothing need be said."""
    first = wording.defaults(metric, language)._asdict()
    prompts = {f"prompt_{shade.lower()}": text for shade, text in wording.default_prompts(language).items()}
    thanks = {f"thanks_{shade.lower()}": text for shade, text in wording.default_thanks(language).items()}
    return {**first, **prompts, **thanks, "subject": "", "intro": "", "sms_text": ""}


def question_keys(questions: Iterable[Question]) -> list[str]:
    """The keys of all words of these questions."""
    return [
        key
        for one in questions
        for key in (QUESTION + one.id, *(f"{OPTION}{one.id}:{ident}" for ident, _text in one.options))
    ]


def now(*, survey: Survey) -> Spoken:
    """What `survey` says as it is."""
    rows = SurveyQuestion.objects.of(survey.workspace_id).filter(survey=survey, archived_at=None)
    wordings = SurveyWording.objects.of(survey.workspace_id).filter(survey=survey)
    language = survey.language or survey.workspace.language or "en"
    usual = defaults(survey.metric, language)
    return Spoken(
        survey.metric,
        language,
        {name: getattr(survey, name) or usual[name] for name in TEXTS},
        tuple(question(row) for row in rows.order_by("position", "pk")),
        {row.language: row.texts for row in wordings},
    )


def languages_of(*, workspace: Workspace) -> list[str]:
    """Every language a survey of the workspace speaks, those of whole surveys first: two statements."""
    own = Survey.objects.of(workspace).order_by("pk").values_list("language", flat=True)
    others = SurveyWording.objects.of(workspace).order_by("pk").values_list("language", flat=True)
    return list(dict.fromkeys(code for code in (*own, *others) if code))


def question(row: SurveyQuestion) -> Question:
    """The rule's question of a row."""
    return Question(
        row.public_id,
        row.kind,
        row.text,
        tuple((one["id"], one["text"]) for one in row.options),
        row.is_required,
        Condition.of(row.condition),
    )


def then(*, version: SurveyVersion, metric: str) -> Spoken:
    """What a survey said at `version`."""
    kept = version.words
    return Spoken(
        metric,
        kept["language"],
        kept["texts"],
        tuple(
            Question(
                one["id"],
                one["kind"],
                one["text"],
                tuple((option["id"], option["text"]) for option in one["options"]),
                one["is_required"],
                Condition.of(one["condition"]),
            )
            for one in kept["questions"]
        ),
        kept["wordings"],
    )
