"""A survey's words in more languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from core.merge_fields import MergeSyntaxError
from surveys import wording, words
from surveys.models import Attribute, Survey, SurveyWording
from surveys.queries import spoken
from surveys.rules import verbatim
from surveys.services import versions

MOST_LANGUAGES = 30
MERGED = ("question", "prompt_promoter", "prompt_passive", "prompt_detractor", "thanks_promoter", "thanks_passive",
          "thanks_detractor", "subject", "intro", "sms_text")  # fmt: skip


def limits(*, survey: Survey) -> dict[str, int]:
    """How long each text may be, by its key: those of the survey, its links, its questions and their choices."""
    fields = {name: Survey._meta.get_field(name).max_length or 0 for name in spoken.TEXTS}
    links = {f"{spoken.LINK_LABEL}{shade}": 60 for shade in survey.thanks_links or {}}
    asked = spoken.question_keys(spoken.now(survey=survey).questions)
    return fields | links | {key: 300 if key.startswith(spoken.QUESTION) else 100 for key in asked}


def write(
    *, survey: Survey, language: str, texts: Mapping[str, str], now: datetime, by: User | None = None
) -> SurveyWording:
    """What the survey says in `language`; an empty text is that language's default. The language is added if it is new.

    Raises ValidationError naming the texts that do not fit.
    """
    if words.same(language, survey.language) and language.lower() == survey.language.lower():
        raise ValidationError({"language": _("This is the survey's own language.")})
    rows = SurveyWording.objects.of(survey.workspace_id)
    with versions.changing(survey=survey, now=now, by=by):
        row = rows.filter(survey=survey, language=language).first()
        if row is None:
            if rows.filter(survey=survey).count() >= MOST_LANGUAGES:
                raise ValidationError({"language": _("A survey speaks at most 30 other languages.")})
            row = SurveyWording(workspace_id=survey.workspace_id, survey=survey, language=language)
        row.texts = _checked(survey, texts)
        row.updated_at = now
        row.save()
    return row


def remove(*, survey: Survey, language: str, now: datetime, by: User | None = None) -> None:
    """The survey no longer speaks `language`; answers keep the words they were given to."""
    with versions.changing(survey=survey, now=now, by=by):
        SurveyWording.objects.of(survey.workspace_id).filter(survey=survey, language=language).delete()


def _checked(survey: Survey, texts: Mapping[str, str]) -> dict[str, str]:
    errors: dict[str, list[str]] = {}
    names = list(Attribute.objects.of(survey.workspace_id).values_list("name", flat=True))
    kept: dict[str, str] = {}
    for key, longest in limits(survey=survey).items():
        try:
            text = verbatim.clean(texts.get(key, ""), limit=longest)
            if key in MERGED:
                wording.check(text, attributes=names)
        except verbatim.TextTooLong:
            errors[key] = [_("Please keep it under %(most)s characters.") % {"most": longest}]
        except (wording.UnknownMergeFields, MergeSyntaxError) as error:
            errors[key] = [str(error)]
        else:
            if text:
                kept[key] = text
    if errors:
        raise ValidationError(errors)
    return kept
