from accounts.models import Workspace
from core import colours
from surveys.models import Survey
from surveys.queries import faces
from surveys.services import surveys
from tests.conftest import MONDAY_9AM


def test_a_survey_wears_its_workspaces_colour_unless_it_has_its_own(survey: Survey) -> None:
    assert (faces.make(survey=survey).accent, faces.make(survey=survey).accent_text) == (
        "#0f766e",
        colours.LIGHT_INK,
    )
    survey = surveys.change(survey=survey, accent="#c68800", now=MONDAY_9AM)
    assert (faces.make(survey=survey).accent, faces.make(survey=survey).accent_text) == (
        "#c68800",
        colours.DARK_INK,
    )


def test_own_words_win_over_the_default_ones(survey: Survey) -> None:
    survey = surveys.change(survey=survey, prompt_detractor="Why?", low_label="", now=MONDAY_9AM)
    face = faces.make(survey=survey)
    assert face.prompts == {
        "PROMOTER": "What do you like most?", "PASSIVE": "What would make it better for you?", "DETRACTOR": "Why?",
    }  # fmt: skip
    assert face.low_label == "Not at all likely"


def test_thanks_are_found_by_the_segments_of_any_metric(acme: Workspace) -> None:
    stars = surveys.create(
        workspace=acme,
        name="Stars",
        metric="STARS",
        thanks_detractor="Sorry.",
        thanks_promoter="Yes!",
        now=MONDAY_9AM,
    )
    face = faces.make(survey=stars)
    assert (face.thanks["DISSATISFIED"], face.thanks["SATISFIED"]) == ("Sorry.", "Yes!")
    assert [step["segment"] for step in face.scale] == [
        "DISSATISFIED", "DISSATISFIED", "NEUTRAL", "SATISFIED", "SATISFIED",
    ]  # fmt: skip


def test_contact_lines_are_those_that_are_known(acme: Workspace, survey: Survey) -> None:
    assert faces.make(survey=survey).contact_lines == []
    survey.workspace.phone, survey.workspace.address = "+49 30 1", "1 Road"
    assert faces.make(survey=survey).contact_lines == ["+49 30 1", "1 Road"]
