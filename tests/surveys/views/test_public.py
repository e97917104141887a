import gzip
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Workspace
from accounts.services import workspaces
from core import limiter
from core.tokens import link_token, new_nonce, new_token
from surveys.models import Contact, Invitation, Response, Survey
from surveys.services import contacts, invitations, surveys

NOW = datetime.now(UTC)  # these pages read the clock themselves


@pytest.fixture
def link(acme: Workspace, survey: Survey, dora: Contact) -> str:
    """The address of Dora's answer page."""
    return f"/s/{invitations.invite(workspace=acme, survey=survey, contact=dora, now=NOW, send=False).link}/"


@pytest.fixture
def page(survey: Survey) -> str:
    """The address of the survey's public page."""
    return f"/s/p/{survey.public_id}/"


def chosen(html: str) -> list[str]:
    """The scores that are checked on the page."""
    return re.findall(r'value="(\d+)"[^>]*checked', html)


def dump() -> dict[str, list[Any]]:
    """Every row of every table of ours."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models()
        if model.__module__.split(".")[0]
        in ("accounts", "outbox", "surveys", "detractors", "followups", "dashboards")
    }


def test_the_page_asks_with_the_companys_name_and_eleven_scores(client: Client, link: str) -> None:
    response = client.get(link)
    html = response.content.decode()
    assert response.status_code == 200
    assert "How likely are you to recommend Acme to a friend or colleague?" in html
    assert re.findall(r'name="score" value="(\d+)"', html) == [str(score) for score in range(11)]
    assert chosen(html) == []
    assert "Dora" not in html


def test_no_page_sets_a_cookie_or_may_be_framed_or_kept(client: Client, link: str) -> None:
    for response in (client.get(link), client.post(link, {"score": "3"}), client.get("/s/nobody/")):
        assert not response.cookies
        assert (response["X-Frame-Options"], response["Cache-Control"]) == ("DENY", "no-store")
        assert response["Referrer-Policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
        assert "unsafe" not in response["Content-Security-Policy"]


def test_looking_changes_nothing_whatever_the_method(client: Client, link: str, page: str) -> None:
    client.post(link, {"score": "3", "comment": "Slow"})
    before = dump()
    for address in (
        link,
        f"{link}?score=7",
        link[:-1],
        page,
        f"{page}?kiosk=1",
        f"{page}?n={new_nonce()}",
        "/s/nobody/",
    ):
        for method in ("get", "head", "options"):
            assert getattr(client, method)(address).status_code in (200, 204, 404)
    assert client.put(link).status_code == client.delete(link).status_code == 405
    assert dump() == before


@pytest.mark.parametrize(
    ("query", "scores"),
    [("?score=7", ["7"]), ("?score=10", ["10"]), ("?score=11", []), ("?score=-1", []), ("?score=x", [])],
)
def test_the_score_of_the_mail_is_only_chosen(
    client: Client, link: str, query: str, scores: list[str]
) -> None:
    assert chosen(client.get(f"{link}{query}").content.decode()) == scores
    assert not Response.objects.across_workspaces().exists()


def test_post_records_and_gives_thanks_and_the_page_then_shows_the_answer(client: Client, link: str) -> None:
    response = client.post(link, {"score": "3", "comment": "Too <b>slow</b>"})
    assert response.status_code == 200
    assert "We are sorry that we let you down" in response.content.decode()
    row = Response.objects.across_workspaces().get()
    assert (row.score, row.comment) == (3, "Too <b>slow</b>")
    html = client.get(link).content.decode()
    assert (chosen(html), "Too &lt;b&gt;slow&lt;/b&gt;" in html) == (["3"], True)
    assert chosen(client.get(f"{link}?score=8").content.decode()) == ["8"]


def test_the_thanks_fit_the_answer(client: Client, link: str, survey: Survey) -> None:
    surveys.change(survey=survey, thanks_passive='Thanks, {{ first_name | "friend" }}.', now=NOW)
    assert "We are glad to hear that." in client.post(link, {"score": "9"}).content.decode()
    assert "Thanks, Dora." in client.post(link, {"score": "8"}).content.decode()


def test_words_can_be_added_on_the_thank_you_page(client: Client, link: str) -> None:
    html = client.post(link, {"score": "4"}).content.decode()
    form = re.findall(r'action="([^"]+)".*?name="score" value="(\d+)"', html, re.DOTALL)
    assert form == [(link, "4")]
    client.post(link, {"score": "4", "comment": "It was late"})
    row = Response.objects.across_workspaces().get()
    assert (row.score, row.comment) == (4, "It was late")


def test_a_double_click_is_one_answer(client: Client, link: str) -> None:
    bodies = {client.post(link, {"score": "3", "comment": "Slow"}).status_code for _ in range(3)}
    assert (bodies, Response.objects.across_workspaces().count()) == ({200}, 1)


@pytest.mark.parametrize("score", ["", "x", "11", "99999999999", "-1", "7.5", "٣"])
def test_without_a_score_the_page_comes_back_as_it_was_typed(client: Client, link: str, score: str) -> None:
    response = client.post(link, {"score": score, "comment": "My words"})
    html = response.content.decode()
    assert response.status_code == 422
    assert "Please choose a number from 0 to 10." in html
    assert "My words</textarea>" in html
    assert not Response.objects.across_workspaces().exists()


def test_too_many_words_come_back_whole(client: Client, link: str) -> None:
    response = client.post(link, {"score": "3", "comment": "x" * 10_001})
    html = response.content.decode()
    assert response.status_code == 422
    assert "x" * 10_001 in html
    assert chosen(html) == ["3"]
    assert client.post(link, {"score": "3", "comment": "x\r\n" * 5_000}).status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_each_trouble_has_its_own_kind_page(client: Client, link: str, survey: Survey, method: str) -> None:
    def visit(address: str) -> tuple[int, str]:
        response = getattr(client, method)(address, {"score": "3"})
        found = re.findall(r"<h1>(.*?)</h1>", response.content.decode())
        return response.status_code, found[0]

    assert visit("/s/nobody/") == (404, "We do not know this link")
    assert visit(f"/s/{link_token('survey', new_nonce())}/") == (404, "We do not know this link")
    assert visit("/s/p/nobody/") == (404, "We do not know this link")
    surveys.close(survey=survey, now=NOW)
    assert visit(link) == (410, "This survey is closed")
    assert visit(f"/s/p/{survey.public_id}/") == (410, "This survey is closed")
    surveys.activate(survey=survey, now=NOW)
    Invitation.objects.across_workspaces().update(expires_at=NOW - timedelta(seconds=1))
    assert visit(link) == (410, "This link has expired")


def test_after_the_edit_window_the_answer_is_neither_shown_nor_changed(client: Client, link: str) -> None:
    client.post(link, {"score": "3", "comment": "Secret"})
    Response.objects.across_workspaces().update(received_at=NOW - timedelta(days=7))
    page = client.get(link)
    assert (page.status_code, b"Secret" in page.content) == (410, False)
    assert client.post(link, {"score": "9"}).status_code == 410
    assert Response.objects.across_workspaces().get().score == 3


def test_a_link_without_its_last_slash_works(client: Client, link: str) -> None:
    assert client.get(link[:-1]).status_code == 200
    assert client.post(link[:-1], {"score": "3"}).status_code == 200


def test_an_answer_costs_one_statement_and_a_page_one(client: Client, link: str, page: str) -> None:
    client.get(link)  # the survey's words are read once per process
    client.get(page)
    for address in (link, page):
        with CaptureQueriesContext(connection) as looking:
            client.get(address)
        with CaptureQueriesContext(connection) as answering:
            client.post(address, {"score": "3", "comment": "Slow"})
        assert (len(looking), len(answering)) == (1, 1)
    with CaptureQueriesContext(connection) as changing:
        client.post(link, {"score": "4", "comment": "Slow"})
    assert len(changing) == 2


def test_a_changed_survey_shows_at_once(client: Client, link: str, acme: Workspace, survey: Survey) -> None:
    client.get(link)
    surveys.change(survey=survey, question="Would you come back to {{ company }}?", now=NOW)
    Workspace.objects.filter(pk=acme.pk).update(name="Acme & Sons")
    assert "Would you come back to Acme &amp; Sons?" in client.get(link).content.decode()


def forms(html: str) -> Iterator[str]:
    yield from (address.replace("&amp;", "&") for address in re.findall(r'<form[^>]* action="([^"]+)"', html))


def test_the_public_page_takes_an_anonymous_answer_once_per_form(client: Client, page: str) -> None:
    (form,) = forms(client.get(page).content.decode())
    for score in ("3", "3", "4"):
        assert client.post(form, {"score": score, "comment": "Slow"}).status_code == 200
    row = Response.objects.across_workspaces().get()
    assert (row.score, row.contact, row.channel, row.purpose) == (4, None, "LINK", "SURVEY")
    assert chosen(client.get(form).content.decode()) == ["4"]
    (other,) = forms(client.get(page).content.decode())
    assert other != form
    client.post(other, {"score": "9"})
    assert Response.objects.across_workspaces().count() == 2


def test_a_form_that_lost_its_name_is_still_an_answer(client: Client, page: str) -> None:
    for address in (page, f"{page}?n=short"):
        assert client.post(address, {"score": "9"}).status_code == 200
    assert Response.objects.across_workspaces().count() == 2


def test_a_kiosk_begins_anew_and_shows_nobody_what_the_last_one_wrote(client: Client, page: str) -> None:
    (form,) = forms(client.get(f"{page}?kiosk=1").content.decode())
    thanks = client.post(form, {"score": "3", "comment": "Private"})
    assert thanks["Refresh"] == f"8; url={page}?kiosk=1"
    assert "Change my answer" not in thanks.content.decode()
    assert "Private" not in client.get(form).content.decode()
    assert Response.objects.across_workspaces().get().channel == "KIOSK"


def test_every_page_with_all_it_loads_is_small(client: Client, acme: Workspace, link: str) -> None:
    Workspace.objects.filter(pk=acme.pk).update(phone="+49 30 1", email="a@acme.example", address="1 Road")
    for response in (client.get(link), client.post(link, {"score": "3"}), client.get("/s/nobody/")):
        html = response.content.decode()
        assert not re.findall(r'(?:src|href)="(?!data:|/s/)[^"]+"', html), "nothing else is loaded"
        assert len(gzip.compress(response.content)) < 6_000


@pytest.mark.parametrize(
    ("language", "direction"), [("en", "ltr"), ("ar", "rtl"), ("he-IL", "rtl"), ("pt-BR", "ltr")]
)
def test_the_page_speaks_the_surveys_language_in_its_direction(
    client: Client, link: str, survey: Survey, language: str, direction: str
) -> None:
    surveys.change(survey=survey, language=language, now=NOW)
    assert f'<html lang="{language}" dir="{direction}">' in client.get(link).content.decode()


def test_a_kept_page_carries_nothing_of_the_customer_it_was_made_for(
    client: Client, acme: Workspace, survey: Survey, dora: Contact, link: str
) -> None:
    surveys.change(survey=survey, thanks_promoter='Thank you, {{ first_name | "friend" }}.', now=NOW)
    eve, _ = contacts.upsert(workspace=acme, email="eve@customer.example", name="Eve & Co", now=NOW)
    other = f"/s/{invitations.invite(workspace=acme, survey=survey, contact=eve, now=NOW, send=False).link}/"
    for address, name, stranger in ((link, "Dora", other), (other, "Eve", link), (link, "Dora", other)):
        response = client.post(address, {"score": "9"})
        html = response.content.decode()
        assert f"Thank you, {name}." in html
        assert (f'action="{address}"' in html, stranger in html) == (True, False)
        (nonce,) = set(re.findall(r'nonce="([^"]+)"', html))
        assert f"style-src 'nonce-{nonce}'" in response["Content-Security-Policy"]


def test_a_survey_of_another_scale_shows_that_scale(client: Client, acme: Workspace) -> None:
    stars = surveys.activate(
        survey=surveys.create(workspace=acme, name="Stars", metric="STARS", now=NOW), now=NOW
    )
    page = f"/s/p/{stars.public_id}/"
    html = client.get(page).content.decode()
    assert re.findall(r'name="score" value="(\d+)"', html) == ["1", "2", "3", "4", "5"]
    assert client.post(page, {"score": "0"}).status_code == 422
    assert "We are sorry that we let you down" in client.post(page, {"score": "1"}).content.decode()


# --- How often, and in whose frame ------------------------------------------------------------------------------


def test_a_link_takes_ten_answers_a_minute_and_asks_for_patience_at_the_eleventh(
    client: Client, link: str
) -> None:
    statuses = [client.post(link, {"score": str(number % 11)}).status_code for number in range(12)]
    assert statuses == [200] * 10 + [429] * 2
    refused = client.post(link, {"score": "3"})
    assert refused["Retry-After"] in ("59", "60")
    assert "One moment, please" in refused.content.decode()
    assert client.get(link).status_code == 200  # looking is counted by itself
    assert Response.objects.across_workspaces().get().score == 9


def test_other_links_of_the_same_network_are_not_touched(
    client: Client, acme: Workspace, survey: Survey, dora: Contact, link: str
) -> None:
    for _ in range(11):
        client.post(link, {"score": "3"})
    other = invitations.invite(
        workspace=acme, survey=survey, contact=dora, now=NOW, send=False, purpose="RESURVEY"
    )
    assert client.post(f"/s/{other.link}/", {"score": "4"}).status_code == 200


def test_without_redis_a_valid_link_goes_through(client: Client, link: str, settings: Any) -> None:
    settings.LIMITER_URL = "redis://127.0.0.1:1/2"
    try:
        assert [client.post(link, {"score": "3"}).status_code for _ in range(12)] == [200] * 12
    finally:
        limiter._state["closed_until"] = 0.0


def test_guesses_are_counted_by_network_and_a_valid_link_is_not_among_them(client: Client, link: str) -> None:
    here = {"REMOTE_ADDR": f"198.51.100.{new_token()[0].encode()[0]}", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}
    limit = limiter.hit(rate="60/minute", key=f"guess:{here['REMOTE_ADDR']}", uses=59)
    assert limit is None
    assert [client.get(f"/s/{'x' * 44}/", **here).status_code for _ in range(3)] == [404, 429, 429]
    assert client.get("/u/nobody/", **here).status_code == 429
    assert client.post(link, {"score": "3"}, **here).status_code == 200


def test_a_public_page_takes_120_answers_a_minute_from_one_network(client: Client, page: str) -> None:
    assert client.get(page).status_code == 200
    public_id = page.split("/")[3]
    assert limiter.hit(rate="120/minute", key=f"public-post:127.0.0.1:{public_id}", uses=119) is None
    assert [client.post(page, {"score": "3"}).status_code for _ in range(2)] == [200, 429]
    assert client.post(page, {"score": "3"}, REMOTE_ADDR="198.51.100.7").status_code == 200


def test_only_named_sites_may_frame_the_answer_page(
    client: Client, acme: Workspace, link: str, page: str
) -> None:
    workspaces.change(
        workspace=acme, frame_origins=["https://www.acme.example/", "https://shop.acme.example:8443"]
    )
    for response in (
        client.get(link),
        client.post(link, {}),
        client.post(link, {"score": "3"}),
        client.get(page),
    ):
        policy = response["Content-Security-Policy"]
        assert policy.endswith("frame-ancestors https://www.acme.example https://shop.acme.example:8443")
        assert "X-Frame-Options" not in response
    for response in (client.get("/s/nobody/"), client.get("/u/nobody/")):
        assert response["Content-Security-Policy"].endswith("frame-ancestors 'none'")
        assert response["X-Frame-Options"] == "DENY"
    workspaces.change(workspace=acme, frame_origins=[])
    assert client.get(link)["Content-Security-Policy"].endswith("frame-ancestors 'none'")


def test_a_closed_page_may_be_framed_like_an_open_one(
    client: Client, acme: Workspace, survey: Survey, link: str
) -> None:
    workspaces.change(workspace=acme, frame_origins=["https://www.acme.example"])
    surveys.close(survey=survey, now=NOW)
    for response in (client.get(link), client.post(link, {"score": "3"})):
        assert (response.status_code, "X-Frame-Options" in response) == (410, False)
