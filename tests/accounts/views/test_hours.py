"""Several calendars: each with its own page, teams, days off, and what an edit would do to open cases."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import BusinessCalendar, Holiday, Team, User, Workspace
from detractors.services import decisions
from surveys.models import Survey
from surveys.services import responses
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
HOURS = "/w/acme/settings/hours/"


@pytest.fixture
def browser(acme: Workspace, owner: User) -> Client:
    return signed_in(owner)


@pytest.fixture
def night(browser: Client, acme: Workspace) -> BusinessCalendar:
    """Further hours, made on the page."""
    usual = BusinessCalendar.objects.of(acme).get()
    browser.post(f"{HOURS}add/", {"calendar": usual.pk, "name": "Night"})
    return BusinessCalendar.objects.of(acme).get(name="Night")


def test_further_hours_are_added_named_and_set(browser: Client, night: BusinessCalendar) -> None:
    week = {"calendar": night.pk, "name": "Nights", "time_zone": "America/New_York", "sat": "22-24"}
    answer = browser.post(HOURS, week)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{HOURS}?calendar={night.pk}")
    night.refresh_from_db()
    assert (night.name, night.time_zone, night.week) == (
        "Nights", "America/New_York", {"sat": [["22:00", "24:00"]]},
    )  # fmt: skip
    shown = browser.get(HOURS, {"calendar": night.pk})
    assert (shown.context["calendar"], len(shown.context["calendars"])) == (night, 2)
    assert browser.get(HOURS).context["calendar"].is_default


def test_a_name_in_use_is_refused_where_it_was_typed(browser: Client, night: BusinessCalendar) -> None:
    again = browser.post(f"{HOURS}add/", {"calendar": night.pk, "name": "Night"})
    assert (again.status_code, list(again.context["name_form"].errors)) == (422, ["name"])


def test_a_team_works_by_the_hours_it_is_ticked_for(
    browser: Client, acme: Workspace, night: BusinessCalendar
) -> None:
    team = Team.objects.of(acme).get()
    browser.post(f"{HOURS}teams/", {"calendar": night.pk, "teams": [team.pk]})
    team.refresh_from_db()
    assert team.calendar_id == night.pk
    said = browser.post(f"{HOURS}remove/", {"calendar": night.pk}, follow=True).content.decode()
    assert "counts by these hours" in said
    browser.post(f"{HOURS}teams/", {"calendar": night.pk})
    assert browser.post(f"{HOURS}remove/", {"calendar": night.pk}).headers["Location"] == HOURS
    assert not BusinessCalendar.objects.of(acme).filter(name="Night").exists()


def test_a_closure_is_added_unticked_and_removed_as_one(
    browser: Client, acme: Workspace, night: BusinessCalendar
) -> None:
    first = timezone.now().date() + timedelta(days=30)
    closure = {"calendar": night.pk, "first": first, "last": first + timedelta(days=40), "name": "Winter"}
    browser.post(f"{HOURS}closures/", closure)
    days = Holiday.objects.of(acme).filter(calendar=night)
    assert days.count() == 41
    [line] = browser.get(HOURS, {"calendar": night.pk}).context["coming"]
    place = f"/w/acme/settings/holidays/{line.first.pk}/remove/"
    browser.post(place, {"act": "work"})
    assert days.filter(is_worked=True).count() == 41
    browser.post(place, {"act": "close"})
    assert days.filter(is_worked=True).count() == 0
    browser.post(place)
    assert days.count() == 0


def test_a_closure_that_ends_before_it_begins_is_refused(browser: Client, acme: Workspace) -> None:
    day = date(2027, 3, 1)
    closure = {"first": day, "last": day - timedelta(days=1), "name": "Winter"}
    refused = browser.post(f"{HOURS}closures/", closure)
    assert (refused.status_code, list(refused.context["closure_form"].errors)) == (422, ["last"])


def test_public_holidays_are_kept_every_year_until_that_is_ended(browser: Client, acme: Workspace) -> None:
    public = "/w/acme/settings/holidays/public/"
    year = timezone.now().year
    browser.post(public, {"place": "DE/BY", "year": year, "every_year": "on"})
    calendar = BusinessCalendar.objects.of(acme).get()
    assert (calendar.holiday_place, calendar.holidays_until) == ("DE/BY", year + 1)
    assert calendar.holidays.filter(holiday_on=date(year + 1, 1, 6)).exists()
    browser.post(public, {"act": "stop"})
    calendar.refresh_from_db()
    assert (calendar.holiday_place, calendar.holidays.count() > 20) == ("", True)


def test_what_an_edit_would_do_is_said_before_it_is_made(browser: Client, acme: Workspace, bob: User) -> None:
    now = timezone.now()
    responses.record(workspace=acme, survey=Survey.objects.of(acme).get(), contact=None, score=1, now=now)
    decisions.decide_pending(now=now)
    typed = {"time_zone": "UTC", "sun": "00:00-00:30"}  # half an hour a week
    said = browser.get(HOURS, typed, headers={"HX-Request": "true"}).content.decode()
    assert "<strong>1</strong> of 1 open cases would move" in said
    assert BusinessCalendar.objects.of(acme).get().week.get("sun") is None
    first = now.date()
    closed = {"first": first, "last": first + timedelta(days=40)}
    for days in (closed, {"holiday_on": first + timedelta(days=(-first.weekday()) % 7)}):
        answer = browser.get(HOURS, days, headers={"HX-Request": "true"})
        assert "open case" in answer.content.decode(), days
    assert (
        "<strong>1</strong> of 1 open cases would move"
        in browser.get(HOURS, closed, headers={"HX-Request": "true"}).content.decode()
    )
    assert Holiday.objects.of(acme).count() == 0
    nonsense = browser.get(HOURS, {"time_zone": "UTC", "mon": "x"}, headers={"HX-Request": "true"})
    assert nonsense.content.strip() == b""


def test_hours_of_another_workspace_are_unknown(browser: Client, globex: Workspace) -> None:
    foreign = BusinessCalendar.objects.of(globex).get()
    assert browser.get(HOURS, {"calendar": foreign.pk}).status_code == 404
    assert browser.post(f"{HOURS}remove/", {"calendar": foreign.pk}).status_code == 404


@pytest.mark.parametrize(
    ("day", "typed", "why"),
    [
        ("wed", "09:00-12:00, 11:00-17:00", "11:00-17:00 overlaps 09:00-12:00; join the two or move one."),
        ("thu", "22:00-06:00", "Ends at 06:00, not after its start 22:00; for hours past midnight"),
        ("fri", "9-25", "'25:00' is no time; write HH:MM"),
    ],
)
def test_hours_that_cannot_be_are_said_at_their_day_and_kept(
    browser: Client, day: str, typed: str, why: str
) -> None:
    refused = browser.post(HOURS, {"time_zone": "UTC", "mon": "09:00-17:00", day: typed})
    form = refused.context["hours_form"]
    assert (refused.status_code, list(form.errors), form[day].value()) == (422, [day], typed)
    assert form.errors[day][0].startswith(why)


def test_a_team_that_would_lose_its_hours_is_tried_too(
    browser: Client, acme: Workspace, bob: User, night: BusinessCalendar
) -> None:
    now = timezone.now()
    responses.record(workspace=acme, survey=Survey.objects.of(acme).get(), contact=None, score=1, now=now)
    decisions.decide_pending(now=now)
    browser.post(HOURS, {"calendar": night.pk, "name": "Night", "time_zone": "UTC", "sat": "22-24"})
    team = {"calendar": night.pk, "teams_of": night.pk, "teams": [Team.objects.of(acme).get().pk]}
    said = browser.get(HOURS, team, headers={"HX-Request": "true"}).content.decode()
    assert "<strong>1</strong> of 1 open cases would move" in said
    assert Team.objects.of(acme).get().calendar_id is None
