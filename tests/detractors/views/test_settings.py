from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from accounts.enums import Role
from accounts.models import User, Workspace
from accounts.services import members
from detractors.models import Case, RootCause, SlaPolicy
from detractors.services import recounting
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
PROMISES, CAUSES, ADD = (
    "/w/acme/settings/promises/",
    "/w/acme/settings/causes/",
    "/w/acme/settings/promises/add/",
)


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def policy(acme: Workspace) -> SlaPolicy:
    return SlaPolicy.objects.of(acme).get(is_default=True)


@pytest.fixture
def page(policy: SlaPolicy) -> str:
    return f"{PROMISES}{policy.pk}/"


@pytest.fixture
def typed(policy: SlaPolicy) -> dict[str, str]:
    return {
        "name": "Detractors", "next_response": "90", "next_response_unit": "CLOCK_MINUTES",
        "first_response": "2", "first_response_unit": "HOURS", "resolution": "3", "resolution_unit": "DAYS",
        "warn_percent": "60", "calendar": str(policy.calendar_id),
    }  # fmt: skip


def test_the_stored_promise_is_shown_as_people_say_it(owner: User, page: str) -> None:
    form = signed_in(owner).get(page).context["form"]
    shown = [
        form[name].value()
        for name in ("first_response", "first_response_unit", "resolution", "resolution_unit")
    ]
    assert shown == [60, "MINUTES", 2, "DAYS"]


def test_a_promise_is_saved_in_working_minutes(
    owner: User, policy: SlaPolicy, page: str, typed: dict[str, str]
) -> None:
    assert signed_in(owner).post(page, typed).status_code == 302
    policy.refresh_from_db()
    assert (policy.first_response_minutes, policy.resolution_minutes, policy.warn_percent) == (
        120,
        3 * 480,
        60,
    )
    assert (policy.next_response_minutes, policy.next_response_clock) == (90, "CALENDAR")


@pytest.mark.parametrize(
    ("field", "value", "at_fault"),
    [
        ("first_response", "0", "first_response"),
        ("first_response", "4", "resolution"),
        ("resolution", "4000", "resolution"),
        ("resolution", "x", "resolution"),
        ("warn_percent", "100", "warn_percent"),
        ("calendar", "0", "calendar"),
    ],
)
def test_what_makes_no_promise_is_refused_and_kept_on_the_page(
    owner: User, policy: SlaPolicy, page: str, typed: dict[str, str], field: str, value: str, at_fault: str
) -> None:
    unit = {"first_response_unit": "DAYS"} if value == "4" else {}
    answer = signed_in(owner).post(page, {**typed, **unit, field: value})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [at_fault])
    assert answer.context["form"][field].value() == value
    policy.refresh_from_db()
    assert (policy.first_response_minutes, policy.resolution_minutes) == (60, 960)


def test_the_effect_is_said_in_moments_while_typing(owner: User, page: str, typed: dict[str, str]) -> None:
    half_an_hour = {**typed, "first_response": "60", "first_response_unit": "MINUTES"}
    shown = signed_in(owner).get(page, half_an_hour, headers={"HX-Request": "true"})
    friday = shown.context["examples"][1]
    assert (friday.at.strftime("%a %H:%M"), friday.answered_by.strftime("%a %H:%M")) == (
        "Fri 16:30",
        "Mon 09:30",
    )
    assert (friday.answered_by - friday.at).days == 2
    assert "An answer on Friday 16:30" in " ".join(shown.content.decode().split())
    assert "Monday 09:30" in shown.content.decode()
    assert "All 0 open cases would stay as they are" in shown.content.decode()


def test_a_promise_begins_with_a_preset_and_is_added_for_a_priority(
    acme: Workspace, owner: User, typed: dict[str, str]
) -> None:
    client = signed_in(owner)
    form = client.get(ADD, {"preset": "FIFTEEN"}).context["form"]
    assert (form["first_response"].value(), form["first_response_unit"].value()) == (15, "MINUTES")
    assert client.get(ADD).context["form"]["first_response"].value() == 60
    added = client.post(ADD, {**typed, "name": "Urgent", "made_for": "priority:URGENT"})
    assert added.status_code == 302
    made = SlaPolicy.objects.of(acme).get(name="Urgent")
    assert (made.priority, made.first_response_minutes, made.is_default) == ("URGENT", 120, False)
    again = client.post(ADD, {**typed, "name": "urgent"})
    assert (again.status_code, list(again.context["form"].errors)) == (422, ["name"])


def test_promises_are_listed_as_they_are_tried_and_change_places(
    acme: Workspace, owner: User, typed: dict[str, str]
) -> None:
    client = signed_in(owner)
    for name, made_for in (("A", "priority:HIGH"), ("B", "priority:HIGH"), ("Cells", "")):
        client.post(ADD, {**typed, "name": name, "made_for": made_for})
    second = SlaPolicy.objects.of(acme).get(name="B")
    client.post(PROMISES, {"policy": second.pk, "act": "up"})
    shown = client.get(PROMISES).context["groups"]
    assert [[row["policy"].name for row in group.rows] for group in shown] == [
        ["Cells"], ["B", "A"], ["Detractors"],
    ]  # fmt: skip
    client.post(PROMISES, {"policy": second.pk, "act": "retire"})
    assert [row.name for row in client.get(PROMISES).context["retired"]] == ["B"]
    client.post(PROMISES, {"policy": second.pk, "act": "bring-back"})
    assert client.get(PROMISES).context["retired"] == []


