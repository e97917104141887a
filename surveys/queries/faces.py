"""How a survey looks to customers: words, colours and scale, made once per change of the survey or its workspace."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation

from accounts.models import Workspace
from core.colours import ink_on
from core.looks import SHADES
from outbox.rendering import direction
from surveys import words
from surveys.models import Survey
from surveys.queries import spoken
from surveys.queries.spoken import Spoken
from surveys.rules import metrics
from surveys.rules.metrics import bounds, classify
from surveys.rules.questions import Question
from surveys.wording import CLASSES

KEPT = 500  # surveys in one process; beyond it all are made anew

_faces: dict[str, "Faces"] = {}


@dataclass(frozen=True)
class Face:
    """Everything the customers' pages and mails show of a survey in one language. Merge fields are not filled yet."""

    survey_id: int
    public_id: str
    company: str
    metric: str
    language: str
    direction: str
    words: Mapping[str, str]  # what every survey says in this language, see `surveys.words`
    question: str
    low_label: str
    high_label: str
    accent: str
    accent_text: str
    logo: str
    subject: str
    intro: str
    sms_text: str
    prompts: dict[str, str] = field(
        default_factory=dict
    )  # by PROMOTER, PASSIVE, DETRACTOR, whatever the metric
    thanks: dict[str, str] = field(default_factory=dict)  # by segment of the metric
    links: dict[str, dict[str, str]] = field(default_factory=dict)  # by segment: {"label", "url"}
    scale: list[dict[str, Any]] = field(default_factory=list)  # {"value", "segment", "stars"}, lowest first
    questions: tuple[Question, ...] = ()  # what is asked after the score
    languages: tuple[tuple[str, str], ...] = ()  # (code, own name) of all it speaks, if more than one
    contact_lines: list[str] = field(default_factory=list)
    contact_links: list[dict[str, str]] = field(default_factory=list)  # {"label", "url"}: social media
    asks_mismatch: bool = False  # whether a score that its words contradict is asked again
    framed_by: str = ""  # origins that may show the pages in a frame, as in frame-ancestors; empty: nobody

    @property
    def has_stars(self) -> bool:
        """Whether the scale is drawn as stars."""
        return metrics.kind(self.metric).face == metrics.STAR_FACE


class Faces:
    """One survey in the state it is in, in each language it speaks."""

    def __init__(self, survey: Survey, says: Spoken | None = None) -> None:
        self._survey = survey
        self.says = says or spoken.now(survey=survey)
        self._made: dict[str, Face] = {}

    def face(self, language: str = "") -> Face:
        """For somebody who reads `language`; "" is the survey's own."""
        chosen = self.says.language_for(language) if language else self.says.language
        made = self._made.get(chosen)
        if made is None:
            made = self._made[chosen] = _make(self._survey, self.says, chosen)
        return made


def face(*, version: str, survey_id: int, language: str = "") -> Face:
    """The face of a survey in the state `version` names (see `answer_sql.VERSION`); read once per process and state."""
    known = _faces.get(version)
    if known is None:
        if len(_faces) >= KEPT:
            _faces.clear()
        # By id: the token or public id that led here has already been matched with this survey.
        survey = Survey.objects.across_workspaces().select_related("workspace").get(pk=survey_id)
        known = _faces[version] = Faces(survey)
    return known.face(language)


def plain(*, workspace: Workspace | None, language: str) -> dict[str, Any]:
    """What a customers' page without a survey shows of a workspace (None: of nobody): its colours, logo and how to reach it."""
    look: dict[str, Any] = {"lang": language, "dir": direction(language)}
    if workspace is None:
        return look
    return look | {
        "survey": {"company": workspace.name},
        "brand": {
            "accent": workspace.accent,
            "accent_text": ink_on(workspace.accent),
            "logo_data_uri": workspace.logo,
        },
        "contact_block": [
            line for line in (workspace.phone, workspace.email, workspace.address, workspace.website) if line
        ],
    }


def make(*, survey: Survey, language: str = "", says: Spoken | None = None) -> Face:
    """The face of `survey` as it is, or as it `says`, for somebody who reads `language`."""
    return Faces(survey, says).face(language)


def _make(survey: Survey, says: Spoken, language: str) -> Face:
    workspace = survey.workspace
    texts = says.texts_in(language)
    low, high = bounds(survey.metric)
    scale: list[dict[str, Any]] = [
        {"value": score, "segment": classify(survey.metric, score), "stars": _stars(survey.metric, score)}
        for score in range(low, high + 1)
    ]
    accent = survey.accent or workspace.accent
    written = says.wordings.get(language, {})
    links = {
        shade: {**link, "label": written.get(spoken.LINK_LABEL + shade) or link["label"]}
        for shade, link in (survey.thanks_links or {}).items()
        if link.get("url")
    }
    return Face(
        survey_id=survey.pk,
        public_id=survey.public_id,
        company=workspace.name,
        metric=survey.metric,
        language=language,
        direction=direction(language),
        words=words.of(language),
        question=texts["question"],
        low_label=texts["low_label"],
        high_label=texts["high_label"],
        accent=accent,
        accent_text=ink_on(accent),
        logo=workspace.logo,
        subject=texts["subject"],
        intro=texts["intro"],
        sms_text=texts["sms_text"],
        prompts={shade: texts[f"prompt_{shade.lower()}"] for shade in CLASSES},
        thanks={step["segment"]: texts[f"thanks_{_shade(step['segment']).lower()}"] for step in scale},
        links={
            step["segment"]: links[_shade(step["segment"])]
            for step in scale
            if _shade(step["segment"]) in links
        },
        scale=scale,
        questions=says.questions_in(language),
        languages=tuple((code, name_of(code)) for code in says.languages) if says.wordings else (),
        contact_lines=[
            line for line in (workspace.phone, workspace.email, workspace.address, workspace.website) if line
        ],
        contact_links=list(workspace.social_links),
        asks_mismatch=survey.asks_mismatch and survey.edit_days > 0,
        framed_by=" ".join(workspace.frame_origins),
    )


def _shade(segment: str) -> str:
    return SHADES[segment].upper()


def _stars(metric: str, score: int) -> str:
    return "★" * score if metrics.kind(metric).face == metrics.STAR_FACE else ""


def name_of(code: str) -> str:
    """A language by its own name: Deutsch, العربيّة."""
    try:
        return str(translation.get_language_info(code.lower())["name_local"]).capitalize()
    except KeyError:
        return code
