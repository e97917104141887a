"""Every route of a case or a contact, met by an agent whose limits leave it out: the 404 of an unknown number."""

import pytest

from accounts.models import Membership, Team, User, Workspace
from detractors.models import Case
from surveys.models import Contact
from tests.api import Api
from tests.conftest import MONDAY_9AM, signed_in
from tests.guards.test_routes import STAFF_ROUTES, address, ask, furnish

pytestmark = pytest.mark.django_db

ABOUT_SOMEBODY = [
    route
    for route in STAFF_ROUTES
    if "number" in route.parts or (route.name.startswith(("surveys:contact_", "detractors:cases_of_contact"))
    and "public_id" in route.parts)
    or route.name == "surveys:contact"
]  # fmt: skip
MOVES = ("claim", "assign", "note", "call", "wait", "resume", "resolve", "reopen", "dismiss", "reply")


@pytest.fixture
def elsewhere(acme: Workspace, owner: User, bob: User) -> dict[str, dict[str, object]]:
    """One of everything; the case is another team's and another's."""
    furniture = furnish(acme, owner)
    other = Team(workspace=acme, name="Elsewhere", created_at=MONDAY_9AM)
    other.save()
    Case.objects.of(acme).update(team=other, owner=owner)
    Membership.objects.of(acme).filter(user=bob).update(only_own_teams=True)
    return furniture


def test_there_are_routes_to_walk() -> None:
    assert len(ABOUT_SOMEBODY) >= 18


def test_another_teams_case_is_unknown_to_a_restricted_agent(
    acme: Workspace, bob: User, elsewhere: dict[str, dict[str, object]]
) -> None:
    """On every route, all with the same furniture: to furnish takes longer than all that is asked of one page."""
    client, wrong = signed_in(bob), {}
    number = Case.objects.of(acme).get().number
    contact = Contact.objects.of(acme).get().public_id
    for route in ABOUT_SOMEBODY:
        path = address(route, "acme", elsewhere)
        unknown = path.replace(f"/cases/{number}/", "/cases/999/").replace(contact, "A" * len(contact))
        assert unknown != path, route.name
        for method in ("get", "post"):
            answer = ask(client, method, path)
            if answer.status_code in (403, 405):  # the agent's role, or the address, knows no such act at all
                continue
            twin = ask(client, method, unknown)
            if (answer.status_code, twin.status_code) != (404, 404) or twin.content != answer.content:
                wrong[f"{method} {route.name}"] = (answer.status_code, twin.status_code)
    assert wrong == {}


def test_the_same_routes_open_again_once_the_case_is_theirs(
    acme: Workspace, bob: User, elsewhere: dict[str, dict[str, object]]
) -> None:
    Case.objects.of(acme).update(owner=bob)
    client = signed_in(bob)
    found = {
        route.name: ask(client, "get", address(route, "acme", elsewhere)).status_code
        for route in ABOUT_SOMEBODY
    }
    assert {name: status for name, status in found.items() if status not in {200, 204, 302, 403, 405}} == {}


def test_by_the_api_neither(
    acme: Workspace, owner: User, bob: User, elsewhere: dict[str, dict[str, object]]
) -> None:
    api, number = Api(acme, by=bob), Case.objects.of(acme).get().number
    hidden = [api.get(f"cases/{number}/"), api.get(f"cases/{number}/events/")]
    unknown = [api.get("cases/999/"), api.get("cases/999/events/")]
    for move in MOVES:
        hidden.append(api.post(f"cases/{number}/{move}/", {}))
        unknown.append(api.post(f"cases/999/{move}/", {}))
    assert [(one.status_code, one.content) for one in hidden] == [
        (one.status_code, one.content) for one in unknown
    ]
    assert {one.status_code for one in hidden} == {404}
