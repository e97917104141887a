"""A survey's report: the rows are counted one by one, and every number opens as many."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User, Workspace
from dashboards.services import tallies
from surveys.models import Response, Survey, SurveyQuestion
from surveys.services import questions
from tests.conftest import MONDAY_9AM, signed_in
from tests.dashboards.support import a_survey, an_answer

pytestmark = pytest.mark.django_db
DATES = "period=custom&since=2026-03-01&until=2026-03-31"


@pytest.fixture
def survey(acme: Workspace) -> Survey:
    """60 answers to a CSAT survey in March: 40 of them satisfied; 30 in February, all satisfied."""
    survey = a_survey(acme, MONDAY_9AM, name="After delivery", metric="CSAT")
    ask = SurveyQuestion.objects.of(acme).create
    choice = ask(
        workspace=acme, survey=survey, position=1, kind="MULTIPLE", text="What was late?", created_at=MONDAY_9AM,
        options=[{"id": "a", "text": "Parcel"}, {"id": "b", "text": "Invoice"}],
    )  # fmt: skip
    rating = ask(
        workspace=acme, survey=survey, position=2, kind="RATING", text="The driver?", created_at=MONDAY_9AM
    )
    words = ask(
        workspace=acme, survey=survey, position=3, kind="TEXT", text="What else?", created_at=MONDAY_9AM
    )
    for number in range(60):
        answer = an_answer(
            survey, 5 if number % 3 else 2, MONDAY_9AM + timedelta(hours=number), dimensions={"touchpoint": f"Shop {number % 2}"}
        )  # fmt: skip
        answer.answers = {
            choice.public_id: ["a", "b"] if number % 2 else ["a"],
            rating.public_id: 1 + number % 5,
            words.public_id: f"=words {number}",
        }
        answer.source, answer.is_complete = ("poster" if number < 12 else ""), number % 4 > 0
        answer.save()
    for number in range(30):
        an_answer(survey, 4, MONDAY_9AM - timedelta(days=20, hours=number))
    return survey


def url(survey: Survey, rest: str = "", query: str = DATES) -> str:
    return f"/w/acme/surveys/{survey.public_id}/report{rest or '/'}?{query}"


def page(user: User, address: str, **headers: str) -> str:
    response = signed_in(user).get(address, **headers)
    assert response.status_code == 200
    return response.getvalue().decode() if response.streaming else response.content.decode()


def test_who_may_see_the_report(
    acme: Workspace, alice: User, bob: User, charlie: User, survey: Survey, globex: Workspace
) -> None:
    for address in (url(survey), url(survey, "/questions/")):
        assert [signed_in(user).get(address).status_code for user in (alice, bob, charlie)] == [200, 200, 404]
    assert [signed_in(user).get(url(survey, ".csv")).status_code for user in (alice, charlie)] == [200, 404]
    foreign = url(survey).replace("/acme/", "/globex/")
    assert signed_in(charlie).get(foreign).status_code == 404


def test_the_figure_is_the_metrics_own_and_the_change_is_judged(
    acme: Workspace, alice: User, survey: Survey
) -> None:
    found = page(alice, url(survey))
    wanted = ["67 %", "95 %: 54 to 77 %", "from 60 answers", "−33.3", "Real: the change", "before: 100 %"]
    assert [words for words in wanted if words not in found] == []


@pytest.mark.parametrize("is_folded", [False, True])
def test_every_number_opens_as_many_answers(
    acme: Workspace, alice: User, survey: Survey, is_folded: bool
) -> None:
    if is_folded:
        tallies.fold_all(now=MONDAY_9AM)
    found = page(alice, url(survey)) + page(alice, url(survey, "/questions/"))
    links = re.findall(r'<a href="(/w/acme/answers/[^"]+)">(?:<b>)?([\d,]+)(?:</b>)?</a>', found)
    assert len(links) > 15
    browser = signed_in(alice)
    wrong = []
    for link, n in dict.fromkeys(links):
        opened = browser.get(unescape(link)).content.decode()
        counted = re.search(r'card-title">([\d,]+) answers?<', opened)
        if not counted or counted[1] != n:
            wrong.append((link, n, counted and counted[1]))
    assert wrong == []


def test_further_questions_are_counted_by_people_and_the_latest_words_come_first(
    acme: Workspace, alice: User, survey: Survey
) -> None:
    found = page(alice, url(survey, "/questions/", DATES), HTTP_HX_REQUEST="true")
    assert "<html" not in found
    assert [int(n) for n in re.findall(r"<b>(\d+)</b>", found)] == [60, 30, 12, 12, 12, 12, 12]
    assert re.findall(r"=words \d+", found) == [f"=words {n}" for n in (59, 58, 57, 56, 55)]


def test_the_file_holds_all_tables_and_no_formula(acme: Workspace, alice: User, survey: Survey) -> None:
    SurveyQuestion.objects.of(acme).filter(kind="TEXT").update(text="=1+1")
    lines = list(csv.reader(io.StringIO(page(alice, url(survey, ".csv")).lstrip("\ufeff"))))
    assert ["total", "", "", "60", "66.6667", "54.0566", "77.2709", ""] in lines
    assert next(line for line in lines if line[0] == "source")[:4] == ["source", "poster", "", "12"]
    assert {line[1] for line in lines if line[0] == "question"} == {"What was late?", "The driver?", "'=1+1"}


def test_the_number_of_statements_does_not_grow_with_the_answers(
    acme: Workspace, alice: User, survey: Survey
) -> None:
    browser = signed_in(alice)
    cost = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert browser.get(url(survey)).status_code == 200
            assert browser.get(url(survey, "/questions/")).status_code == 200
            assert browser.get(f"/w/acme/answers/?{DATES}&survey={survey.public_id}").status_code == 200
        cost.append(len(found))
        for number in range(20):
            an_answer(
                survey, 3, MONDAY_9AM + timedelta(hours=number), dimensions={"touchpoint": f"New {number}"}
            )
    assert cost[0] == cost[1]


def test_a_survey_without_answers_says_what_to_do(acme: Workspace, alice: User, survey: Survey) -> None:
    found = page(alice, url(survey, "", "period=custom&since=2025-03-01&until=2025-03-31"))
    assert "Nobody has answered in this period" in found


@pytest.mark.parametrize(
    ("query", "n"),
    [
        ("incomplete=1", 15), ("source=poster", 12), ("type=EMPLOYEE", 1), ("trust=STAFF", 0), ("negative=1", 2),
        ("type=NOBODY", 60), ("source=poster&incomplete=1", 3),
    ],
)  # fmt: skip
def test_the_list_of_answers_is_narrowed_by_what_an_answer_is(
    acme: Workspace, alice: User, survey: Survey, query: str, n: int
) -> None:
    ids = list(Response.objects.of(acme).filter(day__gte="2026-03-01").values_list("pk", flat=True)[:2])
    Response.objects.of(acme).filter(pk=ids[0]).update(respondent_type="EMPLOYEE")
    Response.objects.of(acme).filter(pk__in=ids).update(is_negative=True)
    found = page(alice, f"/w/acme/answers/?{DATES}&survey={survey.public_id}&{query}")
    assert re.search(r'card-title">([\d,]+) answer', found)[1] == str(n)  # type: ignore[index]
    rows = page(alice, f"/w/acme/answers.csv?{DATES}&survey={survey.public_id}&{query}")
    lines = list(csv.reader(io.StringIO(rows.lstrip("\ufeff"))))
    assert len(lines) == n + 1
    if n:
        [place] = [at for at, name in enumerate(lines[0]) if name.startswith("question: What else? [")]
        assert lines[1][place].startswith("'=words")


def test_the_file_has_a_column_for_each_question_that_keeps_its_place(
    acme: Workspace, alice: User, survey: Survey
) -> None:
    def header(query: str = "") -> list[str]:
        return next(
            csv.reader(io.StringIO(page(alice, f"/w/acme/answers.csv?{DATES}{query}").lstrip("\ufeff")))
        )

    before = header(f"&survey={survey.public_id}")
    added = questions.add(survey=survey, kind="TEXT", text="One more?", now=MONDAY_9AM)
    first = SurveyQuestion.objects.of(acme).filter(survey=survey).earliest("pk")
    questions.archive(question=added, now=MONDAY_9AM)
    after = header(f"&survey={survey.public_id}")
    assert after == [*before, f"question: One more? [{added.public_id}]"]
    assert f"question: {first.text} [{first.public_id}]" in after


def test_the_list_shows_further_answers_in_the_surveys_words(
    acme: Workspace, alice: User, survey: Survey
) -> None:
    found = page(alice, f"/w/acme/answers/?{DATES}&survey={survey.public_id}")
    assert ("What was late?" in found, "Parcel, Invoice" in found, "Not finished" in found) == (True,) * 3
