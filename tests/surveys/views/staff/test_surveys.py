"""Surveys in the browser."""

import pytest
from django.test import Client

from accounts.models import User, Workspace
from surveys.models import Survey
from surveys.services import surveys
from tests.conftest import MONDAY_9AM, signed_in


@pytest.fixture
def survey(acme: Workspace) -> Survey:
    return Survey.objects.of(acme).select_related("workspace").get()


@pytest.fixture
def browser(alice: User) -> Client:
    return signed_in(alice)


def page(survey: Survey, rest: str = "") -> str:
    return f"/w/acme/surveys/{survey.public_id}/{rest}"


def typed(survey: Survey, **changed: object) -> dict[str, object]:
    names = (
        "name", "language", "question", "low_label", "high_label", "prompt_promoter", "prompt_passive",
        "prompt_detractor", "thanks_promoter", "thanks_passive", "thanks_detractor", "subject", "intro", "accent",
        "quiet_days", "link_days", "edit_days", "resurvey_days",
    )  # fmt: skip
    return {**{name: getattr(survey, name) for name in names}, **changed}


def test_a_name_is_enough_for_a_new_survey(acme: Workspace, browser: Client) -> None:
    response = browser.post("/w/acme/surveys/new/", {"name": "After support", "metric": "CSAT"})
    survey = Survey.objects.of(acme).get(name="After support")
    assert response["Location"] == page(survey, "edit/")
    assert (survey.metric, survey.status, survey.question) == (
        "CSAT",
        "DRAFT",
        "How satisfied were you with {{ company }}?",
    )


def test_the_page_fills_the_company_into_the_question(survey: Survey, browser: Client) -> None:
    text = browser.get(page(survey)).content.decode()
    assert "How likely are you to recommend Acme to a friend or colleague?" in text
    assert f"/s/p/{survey.public_id}/" in text
    listed = browser.get("/w/acme/surveys/").content.decode()
    assert "How likely are you to recommend Acme to a friend or colleague?" in listed
    assert "{{" not in listed


@pytest.mark.parametrize("metric", ["NPS", "CSAT", "CES", "STARS"])
def test_every_metric_has_a_page_a_preview_and_thanks(acme: Workspace, browser: Client, metric: str) -> None:
    survey = surveys.create(workspace=acme, name=metric, metric=metric, now=MONDAY_9AM)
    assert browser.get(page(survey)).status_code == 200
    segment = "PROMOTER" if metric == "NPS" else "SATISFIED"
    for rest in ("preview/", f"preview/?shown={segment}"):
        assert browser.get(page(survey, rest)).status_code == 200


def test_words_are_saved(survey: Survey, browser: Client) -> None:
    response = browser.post(
        page(survey, "edit/"), typed(survey, question="Would you come back to {{ company }}?", link_days=30)
    )
    survey.refresh_from_db()
    assert response["Location"] == page(survey)
    assert (survey.question, survey.link_days) == ("Would you come back to {{ company }}?", 30)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"question": "Dear {{ nickname }}"}, "question"),
        ({"question": "Dear {{ first_name"}, "question"),
        ({"link_days": 0}, "link_days"),
        ({"accent": "teal"}, "accent"),
        ({"name": ""}, "name"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_nothing_is_saved(
    survey: Survey, browser: Client, changed: dict[str, object], field: str
) -> None:
    response = browser.post(page(survey, "edit/"), typed(survey, subject="Kept words", **changed))
    assert response.status_code == 422
    errors = response.context["form"].errors
    assert field in errors or "__all__" in errors
    assert 'value="Kept words"' in response.content.decode()
    survey.refresh_from_db()
    assert survey.subject == ""


def test_a_preview_shows_unsaved_words_and_saves_nothing(survey: Survey, browser: Client) -> None:
    before = Survey.objects.of(survey.workspace_id).values().get()
    response = browser.post(
        page(survey, "preview/"), typed(survey, question="{{ first_name }}, is <i>it</i> good?")
    )
    assert "Maya, is &lt;i&gt;it&lt;/i&gt; good?" in response.content.decode()
    assert Survey.objects.of(survey.workspace_id).values().get() == before


def test_a_preview_shows_half_typed_fields_as_they_are(survey: Survey, browser: Client) -> None:
    response = browser.post(page(survey, "preview/"), typed(survey, question="Dear {{ first", accent="#12"))
    assert (response.status_code, "Dear {{ first" in response.content.decode()) == (200, True)


def test_a_preview_can_run_nothing_and_stands_only_in_our_frames(survey: Survey, browser: Client) -> None:
    response = browser.get(page(survey, "preview/"))
    policy = response["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'nonce-")
    assert policy.endswith("form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox")
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    nonce = policy.split("'nonce-")[1].split("'")[0]
    assert f'<style nonce="{nonce}">' in response.content.decode()


def test_closing_and_activating(survey: Survey, browser: Client) -> None:
    for verb, status in (("close", "CLOSED"), ("activate", "ACTIVE")):
        assert browser.post(page(survey, f"{verb}/"))["Location"] == page(survey)
        survey.refresh_from_db()
        assert survey.status == status
