import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import Membership, User, Workspace
from accounts.services import members
from core import heartbeat
from detractors.models import Case
from detractors.queries import queue
from detractors.services import cases
from surveys.models import Contact
from surveys.services import contacts
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
URL = "/w/acme/cases/"


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def people(acme: Workspace, now: datetime) -> list[Contact]:
    return [
        contacts.upsert(
            workspace=acme, email=f"c{n}@customer.example", name=f"Customer {n}", company="Ibex", now=now
        )[0]
        for n in range(4)
    ]


@pytest.fixture
def unowned(
    acme: Workspace, now: datetime, people: list[Contact], open_case: Callable[..., Case]
) -> Callable[..., Case]:
    """unowned(2, score=3) opens the case of customer 2 with nobody to take it."""

    def make(index: int, **facts: Any) -> Case:
        Membership.objects.of(acme).update(takes_cases=False)
        return open_case(now=now, contact=people[index], **facts)

    return make


def numbers(page: Any) -> list[int]:
    return [row.case.number for row in page.context["rows"]]


def test_an_agent_lands_on_their_own_cases_and_a_manager_on_all_open(
    alice: User,
    bob: User,
    acme: Workspace,
    people: list[Contact],
    open_case: Callable[..., Case],
    now: datetime,
) -> None:
    mine = open_case(now=now, contact=people[0])
    cases.assign(case=open_case(now=now, contact=people[1]), owner=alice, by=alice, now=now)
    agents, managers = signed_in(bob).get(URL), signed_in(alice).get(URL)
    assert (agents.context["address"].view, numbers(agents)) == ("mine", [mine.number])
    assert (managers.context["address"].view, len(numbers(managers))) == ("open", 2)


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN, Role.MANAGER, Role.AGENT, Role.ANALYST])
def test_every_role_sees_the_queue(acme: Workspace, role: Role, now: datetime) -> None:
    user = members.ensure_user(email="x@acme.example", now=now)
    members.add(workspace=acme, user=user, role=role, now=now)
    assert signed_in(user).get(URL).status_code == 200


def test_a_stranger_finds_no_queue_no_case_and_cannot_claim(
    charlie: User, unowned: Callable[..., Case]
) -> None:
    number = unowned(0).number
    client = signed_in(charlie)
    assert client.get(URL).status_code == 404
    assert client.get(f"{URL}{number}/").status_code == 404
    assert client.post(f"{URL}{number}/claim/").status_code == 404


def test_a_number_of_another_workspace_is_not_found(
    charlie: User, unowned: Callable[..., Case], globex: Workspace
) -> None:
    number = unowned(0).number
    client = signed_in(charlie)
    assert client.get(f"/w/globex/cases/{number}/").status_code == 404
    assert client.post(f"/w/globex/cases/{number}/claim/").status_code == 404


def test_the_sheet_of_keys_says_that_assigning_depends_on_the_role(bob: User, acme: Workspace) -> None:
    shown = signed_in(bob).get(f"/w/{acme.slug}/cases/").content.decode()
    assert "<kbd>a</kbd></dt><dd>Assign the case, where your role may" in shown


def test_an_analyst_sees_no_claim_button_and_may_not_claim(
    acme: Workspace, unowned: Callable[..., Case], now: datetime
) -> None:
    number = unowned(0).number
    user = members.ensure_user(email="ann@acme.example", now=now)
    members.add(workspace=acme, user=user, role=Role.ANALYST, now=now)
    client = signed_in(user)
    assert f"{URL}{number}/claim/" not in client.get(URL).content.decode()
    assert client.post(f"{URL}{number}/claim/").status_code == 403
    assert Case.objects.of(acme).get(number=number).owner is None


def test_the_page_takes_nine_queries_for_one_case_and_for_three(
    bob: User, unowned: Callable[..., Case]
) -> None:
    client = signed_in(bob)
    counts = []
    unowned(0)
    client.get(URL)
    for more in ((), (1, 2)):
        for index in more:
            unowned(index)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page = client.get(URL, {"view": "open", "priority": "", "status": ""})
        counts.append((len(numbers(page)), len(captured)))
    assert [shown for shown, _queries in counts] == [1, 3]
    assert counts[0][1] == counts[1][1] <= 9


def test_unchanged_is_204_and_any_change_brings_the_live_part_alone(
    bob: User, acme: Workspace, unowned: Callable[..., Case], now: datetime
) -> None:
    case = unowned(0)
    client = signed_in(bob)
    version = client.get(URL, {"view": "open"}).context["version"]
    asked = {"view": "open", "since": version}
    assert client.get(URL, asked).status_code == 204
    cases.note(case=case, by=bob, text="Called the carrier.", now=now)
    changed = client.get(URL, asked)
    assert changed.status_code == 200
    assert "<html" not in changed.content.decode()
    assert client.get(URL, {"view": "open", "since": changed.context["version"]}).status_code == 204
    unowned(1)
    assert client.get(URL, {"view": "open", "since": changed.context["version"]}).status_code == 200


def test_asking_whether_anything_changed_is_two_queries_beside_the_session(
    bob: User, unowned: Callable[..., Case]
) -> None:
    unowned(0)
    client = signed_in(bob)
    version = client.get(URL, {"view": "open"}).context["version"]
    with CaptureQueriesContext(connection) as captured:
        assert client.get(URL, {"view": "open", "since": version}).status_code == 204
    assert [query["sql"].split()[0] for query in captured] == [
        "SELECT"
    ] * 5  # session, user, membership, the counts, the list


