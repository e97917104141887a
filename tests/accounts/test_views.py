"""The front door and the settings pages."""

import io
import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.enums import Role
from accounts.models import BusinessCalendar, Holiday, User, Workspace
from accounts.services import members
from tests.conftest import MONDAY_9AM, signed_in

HOME = "/w/acme/settings/"
ADMIN_PAGES = ["company/", "people/", "hours/", "keys/"]


@pytest.fixture
def browser(owner: User, acme: Workspace) -> Client:
    return signed_in(owner)


def company(**changed: object) -> dict[str, object]:
    return {
        "part": "company", "name": "Acme", "time_zone": "UTC", "language": "en", "quiet_days": "30", "sender_name": "",
        "reply_to": "", "phone": "", "email": "", "website": "", "address": "", **changed,
    }  # fmt: skip


# The door


def test_one_workspace_leads_straight_in(browser: Client) -> None:
    assert browser.get("/")["Location"] == "/w/acme/"


def test_several_workspaces_are_chosen_from(browser: Client, owner: User, globex: Workspace) -> None:
    members.add(workspace=globex, user=owner, role=Role.AGENT, now=MONDAY_9AM)
    text = browser.get("/").content.decode()
    assert re.findall(r'class="room" href="([^"]+)"', text) == ["/w/acme/", "/w/globex/"]


def test_somebody_without_a_workspace_is_told_whom_to_ask(acme: Workspace) -> None:
    user = members.ensure_user(email="new@nowhere.example", now=MONDAY_9AM)
    assert "You are in no workspace yet" in signed_in(user).get("/").content.decode()


# Who may


@pytest.mark.parametrize("page", ["", *ADMIN_PAGES, "you/"])
def test_a_stranger_finds_nothing(page: str, acme: Workspace, charlie: User) -> None:
    assert signed_in(charlie).get(HOME + page).status_code == 404
    assert signed_in(charlie).post(HOME + page).status_code == 404


@pytest.mark.parametrize("page", ADMIN_PAGES)
def test_managers_and_agents_change_no_settings(page: str, alice: User, bob: User) -> None:
    for user in (alice, bob):
        assert signed_in(user).get(HOME + page).status_code == 403
        assert signed_in(user).post(HOME + page).status_code == 403


def test_the_index_shows_only_rooms_one_may_enter(browser: Client, bob: User) -> None:
    def rooms(client: Client) -> list[str]:
        return [
            re.sub(r"^/w/acme/settings/", "", room["url"]) for room in client.get(HOME).context["sections"]
        ]

    assert rooms(signed_in(bob)) == [
        "you/",
        "/accounts/security/",
        "alerts/",
        "my-replies/",
        "/w/acme/matrix/",
        "/w/acme/templates/",
    ]
    assert {"company/", "people/", "hours/", "keys/", "you/"} <= set(rooms(browser))


def test_every_room_of_the_index_opens(browser: Client) -> None:
    for room in browser.get(HOME).context["sections"]:
        assert (room["url"], browser.get(room["url"], follow=True).status_code) == (room["url"], 200)


# Company


def test_the_company_is_saved_and_said(browser: Client, acme: Workspace) -> None:
    data = company(
        name="Acme Parcel", time_zone="Europe/Berlin", quiet_days="90", reply_to="care@acme.example"
    )
    response = browser.post(HOME + "company/", data, follow=True)
    acme.refresh_from_db()
    assert (acme.name, acme.time_zone, acme.quiet_days, acme.reply_to) == (
        "Acme Parcel", "Europe/Berlin", 90, "care@acme.example",
    )  # fmt: skip
    assert "Saved. New mails and pages show it at once." in response.content.decode()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("acme.example", "https://acme.example"), ("http://acme.example", "http://acme.example"), ("", "")],
)
def test_a_web_site_without_a_scheme_is_a_safe_one(
    browser: Client, acme: Workspace, typed: str, kept: str
) -> None:
    assert browser.post(HOME + "company/", company(website=typed)).status_code == 302
    acme.refresh_from_db()
    assert acme.website == kept


