"""The dashboard and the rows behind it: who may see them, what they cost, and that a figure equals its list."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User, Workspace
from accounts.services import members
from core.exports import safe
from dashboards.filters import selection
from dashboards.services import tallies
from detractors.models import Case, CaseDecision
from detractors.services import retention
from surveys.models import Attribute, Survey, Touchpoint
from tests.conftest import MONDAY_9AM, signed_in
from tests.dashboards.queries.test_loop import a_case
from tests.dashboards.support import a_contact, a_survey, an_answer, an_invitation

DATES = "period=custom&since=2026-03-01&until=2026-03-31"


@pytest.fixture
def survey(acme: Workspace) -> Survey:
    """80 answers in March: 40 of them by people, at two touchpoints and from two regions."""
    survey = a_survey(acme, MONDAY_9AM)
    Attribute.objects.of(acme).create(
        workspace=acme,
        name="region",
        label="Region",
        is_reportable=True,
        values=["North", "South"],
        created_at=MONDAY_9AM,
    )
    Touchpoint.objects.of(acme).create(workspace=acme, name="Delivery", created_at=MONDAY_9AM)
    people = [a_contact(acme, MONDAY_9AM, name=f"Person {number}") for number in range(5)]
    for number in range(80):
        facts = {
            "touchpoint": "Delivery" if number % 2 else "Support",
            "attribute:region": "North" if number % 3 else "South",
        }
        an_answer(
            survey, number % 11, MONDAY_9AM + timedelta(hours=3 * number), dimensions=facts,
            contact=people[number % 5] if number % 2 else None, comment="Too late." if number % 4 == 0 else "",
        )  # fmt: skip
    return survey


def page(client, name: str, query: str = "", **kwargs: str) -> str:
    response = client.get(reverse(f"dashboards:{name}", kwargs={"slug": "acme", **kwargs}) + f"?{query}")
    assert response.status_code == 200
    return response.getvalue().decode() if response.streaming else response.content.decode()


def test_members_see_their_figures_and_strangers_get_404(
    survey: Survey, owner: User, bob: User, charlie: User
) -> None:
    pages = ["dashboard", "breakdown", "cases", "answers", "answers_csv"]
    clients = [signed_in(user) for user in (owner, bob, charlie)]
    urls = {name: reverse(f"dashboards:{name}", kwargs={"slug": "acme"}) for name in pages}
    found = {name: [client.get(url).status_code for client in clients] for name, url in urls.items()}
    assert found == {**{name: [200, 200, 404] for name in pages}, "answers_csv": [200, 403, 404]}


def test_an_analyst_reads_and_exports(survey: Survey, acme: Workspace) -> None:
    user = members.ensure_user(
        email="ann@acme.example", name="Ann", password="pw-ann-2026-long", now=MONDAY_9AM
    )
    members.add(workspace=acme, user=user, role=Role.ANALYST, now=MONDAY_9AM)
    assert "from 80 answers" in page(signed_in(user), "dashboard", DATES)
    assert page(signed_in(user), "answers_csv", DATES).count("\r\n") == 81


def test_the_dashboard_shows_the_figure_its_margin_and_what_it_stands_on(survey: Survey, owner: User) -> None:
    html = page(signed_in(owner), "dashboard", DATES)
    # Scores 0-10 in turn: 14 promoters, 14 passives, 52 detractors; 196 x sqrt((.825 - .475^2) / 80) = 17.0.
    assert "−47.5" in html
    assert "± 17.0" in html
    assert "from 80 answers" in html
    assert "Too few answers to say: 0 before, 80 now" in html
    assert 'style="' not in html
    assert "Delivery" in html


def test_no_data_is_said_and_never_zero(survey: Survey, owner: User) -> None:
    html = page(
        signed_in(owner), "dashboard", "period=custom&since=2020-01-01&until=2020-01-31&touchpoint=Delivery"
    )
    assert "No data" in html
    assert "Nobody answered in this period." in html
    assert "+0.0" not in html
    assert " 0 %" not in html


def test_who_stayed_stands_on_it_and_leads_to_its_page(survey: Survey, acme: Workspace, owner: User) -> None:
    client = signed_in(owner)
    for number, state in enumerate(["KEPT", "KEPT", "LOST"], start=1):
        case = a_case(survey, number, 5, contact=a_contact(acme, MONDAY_9AM, name=f"Customer {number}"))
        retention.say(case=case, by=owner, state=state, now=MONDAY_9AM)
    html = page(client, "dashboard", DATES)
    tile = re.search(r"Stayed with us.*?</a>", html, re.DOTALL)
    assert tile is not None
    assert "67 %" in tile[0]
    assert "2 kept, 1 lost" in tile[0]
    assert 'href="/w/acme/arising/kept/"' in tile[0]
    before = page(client, "dashboard", "period=custom&since=2026-02-01&until=2026-02-28")
    assert "2 kept" not in before


def test_a_new_workspace_is_told_what_to_do(acme: Workspace, owner: User) -> None:
    assert "Nobody has answered yet" in page(signed_in(owner), "dashboard")


LISTS = [
    "", "segment=DETRACTOR", "score=3", "touchpoint=Delivery", "touchpoint=Delivery&where=region%3ANorth",
    "where=region%3ASouth&segment=PROMOTER", "touchpoint=-", "commented=1", "series=resurvey", "score=3&segment=PROMOTER",
]  # fmt: skip


def test_a_list_has_as_many_rows_as_its_figure_says(survey: Survey, owner: User) -> None:
    client = signed_in(owner)
    for _ in range(2):  # before and after folding
        for query in LISTS:
            html = page(client, "answers", f"{DATES}&{query}")
            said = int(re.search(r'card-title">([\d,]+) answer', html)[1])
            rows = len(list(csv.reader(io.StringIO(page(client, "answers_csv", f"{DATES}&{query}"))))) - 1
            assert (query, said) == (query, rows)
        tallies.fold_all(now=MONDAY_9AM)


def test_every_number_of_the_dashboard_opens_as_many_rows(survey: Survey, owner: User) -> None:
    client = signed_in(owner)
    html = page(client, "dashboard", DATES)
    links = re.findall(r'<a href="(/w/acme/answers/\?[^"]+)">([\d,]+)</a>', html)
    assert len(links) > 20
    for url, number in links:
        found = client.get(url.replace("&amp;", "&")).content.decode()
        counted = re.search(r'card-title">([\d,]+) answer', found)
        assert (url, counted[1] if counted else "0") == (url, number)


def test_pages_of_a_list_show_every_answer_once_in_order(survey: Survey, owner: User) -> None:
    client, seen, url = (
        signed_in(owner),
        [],
        reverse("dashboards:answers", kwargs={"slug": "acme"}) + f"?{DATES}",
    )
    while url:
        html = client.get(url).content.decode()
        seen += re.findall(r'<time datetime="([^"]+)"', html)
        older = re.search(r'rel="next" href="([^"]+)"', html)
        url = older[1].replace("&amp;", "&") if older else ""
    assert len(seen) == len(set(seen)) == 80
    assert seen == sorted(seen, reverse=True)


def test_a_forged_place_is_the_first_page(survey: Survey, owner: User) -> None:
    tables = [
        page(signed_in(owner), "answers", query).split("<table")[1].split("</table")[0]
        for query in (f"{DATES}&after=x:y:z", DATES)
    ]
    assert tables[0] == tables[1]


def test_an_answer_shows_its_case_or_why_there_is_none(acme: Workspace, owner: User) -> None:
    survey, person = a_survey(acme, MONDAY_9AM), a_contact(acme, MONDAY_9AM)
    unhappy, happy = an_answer(survey, 2, MONDAY_9AM, contact=person), an_answer(survey, 9, MONDAY_9AM)
    case = a_case(survey, 7, contact=person, response=unhappy)
    for answer, outcome, reason, of in (
        (unhappy, "OPENED", "DETRACTOR", case),
        (happy, "NOT_OPENED", "NOT_DETRACTOR", None),
    ):
        CaseDecision.objects.of(acme).create(
            workspace=acme, response=answer, outcome=outcome, reason=reason, case=of, decided_at=MONDAY_9AM
        )
    html = page(signed_in(owner), "answers", DATES)
    assert "#7</a>" in html
    assert "not an unhappy answer" in html


def count_queries(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len(captured)


@pytest.mark.parametrize("name", ["dashboard", "answers", "cases"])
def test_pages_cost_the_same_number_of_queries_whatever_they_show(
    name: str, acme: Workspace, owner: User
) -> None:
    survey, client = a_survey(acme, MONDAY_9AM), signed_in(owner)
    url = reverse(f"dashboards:{name}", kwargs={"slug": "acme"}) + f"?{DATES}"
    an_answer(
        survey, 3, MONDAY_9AM, contact=a_contact(acme, MONDAY_9AM), dimensions={"touchpoint": "Delivery"}
    )
    a_case(survey, 1, 5, contact=a_contact(acme, MONDAY_9AM))
    before = count_queries(client, url)
    for number in range(12):
        person = a_contact(acme, MONDAY_9AM, name=f"Person {number}")
        an_answer(survey, number % 11, MONDAY_9AM, contact=person, dimensions={"touchpoint": f"T{number}"})
        a_case(survey, number + 2, 5, contact=person, owner=owner)
        if number % 2:
            case = Case.objects.of(acme).get(number=number + 2)
            retention.say(case=case, by=owner, state="KEPT", now=MONDAY_9AM)
    assert count_queries(client, url) == before
    assert before <= 25


def test_two_filters_leave_the_slow_breakdown_to_be_fetched(survey: Survey, owner: User) -> None:
    client = signed_in(owner)
    html = page(client, "dashboard", f"{DATES}&touchpoint=Delivery&by=attribute%3Aregion")
    assert "Counting…" in html
    url = re.search(r'hx-get="([^"]+/dashboard/breakdown/[^"]*)"', html)[1].replace("&amp;", "&")
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "North" in part
    assert "<html" in client.get(url).content.decode()


def test_two_filters_leave_the_funnel_to_be_fetched_and_one_does_not(survey: Survey, owner: User) -> None:
    client, person = signed_in(owner), a_contact(survey.workspace, MONDAY_9AM)
    for region, stages in (("North", ("SENT", "ANSWERED")), ("North", ("SENT",)), ("South", ("SENT",))):
        facts = {"touchpoint": "Delivery", "attribute:region": region}
        an_invitation(survey, person, MONDAY_9AM, *stages, dimensions=facts)
    address = re.compile(r'hx-get="([^"]+/dashboard/funnel/[^"]+)"')
    one = page(client, "dashboard", f"{DATES}&touchpoint=Delivery")
    assert "Response rate: 1 answered of 3 delivered." in one
    assert not address.search(one)
    two = page(client, "dashboard", f"{DATES}&touchpoint=Delivery&where=region%3ANorth")
    assert "Response rate:" not in two
    url = address.search(two)[1].replace("&amp;", "&")
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "Response rate: 1 answered of 2 delivered." in part
    whole = client.get(url).content.decode()
    assert "<html" in whole
    assert "Response rate: 1 answered of 2 delivered." in whole


def test_figures_can_be_downloaded(survey: Survey, owner: User) -> None:
    client = signed_in(owner)
    trend = list(csv.DictReader(io.StringIO(page(client, "trend_csv", DATES).lstrip("\ufeff"))))
    assert sum(int(row["answers"]) for row in trend) == 80
    assert (trend[0]["from"], trend[0]["series"]) == ("2026-03-01", "HEADLINE")
    by = list(csv.reader(io.StringIO(page(client, "breakdown_csv", f"{DATES}&by=attribute%3Aregion"))))
    assert [(row[0], row[1]) for row in by[1:]] == [("North", "53"), ("South", "27")]
    assert page(client, "distribution_csv", DATES).count("\r\n") == 12


@pytest.mark.parametrize("text", ["=1+1", "+49", "-2", "@SUM(A1)", "\tx", "  =cmd", "＝1"])
def test_formulas_are_written_as_text(text: str) -> None:
    assert safe(text) == f"'{text}"


def test_other_cells_stay_as_they_are() -> None:
    assert [safe(cell) for cell in ("late", -3, 2.5, None, "a=b")] == ["late", -3, 2.5, "", "a=b"]


@pytest.mark.parametrize(
    ("query", "since", "until"),
    [("", "2026-01-01", "2026-03-31"), ("period=7d", "2026-03-25", "2026-03-31"), ("period=12m", "2025-04-01", "2026-03-31"),
     ("period=nonsense", "2026-01-01", "2026-03-31"), ("period=custom&since=2026-02-01&until=2026-02-03", "2026-02-01", "2026-02-03"),
     ("period=custom&since=2026-02-05&until=2026-02-03", "2026-01-01", "2026-03-31"), ("period=custom", "2026-01-01", "2026-03-31"),
     ("period=custom&since=0001-01-01&until=9999-12-31", "2026-01-01", "2026-03-31")],
)  # fmt: skip
def test_periods_are_local_days_and_nonsense_is_the_usual(query: str, since: str, until: str) -> None:
    found = selection(workspace=Workspace(), asked=QueryDict(query), surveys=[], today=date(2026, 3, 31))
    assert (found.since.isoformat(), found.until.isoformat()) == (since, until)
    assert found.before + timedelta(days=found.days) == found.since


def test_a_question_survives_its_own_address() -> None:
    asked = QueryDict("period=30d&touchpoint=Delivery&where=region:North %26 South&by=attribute:plan")
    found = selection(workspace=Workspace(), asked=asked, surveys=[], today=date(2026, 3, 31))
    again = selection(
        workspace=Workspace(), asked=QueryDict(found.query()), surveys=[], today=date(2026, 3, 31)
    )
    assert (again.filters, again.by, again.since) == (found.filters, found.by, found.since)
    assert found.filters == {"touchpoint": "Delivery", "attribute:region": "North & South"}
    fixed = selection(
        workspace=Workspace(), asked=QueryDict(found.fixed()), surveys=[], today=date(2030, 1, 1)
    )
    assert (fixed.since, fixed.until) == (found.since, found.until)


def test_the_weird_and_the_hostile_do_not_break_a_page(survey: Survey, owner: User) -> None:
    client = signed_in(owner)
    for query in (
        "score=99",
        "score=²",
        "segment=X",
        "series=%00",
        "survey=zzz",
        "by=attribute%3A",
        "where=%00a%3Ab",
        "after=1",
        "period=custom&since=x",
    ):
        for name in ("dashboard", "answers", "cases", "breakdown"):
            page(client, name, query)
    assert (
        client.get(reverse("dashboards:cases", kwargs={"slug": "acme"}) + "?figure=everything").status_code
        == 404
    )
