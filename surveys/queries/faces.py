"""How a survey looks to customers: words, colours and scale, made once per change of the survey or its workspace."""

from dataclasses import dataclass, field
from typing import Any

from django.utils import translation

from core.colours import ink_on
from core.looks import SHADES
from outbox.rendering import direction
from surveys import wording
from surveys.models import Survey
from surveys.rules.metrics import bounds, classify

KEPT = 500  # faces in one process; beyond it all are made anew

_faces: dict[str, "Face"] = {}


@dataclass(frozen=True)
class Face:
    """Everything the customers' pages and mails show of a survey. Merge fields are not filled yet."""

    survey_id: int
    public_id: str
    company: str
    language: str
    direction: str
    question: str
    low_label: str
    high_label: str
    accent: str
    accent_text: str
    logo: str
    subject: str
    intro: str
    prompts: dict[str, str] = field(
        default_factory=dict
    )  # by PROMOTER, PASSIVE, DETRACTOR, whatever the metric
    thanks: dict[str, str] = field(default_factory=dict)  # by segment of the metric
    scale: list[dict[str, Any]] = field(default_factory=list)  # {"value", "segment"}, lowest first
    contact_lines: list[str] = field(default_factory=list)
    metric: str = "NPS"
    asks_mismatch: bool = False  # whether a score that its words contradict is asked again
    framed_by: str = ""  # origins that may show the pages in a frame, as in frame-ancestors; empty: nobody


def face(*, version: str, survey_id: int) -> Face:
    """The face of a survey in the state `version` names (see `answer_sql.VERSION`); read once per process and state."""
    known = _faces.get(version)
    if known is None:
        if len(_faces) >= KEPT:
            _faces.clear()
        # By id: the token or public id that led here has already been matched with this survey.
        survey = Survey.objects.across_workspaces().select_related("workspace").get(pk=survey_id)
        known = _faces[version] = make(survey=survey)
    return known


def make(*, survey: Survey) -> Face:
    """The face of `survey` as it is, with the default words of its language where its own are empty."""
    workspace = survey.workspace
    with translation.override(survey.language or workspace.language or None):
        words = wording.defaults(survey.metric)
        prompts = _chosen(survey, "prompt", wording.default_prompts())
        thanks = _chosen(survey, "thanks", wording.default_thanks())
    low, high = bounds(survey.metric)
    scale: list[dict[str, Any]] = [
        {"value": score, "segment": classify(survey.metric, score)} for score in range(low, high + 1)
    ]
    accent = survey.accent or workspace.accent
    return Face(
        survey_id=survey.pk,
        public_id=survey.public_id,
        company=workspace.name,
        language=survey.language or workspace.language or "en",
        direction=direction(survey.language or workspace.language),
        question=survey.question or words.question,
        low_label=survey.low_label or words.low_label,
        high_label=survey.high_label or words.high_label,
        accent=accent,
        accent_text=ink_on(accent),
        logo=workspace.logo,
        subject=survey.subject,
        intro=survey.intro,
        prompts=prompts,
        thanks={step["segment"]: thanks[SHADES[step["segment"]].upper()] for step in scale},
        scale=scale,
        contact_lines=[
            line for line in (workspace.phone, workspace.email, workspace.address, workspace.website) if line
        ],
        metric=survey.metric,
        asks_mismatch=survey.asks_mismatch and survey.edit_days > 0,
        framed_by=" ".join(workspace.frame_origins),
    )


def _chosen(survey: Survey, kind: str, defaults: dict[str, str]) -> dict[str, str]:
    """The survey's own words by class of answer, or the default ones."""
    return {shade: getattr(survey, f"{kind}_{shade.lower()}") or words for shade, words in defaults.items()}
