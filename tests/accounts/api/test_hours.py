"""Working hours through the API: the week, the days off and the teams, and what an edit would do before it is made."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.history import kinds
from accounts.models import BusinessCalendar, Holiday, Membership, Team, User, Workspace
from accounts.services import calendars
from detractors.models import Recount, SlaTimer
from detractors.services import decisions, recounting
from surveys.models import Survey
from surveys.services import responses
from tests.api import Api, errors
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

ALWAYS_OPEN = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


@pytest.fixture
def usual(acme: Workspace) -> BusinessCalendar:
    return BusinessCalendar.objects.of(acme).get(is_default=True)


@pytest.fixture
def running(acme: Workspace, usual: BusinessCalendar) -> SlaTimer:
    """A case whose first response is due in 30 minutes of hours that are always open."""
    now = timezone.now()
    calendars.change(calendar=usual, time_zone="UTC", week=ALWAYS_OPEN, now=now)
    recounting.work(now=now)
    responses.record(
        workspace=acme, survey=Survey.objects.of(acme).get(), contact=None, score=2, now=now - timedelta(minutes=30)
    )  # fmt: skip
    decisions.decide_pending(now=now - timedelta(minutes=30))
    return SlaTimer.objects.of(acme).get(kind="FIRST_RESPONSE")


def test_hours_are_made_read_changed_and_removed(
    acme: Workspace, usual: BusinessCalendar, owner: User
) -> None:
    api = Api(acme, by=owner)
    answer = api.post("calendars/", {"name": "Night", "week": {"sat": [["22:00", "24:00"]]}})
    made = answer.json()
    assert answer.status_code == 201
    assert made == api.get(f"calendars/{made['id']}/").json()
    assert made == {
        "id": made["id"], "name": "Night", "is_usual": False, "time_zone": usual.time_zone,
        "week": {"sat": [["22:00", "24:00"]]}, "minutes_a_week": 120, "holiday_country": None, "holiday_region": None,
        "holidays_until": None, "teams": [], "changed_at": made["changed_at"],
    }  # fmt: skip
    team = Team.objects.of(acme).get()
    changed = api.patch(
        f"calendars/{made['id']}/",
        {
            "name": "Nights",
            "time_zone": "America/New_York",
            "teams": [team.name],
            "holiday_country": "DE",
            "holiday_region": "BY",
        },
    ).json()
    assert {key: changed[key] for key in ("name", "time_zone", "week", "teams")} == {
        "name": "Nights", "time_zone": "America/New_York", "week": made["week"], "teams": [team.name],
    }  # fmt: skip
    year = timezone.now().year
    assert (changed["holiday_country"], changed["holiday_region"], changed["holidays_until"]) == (
        "DE",
        "BY",
        year + 1,
    )
    assert Holiday.objects.of(acme).filter(calendar=made["id"], holiday_on=date(year, 1, 6)).exists()
    written = kinds()["calendar"].objects.of(acme).filter(pgh_obj_id=made["id"], name="Nights")
    assert {row.pgh_context["key"] for row in written} == {api.key.prefix}
    busy = api.delete(f"calendars/{made['id']}/")
    assert (busy.status_code, busy.json()["code"]) == (409, "IN_USE")
    assert api.patch(f"calendars/{made['id']}/", {"teams": [], "holiday_country": None}).json()["teams"] == []
    assert api.delete(f"calendars/{made['id']}/").status_code == 204
    assert [one["id"] for one in api.get("calendars/").json()["results"]] == [str(usual.pk)]
    assert api.delete(f"calendars/{usual.pk}/").json()["code"] == "IN_USE"


def test_days_off_are_entered_listed_by_day_unticked_and_removed(
    acme: Workspace, usual: BusinessCalendar
) -> None:
    api, path = Api(acme), f"calendars/{usual.pk}/holidays/"
    assert api.post(
        path, {"first": "2026-12-28", "last": "2026-12-31", "name": "Between the years"}
    ).json() == {"added": 4}
    assert api.post(path, {"first": "2026-12-24"}).json() == {"added": 1}
    assert api.post(path, {"country": "DE", "year": 2026}).json() == {"added": 9}
    first = api.get(path, since="2026-12-01", limit=4).json()
    rest = api.get(first["next"]).json()
    days = ["2026-12-24", "2026-12-25", "2026-12-26", "2026-12-28", "2026-12-29", "2026-12-30", "2026-12-31"]
    assert [row["day"] for page in (first, rest) for row in page["results"]] == days
    assert rest["next"] is None
    [newyear] = api.get(path, until="2026-01-02").json()["results"]
    assert (newyear["day"], newyear["is_worked"]) == ("2026-01-01", False)
    unticked = api.patch(f"{path}2026-12-24/", {"is_worked": True}).json()
    assert unticked == {"day": "2026-12-24", "name": "", "is_worked": True}
    assert api.post(path, {"first": "2026-12-24"}).json() == {"added": 0}
    api.patch(f"{path}2026-12-30/", {"is_worked": True})
    rows = Holiday.objects.of(acme).filter(is_worked=True).order_by("holiday_on")
    assert [row.holiday_on.day for row in rows] == [24, 28, 29, 30, 31]
    assert api.delete(f"{path}2026-12-31/").status_code == 204
    assert Holiday.objects.of(acme).filter(name="Between the years").count() == 0
    assert [api.delete(f"{path}{day}/").status_code for day in ("2026-12-31", "2026-02-30", "yesterday")] == [
        404
    ] * 3


def test_what_does_not_fit_is_named_by_its_field(
    acme: Workspace, globex: Workspace, usual: BusinessCalendar
) -> None:
    api = Api(acme)
    theirs = BusinessCalendar.objects.of(globex).get()
    before = (usual.week, usual.time_zone)
    refused: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
        "zone": ({"time_zone": "Nowhere/City"}, [("time_zone", "INVALID")]),
        "backwards": ({"week": {"mon": [["17:00", "09:00"]]}}, [("week.mon", "INVALID")]),
        "hour 25": ({"week": {"tue": [["09:00", "25:00"]]}}, [("week.tue", "INVALID")]),
        "closed for ever": ({"week": {}}, [("week", "INVALID")]),
        "no day": ({"week": {"moon": []}}, [("week", "WEEK")]),
        "no interval": ({"week": {"mon": ["09:00"]}}, [("week", "WEEK")]),
        "country": ({"holiday_country": "XX"}, [("holiday_country", "UNKNOWN")]),
        "region": ({"holiday_country": "DE", "holiday_region": "ZZ"}, [("holiday_region", "UNKNOWN")]),
        "region alone": ({"holiday_region": "BY"}, [("holiday_country", "REQUIRED")]),
        "team": ({"teams": ["Nobody"]}, [("teams.0", "UNKNOWN")]),
    }
    for what, (change, said) in refused.items():
        for send, path in ((api.patch, ""), (api.post, "preview/")):
            answer = send(f"calendars/{usual.pk}/{path}", change)
            assert (what, answer.status_code, errors(answer)) == (what, 400, said)
    days: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
        "nothing": ({}, [("first", "REQUIRED")]),
        "no day": ({"first": "20261224"}, [("first", "DAY")]),
        "backwards": ({"first": "2026-12-24", "last": "2026-12-23", "name": "x"}, [("last", "INVALID")]),
        "both": ({"first": "2026-12-24", "country": "DE", "year": 2026}, [("first", "INVALID")]),
        "no year": ({"country": "DE"}, [("year", "REQUIRED")]),
        "no country": ({"first": "2026-12-24", "year": 2026}, [("country", "REQUIRED")]),
        "far": ({"first": "1901-01-01"}, [("first", "RANGE")]),
    }
    for what, (body, said) in days.items():
        answer = api.post(f"calendars/{usual.pk}/holidays/", body)
        assert (what, answer.status_code, errors(answer)) == (what, 400, said)
    assert errors(api.post("calendars/", {"name": usual.name})) == [("name", "INVALID")]
    assert errors(api.post("calendars/", {"name": "New", "like": str(theirs.pk)})) == [("like", "UNKNOWN")]
    usual.refresh_from_db()
    assert (usual.week, usual.time_zone, usual.holidays.count()) == (*before, 0)
    assert {api.get(f"calendars/{pk}/").status_code for pk in (theirs.pk, "9" * 30, "usual")} == {404}


def test_a_region_whose_name_is_too_long_to_keep_is_entered_year_by_year(
    acme: Workspace, owner: User, usual: BusinessCalendar
) -> None:
    api, path = Api(acme), f"calendars/{usual.pk}/"
    kept = api.patch(path, {"holiday_country": "NZ", "holiday_region": "South Canterbury"})
    assert errors(kept) == [("holiday_region", "INVALID")]
    year = timezone.now().year
    page = signed_in(owner).post(
        "/w/acme/settings/holidays/public/",
        {"place": "NZ/South Canterbury", "year": year, "every_year": "on"},
        follow=True,
    )
    assert "enter them year by year" in page.content.decode()
    once = api.post(f"{path}holidays/", {"country": "NZ", "region": "South Canterbury", "year": year})
    assert once.json()["added"] > 5


def test_a_preview_says_what_the_page_says_and_the_edit_does(
    acme: Workspace, owner: User, usual: BusinessCalendar, running: SlaTimer
) -> None:
    api, path, today = Api(acme), f"calendars/{usual.pk}/", timezone.now().date()
    days = [(today + timedelta(days=n)).isoformat() for n in range(2)]
    told = api.post(f"{path}preview/", {"closed_days": days}).json()
    page = signed_in(owner).get(
        "/w/acme/settings/hours/",
        {"first": days[0], "last": days[1], "calendar": usual.pk},
        headers={"HX-Request": "true"},
    )
    shown = page.context["preview"]
    assert told == {"open": 1, "moved": 1, "earlier": 0, "later": 1, "late": 0, "is_estimate": False}
    assert told == {key: getattr(shown, key) for key in told}
    assert Holiday.objects.of(acme).count() == 0
    Recount.objects.of(acme).delete()
    api.post(f"{path}holidays/", {"first": days[0], "last": days[1], "name": "Stocktaking"})
    recounting.work(now=timezone.now())
    done = Recount.objects.of(acme).get()
    assert (done.what, done.moved) == (usual.name, 1)
    again = api.post(f"{path}preview/", {"open_days": days}).json()
    assert (again["moved"], again["earlier"]) == (1, 1)
    before = running.due_at
    running.refresh_from_db()
    assert running.due_at > before


def test_teams_that_would_work_by_other_hours_are_previewed(
    acme: Workspace, usual: BusinessCalendar, running: SlaTimer
) -> None:
    api = Api(acme)
    made = api.post("calendars/", {"name": "Saturday", "week": {"sat": [["09:00", "09:30"]]}}).json()
    team = Team.objects.of(acme).get()
    assert running.case.team_id == team.pk
    assert api.post(f"calendars/{made['id']}/preview/", {"teams": [team.name]}).json()["later"] == 1
    team.refresh_from_db()
    assert team.calendar_id is None


def test_who_sees_a_part_of_the_cases_gets_no_figures_of_all(
    acme: Workspace, bob: User, usual: BusinessCalendar
) -> None:
    Membership.objects.of(acme).filter(user=bob).update(only_own_teams=True)
    answer = Api(acme, by=bob).post(f"calendars/{usual.pk}/preview/", {})
    assert (answer.status_code, answer.json()["code"]) == (403, "LIMITED_SIGHT")


def test_a_cursor_of_another_list_is_refused(acme: Workspace, usual: BusinessCalendar) -> None:
    api = Api(acme)
    for name in ("One", "Two"):
        api.post("calendars/", {"name": name})
    cursor = api.get("calendars/", limit=1).json()["next"].partition("cursor=")[2]
    answer = Client().get(
        f"/api/v1/calendars/{usual.pk}/holidays/?cursor={cursor}",
        headers={"Authorization": f"Bearer {api.secret}"},
    )
    assert errors(answer) == [("cursor", "BAD_CURSOR")]
