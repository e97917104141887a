"""Whom the workspace leaves out of NPS: on its pages and in their files by default, in the API only when asked."""

from typing import Any

import pytest

from accounts.models import User, Workspace
from dashboards.filters import selection
from dashboards.queries.answers import answers as listed
from dashboards.queries.counts import Scope, counts, is_tallied
from dashboards.queries.nps import breakdown, nps_figures
from dashboards.services import figures, tallies
from surveys.models import Response, Survey
from surveys.services import contacts, responses
from tests.api import Api
from tests.conftest import MONDAY_9AM, signed_in
from tests.surveys.conftest import settle

pytestmark = pytest.mark.django_db

DAY = MONDAY_9AM.date()
GIVEN = (("CUSTOMER", 2), ("CUSTOMER", 9), ("EMPLOYEE", 10), ("COMPETITOR", 0), ("PUBLIC", 10))
PAGE = f"?period=custom&since={DAY}&until={DAY}"
LEFT_OUT = ["COMPETITOR", "EMPLOYEE"]


@pytest.fixture(params=["folded", "waiting"])
def given(acme: Workspace, request: Any) -> None:
    survey = Survey.objects.of(acme).get()
    for at, (kind, score) in enumerate(GIVEN):
        person, _ = contacts.upsert(
            workspace=acme, email=f"p{at}@x.example", respondent_type=kind, now=MONDAY_9AM
        )
        responses.record(workspace=acme, survey=survey, contact=person, score=score, now=MONDAY_9AM)
    responses.record(workspace=acme, survey=survey, contact=None, score=9, now=MONDAY_9AM)
    settle(acme)
    if request.param == "folded":
        tallies.fold_all(now=MONDAY_9AM)


def scope(workspace: Workspace, **facts: Any) -> Scope:
    return Scope(workspace=workspace, since=DAY, until=DAY, **facts)


def scores(rows: Any) -> list[int]:
    return sorted(score for row in rows for score in [row.score] * row.n)


@pytest.mark.usefixtures("given")
def test_tallies_answers_and_list_agree_on_what_is_left(acme: Workspace) -> None:
    without = frozenset(LEFT_OUT)
    by_tallies = scope(acme, without=without)
    by_answers = scope(acme, without=without, distinct=True)
    assert (is_tallied(scope=by_tallies), is_tallied(scope=by_answers)) == (True, False)
    assert scores(counts(scope=by_tallies)) == [2, 9, 9, 10]
    assert scores(counts(scope=by_answers)) == [2, 9, 9, 10]
    assert scores(counts(scope=by_tallies, bucket="day")) == [2, 9, 9, 10]
    assert sorted(row.score for row in listed(scope=by_tallies)) == [2, 9, 9, 10]
    found = {group.key: group.figures.n for group in breakdown(scope=by_tallies, by="respondent")}
    assert found == {None: 3, "PUBLIC": 1}
    found = {group.key: group.figures.n for group in breakdown(scope=by_tallies, by="channel")}
    assert sum(found.values()) == 4


@pytest.mark.usefixtures("given")
def test_the_headline_of_the_api_counts_everybody_until_asked(acme: Workspace, owner: User) -> None:
    figures.leave_out(workspace=acme, respondents=LEFT_OUT)
    api = Api(acme, by=owner)
    plain = api.get("metrics/nps/").json()
    assert (plain["n"], plain["without"], plain["workspace_leaves_out"]) == (6, [], LEFT_OUT)
    usual = api.get("metrics/nps/?without=workspace").json()
    assert (usual["n"], usual["nps"], usual["without"]) == (4, 50.0, LEFT_OUT)
    own = api.get("metrics/nps/?without=PUBLIC&group_by=day").json()
    assert (own["n"], own["without"], sum(one["n"] for one in own["groups"])) == (5, ["PUBLIC"], 5)
    refused = api.get("metrics/nps/?without=CUSTOMER")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "without")


