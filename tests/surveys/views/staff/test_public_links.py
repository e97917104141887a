"""The pages of a survey's links: list with figures, QR code, print sheet, newsletter."""

import re
from io import BytesIO
from xml.etree import ElementTree

import pytest
from django.test import Client
from PIL import Image

from accounts.models import Membership, User, Workspace
from core.tokens import new_nonce
from surveys.models import PublicLink, Survey
from surveys.services import public_links, responses, surveys
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(survey: Survey) -> PublicLink:
    return public_links.create(workspace=survey.workspace, survey=survey, source="Newsletter", now=MONDAY_9AM)


@pytest.fixture
def browser(alice: User) -> Client:
    return signed_in(alice)


def at(survey: Survey, tail: str = "") -> str:
    return f"/w/acme/surveys/{survey.public_id}/links/{tail}"


def test_a_manager_makes_a_link_with_its_touchpoint(browser: Client, survey: Survey) -> None:
    form = {"source": "Counter Hamburg", "touchpoint": "Shop", "is_kiosk": "on", "kiosk_seconds": "12"}
    answer = browser.post(at(survey, "new/"), form)
    row = PublicLink.objects.of(survey.workspace).get()
    assert (answer.status_code, answer["Location"]) == (302, at(survey, f"{row.public_id}/"))
    assert (row.source, row.touchpoint and row.touchpoint.name, row.is_kiosk, row.kiosk_seconds) == (
        "Counter Hamburg", "Shop", True, 12,
    )  # fmt: skip
    again = browser.post(at(survey, "new/"), form)
    assert (again.status_code, "This source has a link already." in again.content.decode()) == (422, True)


def test_the_list_shows_answers_and_nps_with_n_for_each_source(
    browser: Client, survey: Survey, link: PublicLink
) -> None:
    for score in (10, 9, 2):
        responses.record_by_link(
            survey_public_id=link.public_id, submission=new_nonce(), score=score, comment="", now=MONDAY_9AM
        )
    html = browser.get(at(survey)).content.decode()
    assert re.findall(r'<b class="nps-figure">(.*?)</b> <small[^>]*>(.*?)</small>', html) == [
        ("+33", "n = 3")
    ]
    assert f'value="http://localhost:8000/s/p/{link.public_id}/"' in html or f"/s/p/{link.public_id}/" in html


def test_a_member_limited_to_a_touchpoint_counts_only_what_they_may_see(
    survey: Survey, link: PublicLink, bob: User
) -> None:
    responses.record_by_link(
        survey_public_id=link.public_id, submission=new_nonce(), score=9, comment="", now=MONDAY_9AM
    )
    assert "n = 1" in signed_in(bob).get(at(survey)).content.decode()
    Membership.objects.of(survey.workspace).filter(user=bob).update(only_own_teams=True)
    assert "n = 1" not in signed_in(bob).get(at(survey)).content.decode()


def test_the_codes_are_drawn_of_the_address(browser: Client, survey: Survey, link: PublicLink) -> None:
    drawn = browser.get(at(survey, f"{link.public_id}/qr.svg"))
    assert drawn["Content-Type"] == "image/svg+xml"
    assert ElementTree.fromstring(drawn.content).tag == "{http://www.w3.org/2000/svg}svg"
    png = browser.get(at(survey, f"{link.public_id}/qr.png"))
    picture = Image.open(BytesIO(png.content))
    assert (png["Content-Type"], picture.format, picture.width == picture.height) == (
        "image/png",
        "PNG",
        True,
    )
    assert picture.width > 400
    assert png["Content-Disposition"] == 'attachment; filename="relationship-nps-newsletter.png"'


@pytest.mark.parametrize(("per", "copies"), [("1", 1), ("4", 4), ("8", 8), ("5", 4), ("x", 4), ("", 4)])
def test_the_sheet_holds_the_code_as_often_as_asked(
    browser: Client, survey: Survey, link: PublicLink, per: str, copies: int
) -> None:
    html = browser.get(at(survey, f"{link.public_id}/sheet/"), {"per": per}).content.decode()
    assert html.count('class="ticket"') == html.count("<svg") == copies
    assert html.count("How likely are you to recommend Acme to a friend or colleague?") == copies


def test_the_newsletters_html_links_each_number_and_runs_nothing(
    browser: Client, survey: Survey, link: PublicLink
) -> None:
    surveys.change(survey=survey, question="Would you <b>recommend</b> {{ company }}?", now=MONDAY_9AM)
    shown = browser.get(at(survey, f"{link.public_id}/newsletter/"))
    html = shown.content.decode()
    assert re.findall(r'href="([^"]+)"', html) == [
        f"{address}?score={score}"
        for score in range(11)
        for address in [re.search(r'href="([^"?]+)', html)[1]]  # type: ignore[index]
    ]
    assert f"/s/p/{link.public_id}/?score=0" in html
    assert "Would you &lt;b&gt;recommend&lt;/b&gt; Acme?" in html
    assert "script" not in html
    assert "sandbox" in shown["Content-Security-Policy"]
    page = browser.get(at(survey, f"{link.public_id}/")).content.decode()
    assert "&lt;table role=" in page
    assert "?score=10" in page
    assert "<table role=" not in page


def test_archiving_and_taking_back(browser: Client, survey: Survey, link: PublicLink) -> None:
    browser.post(at(survey, f"{link.public_id}/archive/"))
    assert Client().get(f"/s/p/{link.public_id}/").status_code == 410
    assert "archived" in browser.get(at(survey)).content.decode()
    browser.post(at(survey, f"{link.public_id}/restore/"))
    assert Client().get(f"/s/p/{link.public_id}/").status_code == 200


def test_an_agent_looks_and_a_stranger_finds_nothing(
    acme: Workspace, survey: Survey, link: PublicLink, owner: User, bob: User, charlie: User
) -> None:
    pages = ["", f"{link.public_id}/", f"{link.public_id}/sheet/", f"{link.public_id}/qr.svg"]
    for tail in pages:
        statuses = [signed_in(person).get(at(survey, tail)).status_code for person in (owner, bob, charlie)]
        assert (tail, statuses) == (tail, [200, 200, 404])
    for tail in ("new/", f"{link.public_id}/archive/"):
        statuses = [signed_in(person).post(at(survey, tail)).status_code for person in (owner, bob, charlie)]
        assert (tail, statuses[1:]) == (tail, [403, 404])