@pytest.mark.parametrize(
    "changed", [{"name": ""}, {"time_zone": "Nowhere"}, {"quiet_days": "731"}, {"reply_to": "x"}]
)
def test_what_does_not_fit_the_company_is_not_saved(
    browser: Client, acme: Workspace, changed: dict[str, str]
) -> None:
    response = browser.post(HOME + "company/", company(sender_name="Kept", **changed))
    acme.refresh_from_db()
    assert (response.status_code, acme.name, acme.sender_name) == (422, "Acme", "")
    assert 'value="Kept"' in response.content.decode()


def test_colour_and_logo_are_saved_and_the_logo_removed(browser: Client, acme: Workspace) -> None:
    file = io.BytesIO()
    Image.new("RGB", (400, 100), "#7a3a6c").save(file, "PNG")
    file.seek(0)
    file.name = "logo.png"
    browser.post(HOME + "company/", {"part": "brand", "accent": "#7A3A6C", "logo": file})
    acme.refresh_from_db()
    assert (acme.accent, acme.logo[:22]) == ("#7a3a6c", "data:image/png;base64,")
    browser.post(HOME + "company/", {"part": "brand", "accent": "#123456"})
    acme.refresh_from_db()
    assert (acme.accent, acme.logo[:5]) == ("#123456", "data:")
    browser.post(HOME + "company/", {"part": "brand", "accent": "#123456", "remove_logo": "on"})
    acme.refresh_from_db()
    assert acme.logo == ""


@pytest.mark.parametrize("accent", ["#ffffee", "teal", "#12345"])
def test_a_colour_nobody_can_see_is_refused(browser: Client, acme: Workspace, accent: str) -> None:
    assert browser.post(HOME + "company/", {"part": "brand", "accent": accent}).status_code == 422
    acme.refresh_from_db()
    assert acme.accent == "#0f766e"


# Hours


def test_hours_are_saved_as_people_write_them(browser: Client, acme: Workspace) -> None:
    browser.post(
        HOME + "hours/", {"time_zone": "Europe/Berlin", "mon": "9-12, 13–17:30", "sat": "10:00-14:00"}
    )
    calendar = BusinessCalendar.objects.of(acme).get()
    assert calendar.week == {"mon": [["09:00", "12:00"], ["13:00", "17:30"]], "sat": [["10:00", "14:00"]]}


@pytest.mark.parametrize("data", [{"mon": "always"}, {"mon": "17-9"}, {}])
def test_hours_that_cannot_be_are_refused(browser: Client, acme: Workspace, data: dict[str, str]) -> None:
    before = BusinessCalendar.objects.of(acme).get().week
    assert browser.post(HOME + "hours/", {"time_zone": "UTC", **data}).status_code == 422
    assert BusinessCalendar.objects.of(acme).get().week == before


def test_public_holidays_are_added_once_and_can_be_removed(browser: Client, acme: Workspace) -> None:
    year = timezone.now().year
    for _press in range(2):
        browser.post(HOME + "holidays/public/", {"place": "DE/BY", "year": str(year)})
    days = Holiday.objects.of(acme)
    assert days.filter(holiday_on=date(year, 1, 6)).count() == 1
    count = days.count()
    browser.post(f"{HOME}holidays/{days.get(holiday_on=date(year, 12, 25)).pk}/remove/")
    assert days.count() == count - 1


def test_one_holiday_is_added(browser: Client, acme: Workspace) -> None:
    day = (timezone.now() + timedelta(days=40)).date()
    browser.post(HOME + "holidays/", {"holiday_on": day.isoformat(), "name": "Company day"})
    assert [(row.holiday_on, row.name) for row in Holiday.objects.of(acme)] == [(day, "Company day")]


def test_a_holiday_of_another_workspace_cannot_be_removed(browser: Client, globex: Workspace) -> None:
    calendar = BusinessCalendar.objects.of(globex).get()
    row = Holiday(workspace=globex, calendar=calendar, holiday_on=date(2026, 5, 1))
    row.save()
    assert browser.post(f"{HOME}holidays/{row.pk}/remove/").status_code == 404
