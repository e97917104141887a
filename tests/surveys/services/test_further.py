"""Further questions from being written to being answered, through the pages a customer and a colleague use."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User, Workspace
from surveys.models import Invitation, Response, Survey, SurveyVersion
from surveys.queries import asked, faces
from surveys.rules.questions import Condition
from surveys.services import contacts, public_links, questions, responses, surveys, wordings
from surveys.views import public
from tests.conftest import MONDAY_9AM, signed_in
from tests.surveys.conftest import settle


@pytest.fixture(autouse=True)
def at_nine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY_9AM)
    public.ANSWERS_OF_LINK._noted.clear()


@pytest.fixture
def what(survey: Survey) -> Any:
    return questions.add(
        survey=survey, kind="SINGLE", text="What was it?", options=["Price", "Speed"], now=MONDAY_9AM,
        condition=Condition(classes=("DETRACTOR",)),
    )  # fmt: skip


@pytest.fixture
def which(survey: Survey, what: Any) -> Any:
    speed = what.options[1]["id"]
    return questions.add(
        survey=survey, kind="TEXT", text="How slow?", is_required=True, now=MONDAY_9AM,
        condition=Condition(question=what.public_id, answers=(speed,)),
    )  # fmt: skip


def post(invitation: Invitation, **form: Any) -> Any:
    return Client().post(f"/s/{invitation.link}/", form)


def test_the_score_is_stored_first_and_questions_follow_in_turn(
    acme: Workspace, invitation: Invitation, what: Any, which: Any
) -> None:
    page = post(invitation, score=3, comment="Bad").content.decode()
    assert "What was it?" in page
    assert "How slow?" not in page
    settle(acme)
    response = Response.objects.of(acme).get()
    assert (response.score, response.answers, response.is_complete) == (3, {}, False)
    speed = what.options[1]["id"]
    page = post(invitation, more=what.public_id, **{f"q_{what.public_id}": speed}).content.decode()
    assert "How slow?" in page
    response.refresh_from_db()
    assert (response.answers, response.is_complete) == ({what.public_id: speed}, False)
    again = post(invitation, more=which.public_id, **{f"q_{which.public_id}": ""})
    assert (again.status_code, "Please write a few words" in again.content.decode()) == (422, True)
    last = post(invitation, more=which.public_id, **{f"q_{which.public_id}": "A \x00week"})
    assert "a person will read your answer" in last.content.decode()
    response.refresh_from_db()
    assert response.answers == {what.public_id: speed, which.public_id: "A week"}
    assert (response.is_complete, response.amended_at) == (True, None)
    said = asked.in_words(responses=[response])[response.pk].said
    assert [(one.question, one.answer) for one in said] == [
        ("What was it?", "Speed"),
        ("How slow?", "A week"),
    ]


@pytest.mark.parametrize("is_kiosk", [False, True])
def test_answers_through_a_links_page_are_kept_beside_their_score(
    acme: Workspace, survey: Survey, what: Any, is_kiosk: bool
) -> None:
    link = public_links.create(
        workspace=acme, survey=survey, source="Counter", now=MONDAY_9AM, is_kiosk=is_kiosk
    )
    page = reverse("surveys:public_survey", args=[link.public_id]) + "?n=" + "f" * 22
    page += "&kiosk=1" if is_kiosk else ""
    assert "What was it?" in Client().post(page, {"score": 3}).content.decode()
    speed = what.options[1]["id"]
    last = Client().post(page, {"more": what.public_id, f"q_{what.public_id}": speed})
    assert (last.status_code, "a person will read your answer" in last.content.decode()) == (200, True)
    row = Response.objects.of(acme).get()
    assert (row.score, row.source, row.answers) == (3, "Counter", {what.public_id: speed})


def test_who_is_not_asked_is_thanked_at_once_and_is_complete(
    acme: Workspace, invitation: Invitation, what: Any
) -> None:
    assert "What was it?" not in post(invitation, score=9).content.decode()
    settle(acme)
    assert Response.objects.of(acme).get().is_complete


def test_a_choice_nobody_offered_and_too_many_words_come_back_with_what_was_typed(
    acme: Workspace, survey: Survey, invitation: Invitation, what: Any
) -> None:
    words = questions.add(survey=survey, kind="TEXT", text="More?", now=MONDAY_9AM)
    post(invitation, score=3)
    typed = "x" * 1_000_000
    answer = post(
        invitation, more=f"{what.public_id} {words.public_id}",
        **{f"q_{what.public_id}": what.options[0]["id"], f"q_{words.public_id}": typed},
    )  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 422
    assert typed in page
    assert re.search(rf'value="{what.options[0]["id"]}" checked', page)
    assert Response.objects.of(acme).get().answers == {what.public_id: what.options[0]["id"]}
    bad = post(invitation, more=what.public_id, **{f"q_{what.public_id}": "nonsense"})
    assert "Please choose an answer." in bad.content.decode()


@pytest.mark.parametrize("score", ["6.5", "11", "six", ""])
def test_what_is_no_score_is_told_and_the_words_stay(
    acme: Workspace, invitation: Invitation, score: str
) -> None:
    answer = post(invitation, score=score, comment="My words")
    assert (answer.status_code, "My words" in answer.content.decode()) == (422, True)
    assert not Response.objects.of(acme).exists()


def test_an_answer_keeps_the_wording_it_was_given_to(
    acme: Workspace, survey: Survey, invitation: Invitation, what: Any
) -> None:
    price = what.options[0]["id"]
    post(invitation, score=3)
    post(invitation, more=what.public_id, **{f"q_{what.public_id}": price})
    before = survey.question
    surveys.change(survey=survey, question="Would you come back?", now=MONDAY_9AM)
    questions.change(
        question=what, kind="SINGLE", text="Why?", options=["Costs", "Speed"], now=MONDAY_9AM,
        condition=Condition(classes=("DETRACTOR",)),
    )  # fmt: skip
    [old] = Response.objects.of(acme)
    new = responses.record(
        workspace=acme, survey=survey, score=2, now=MONDAY_9AM, answers={what.public_id: price}
    )
    words = asked.in_words(responses=[old, new])
    assert (words[old.pk].question, words[new.pk].question) == (
        before.replace("{{ company }}", "Acme"),  # as they read it
        "Would you come back?",
    )
    assert [words[row.pk].said[0].answer for row in (old, new)] == ["Price", "Costs"]
    # Two versions: what was said before the first change, and after it; the second change found no answer to the new one.
    assert list(SurveyVersion.objects.of(acme).order_by("number").values_list("number", flat=True)) == [1, 2]
    surveys.change(survey=survey, name="Renamed", now=MONDAY_9AM)
    surveys.change(survey=survey, question="Again?", now=MONDAY_9AM)
    assert SurveyVersion.objects.of(acme).count() == 3


def test_circles_and_lost_references_are_refused_where_they_would_arise(
    survey: Survey, what: Any, which: Any
) -> None:
    for change in (
        lambda: questions.archive(question=what, now=MONDAY_9AM),
        lambda: questions.move(question=which, up=True, now=MONDAY_9AM),
        lambda: questions.change(question=what, kind="TEXT", text="What?", now=MONDAY_9AM),
    ):
        with pytest.raises(ValidationError) as refused:
            change()
        assert "How slow?" in " ".join(refused.value.messages)
    what.refresh_from_db()
    assert (what.archived_at, what.kind, what.position, which.position) == (None, "SINGLE", 1, 2)


def test_the_contacts_language_decides_and_a_link_changes_it(
    acme: Workspace, survey: Survey, invitation: Invitation, what: Any
) -> None:
    wordings.write(
        survey=survey, language="ar", now=MONDAY_9AM,
        texts={"prompt_detractor": "لماذا؟", f"question:{what.public_id}": "ما السبب؟"},
    )  # fmt: skip
    wordings.write(survey=survey, language="de", texts={}, now=MONDAY_9AM)
    contacts.update(contact=invitation.contact, language="ar-EG", now=MONDAY_9AM)
    page = Client().get(f"/s/{invitation.link}/").content.decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert "لماذا؟" in page
    assert 'href="?lang=de"' in page
    german = Client().get(f"/s/{invitation.link}/?lang=de&score=3").content.decode()
    assert "Wie wahrscheinlich ist es" in german
    assert "Antwort senden" in german
    after = post(invitation, score=3).content.decode()
    assert "ما السبب؟" in after
    response = Response.objects.of(acme).get()
    assert (response.language, response.dimensions["language"]) == ("ar", "ar")


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [("de", "de"), ("de-AT", "de"), ("DE", "de"), ("fr", "en"), ("en-GB", "en"), ("", "en")],
)
def test_page_and_stored_answer_choose_the_same_language(
    acme: Workspace, survey: Survey, invitation: Invitation, wanted: str, spoken: str
) -> None:
    wordings.write(survey=survey, language="de", texts={}, now=MONDAY_9AM)
    assert faces.make(survey=survey, language=wanted).language == spoken
    responses.record_by_invitation(
        token=invitation.link, score=3, comment="", now=MONDAY_9AM, language=wanted
    )
    assert Response.objects.of(acme).get().language == spoken


def test_questions_are_edited_in_the_browser(acme: Workspace, survey: Survey, alice: User) -> None:
    browser, page = signed_in(alice), f"/w/acme/surveys/{survey.public_id}/questions/"
    form = {"text": "What was it?", "kind": "MULTIPLE", "options": "Price\nSpeed\n", "classes": ["DETRACTOR"]}
    assert browser.post(page, form | {"options": "Price"}).status_code == 422
    assert browser.post(page, form)["Location"] == page
    row = survey.questions.get()
    assert ([one["text"] for one in row.options], row.condition) == (
        ["Price", "Speed"],
        {"classes": ["DETRACTOR"]},
    )
    bad = browser.post(f"{page}{row.public_id}/", form | {"score_from": "8", "text": "Kept words"})
    assert (bad.status_code, "Kept words" in bad.content.decode()) == (422, True)
    assert browser.post(f"{page}{row.public_id}/", form | {"options": "Costs\nSpeed"}).status_code == 302
    old, row = row, survey.questions.get()
    assert [one["id"] for one in row.options] == [one["id"] for one in old.options]
    browser.post(f"{page}{row.public_id}/archive/")
    assert survey.questions.get().archived_at == MONDAY_9AM
    browser.post(f"{page}{row.public_id}/restore/")
    assert survey.questions.get().archived_at is None
    assert "What was it?" in browser.get(page).content.decode()


def test_a_review_site_for_the_happy_alone_is_refused_and_a_faint_colour_with_the_nearest(
    survey: Survey, alice: User
) -> None:
    site = {"label": "Review us", "url": "https://www.trustpilot.com/evaluate/acme"}
    with pytest.raises(ValidationError) as refused:
        surveys.change(survey=survey, thanks_links={"PROMOTER": site}, now=MONDAY_9AM)
    assert "to everybody or to nobody" in refused.value.messages[0]
    everybody = dict.fromkeys(("PROMOTER", "PASSIVE", "DETRACTOR"), site)
    surveys.change(survey=survey, thanks_links=everybody, now=MONDAY_9AM)
    assert faces.make(survey=survey).links["DETRACTOR"] == site
    with pytest.raises(ValidationError) as refused:
        surveys.change(survey=survey, accent="#ffee00", now=MONDAY_9AM)
    assert "#a29700" in refused.value.messages[0]


@pytest.mark.parametrize("start", ["relationship", "post-purchase", "post-support", "onboarding", "churn"])
def test_every_ready_made_survey_can_be_activated_and_previewed(
    acme: Workspace, alice: User, start: str
) -> None:
    browser = signed_in(alice)
    browser.post("/w/acme/surveys/new/", {"start": start, "name": ""})
    survey = Survey.objects.of(acme).order_by("-pk")[0]
    assert survey.questions.count() > 0
    surveys.activate(survey=survey, now=MONDAY_9AM)
    page = f"/w/acme/surveys/{survey.public_id}/"
    for kind in ("mail", "page", "more", "thanks", "widget", "sms"):
        shown = browser.get(f"{page}preview/?as={kind}")
        assert (shown.status_code, shown["Content-Security-Policy"].endswith("sandbox")) == (200, True)
    assert browser.get(page).status_code == 200
    browser.post(f"{page}archive/")
    survey.refresh_from_db()
    assert (survey.status, survey.archived_at) == ("ARCHIVED", MONDAY_9AM)
    browser.post(f"{page}unarchive/")
    survey.refresh_from_db()
    assert (survey.status, survey.archived_at) == ("CLOSED", None)
