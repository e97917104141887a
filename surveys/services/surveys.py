"""Creating surveys, changing their words, opening and closing them."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from core.colours import LIGHT_INK, NotAColour, contrast, ink_on, is_seen_on_white, nearest_seen_on_white
from core.merge_fields import MergeSyntaxError
from surveys import library, wording
from surveys.enums import Metric, SurveyStatus
from surveys.models import Attribute, Response, Survey
from surveys.rules import review_sites, verbatim
from surveys.services import questions, versions

MERGED = (
    "question", "prompt_promoter", "prompt_passive", "prompt_detractor", "thanks_promoter", "thanks_passive",
    "thanks_detractor", "subject", "intro", "sms_text",
)  # fmt: skip
EDITABLE = (
    *MERGED, "name", "metric", "language", "low_label", "high_label", "accent", "quiet_days", "link_days", "edit_days",
    "resurvey_days", "asks_mismatch", "thanks_links",
)  # fmt: skip
LONGEST_LABEL, LONGEST_URL = 60, 500  # of a link on the thank-you page


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
    survey = _made(workspace, now, status, metric, language)
    return _save(
        survey, words | {key: value for key, value in fields.items() if value != ""} | {"name": name}, now
    )


def _made(workspace: Workspace, now: datetime, status: SurveyStatus, metric: str, language: str) -> Survey:
    return Survey(
        workspace=workspace,
        created_at=now,
        updated_at=now,
        language=language,
        metric=metric,
        status=status,
        sms_text="",
    )


@transaction.atomic
def change(*, survey: Survey, now: datetime, by: User | None = None, **fields: Any) -> Survey:
    """Set the given fields (names in EDITABLE). The metric is fixed once there is an answer.

    Raises ValidationError naming the fields that do not fit.
    """
    metric = fields.get("metric", survey.metric)
    if metric != survey.metric and Response.objects.of(survey.workspace_id).filter(survey=survey).exists():
        raise ValidationError(
            {"metric": _("This survey has answers already: make a new survey to ask with another scale.")}
        )
    if "accent" in fields and fields["accent"] != survey.accent:
        _check_accent(fields["accent"])
    with versions.changing(survey=survey, now=now, by=by):
        return _save(survey, fields, now)


@transaction.atomic
def activate(*, survey: Survey, now: datetime) -> Survey:
    """Take answers from now on. Raises ValidationError when its words are not ready for customers."""
    survey.status, survey.archived_at = SurveyStatus.ACTIVE, None
    return _save(survey, {}, now)


@transaction.atomic
def close(*, survey: Survey, now: datetime) -> Survey:
    """Take no new answers; what was answered can still be amended inside its edit window."""
    survey.status = SurveyStatus.CLOSED
    return _save(survey, {}, now)


@transaction.atomic
def archive(*, survey: Survey, now: datetime) -> Survey:
    """Closed, and out of the lists; its answers keep counting."""
    survey.status, survey.archived_at = SurveyStatus.ARCHIVED, now
    return _save(survey, {}, now)


@transaction.atomic
def unarchive(*, survey: Survey, now: datetime) -> Survey:
    """Back in the lists, closed: it takes answers once it is activated. Any other survey stays as it is."""
    if survey.status != SurveyStatus.ARCHIVED:
        return survey
    survey.status, survey.archived_at = SurveyStatus.CLOSED, None
    return _save(survey, {}, now)


@transaction.atomic
def provide_first(*, workspace: Workspace, now: datetime) -> Survey:
    """The survey a new workspace starts with: active, so that the first answer is minutes away."""
    survey = _made(workspace, now, SurveyStatus.ACTIVE, Metric.NPS, workspace.language)
    words = wording.defaults(Metric.NPS, workspace.language)._asdict()
    return _save(survey, words | {"name": _("Relationship NPS")}, now, is_ours=True)


def _save(survey: Survey, fields: dict[str, Any], now: datetime, *, is_ours: bool = False) -> Survey:
    if unknown := set(fields) - set(EDITABLE):
        raise ValueError(f"not editable: {', '.join(sorted(unknown))}")
    for field, value in fields.items():
        setattr(survey, field, value)
    survey.updated_at = now
    _validate(survey, is_ours=is_ours)
    survey.save()
    return survey


def _validate(survey: Survey, *, is_ours: bool) -> None:
    """All that does not fit, together: each field with its sentences. Raises ValidationError.

    Where all values are ours there is nobody to tell which bound was missed: the database holds them when it is saved.
    """
    errors: dict[str, list[str]] = {}
    try:
        survey.full_clean(validate_unique=False, validate_constraints=not is_ours)
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
    if faults := _link_faults(survey):
        errors.setdefault("thanks_links", []).extend(faults)
    if errors:
        raise ValidationError(errors)


def _check_accent(accent: str) -> None:
    """Raise ValidationError for a colour whose buttons nobody finds on a white page, with the nearest that works."""
    try:
        if not accent or is_seen_on_white(accent):
            return
    except NotAColour:
        return  # said by _validate
    sentence = _(
        "A button of this colour can hardly be seen on a white page: its contrast is %(ratio)s to 1, and people need 3 to 1 "
        "(WCAG 2.2, 1.4.11). The nearest that works is %(colour)s."
    )
    about = {"ratio": f"{contrast(accent, LIGHT_INK):.1f}", "colour": nearest_seen_on_white(accent)}
    raise ValidationError({"accent": [sentence % about]})


def _link_faults(survey: Survey) -> list[str]:
    """What is wrong with the links of the thank-you page; tidies them on the way."""
    given = survey.thanks_links if isinstance(survey.thanks_links, dict) else {}
    links: dict[str, dict[str, str]] = {}
    faults: list[str] = []
    for shade in wording.CLASSES:
        one = given.get(shade) if isinstance(given.get(shade), dict) else {}
        label, url = (verbatim.clean_line(str((one or {}).get(name) or "")) for name in ("label", "url"))
        if not label and not url:
            continue
        if not label or not url:
            faults.append(_("A link needs its words and its address."))
        elif len(label) > LONGEST_LABEL or len(url) > LONGEST_URL:
            faults.append(_("A link has at most 60 characters of words and 500 of address."))
        elif not _is_address(url):
            faults.append(
                _("%(url)s is no address of a web page: it begins with https://.") % {"url": url[:80]}
            )
        links[shade] = {"label": label, "url": url}
    survey.thanks_links = links
    addresses = {shade: link["url"] for shade, link in links.items()}
    if review_sites.depends_on_score(addresses, classes=wording.CLASSES):
        faults.append(
            _(
                "A review site is shown to everybody or to nobody. Asking only happy customers for a public review misleads "
                "its readers; the sites forbid it and so does the law in many countries. Put the same link at all three, or none."
            )
        )
    return list(dict.fromkeys(faults))


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(parts.hostname) and "." in (parts.hostname or "")


@transaction.atomic
def create_from(*, workspace: Workspace, start: library.Start, now: datetime, name: str = "") -> Survey:
    """A draft like a ready-made one of the library, with its further questions."""
    survey = create(
        workspace=workspace, name=name or start.name, metric=start.metric, now=now, **start.fields
    )
    for one in start.questions:
        questions.add(
            survey=survey,
            kind=one.kind,
            text=one.text,
            options=one.options,
            condition=one.condition,
            now=now,
        )
    return survey
