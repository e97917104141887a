import pytest
from django.core.exceptions import ValidationError

from accounts.models import Workspace
from surveys.models import Survey
from surveys.services import attributes, responses, surveys
from tests.conftest import MONDAY_9AM


def test_a_new_workspace_has_one_open_nps_survey(acme: Workspace) -> None:
    survey = Survey.objects.of(acme).get()
    assert (survey.name, survey.metric, survey.status, survey.language) == (
        "Relationship NPS",
        "NPS",
        "ACTIVE",
        "en",
    )
    assert survey.question == "How likely are you to recommend {{ company }} to a friend or colleague?"


def test_a_survey_starts_as_a_draft_with_the_words_of_its_metric(acme: Workspace) -> None:
    survey = surveys.create(workspace=acme, name="Support", metric="CSAT", low_label="Awful", now=MONDAY_9AM)
    assert (survey.status, survey.question) == ("DRAFT", "How satisfied were you with {{ company }}?")
    assert (survey.low_label, survey.high_label) == ("Awful", "Very satisfied")


def test_everything_that_does_not_fit_is_named_at_once(acme: Workspace) -> None:
    with pytest.raises(ValidationError) as refused:
        surveys.create(
            workspace=acme, name="", question="Hi {{ frist_name }}", intro="{{ oops", accent="red", link_days=0,
            now=MONDAY_9AM,
        )  # fmt: skip
    assert sorted(refused.value.message_dict) == ["__all__", "accent", "intro", "name", "question"]
    assert "frist_name" in refused.value.message_dict["question"][0]
    assert Survey.objects.of(acme).count() == 1


def test_an_unknown_metric_or_field_is_refused(acme: Workspace, survey: Survey) -> None:
    with pytest.raises(ValidationError):
        surveys.create(workspace=acme, name="X", metric="MOOD", now=MONDAY_9AM)
    with pytest.raises(ValueError, match="status"):
        surveys.change(survey=survey, status="CLOSED", now=MONDAY_9AM)


def test_attributes_of_the_workspace_are_merge_fields(acme: Workspace, survey: Survey) -> None:
    attributes.ensure(workspace=acme, seen=[{"Plan": "Gold"}], now=MONDAY_9AM)
    surveys.change(survey=survey, question="How do you like {{ attribute.plan }}?", now=MONDAY_9AM)
    with pytest.raises(ValidationError):
        surveys.change(survey=survey, question="How do you like {{ attribute.size }}?", now=MONDAY_9AM)


def test_the_metric_is_fixed_once_there_is_an_answer(acme: Workspace, survey: Survey) -> None:
    surveys.change(survey=survey, metric="CSAT", now=MONDAY_9AM)
    surveys.change(survey=survey, metric="NPS", now=MONDAY_9AM)
    responses.record(workspace=acme, survey=survey, score=3, now=MONDAY_9AM)
    with pytest.raises(ValidationError) as refused:
        surveys.change(survey=survey, metric="CSAT", now=MONDAY_9AM)
    assert list(refused.value.message_dict) == ["metric"]
    surveys.change(survey=survey, metric="NPS", name="Renamed", now=MONDAY_9AM)


def test_opening_and_closing(survey: Survey) -> None:
    for act, status in (
        (surveys.close, "CLOSED"),
        (surveys.activate, "ACTIVE"),
        (surveys.archive, "ARCHIVED"),
    ):
        assert act(survey=survey, now=MONDAY_9AM).status == status
        survey.refresh_from_db()
        assert survey.status == status
