"""The clock explains itself, and the case draws its two clocks."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from accounts.enums import Role
from accounts.models import User, Workspace
from accounts.services import members
from detractors.models import Case, SlaPolicy, SlaTimer
from detractors.services import cases
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db
CLOCK = "/w/acme/clock/"
HOUR = timedelta(hours=1)


def test_each_step_is_said_in_words_with_the_zone(owner: User, acme: Workspace) -> None:
    hours = signed_in(owner).get(CLOCK).context["form"]["hours"].value()
    asked = {"at": "2026-03-06T16:30", "minutes": "60", "hours": hours}
    shown = signed_in(owner).get(CLOCK, asked)
    assert shown.context["due"] == datetime(2026, 3, 9, 9, 30, tzinfo=UTC)
    assert [step.words for step in shown.context["steps"]] == [
        "Fri 2026-03-06 16:30 to Fri 2026-03-06 17:00: open, 30 working minutes used, 30 left",
        "Fri 2026-03-06 17:00 to Mon 2026-03-09 09:00: closed",
        "Mon 2026-03-09 09:00 to Mon 2026-03-09 09:30: open, 30 working minutes used, 0 left",
        "due at Mon 2026-03-09 09:30 (UTC)",
    ]


def test_a_promise_used_up_at_closing_time_is_due_then_and_not_on_monday(
    acme: Workspace, owner: User
) -> None:
    hours = signed_in(owner).get(CLOCK).context["form"]["hours"].value()
    shown = signed_in(owner).get(CLOCK, {"at": "2026-03-06T16:30", "minutes": "30", "hours": hours})
    assert shown.context["due"] == datetime(2026, 3, 6, 17, 0, tzinfo=UTC)


def test_around_the_clock_and_what_is_never_reached(acme: Workspace, owner: User) -> None:
    client = signed_in(owner)
    shown = client.get(CLOCK, {"at": "2026-03-06T16:30", "minutes": "2880", "hours": "clock"})
    assert shown.context["due"] == datetime(2026, 3, 8, 16, 30, tzinfo=UTC)
    hours = client.get(CLOCK).context["form"]["hours"].value()
    far = client.get(CLOCK, {"at": "2026-03-06T16:30", "minutes": "5000000", "hours": hours})
    assert (far.status_code, far.context["not_reachable"]) == (200, True)


@pytest.mark.parametrize(
    "typed", [{"at": "x"}, {"minutes": "-1"}, {"hours": "0"}, {"at": "9999-12-31T23:59"}, {"minutes": "1e30"}]
)
def test_nonsense_is_pointed_at(acme: Workspace, owner: User, typed: dict[str, str]) -> None:
    asked = {"at": "2026-03-06T16:30", "minutes": "30", "hours": "clock", **typed}
    shown = signed_in(owner).get(CLOCK, asked)
    assert (shown.status_code, list(shown.context["form"].errors), shown.context["steps"]) == (
        200, list(typed), [],
    )  # fmt: skip
    assert ">UTC</" not in shown.content.decode(), "no zone is named where nothing was counted"


def test_a_promise_of_a_case_explains_itself(owner: User, bob: User, open_case: Callable[..., Case]) -> None:
    case = open_case()
    shown = signed_in(owner).get(CLOCK, {"case": case.number, "promise": "FIRST_RESPONSE"})
    assert (shown.context["due"], shown.context["is_moved"]) == (MONDAY_9AM + HOUR, False)
    cases.wait(case=case, by=bob, waiting_for="x", now=MONDAY_9AM + HOUR)
    cases.resume(case=case, by=bob, now=MONDAY_9AM + 2 * HOUR)
    asked = {"case": case.number, "promise": "RESOLUTION"}
    moved = signed_in(owner).get(CLOCK, asked)
    stored = SlaTimer.objects.of(case.workspace_id).get(case=case, kind="RESOLUTION")
    assert (moved.context["is_moved"], moved.context["due"]) == (False, stored.due_at)
    assert [step.words for step in moved.context["steps"]][1:3] == [
        "Mon 2026-03-02 10:00: it stands still, 900 minutes are left",
        "Mon 2026-03-02 11:00: it goes on with 900 minutes",
    ]
    cases.wait(case=case, by=bob, waiting_for="x", now=MONDAY_9AM + 3 * HOUR)
    assert "it stands still now" in signed_in(owner).get(CLOCK, asked).content.decode()


def test_what_is_promised_can_be_asked_about_instead_of_minutes(acme: Workspace, owner: User) -> None:
    policy = SlaPolicy.objects.of(acme).get()
    asked = {
        "at": "2026-03-06T16:30",
        "promise": f"{policy.pk}:FIRST_RESPONSE",
        "minutes": "",
        "hours": "clock",
    }
    shown = signed_in(owner).get(CLOCK, asked)
    assert shown.context["due"] == datetime(2026, 3, 9, 9, 30, tzinfo=UTC)
    assert shown.context["form"]["minutes"].value() == 60


@pytest.mark.parametrize("number", ["0", "999", "x", "99999999999"])
def test_a_case_that_is_not_there_is_not_explained(owner: User, acme: Workspace, number: str) -> None:
    assert signed_in(owner).get(CLOCK, {"case": number}).status_code == 404


def test_a_case_out_of_sight_is_not_explained(
    acme: Workspace, owner: User, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    carol = members.ensure_user(email="carol@acme.example", name="Carol", now=MONDAY_9AM)
    member = members.add(workspace=acme, user=carol, role=Role.AGENT, now=MONDAY_9AM)
    member.only_own_teams = True
    member.save()
    assert signed_in(owner).get(CLOCK, {"case": case.number}).status_code == 200
    assert signed_in(carol).get(CLOCK, {"case": case.number}).status_code == 404


def test_owner_colleague_and_stranger(acme: Workspace, owner: User, bob: User, charlie: User) -> None:
    assert [signed_in(user).get(CLOCK).status_code for user in (owner, bob, charlie)] == [200, 200, 404]


def test_the_case_draws_both_clocks_and_says_them_in_a_table(
    acme: Workspace, owner: User, lived_case: Case
) -> None:
    shown = signed_in(owner).get(f"/w/acme/cases/{lived_case.number}/").context["clocks"]
    assert (shown.customer, shown.team, shown.waited) == (25 * HOUR, 8 * HOUR, HOUR)
    assert [(bar.kind, round(bar.width / 40, 2)) for bar in shown.team_bars] == [
        ("RUN", 2), ("WAIT", 1), ("RUN", 5), ("RUN", 1),
    ]  # fmt: skip
    assert [(bar.title, bar.x) for bar in shown.owner_bars] == [("Bob Brown", 0), ("Alice Adams", 160)]
    assert [(row.word, row.owner, row.customer, row.team) for row in shown.rows] == [
        ("runs", "Bob Brown", 2 * HOUR, 2 * HOUR),
        ("stands still: waiting for the customer", "Bob Brown", HOUR, timedelta(0)),
        ("runs", "Bob Brown", HOUR, HOUR),
        ("runs", "Alice Adams", 21 * HOUR, 5 * HOUR),
    ]
