"""Members with limits see theirs and nothing else, in every list, count, search, page, figure, file and by the API."""

import csv
import io
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import Membership, Team, User, Workspace
from accounts.services import api_keys
from detractors.queries import queue
from surveys.queries import sight as sight_queries
from tests.api import Api
from tests.conftest import MONDAY_9AM, signed_in
from tests.sight import LIMITS, BruteForce, World, furnish, limit

pytestmark = pytest.mark.django_db
W = "/w/acme"
DAYS = "period=custom&since=2026-03-01&until=2026-03-31"


@pytest.fixture
def world(acme: Workspace, bob: User, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(queue, "PAGE", 100)
    return furnish(acme, bob)


def page(client: Client, address: str) -> str:
    answer = client.get(f"{W}/{address}")
    assert answer.status_code == 200, address
    return b"".join(answer).decode() if answer.streaming else answer.content.decode()


def numbers(html: str) -> set[int]:
    """The cases a page links to."""
    return {int(found) for found in re.findall(rf'href="{W}/cases/(\d+)/"', html)}


def customers(html: str) -> set[str]:
    """The contacts a page links to."""
    ids = set(re.findall(rf'href="{W}/contacts/([\w-]+)/"', html))
    return ids - {"imports", "new"}


BY_ATTRIBUTE = [limits for limits in LIMITS if limits["only_attribute"] == "region"]


@pytest.mark.parametrize(
    ("name", "combinations", "few"),
    [("bob", LIMITS[::2], 9), ("dora", LIMITS[1::2], 99), ("dora", BY_ATTRIBUTE, 9)],
    ids=["bob", "dora", "many-contacts"],
)
def test_every_door_shows_what_the_rule_says_for_every_combination_of_limits(
    world: World, name: str, combinations: list[dict[str, Any]], few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sight_queries, "FEW", few)  # 13 are in the East: ids, or asked in place
    user: User = getattr(world, name)
    client = signed_in(user)
    care = world.teams["Care"]
    care.lead = world.dora  # who leads a team sees its cases beside those of their own
    care.save()
    api = Api(world.workspace, by=user)
    for limits in combinations:
        member = limit(world, user, role=Role.AGENT, **limits)
        truth = BruteForce(world, member)
        seen = {case.number: case for case in world.cases if case.number in truth.cases()}
        assert seen or truth.is_limited

        everything = client.get(f"{W}/cases/?view=open")
        assert {row.case.number for row in everything.context["rows"]} == set(seen), limits
        mine = {number for number, case in seen.items() if case.owner_id == user.pk}
        unassigned = {number for number, case in seen.items() if case.owner_id is None}
        counts = [tab["count"] for tab in everything.context["tabs"]]
        assert [counts[0], counts[1], counts[4], counts[5]] == [
            str(len(mine)), str(len(unassigned)), str(len(seen)), "0",
        ], limits  # fmt: skip
        assert numbers(page(client, "cases/?q=parcel")) == set(seen), limits
        hidden = next((case for case in world.cases if case.number not in seen), None)
        if hidden is not None:
            assert client.get(f"{W}/cases/?q=%23{hidden.number}").context["rows"] == []

        listed = api.get("cases/", limit=200).json()["results"]
        assert {row["number"] for row in listed} == set(seen), limits
        answers = {answer.public_id: answer for answer in truth.answers()}
        by_api = api.get("responses/", limit=200).json()["results"]
        assert {row["id"] for row in by_api} == set(answers), limits
        assert {row["case"] for row in by_api} - {None} == set(seen), limits
        assert {row["id"] for row in api.get("contacts/", limit=200).json()["results"]} == truth.contacts(), (
            limits
        )
        asked = api.get("invitations/", limit=200).json()["results"]
        assert {row["id"] for row in asked} == truth.invitations(), limits

        figures = api.get(
            "metrics/nps/", since="2026-03-01", until="2026-03-31", group_by="touchpoint"
        ).json()
        expected = [
            sum(answer.segment == segment for answer in answers.values())
            for segment in ("PROMOTER", "PASSIVE", "DETRACTOR")
        ]
        assert [figures[part] for part in ("promoters", "passives", "detractors")] == expected, limits
        assert sum(group["n"] for group in figures["groups"]) == len(answers), limits
        loop = api.get("metrics/loop/", since="2026-03-01", until="2026-03-31").json()
        assert loop["closed_loop_rate"]["n"] == len(seen), limits

        board = client.get(f"{W}/dashboard/?{DAYS}").context
        assert board["headline"]["n"] == len(answers), limits
        assert (board["figures"].n, board["tiles"][-1]["value"]) == (len(answers), str(len(seen))), limits
        shown = client.get(f"{W}/answers/?{DAYS}")
        assert shown.context["total"] == len(answers), limits
        assert {row["answer"].public_id for row in shown.context["rows"]} == set(answers), limits
        assert numbers(shown.content.decode()) <= set(seen), limits
        behind = client.get(f"{W}/dashboard/cases/?{DAYS}&figure=opened")
        assert {case.number for case in behind.context["rows"]} == set(seen), limits
        assert {
            row.public_id for row in client.get(f"{W}/contacts/").context["page"].rows
        } == truth.contacts(), limits


def test_files_hold_only_what_an_analyst_may_see(world: World) -> None:
    client = signed_in(world.dora)
    for limits in LIMITS[1::3]:
        truth = BruteForce(world, limit(world, world.dora, role=Role.ANALYST, **limits))
        rows = list(csv.DictReader(io.StringIO(page(client, f"answers.csv?{DAYS}").removeprefix("\ufeff"))))
        ids = {row["id"].lstrip("'") for row in rows}  # an id that begins like a formula is written as text
        assert ids == {answer.public_id for answer in truth.answers()}, limits
        split = csv.reader(
            io.StringIO(page(client, f"dashboard/distribution.csv?{DAYS}").removeprefix("\ufeff"))
        )
        assert sum(int(row[2]) for row in list(split)[1:]) == len(rows), limits
        groups = csv.reader(
            io.StringIO(
                page(client, f"dashboard/breakdown.csv?{DAYS}&by=attribute:region").removeprefix("\ufeff")
            )
        )
        assert sum(int(row[1]) for row in list(groups)[1:]) == len(rows), limits


@pytest.mark.parametrize(
    "limits",
    [
        {"only_own_teams": True},
        {"only_touchpoints": ["Delivery"]},
        {"only_attribute": "region", "only_values": ["east"]},
    ],
    ids=["teams", "touchpoint", "attribute"],
)
def test_what_is_out_of_sight_is_unknown_one_by_one(world: World, limits: dict[str, Any]) -> None:
    truth = BruteForce(world, limit(world, world.bob, **limits))
    client, api = signed_in(world.bob), Api(world.workspace, by=world.bob)
    answers = {answer.public_id for answer in truth.answers()}
    statuses: dict[bool, set[int]] = {True: set(), False: set()}
    for case in world.cases:
        is_seen = case.number in truth.cases()
        statuses[is_seen].add(client.get(f"{W}/cases/{case.number}/").status_code)
        statuses[is_seen].add(api.get(f"cases/{case.number}/").status_code)
    for answer in world.answers:
        statuses[answer.public_id in answers].add(api.get(f"responses/{answer.public_id}/").status_code)
    for contact in world.contacts:
        is_seen = contact.public_id in truth.contacts()
        statuses[is_seen].add(client.get(f"{W}/contacts/{contact.public_id}/").status_code)
        statuses[is_seen].add(api.get(f"contacts/{contact.public_id}/").status_code)
    for invitation in world.invitations:
        is_seen = invitation.public_id in truth.invitations()
        statuses[is_seen].add(api.get(f"invitations/{invitation.public_id}/").status_code)
    assert statuses == {True: {200}, False: {404}}


def test_a_contacts_page_tells_only_the_part_of_their_history_that_may_be_seen(world: World) -> None:
    member = limit(world, world.bob, only_touchpoints=["Delivery"])
    truth = BruteForce(world, member)
    seen_answers = {answer.pk for answer in truth.answers()}
    client = signed_in(world.bob)
    for contact in world.contacts:
        if contact.public_id not in truth.contacts():
            continue
        shown = client.get(f"{W}/contacts/{contact.public_id}/").context
        theirs = [answer.pk for answer in world.answers if answer.contact_id == contact.pk]
        assert {answer.pk for answer in shown["answers"]} == set(theirs) & seen_answers
        cases = client.get(f"{W}/cases/of-contact/{contact.public_id}/").content.decode()
        own = {case.number for case in world.cases if case.contact_id == contact.pk}
        assert numbers(cases) == own & truth.cases()
        assert {row.public_id for row in shown["invitations"]} <= truth.invitations()


def test_pages_say_what_one_sees_and_nothing_to_those_who_see_all(world: World, owner: User) -> None:
    limit(world, world.bob, only_own_teams=True, only_touchpoints=["Delivery"], only_attribute="region",
          only_values=["East"])  # fmt: skip
    said = "You see: team Care; touchpoint Delivery; region East and the cases you own."
    for address in ("cases/", "contacts/", "dashboard/", "answers/", "dashboard/cases/", "campaigns/"):
        assert said in page(signed_in(world.bob), address), address
        assert "You see:" not in page(signed_in(owner), address), address


def test_filters_offer_nothing_out_of_sight(world: World) -> None:
    limit(world, world.bob, only_touchpoints=["Delivery"], only_attribute="region", only_values=["east"])
    client = signed_in(world.bob)
    offered = {
        word
        for field in client.get(f"{W}/cases/").context["fields"]
        if field.name == "touchpoint"  # a channel may have the name of one
        for _value, word in field.options or ()
    }
    assert {"Delivery", "Support"} & offered == {"Delivery"}
    assert client.get(f"{W}/dashboard/").context["choices"]["touchpoints"] == ["Delivery"]
    assert "West" not in client.get(f"{W}/contacts/?attribute=region").context["values"]


def test_a_manager_made_an_agent_is_limited_at_the_next_request(alice: User, world: World) -> None:
    member = limit(world, alice, only_touchpoints=["Delivery"])
    client, api = signed_in(alice), Api(world.workspace, by=alice)
    before = (
        len(client.get(f"{W}/cases/?view=open").context["rows"]),
        len(api.get("cases/").json()["results"]),
    )
    member.role = Role.AGENT
    member.save()
    truth = len(BruteForce(world, member).cases())
    after = len(client.get(f"{W}/cases/?view=open").context["rows"]), len(api.get("cases/").json()["results"])
    assert (before, after) == ((27, 27), (truth, truth))
    assert truth < 27


def test_leading_a_team_shows_its_cases_also_in_the_next_request(world: World) -> None:
    member = limit(world, world.dora, only_own_teams=True)
    client = signed_in(world.dora)
    first = {row.case.number for row in client.get(f"{W}/cases/?view=open").context["rows"]}
    team = Team.objects.of(world.workspace).get(name="Care")
    team.lead = world.dora
    team.save()
    world.teams["Care"] = team
    second = {row.case.number for row in client.get(f"{W}/cases/?view=open").context["rows"]}
    assert second == BruteForce(world, member).cases()
    assert first < second


def test_limits_cost_the_queue_five_questions_more_and_no_others(world: World) -> None:
    limit(world, world.bob, only_own_teams=True, only_touchpoints=["Delivery"])
    client = signed_in(world.bob)
    client.get(f"{W}/cases/?view=open")
    with CaptureQueriesContext(connection) as limited:
        client.get(f"{W}/cases/?view=open")
    limit(world, world.bob, only_own_teams=False, only_touchpoints=[])
    with CaptureQueriesContext(connection) as free:
        client.get(f"{W}/cases/?view=open")
    # Teams led and touchpoints for the sight; team names, touchpoints and attributes for the sentence that says it.
    assert len(limited) - len(free) == 5


def test_a_key_of_a_limited_maker_cannot_write_contacts_nor_name_hidden_ones(world: World) -> None:
    truth = BruteForce(world, limit(world, world.bob, only_touchpoints=["Delivery"]))
    api = Api(world.workspace, by=world.bob)
    seen, hidden = (
        next(row for row in world.contacts if (row.public_id in truth.contacts()) is wanted)
        for wanted in (True, False)
    )
    known, new = {"email": hidden.email, "name": "X"}, {"email": "new@customer.example"}
    assert [api.post("contacts/", body).status_code for body in (known, new)] == [403, 403]
    assert api.patch(f"contacts/{hidden.public_id}/", {"name": "X"}).status_code == 404
    assert api.patch(f"contacts/{seen.public_id}/", {"name": "X"}).status_code == 403
    assert [api.delete(f"contacts/{row.public_id}/").status_code for row in (hidden, seen)] == [404, 403]
    survey = api.get("surveys/").json()["results"][0]["id"]
    body = {"survey": survey, "score": 5, "contact": hidden.public_id}
    assert api.post("responses/", body).json()["errors"][0]["field"] == "contact"
    assert api.post("responses/", {**body, "contact": seen.public_id}).status_code == 201


def test_a_key_whose_maker_has_left_sees_all(world: World) -> None:
    limit(world, world.bob, only_touchpoints=["Delivery"])
    api = Api(world.workspace, by=world.bob)
    Membership.objects.of(world.workspace).filter(user=world.bob).delete()
    key, _secret = api_keys.issue(workspace=world.workspace, name="nobody's", by=None, now=MONDAY_9AM)
    assert len(api.get("cases/", limit=200).json()["results"]) == 27
    assert key.created_by is None