def test_an_act_that_moves_open_cases_says_so_and_is_asked_for_twice(
    acme: Workspace, owner: User, bob: User, typed: dict[str, str], open_case: Callable[..., Case]
) -> None:
    now = datetime.now(UTC)  # what had passed unseen by now would stay missed, whatever is edited
    client, case = signed_in(owner), open_case(0, now=now)
    added = {**typed, "name": "Quick", "made_for": f"priority:{case.priority}", "first_response": "1"}
    tried = client.get(ADD, added, headers={"HX-Request": "true"}).content.decode()
    assert "<strong>1</strong> of 1 open cases would move" in tried
    client.post(ADD, added)
    recounting.work(now=now)
    made = SlaPolicy.objects.of(acme).get(name="Quick")
    asked = client.post(PROMISES, {"policy": made.pk, "act": "retire"})
    assert (asked.status_code, "<strong>1</strong> of 1 open cases would move" in asked.content.decode()) == (
        200,
        True,
    )
    made.refresh_from_db()
    assert made.retired_at is None
    assert client.post(PROMISES, {"policy": made.pk, "act": "retire", "sure": "yes"}).status_code == 302
    made.refresh_from_db()
    assert made.retired_at is not None


def test_the_usual_promise_cannot_be_retired_by_hand(owner: User, policy: SlaPolicy) -> None:
    client = signed_in(owner)
    said = client.post(PROMISES, {"policy": policy.pk, "act": "retire"}, follow=True).content.decode()
    assert "The usual promise is for everybody" in said
    policy.refresh_from_db()
    assert policy.retired_at is None


def test_how_an_edit_gets_on_is_shown_until_it_is_done(owner: User, page: str, typed: dict[str, str]) -> None:
    client = signed_in(owner)
    client.post(page, typed)
    assert client.get(PROMISES).context["is_counting"] is True
    recounting.work(now=datetime.now(UTC))
    shown = client.get(PROMISES, {"recount": "1"}, headers={"HX-Request": "true"})
    assert shown.context["is_counting"] is False
    assert "0 of 0 open cases moved; 0 of them were late then. Counted <time" in shown.content.decode()


@pytest.mark.parametrize(("role", "promises", "causes"), [
    (Role.ADMIN, 200, 200), (Role.MANAGER, 403, 200), (Role.AGENT, 403, 403), (Role.ANALYST, 403, 403),
])  # fmt: skip
def test_who_may_change_what(acme: Workspace, now: datetime, role: Role, promises: int, causes: int) -> None:
    user = members.ensure_user(email="x@acme.example", now=now)
    members.add(workspace=acme, user=user, role=role, now=now)
    client = signed_in(user)
    assert (client.get(PROMISES).status_code, client.get(CAUSES).status_code) == (promises, causes)


def test_a_stranger_finds_neither(acme: Workspace, charlie: User) -> None:
    client = signed_in(charlie)
    assert [client.get(PROMISES).status_code, client.get(CAUSES).status_code] == [404, 404]
    assert client.post(CAUSES, {"act": "add", "name": "Mine"}).status_code == 404
    assert not RootCause.objects.of(acme).filter(name="Mine").exists()


def test_a_cause_is_added_renamed_retired_and_brought_back(acme: Workspace, owner: User) -> None:
    client = signed_in(owner)
    top = RootCause.objects.of(acme).get(name="Delivery")
    client.post(CAUSES, {"act": "add", "name": "Lost parcel", "parent": top.public_id})
    cause = RootCause.objects.of(acme).get(name="Lost parcel", parent=top)
    client.post(CAUSES, {"act": "rename", "cause": cause.public_id, "name": "Parcel lost"})
    client.post(CAUSES, {"act": "retire", "cause": cause.public_id})
    cause.refresh_from_db()
    assert (cause.name, cause.retired_at is None) == ("Parcel lost", False)
    client.post(CAUSES, {"act": "bring-back", "cause": cause.public_id})
    cause.refresh_from_db()
    assert cause.retired_at is None


def test_a_name_in_use_is_refused_where_it_was_typed(acme: Workspace, owner: User) -> None:
    client = signed_in(owner)
    added = client.post(CAUSES, {"act": "add", "name": "late DELIVERY", "parent": ""})
    assert (added.status_code, list(added.context["form"].errors)) == (422, ["name"])
    cause = RootCause.objects.of(acme).get(name="Slow answer")
    renamed = client.post(CAUSES, {"act": "rename", "cause": cause.public_id, "name": "Late delivery"})
    row = next(row for row in renamed.context["kept"] if row["cause"].pk == cause.pk)
    assert (renamed.status_code, row["error"], row["typed"]) == (
        422,
        "“Late delivery” is there already.",
        "Late delivery",
    )


def test_a_cause_of_another_workspace_is_not_found(acme: Workspace, charlie: User, globex: Workspace) -> None:
    cause = RootCause.objects.of(acme).get(name="Slow answer")
    answer = signed_in(charlie).post(
        "/w/globex/settings/causes/", {"act": "retire", "cause": cause.public_id}
    )
    assert answer.status_code == 404