@pytest.mark.usefixtures("given")
def test_the_dashboard_says_so_and_counts_everybody_on_request(acme: Workspace, owner: User) -> None:
    figures.leave_out(workspace=acme, respondents=["EMPLOYEE"])
    client = signed_in(owner)
    page = client.get(f"/w/acme/dashboard/{PAGE}")
    assert page.context["figures"].n == 5
    words = page.content.decode()
    assert ("Not counted, by the settings of the workspace: Employee." in words) is True
    assert "All but: Employee" in words
    everybody = client.get(f"/w/acme/dashboard/{PAGE}&respondent=ALL")
    assert everybody.context["figures"].n == 6
    assert "respondent=ALL" in everybody.context["headline"]["url"]
    only = client.get(f"/w/acme/dashboard/{PAGE}&respondent=EMPLOYEE")
    assert only.context["figures"].n == 1
    shown = client.get(f"/w/acme/answers/{PAGE}&type=EMPLOYEE")
    assert shown.context["total"] == 1
    assert client.get(page.context["headline"]["url"]).context["total"] == 5


@pytest.mark.usefixtures("given")
def test_files_name_who_is_left_out_and_the_answers_are_those_counted(acme: Workspace, owner: User) -> None:
    figures.leave_out(workspace=acme, respondents=["EMPLOYEE"])
    client = signed_in(owner)

    def lines(path: str) -> list[str]:
        return b"".join(client.get(f"/w/acme/{path}").streaming_content).decode("utf-8-sig").splitlines()

    trend = lines(f"dashboard/trend.csv{PAGE}")
    assert (trend[0].split(",")[-1], trend[1].split(",")[-1]) == ("left_out_of_nps", "EMPLOYEE")
    assert len(lines(f"answers.csv{PAGE}")) == 1 + 5
    assert len(lines(f"answers.csv{PAGE}&respondent=ALL")) == 1 + 6


@pytest.mark.usefixtures("given")
def test_the_report_of_a_survey_leaves_them_out_too(acme: Workspace, owner: User) -> None:
    figures.leave_out(workspace=acme, respondents=LEFT_OUT)
    survey = Survey.objects.of(acme).get()
    page = signed_in(owner).get(f"/w/acme/surveys/{survey.public_id}/report/{PAGE}").content.decode()
    assert "Not counted, by the settings of the workspace: Employee, Competitor." in page
    assert "from 4 answers" in page


def test_only_nps_leaves_anybody_out(acme: Workspace) -> None:
    from django.http import QueryDict

    figures.leave_out(workspace=acme, respondents=["EMPLOYEE"])
    csat = Survey(
        workspace=acme, name="After the call", metric="CSAT", created_at=MONDAY_9AM, updated_at=MONDAY_9AM
    )
    csat.save()
    asked = QueryDict(f"survey={csat.public_id}")
    chosen = selection(workspace=acme, asked=asked, surveys=[csat], today=DAY)
    assert (chosen.without, selection(workspace=acme, asked=QueryDict(""), surveys=[], today=DAY).without) == (
        frozenset(), frozenset({"EMPLOYEE"}),
    )  # fmt: skip


def test_customers_always_count(acme: Workspace, owner: User, bob: User, charlie: User) -> None:
    path = "/w/acme/settings/figures/"
    with pytest.raises(figures.CannotLeaveOut):
        figures.leave_out(workspace=acme, respondents=["CUSTOMER"])
    assert signed_in(owner).post(path, {"respondents": ["CUSTOMER"]}).status_code == 422
    assert signed_in(bob).post(path, {"respondents": ["EMPLOYEE"]}).status_code == 403
    assert signed_in(charlie).get(path).status_code == 404
    assert signed_in(owner).post(path, {"respondents": ["EMPLOYEE"]}).status_code == 302
    acme.refresh_from_db()
    assert acme.left_out_of_nps == ["EMPLOYEE"]
    assert 'value="EMPLOYEE" checked' in signed_in(owner).get(path).content.decode()
    assert nps_figures(workspace=acme, since=DAY, until=DAY).n == Response.objects.of(acme).count() == 0