def test_a_claim_from_the_list_returns_to_the_list(
    bob: User, acme: Workspace, unowned: Callable[..., Case]
) -> None:
    case = unowned(0)
    answer = signed_in(bob).post(f"{URL}{case.number}/claim/", {"next": f"{URL}?view=unassigned"})
    assert (answer.status_code, answer["Location"]) == (302, f"{URL}?view=unassigned")
    case.refresh_from_db()
    assert case.owner == bob


@pytest.mark.parametrize(
    "evil", ["https://evil.example/w/acme/", "//evil.example", "/w/globex/cases/", "javascript:alert(1)"]
)
def test_a_claim_never_leads_out_of_the_workspace(bob: User, unowned: Callable[..., Case], evil: str) -> None:
    case = unowned(0)
    answer = signed_in(bob).post(f"{URL}{case.number}/claim/", {"next": evil})
    assert answer["Location"] == f"{URL}{case.number}/"


def test_the_second_to_claim_is_told_who_was_first(
    alice: User, bob: User, acme: Workspace, unowned: Callable[..., Case], now: datetime
) -> None:
    case = unowned(0)
    cases.claim(case=case, by=alice, now=now)
    answer = signed_in(bob).post(f"{URL}{case.number}/claim/", headers={"HX-Request": "true"})
    assert answer.context["said"] == f"Case #{case.number}: Alice Adams already has this case."
    [row] = answer.context["rows"]
    assert (row.owner, row.texts["can_claim"]) == ("Alice Adams", False)


def test_claiming_is_no_get(bob: User, acme: Workspace, unowned: Callable[..., Case]) -> None:
    case = unowned(0)
    assert signed_in(bob).get(f"{URL}{case.number}/claim/").status_code == 405


@pytest.mark.django_db(transaction=True)
def test_of_twelve_who_press_claim_at_once_one_has_it_and_all_are_told_the_same_name(
    acme: Workspace, unowned: Callable[..., Case], now: datetime
) -> None:
    case = unowned(0)
    racers = []
    for index in range(12):
        user = members.ensure_user(email=f"agent{index}@acme.example", name=f"Agent {index}", now=now)
        members.add(workspace=acme, user=user, role=Role.AGENT, takes_cases=False, now=now)
        racers.append(signed_in(user))
    gate, shown = Barrier(len(racers)), []

    def press(client: Client) -> None:
        gate.wait()
        html = client.post(f"{URL}{case.number}/claim/", headers={"HX-Request": "true"}).content.decode()
        shown.append(re.findall(r"Case #\d+[^<]*", html)[-1])  # the toast
        connection.close()

    threads = [Thread(target=press, args=(client,)) for client in racers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    case.refresh_from_db()
    assert case.owner is not None
    name = case.owner.display_name
    lost = f"Case #{case.number}: {name} already has this case."
    assert sorted(shown) == sorted([f"Case #{case.number} is yours.", *[lost] * 11])


def test_hostile_words_are_shown_and_not_run(
    bob: User, unowned: Callable[..., Case], people: list[Contact], now: datetime
) -> None:
    contacts.update(contact=people[0], name="<img src=x onerror=alert(1)>", now=now)
    unowned(0, comment="</td><script>alert('x')</script>")
    html = signed_in(bob).get(URL, {"view": "open"}).content.decode()
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "&lt;/td&gt;&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;" in html
    found = signed_in(bob).get(URL, {"q": '"><script>alert(2)</script>'}).content.decode()
    assert "<script>alert(2)" not in found


def test_late_deadlines_are_said_and_timely_ones_are_not(bob: User, now: datetime) -> None:
    client = signed_in(bob)
    said = "Deadlines are not being enforced"
    assert said in client.get(URL).content.decode()
    heartbeat.beat(name=queue.SWEEP, now=datetime.now(UTC) - timedelta(seconds=121))
    assert said in client.get(URL).content.decode()
    heartbeat.beat(name=queue.SWEEP, now=datetime.now(UTC))
    assert said not in client.get(URL).content.decode()


@pytest.mark.parametrize("tab", [*queue.TABS])
def test_an_empty_tab_says_what_will_appear_there(bob: User, tab: str) -> None:
    page = signed_in(bob).get(URL, {"view": tab})
    assert str(page.context["empty"]["text"]) in page.content.decode().replace("&#x27;", "'")


def test_who_has_nothing_to_do_is_shown_what_waits_for_an_owner(
    bob: User, unowned: Callable[..., Case]
) -> None:
    unowned(0)
    html = signed_in(bob).get(URL).content.decode()
    assert "Open cases without an owner: 1." in html


@pytest.mark.parametrize(
    "query",
    [
        {"view": "nonsense"}, {"score": "99"}, {"score": "٣"}, {"owner": "99999999999999999999"}, {"owner": "x"},
        {"after": "1-2-3"}, {"after": "9999999999999999-1"}, {"before": "1-99999999999"}, {"priority": "'; DROP TABLE"},
        {"q": "\x00"}, {"q": "%_\\"}, {"survey": "x" * 500}, {"touchpoint": "\x00"}, {"view": "done", "after": "5-5"},
        {"q": "9" * 30}, {"status": "PAID"},
    ],
)  # fmt: skip
def test_an_impossible_address_is_a_page_all_the_same(bob: User, query: dict[str, str]) -> None:
    assert signed_in(bob).get(URL, query).status_code == 200
