"""The homes: what waits for whom, in which order, and in a number of statements that never grows."""

from datetime import UTC, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Membership, User, Workspace
from accounts.sight_queries import sight_of
from dashboards.home_lines import Line
from dashboards.homes import Home, Section, first_of
from detractors.models import CallAppointment, Case, Remedy, Task
from detractors.queries import homes
from detractors.queries.forecasting import ANSWER, SOLVE, History
from tests.conftest import MONDAY_9AM, signed_in
from tests.dashboards.support import a_contact, a_survey, an_answer

HOME = "/w/acme/home/"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboards.queries.at_stake.KEPT_SECONDS", 0)


def a_line(title: str, at: Any = None, state: str = "RUNNING") -> Line:
    return Line(url="", title=title, number=1, at=at, state=state)


def a_section(*lines: Line) -> Section:
    return Section("x", "X", "inbox", list(lines), len(lines), "")


def test_what_ends_first_is_next_and_a_paused_clock_does_not_run() -> None:
    paused, late = a_line("paused", MONDAY_9AM - DAY, "PAUSED"), a_line("late", MONDAY_9AM - HOUR)
    sections = [a_section(a_line("plain"), paused), a_section(a_line("soon", MONDAY_9AM)), a_section(late)]
    assert first_of(sections) is late
    assert first_of([a_section(a_line("plain"), paused)]) == a_line("plain")
    assert first_of([a_section()]) is None


def a_case(workspace: Workspace, number: int, **fields: Any) -> Case:
    contact = a_contact(workspace, MONDAY_9AM, f"Customer {number}")
    response = an_answer(a_survey(workspace, MONDAY_9AM, name=f"S{number}"), 2, MONDAY_9AM, contact=contact)
    return Case.objects.of(workspace).create(
        workspace=workspace, number=number, contact=contact, response=response, rank_at=MONDAY_9AM + number * HOUR,
        opened_at=MONDAY_9AM, created_at=MONDAY_9AM, updated_at=MONDAY_9AM, account_value=number * 1000, score=2, **fields,
    )  # fmt: skip


def work_of(workspace: Workspace, user: User, numbers: range, now: Any) -> None:
    """Cases of `user` with everything that can wait for somebody."""
    for number in numbers:
        case = a_case(workspace, number, owner=user, customer_wrote_at=MONDAY_9AM, next_due_at=now - DAY)
        common = {"workspace": workspace, "case": case, "owner": user, "created_at": MONDAY_9AM}
        Task.objects.of(workspace).create(
            title=f"Promise {number}", is_promise=True, due_at=now - HOUR, **common
        )
        Task.objects.of(workspace).create(title=f"Task {number}", due_at=now + DAY, **common)
        CallAppointment.objects.of(workspace).create(
            at=now - HOUR, missed_at=now, note=f"Call {number}", **common
        )


def shown(client: Client) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    page = client.get(HOME)
    return page.context["mine"], page.context["desk"]


def homes_of(workspace: Workspace, user: User, *, sight: Any, now: Any) -> Home:
    return Home(workspace=workspace, user=user, sight=sight, now=now, zone=UTC, may_assign=True)


def by_ident(part: dict[str, Any]) -> dict[str, Section]:
    return {section.ident: section for section in part["sections"]}


@pytest.mark.django_db
def test_an_agent_sees_what_waits_for_them_with_the_most_pressing_first(
    acme: Workspace, alice: User, bob: User
) -> None:
    now = timezone.now()
    work_of(acme, bob, range(1, 3), now)
    a_case(acme, 9, owner=alice)
    mine, desk = shown(signed_in(bob))
    assert desk is None
    assert mine is not None
    found = by_ident(mine)
    assert [line.number for line in found["due"].lines] == [1, 2]
    assert [line.number for line in found["answered"].lines] == [1, 2]
    assert [line.title for line in found["promised"].lines] == ["Promise 1", "Promise 2"]
    assert [line.title for line in found["waiting"].lines] == [
        "Call Customer 1",
        "Call Customer 2",
        "Task 1",
        "Task 2",
    ]
    assert [(tile.value, tile.tone) for tile in mine["tiles"]] == [
        ("2", "bad"), ("0", ""), ("2", "warning"), ("2", "bad"), ("4", "bad"),
    ]  # fmt: skip
    assert mine["first"].title in ("Promise 1", "Call Customer 1")


