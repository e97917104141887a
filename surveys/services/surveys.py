"""Creating surveys, changing their words, opening and closing them."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Workspace
from core.colours import NotAColour, ink_on
from core.merge_fields import MergeSyntaxError
from surveys import wording
from surveys.enums import Metric, SurveyStatus
from surveys.models import Attribute, Response, Survey

MERGED = (
    "question", "prompt_promoter", "prompt_passive", "prompt_detractor", "thanks_promoter", "thanks_passive",
    "thanks_detractor", "subject", "intro",
)  # fmt: skip
EDITABLE = (
    *MERGED, "name", "metric", "language", "low_label", "high_label", "accent", "quiet_days", "link_days", "edit_days",
    "resurvey_days",
)  # fmt: skip


@transaction.atomic
def create(
    *, workspace: Workspace, name: str, now: datetime, metric: str = Metric.NPS, **fields: Any
) -> Survey:
    """A draft with the default words of its metric, in its language (by default the workspace's).

    Raises ValidationError naming the fields that do not fit.
    """
    return _create(workspace, name, now, SurveyStatus.DRAFT, metric, **fields)


def _create(
    workspace: Workspace, name: str, now: datetime, status: SurveyStatus, metric: str, **fields: Any
) -> Survey:
    language = fields.pop("language", "") or workspace.language
    if metric not in Metric.values:
        raise ValidationError({"metric": _("There is no metric %(metric)s.") % {"metric": metric}})
    words = wording.defaults(metric, language)._asdict()
    survey = Survey(
        workspace=workspace, created_at=now, updated_at=now, language=language, metric=metric, status=status
    )
    return _save(
        survey, words | {key: value for key, value in fields.items() if value != ""} | {"name": name}, now
    )


@transaction.atomic
def change(*, survey: Survey, now: datetime, **fields: Any) -> Survey:
    """Set the given fields (names in EDITABLE). The metric is fixed once there is an answer.

    Raises ValidationError naming the fields that do not fit.
    """
    metric = fields.get("metric", survey.metric)
    if metric != survey.metric and Response.objects.of(survey.workspace_id).filter(survey=survey).exists():
        raise ValidationError(
            {"metric": _("This survey has answers already: make a new survey to ask with another scale.")}
        )
    return _save(survey, fields, now)


@transaction.atomic
def activate(*, survey: Survey, now: datetime) -> Survey:
    """Take answers from now on. Raises ValidationError when its words are not ready for customers."""
    survey.status = SurveyStatus.ACTIVE
    return _save(survey, {}, now)


@transaction.atomic
def close(*, survey: Survey, now: datetime) -> Survey:
    """Take no new answers; what was answered can still be amended inside its edit window."""
    survey.status = SurveyStatus.CLOSED
    return _save(survey, {}, now)


@transaction.atomic
def archive(*, survey: Survey, now: datetime) -> Survey:
    """Closed, and out of the lists; its answers keep counting."""
    survey.status = SurveyStatus.ARCHIVED
    return _save(survey, {}, now)


@transaction.atomic
def provide_first(*, workspace: Workspace, now: datetime) -> Survey:
    """The survey a new workspace starts with: active, so that the first answer is minutes away."""
    return _create(workspace, _("Relationship NPS"), now, SurveyStatus.ACTIVE, Metric.NPS)


def _save(survey: Survey, fields: dict[str, Any], now: datetime) -> Survey:
    if unknown := set(fields) - set(EDITABLE):
        raise ValueError(f"not editable: {', '.join(sorted(unknown))}")
    for field, value in fields.items():
        setattr(survey, field, value)
    survey.updated_at = now
    _validate(survey)
    survey.save()
    return survey


def _validate(survey: Survey) -> None:
    """All that does not fit, together: each field with its sentences. Raises ValidationError."""
    errors: dict[str, list[str]] = {}
    try:
        survey.full_clean(validate_unique=False)
    except ValidationError as error:
        errors.update(error.message_dict)
    names = list(Attribute.objects.of(survey.workspace_id).values_list("name", flat=True))
    for field in MERGED:
        try:
            wording.check(getattr(survey, field), attributes=names)
        except (wording.UnknownMergeFields, MergeSyntaxError) as error:
            errors.setdefault(field, []).append(str(error))
    try:
        ink_on(survey.accent or survey.workspace.accent)
    except NotAColour:
        errors.setdefault("accent", []).append(_("Write a colour like #0f766e."))
    if errors:
        raise ValidationError(errors)