@pytest.mark.django_db
def test_a_manager_sees_their_own_first_then_the_desk(
    acme: Workspace, alice: User, bob: User, charlie: User
) -> None:
    now = timezone.now()
    work_of(acme, bob, range(1, 3), now)
    Remedy.objects.of(acme).create(
        workspace=acme, case=Case.objects.of(acme).get(number=1), kind="REFUND", what="The postage", cost=80, state="WAITING",
        created_at=now, created_by=bob,
    )  # fmt: skip
    Membership.objects.of(acme).filter(user=bob).update(away_until=(now + DAY).date())
    page = signed_in(alice).get(HOME)
    mine, desk = page.context["mine"], page.context["desk"]
    assert [line.title for line in by_ident(mine)["waiting"].lines] == ["The postage"]
    assert by_ident(desk)["overdue"].total == 2
    [of_bob] = [row for row in desk["loads"] if row["name"] == "Bob Brown"]
    assert (of_bob["load"].active, of_bob["load"].late, of_bob["load"].away_until) == (
        2,
        2,
        (now + DAY).date(),
    )
    assert desk["stake"]["value"] == "3,000 EUR"
    words = page.content.decode()
    assert words.index('id="home-mine"') < words.index('id="home-desk"')
    assert 'href="/w/acme/remedies/?state=WAITING"' in words
    assert "Remedies to agree to" in words
    assert signed_in(charlie).get(HOME).status_code == 404
    Membership.objects.of(acme).filter(user=alice).update(role="ANALYST")
    mine, desk = shown(signed_in(alice))
    assert (mine, desk is not None) == (None, True)


@pytest.mark.django_db
def test_nothing_waits_for_who_has_nothing(acme: Workspace, bob: User) -> None:
    page = signed_in(bob).get(HOME).content.decode()
    assert "Nothing waits for you" in page


@pytest.mark.django_db
def test_who_sees_few_cases_hears_of_no_other(acme: Workspace, alice: User, bob: User) -> None:
    now = timezone.now()
    work_of(acme, alice, range(1, 2), now)
    Task.objects.of(acme).update(owner=bob)
    limits = Membership.objects.of(acme).filter(user=bob)
    mine, _desk = shown(signed_in(bob))
    assert mine is not None
    assert [section.total for section in mine["sections"]] == [0, 0, 1, 1]
    limits.update(only_touchpoints=["none-of-these"])
    mine, _desk = shown(signed_in(bob))
    assert mine is not None
    assert [section.total for section in mine["sections"]] == [0, 0, 0, 0]
    sight = sight_of(limits.get())
    desk = homes_of(acme, bob, sight=sight, now=now).desk()
    assert [section.total for section in desk["sections"]] == [0, 0, 0, 0]
    assert [row["load"].open for row in desk["loads"]] == [0]
    assert desk["stake"]["total"].cases == 0


@pytest.mark.django_db
def test_the_live_part_comes_only_when_something_changed_and_the_number_of_statements_stays(
    acme: Workspace, alice: User, bob: User
) -> None:
    now = timezone.now()
    work_of(acme, bob, range(1, 2), now)
    work_of(acme, alice, range(21, 22), now)
    client = signed_in(alice)
    with CaptureQueriesContext(connection) as few:
        version = client.get(HOME).context["version"]
    assert client.get(f"{HOME}?since={version}").status_code == 204
    work_of(acme, bob, range(2, 9), now)
    work_of(acme, alice, range(22, 29), now)
    with CaptureQueriesContext(connection) as many:
        page = client.get(HOME)
    assert len(many) == len(few)
    live = client.get(f"{HOME}?since={version}")
    assert (live.status_code, "<html" in live.content.decode()) == (200, False)
    assert by_ident(page.context["mine"])["due"].more == 8 - homes.SHOWN


def test_the_forecast_keeps_what_each_puts_right() -> None:
    history = History(
        done={(7, SOLVE): [(MONDAY_9AM, 3), (MONDAY_9AM + HOUR, 2)], (7, ANSWER): [(MONDAY_9AM, 9)]}
    )
    assert history.solved == {"7": 5}
